"""Batch: what one webhook is sent at once, while it is gathered, and where that leaves it. Pure."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import msgspec

from gateway.booking import TenantId
from gateway.entry import Entry, EntryKind
from gateway.feed.cloudevents import cloud_event, reset_event
from gateway.feed.delivery import WHOLE, Delivery, Reading
from gateway.feed.mark import Mark
from gateway.feed.reset import Reset, ResetReason


class Message(NamedTuple):
    """One entry for one endpoint. ``resource``: its own, or WHOLE. ``event``: a CloudEvent in JSON."""

    tenant: TenantId
    resource: str
    position: int
    id: str
    kind: EntryKind
    event: bytes


class Batch:
    """What is sent at once, while it is gathered, and where that leaves the endpoint."""

    def __init__(self, delivery: Delivery, now: int, room: int) -> None:
        self.delivery = delivery
        self.now = now
        self.room = room
        self.messages: list[Message] = []
        self.moved: dict[TenantId, tuple[Reading, Mark]] = {}
        self.caught_up: list[tuple[TenantId, str]] = []

    @property
    def is_news(self) -> bool:
        """Whether anything is to be written down."""
        return bool(self.messages or self.moved or self.caught_up)

    def is_held(self, reading: Reading) -> bool:
        """Whether too much waits, of this tenant as well, for anything new of it to be read."""
        return self.delivery.is_full and reading.is_tried

    def begin(self, tenant: TenantId, head: int, purpose: bytes) -> None:
        """Begin from nothing with a tenant. Where that is has to be known before anything is told."""
        mark = Mark.beginning(head)
        self.moved[tenant] = Reading(purpose, mark, self.delivery.begun), mark

    def reset(self, tenant: TenantId, reason: ResetReason, minute: int) -> None:
        """Tell that what was told of a tenant is void."""
        name = _name(self.delivery, self.delivery.readings[tenant].number, tenant, "feed.reset", 0)
        told = reset_event(Reset(tenant, reason, name, minute))
        self._add(Message(tenant, WHOLE, 0, name, EntryKind.FEED_RESET, told))

    def ahead(self, reading: Reading, found: Sequence[Entry]) -> None:
        """Of a tenant that may not be served: the next thing that concerns it as a whole."""
        for entry in found[:1]:
            self._tell(reading, WHOLE, entry)
            self.moved[entry.tenant] = reading, reading.mark.notified(entry)

    def again(self, reading: Reading, tenant: TenantId, resource: str, found: Sequence[Entry]) -> None:
        """Of a resource that waits, the next of what the others were told already; or it has caught up."""
        behind = [one for one in found if one.position <= reading.mark.position and reading.mark.tells(one)]
        for entry in behind[:1]:
            self._tell(reading, resource, entry)
        if not behind:
            self.caught_up.append((tenant, resource))

    def in_turn(self, reading: Reading, tenant: TenantId, found: Sequence[Entry]) -> None:
        """Of a tenant that may be served: what comes next, one of each resource, none of those that wait.

        While too much waits, one entry at a time: what is refused of one keeps nobody else from being told.
        """
        most = 1 if self.delivery.is_full else self.room
        mark, named = reading.mark, set[str]()
        waiting = reading.waiting.keys() - {WHOLE, *(name for of, name in self.caught_up if of == tenant)}
        for entry in found:
            resource = _resource(entry)
            is_held = resource in waiting
            if mark.tells(entry) and not is_held:
                # What concerns the whole goes alone: behind all that is before it, before all behind it.
                if resource in named or not self.room or len(named) >= most or (named and resource == WHOLE):
                    break
                self._tell(reading, resource, entry)
                named.add(resource)
            mark = mark.read(entry)
            if WHOLE in named:
                break
        if mark != reading.mark:
            self.moved[tenant] = reading, mark

    def erased(self, reading: Reading, found: Sequence[Entry]) -> None:
        """Of a tenant of which nothing new is read: that a subject is erased, which waits for nothing else.

        The mark stays. Once this is taken, what waits is void, and the tenant is told anew.
        """
        for entry in found[:1]:
            self._tell(reading, WHOLE, entry)

    def _tell(self, reading: Reading, resource: str, entry: Entry) -> None:
        name = _name(self.delivery, reading.number, entry.tenant, entry.kind, entry.position)
        self._add(Message(entry.tenant, resource, entry.position, name, entry.kind, cloud_event(entry)))

    def _add(self, message: Message) -> None:
        self.messages.append(message)
        self.room -= 1


def void(
    delivery: Delivery, tenant: TenantId, *, scope: AbstractSet[TenantId], purpose: bytes
) -> ResetReason | None:
    """Why what was told of a tenant is void, if it is."""
    reading = delivery.readings.get(tenant)
    if reading is None:
        return None
    if tenant not in scope:
        return ResetReason.SCOPE
    return ResetReason.PURPOSE if reading.purpose != purpose else None


def tenants_in_turn(tenants: Iterable[TenantId], last: TenantId | None) -> list[TenantId]:
    """All of them, beginning behind the one that was told of last: none waits for another's long log."""
    ordered = sorted(tenants)
    later = [one for one in ordered if last is not None and one > last]
    return later + ordered[: len(ordered) - len(later)]


def _resource(entry: Entry) -> str:
    return entry.resource_id or WHOLE


def _name(delivery: Delivery, number: int, *of: object) -> str:
    """The same for every try of one entry, and no number that tells how far the log has come."""
    said = msgspec.msgpack.encode([number, *map(str, of)])
    return "msg_" + urlsafe_b64encode(hashlib.sha256(delivery.salt + said).digest()[:18]).decode()
