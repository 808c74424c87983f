"""KeyCache: opened keys, few and for a short time."""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import msgspec

from gateway.clock import Clock
from gateway.errors import KeyUnavailable

#: A key that its service has destroyed is out of use everywhere after this long.
LIFETIME = timedelta(seconds=60)

#: Who the keys belong to: a tenant, and an authorization or a subject of it where there is one.
Owner = tuple[str, str]


Keys = TypeVar("Keys")


class Opening(msgspec.Struct, eq=False):
    """Keys that are on their way from the key service."""

    owner: Owner
    forgotten: bool = False


class KeyCache(Generic[Keys]):
    """Keys of at most ``capacity`` owners, each for at most 60 s after it was opened.

    What leaves the cache is let go of, and so is overwritten once the last who works with it lets go too.
    """

    def __init__(self, clock: Clock, capacity: int) -> None:
        self._clock = clock
        self._capacity = capacity
        #: In the order of opening.
        self._opened: dict[Owner, tuple[datetime, Keys]] = {}
        self._openings: set[Opening] = set()

    async def obtain(self, owner: Owner, opened: Callable[[], Awaitable[Keys]]) -> Keys:
        """The owner's keys, by ``opened`` if they are not at hand. Raises KeyUnavailable."""
        now = self._clock()
        held = self._opened.get(owner)
        if held is not None and _is_fresh(held[0], now):
            return held[1]
        keys = await self._arrived(owner, opened)
        self.expire()
        self._opened[owner] = (now, keys)
        if len(self._opened) > self._capacity:
            del self._opened[next(iter(self._opened))]
        return keys

    def forget(self, tenant: str, besides: Collection[str] = ()) -> None:
        """Let go of a tenant's keys, but those of the owners ``besides``.

        Those that are just being opened do not arrive.
        """
        self._opened = {
            owner: held for owner, held in self._opened.items() if owner[0] != tenant or owner[1] in besides
        }
        for opening in self._openings:
            opening.forgotten |= opening.owner[0] == tenant and opening.owner[1] not in besides

    def expire(self) -> None:
        """Let go of all keys that are too old. Whoever serves calls this at every tick."""
        now = self._clock()
        self._opened = {owner: held for owner, held in self._opened.items() if _is_fresh(held[0], now)}

    async def _arrived(self, owner: Owner, opened: Callable[[], Awaitable[Keys]]) -> Keys:
        opening = Opening(owner)
        self._openings.add(opening)
        try:
            keys = await opened()
        finally:
            self._openings.discard(opening)
        if opening.forgotten:
            raise KeyUnavailable(
                "A tenant's keys were dropped while they were being opened: its authorization has moved on. "
                "Look at it again before going on."
            )
        return keys


def _is_fresh(opened_at: datetime, now: datetime) -> bool:
    # Opened later than now: the clock was set back, and the age is not known.
    return opened_at <= now < opened_at + LIFETIME
