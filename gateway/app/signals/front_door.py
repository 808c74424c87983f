"""The front door: the one for signals, and whom an identity provider may be shown that keeps its users here.

The ids that it is given are hashes of the hashes that are stored: whoever has the store and those ids can lay
neither beside the other without the tenant's key.
"""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from connectors.delegation import Link
from gateway.app.parts import Parts
from gateway.authorization import AuthorizationId
from gateway.booking import SubjectId, TenantId
from gateway.signals.known import Known
from gateway.signals.naming import link_finders, subject_finders
from gateway.signals.scim_ids import Hashed
from gateway.signals.signal import Name, Signal
from gateway.store.handle import Handle
from gateway.store.persons import link_finders_of
from gateway.store.registry import Standing, known_standing, standing_under
from gateway.store.store import Fence
from gateway.store.subjects import finders_of, subjects_of
from gateway.store.unlock import open_keys
from gateway.subject import SubjectRecord
from gateway.vault.index import Index
from gateway.withdrawal.door import Door

#: Keeps ids that are given away apart from all other hashes.
_LABEL = "scim id"


class _Everybody(NamedTuple):
    """Who is known at a tenant, by the keyed hashes that find them."""

    subjects: dict[str, SubjectId]
    links: dict[str, AuthorizationId]


class FrontDoor:
    """One for all tenants."""

    def __init__(self, parts: Parts, door: Door) -> None:
        self._parts = parts
        self._door = door

    async def receive(self, tenant: TenantId, channel: str, signals: Sequence[Signal]) -> None:
        await self._door.receive(tenant, channel, signals)

    async def known(self, tenant: TenantId, names: Collection[Name]) -> Known | None:
        """Whom one of these names finds. Raises KeyUnavailable, UnknownName."""
        index = await self._index(tenant)
        found_by = {*subject_finders(names, index.identifier), *link_finders(names, index.identifier)}
        return await self._first(tenant, lambda finder: finder in found_by)

    async def hashed(self, tenant: TenantId, names: Sequence[Name]) -> Sequence[str]:
        """The keyed hash of each, whoever has it. Raises KeyUnavailable, UnknownName."""
        index = await self._index(tenant)
        everybody = await self._parts.store.read(partial(_everybody, tenant=tenant))
        found = [[*subject_finders([name], index.identifier)] for name in names]
        # As it was kept, where somebody has it.
        kept = [[one for one in finders if one in everybody.subjects] or finders for finders in found]
        return [_given(index, finders[0]) for finders in kept]

    async def known_by_hash(self, tenant: TenantId, name: Hashed) -> Known | None:
        """Whom the name finds of which this is the keyed hash. Raises KeyUnavailable, UnknownName."""
        index = await self._index(tenant)
        return await self._first(tenant, lambda finder: _given(index, finder) == name.hash)

    async def found_by(self, tenant: TenantId, finder: str) -> Known | None:
        """Whom this keyed hash finds. Raises KeyUnavailable, UnknownName."""
        return await self._first(tenant, lambda one: one == finder)

    async def _first(self, tenant: TenantId, is_meant: Callable[[str], bool]) -> Known | None:
        everybody = await self._parts.store.read(partial(_everybody, tenant=tenant))
        for finder, subject in everybody.subjects.items():
            if is_meant(finder):
                return await self._enrolled(tenant, subject)
        for finder, link in everybody.links.items():
            if is_meant(finder):
                return await self._connected(tenant, link)
        return None

    async def _enrolled(self, tenant: TenantId, subject: SubjectId) -> Known | None:
        standing = await self._standing(tenant)
        keys = await open_keys(self._parts.keyring, standing)
        theirs = await self._parts.keyring.tenant(tenant, subject)
        rows = await self._parts.store.read(partial(subjects_of, tenant=tenant))
        record = await self._parts.store.look(
            Fence.of(standing), keys, lambda to: to.subjects.record(subject, theirs)
        )
        if record is None:
            return None
        told = msgspec.json.decode(record, type=SubjectRecord)
        is_active = any(row.id == subject and row.suspended_at is None for row in rows)
        return Known(subject, is_active, tuple(sorted(told.addresses)), told.directory)

    async def _connected(self, tenant: TenantId, link: AuthorizationId) -> Known | None:
        found = await self._parts.store.read(partial(standing_under, tenant=tenant, authorization=link))
        if found is None or not found.authorization.state.is_open:
            return None
        within = Fence.of(await self._standing(tenant))
        fence = Fence(tenant, link, found.authorization.epoch, within=within)
        keys = await self._parts.keyring.tenant(tenant, link)
        record = await self._parts.store.look(fence, keys, lambda to: to.link.load())
        if record is None:
            return None
        account = msgspec.json.decode(record, type=Link).account
        return Known(link, found.authorization.state.may_read, (), account)

    async def _index(self, tenant: TenantId) -> Index:
        return (await open_keys(self._parts.keyring, await self._standing(tenant))).index

    async def _standing(self, tenant: TenantId) -> Standing:
        return await self._parts.store.watch(partial(known_standing, tenant=tenant))


def _given(index: Index, finder: str) -> str:
    return index.identifier(_LABEL, finder)


def _everybody(handle: Handle, *, tenant: TenantId) -> _Everybody:
    return _Everybody(finders_of(handle, tenant), link_finders_of(handle, tenant))
