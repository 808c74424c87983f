"""Delivery: how far a consumer was told of its feed at its webhook, and what waits to be told again.

It holds positions and times, and nothing of what is told: what waits is read anew for each try. Pure.
"""

from enum import StrEnum
from typing import Self

import msgspec

from gateway.booking import TenantId
from gateway.feed.mark import Mark
from gateway.webhook import TRIES_MAX

#: In place of a resource: what concerns the tenant as a whole. While that waits, all of the tenant does.
WHOLE = ""
#: From so many resources on nothing new is read for an endpoint before some of them are told of, or given up.
WAITING_MAX = 100


class Failure(StrEnum):
    """Why something was not taken."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    REDIRECTED = "redirected"
    GONE = "gone"


class PauseReason(StrEnum):
    """Why an endpoint is told nothing: an admin, its own 410, or ten tries of which it took nothing."""

    ASKED = "asked"
    GONE = "gone"
    UNDELIVERED = "undelivered"


class Waiting(msgspec.Struct):
    """What of one resource waits begins at ``position``. ``since``, ``due_at``: epoch milliseconds."""

    position: int
    tries: int
    since: int
    due_at: int
    reason: Failure

    @property
    def is_dead(self) -> bool:
        """Whether it is tried no more before somebody asks for it: a dead letter."""
        return self.tries >= TRIES_MAX

    def is_due(self, now: int) -> bool:
        return not self.is_dead and self.due_at <= now


class Reading(msgspec.Struct):
    """How far one tenant's log was told, for which purpose, and what of it waits, by resource."""

    purpose: bytes
    mark: Mark
    #: Which reading of the endpoint's it is: told anew, things are told under other ids.
    number: int
    waiting: dict[str, Waiting] = {}

    @property
    def is_tried(self) -> bool:
        """Whether something of it waits that is no dead letter."""
        return any(not one.is_dead for one in self.waiting.values())

    def oldest(self) -> int:
        """Up to where everything was told, or has never to be."""
        known = [max(one.position - 1, self.mark.start) for name, one in self.waiting.items() if name]
        return min([max(self.mark.position, self.mark.start), *known])


class Delivery(msgspec.Struct):
    """All that is known of one endpoint. ``salt`` makes its ids; times are in epoch milliseconds."""

    salt: bytes
    since: int
    readings: dict[TenantId, Reading] = {}
    begun: int = 0
    paused: PauseReason | None = None
    delivered_at: int | None = None

    @classmethod
    def read(cls, record: bytes) -> Self:
        return msgspec.msgpack.decode(record, type=cls)

    @property
    def written(self) -> bytes:
        return msgspec.msgpack.encode(self)

    @property
    def is_full(self) -> bool:
        """Whether so much waits to be tried that nothing new is read; dead letters are not tried."""
        every = (one for reading in self.readings.values() for one in reading.waiting.values())
        return sum(not one.is_dead for one in every) >= WAITING_MAX

    def pause(self, reason: PauseReason, now: int) -> None:
        if self.paused is None:
            self.paused, self.since = reason, now

    def resume(self, now: int) -> None:
        """Go on, and try at once what waits; dead letters stay."""
        if self.paused is not None:
            self.paused, self.since = None, now
        self._retry(now, revives=False)

    def replay(self, now: int) -> int:
        """Try again what was given up, as it is by now; how much that is."""
        return self._retry(now, revives=True)

    def begin_anew(self, salt: bytes) -> None:
        """Take back all that was told, under other ids: nobody knows any more what that was."""
        self.salt = salt
        for reading in self.readings.values():
            reading.purpose = b""
            reading.waiting.clear()

    def _retry(self, now: int, *, revives: bool) -> int:
        every = [one for reading in self.readings.values() for one in reading.waiting.values()]
        dead = [one for one in every if one.is_dead]
        for one in every if revives else [one for one in every if not one.is_dead]:
            one.due_at = now
        for one in dead if revives else []:
            one.tries, one.since = 0, now
        return len(dead)

    def next_due(self) -> int | None:
        """When something that waits is tried next."""
        due = [
            one.due_at
            for reading in self.readings.values()
            for one in reading.waiting.values()
            if not one.is_dead
        ]
        return min(due, default=None)
