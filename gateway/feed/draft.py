"""Draft: a page while it is gathered, tenant by tenant."""

from collections.abc import Collection

from gateway.booking import TenantId
from gateway.feed.cursor import Marks
from gateway.feed.mark import Mark
from gateway.feed.page import Told, told, told_to_drop
from gateway.feed.part import Part
from gateway.feed.reset import Reset


class Draft:
    """What a page will tell, and the marks behind it.

    ``more``: a tenant was not read to the end. ``unavailable``: tenants that cannot be told of now.
    """

    def __init__(self, marks: Marks, limit: int, void: Collection[Reset] = ()) -> None:
        # All of them at once: they are no more than the tenants of a scope, and a cursor can wait with none.
        self.told: list[Told] = [told_to_drop(reset) for reset in void]
        self.unavailable: list[TenantId] = []
        dropped = {reset.tenant for reset in void}
        self.marks = {tenant: mark for tenant, mark in marks.items() if tenant not in dropped}
        self.room = limit
        self.more = False

    def mark(self, tenant: TenantId, head: int) -> Mark:
        """Where to read on; a tenant that is new to this consumer begins from nothing."""
        return self.marks.get(tenant, Mark.beginning(head))

    def add(self, tenant: TenantId, part: Part) -> None:
        self.told += map(told, part.told)
        self.marks[tenant] = part.mark
        self.room -= part.taken
        self.more = part.more
        if not part.available:
            self.unavailable.append(tenant)
