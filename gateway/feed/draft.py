"""Draft: a page while it is gathered, tenant by tenant."""

from gateway.booking import TenantId
from gateway.entry import Entry
from gateway.feed.cursor import Marks
from gateway.feed.mark import Mark
from gateway.feed.part import Part


class Draft:
    """What a page will tell, and the marks behind it.

    ``more``: a tenant was not read to the end. ``unavailable``: tenants that cannot be told of now.
    """

    def __init__(self, marks: Marks, limit: int) -> None:
        self.entries: list[Entry] = []
        self.unavailable: list[TenantId] = []
        self.marks = dict(marks)
        self.room = limit
        self.more = False

    def mark(self, tenant: TenantId, head: int) -> Mark:
        """Where to read on; a tenant that is new to this consumer begins from nothing."""
        return self.marks.get(tenant, Mark.beginning(head))

    def add(self, tenant: TenantId, part: Part) -> None:
        self.entries += part.told
        self.marks[tenant] = part.mark
        self.room -= part.taken
        self.more = part.more
        if not part.available:
            self.unavailable.append(tenant)
