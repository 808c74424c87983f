"""A look: what is read in one transaction, with keys that were asked for before it.

Nothing is waited for inside a transaction. Where a tenant has moved on since its keys were asked for, or
others are wanted that nobody asked for, they are asked for anew, and it is read again.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from gateway.booking import TenantId
from gateway.store.handle import Handle
from gateway.store.registry import Standing
from gateway.web.parts import Parts
from gateway.web.unlocking import Unlocked, Wanted, all_keys

#: A view of the store that is older than this is not told: a fence may have fallen that it does not show.
READING_TIMEOUT_SECONDS = 5
#: Tenants may move on while they are read; one that goes on doing so is read by the next request.
READINGS_MAX = 4

Found = TypeVar("Found")
Keys = Mapping[TenantId, Unlocked]


class MovedOn(Exception):
    """A tenant is not any more as it was when its keys were asked for."""


class PersonsWanted(MovedOn):
    """What is told is sealed by keys of persons or subjects that were not asked for."""

    def __init__(self, wanted: Wanted) -> None:
        super().__init__()
        self.wanted = wanted


async def look(
    parts: Parts,
    standings: Callable[[Handle], Mapping[TenantId, Standing]],
    read: Callable[[Handle, Keys], Found],
) -> Found:
    """What ``read`` finds with the keys of those tenants. Raises what the two do, and TimeoutError."""
    async with asyncio.timeout(READING_TIMEOUT_SECONDS):
        wanted: Wanted = {}
        moves = 0
        while moves < READINGS_MAX:
            keys = await all_keys(parts.keyring, await parts.store.read(standings), wanted)
            try:
                return await parts.store.read(partial(_read, read, keys))
            except PersonsWanted as error:
                # Beside those that were asked for before: else tenants would want theirs in turn.
                wanted = {**wanted, **error.wanted}
            except MovedOn:
                moves += 1
    raise TimeoutError


def unlocked(keys: Keys, standing: Standing) -> Unlocked:
    """The keys of a tenant as it stands now. Raises MovedOn."""
    found = keys.get(standing.tenant)
    if found is None or found.epoch != standing.authorization.epoch:
        raise MovedOn
    return found


def _read(read: Callable[[Handle, Keys], Found], keys: Keys, handle: Handle) -> Found:
    return read(handle, keys)
