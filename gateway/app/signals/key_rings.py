"""The public keys of transmitters, by where they are told: asked for now and then, kept in memory alone."""

import asyncio
from collections import defaultdict
from typing import NamedTuple

from gateway.app.signals.asking import Asker, NotAnswered
from gateway.clock import HOUR_MILLISECONDS, MINUTE_MILLISECONDS
from gateway.signals.key_ring import KeyRing, key_ring
from gateway.signals.refusal import NotHeard

#: A key ring is asked for anew after so long; where it does not know a key, sooner, but not all the time.
KEYS_LAST_MILLISECONDS = HOUR_MILLISECONDS
KEYS_PAUSE_MILLISECONDS = MINUTE_MILLISECONDS // 2


class _Known(NamedTuple):
    """What was told last, and when; and when it was asked for, be it told or not."""

    ring: KeyRing | None
    told_at: int
    asked_at: int


class KeyRings:
    """Those of all transmitters."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._known: dict[str, _Known] = {}
        #: One at a time asks at an address: of several the last to be answered need not be the last to ask.
        self._asking = defaultdict[str, asyncio.Lock](asyncio.Lock)

    async def of(self, address: str, now: int) -> KeyRing:
        """Those that are told there. What was good stays so while nobody answers. Raises NotHeard."""
        known = await self._asked(address, now, lasts=KEYS_LAST_MILLISECONDS)
        if known.ring is None:
            raise _not_told()
        return known.ring

    async def of_since(self, address: str, now: int, since: int) -> KeyRing:
        """Those that have been told since then: what is not among them is not to be had.

        Raises NotHeard where they were asked for a moment ago, or are not told: it is worth trying again.
        """
        known = self._known.get(address)
        if known is None or known.ring is None or known.told_at < since:
            known = await self._asked(address, now, lasts=KEYS_PAUSE_MILLISECONDS)
        if known.ring is None or known.told_at < since:
            raise _not_told()
        return known.ring

    async def _asked(self, address: str, now: int, *, lasts: int) -> _Known:
        async with self._asking[address]:
            known = self._known.get(address)
            if known is not None and known.ring is None:
                lasts = KEYS_PAUSE_MILLISECONDS
            if known is None or not 0 <= now - known.asked_at < lasts:
                known = self._known[address] = await self._told(address, known, now)
            return known

    async def _told(self, address: str, known: _Known | None, now: int) -> _Known:
        try:
            found = key_ring(await self._asker.get(address))
        except NotAnswered:
            found = None
        if found is not None:
            return _Known(found, now, now)
        return _Known(None, 0, now) if known is None else known._replace(asked_at=now)


def _not_told() -> NotHeard:
    return NotHeard(
        "The keys of a transmitter are not to be had. What it tells is not taken; it is told again."
    )
