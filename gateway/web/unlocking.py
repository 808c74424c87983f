"""The keys that a page of the feed needs, asked for beforehand: nothing is waited for while it is read."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import structlog

from gateway.booking import TenantId
from gateway.errors import KeyUnavailable, RestoredStore
from gateway.store.feed_log import PersonalKeys
from gateway.store.registry import Standing
from gateway.store.unlock import unlock
from gateway.vault.keyring import Keyring, TenantKeys
from gateway.vault.keys import DataKeyOwner

#: How long one tenant's keys may take, and how many are asked for at once.
KEYS_TIMEOUT_SECONDS = 2
KEYS_AT_ONCE = 8

logger = structlog.get_logger()

Name = TypeVar("Name", bound=Hashable)
Asked = TypeVar("Asked")
Found = TypeVar("Found")

#: Persons and subjects whose keys a page needs as well, by tenant.
Wanted = Mapping[TenantId, AbstractSet[DataKeyOwner]]


class Unlocked(NamedTuple):
    """A tenant's keys, if they are to be had, and the epoch at which they were asked for."""

    epoch: int
    keys: TenantKeys | None
    persons: PersonalKeys = MappingProxyType({})


async def all_keys(
    keyring: Keyring, found: Mapping[TenantId, Standing], wanted: Wanted
) -> dict[TenantId, Unlocked]:
    """The keys of all tenants that may be served. One whose keys are late does not hold up the others."""

    async def unlocked(standing: Standing) -> Unlocked:
        persons = await _of_persons(keyring, standing.tenant, wanted.get(standing.tenant, frozenset()))
        return Unlocked(standing.authorization.epoch, await _keys(keyring, standing), persons)

    return await _each(found, unlocked)


async def _of_persons(keyring: Keyring, tenant: TenantId, wanted: AbstractSet[DataKeyOwner]) -> PersonalKeys:
    async def opened(owner: DataKeyOwner) -> TenantKeys | None:
        try:
            async with asyncio.timeout(KEYS_TIMEOUT_SECONDS):
                return await keyring.tenant(tenant, owner)
        except (KeyUnavailable, TimeoutError) as error:
            # A link's that stays away keeps the tenant from being served: the link can be withdrawn.
            logger.warning("key_not_at_hand", tenant=tenant, owner=owner, code=type(error).__name__)
            return None

    return await _each({owner: owner for owner in wanted}, opened)


async def _each(asked: Mapping[Name, Asked], find: Callable[[Asked], Awaitable[Found]]) -> dict[Name, Found]:
    """What is found of each, a few at a time."""
    at_once = asyncio.Semaphore(KEYS_AT_ONCE)

    async def one(what: Asked) -> Found:
        async with at_once:
            return await find(what)

    async with asyncio.TaskGroup() as group:
        tasks = {name: group.create_task(one(what)) for name, what in asked.items()}
    return {name: task.result() for name, task in tasks.items()}


async def _keys(keyring: Keyring, standing: Standing) -> TenantKeys | None:
    """None where they are not to be had in time, or not needed."""
    if not standing.authorization.state.may_serve:
        return None
    try:
        async with asyncio.timeout(KEYS_TIMEOUT_SECONDS):
            return await unlock(keyring, standing)
    except (KeyUnavailable, RestoredStore, TimeoutError) as error:
        logger.warning("tenant_not_served", tenant=standing.tenant, code=type(error).__name__)
        return None
