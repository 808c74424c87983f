"""Pending at provider: what only a customer can remove there is asked for daily, until it is gone.

Tokens alone are asked for, by our own credential: no request of it reads a calendar or a directory.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

import structlog

from gateway.booking import TenantId
from gateway.clock import DAY_MILLISECONDS, HOUR_MILLISECONDS, Clock, milliseconds
from gateway.errors import Fenced, GatewayError, KeyUnavailable, Unreadable
from gateway.record import AuthorizationRecord
from gateway.store.chosen import is_connected
from gateway.store.leases import Lease
from gateway.store.registry import RECORD, Registry, Standing, known_standing, load_record, standings
from gateway.store.removals import RemovalState, ask_later, note_asked, removal_of
from gateway.store.scope import TenantScope
from gateway.store.store import Store
from gateway.store.tables import removals
from gateway.vault.keyring import Keyring

log = structlog.get_logger()

#: Behind it nobody is asked any more: what was seen last is what is told.
ASKED_DAYS = 90


class Seen(NamedTuple):
    """How it stands at a provider, and what it answered: a code of ours."""

    state: RemovalState
    reason: str


class NotSeen(GatewayError):
    """A provider could not be asked, or its answer says nothing of what a customer has granted."""


#: Asks a provider how it stands with what was granted by that record. Raises NotSeen.
Look = Callable[[AuthorizationRecord], Awaitable[Seen]]


class Pending:
    """Asks for what is due. One of many: leases keep them apart."""

    def __init__(self, store: Store, keyring: Keyring, clock: Clock, *, look: Look, owner: str) -> None:
        self._store = store
        self._keyring = keyring
        self._clock = clock
        self._look = look
        self._owner = owner

    async def visit(self) -> None:
        """Ask of every tenant that is due. One that cannot be asked does not hold up the others."""
        for tenant in sorted(await self._store.tenants_with_due(removals)):
            for lease in await self._store.claim(removals, tenant=tenant, owner=self._owner, limit=1):
                try:
                    await self._ask(tenant, lease)
                except Fenced:
                    # It took so long that another process asks as well.
                    continue

    async def _ask(self, tenant: TenantId, lease: Lease) -> None:
        try:
            seen = await self._seen(tenant)
        except GatewayError as error:
            log.warning("removal_not_seen", tenant=tenant, code=type(error).__name__)
            again = await self._again(tenant, HOUR_MILLISECONDS)
            await self._write(tenant, partial(ask_later, lease=lease, due_at=again))
            return
        is_open = seen.state is RemovalState.PENDING
        again = await self._again(tenant, DAY_MILLISECONDS) if is_open else None
        note = partial(note_asked, lease=lease, state=seen.state, reason=seen.reason, due_at=again)
        await self._write(tenant, note)

    async def _seen(self, tenant: TenantId) -> Seen:
        found = await self._store.read(standings)
        record = await self._record(await self._store.read(partial(known_standing, tenant=tenant)))
        others = [one for one in found if one.authorization.state.is_open and one.tenant != tenant]
        if await self._store.read(partial(is_connected, tenant=tenant)):
            return Seen(RemovalState.GRANTED_ANEW, "reconnected")
        if any([await self._is_of(one, record) for one in others]):
            return Seen(RemovalState.GRANTED_ANEW, "onboarded_again")
        return await self._look(record)

    async def _is_of(self, standing: Standing, record: AuthorizationRecord) -> bool:
        try:
            return _is_same(record, await self._record(standing))
        except (KeyUnavailable, Unreadable):
            # Of one whose evidence is closed nobody knows, and the others do not wait for it.
            return False

    async def _record(self, standing: Standing) -> AuthorizationRecord:
        column = await self._keyring.evidence(standing.tenant, *RECORD)
        return await self._store.read(partial(load_record, standing=standing, column=column))

    async def _again(self, tenant: TenantId, after: int) -> int | None:
        """When it is asked next; None once it was asked long enough."""
        known, at = await self._store.read(partial(removal_of, tenant=tenant)), milliseconds(self._clock())
        until = at if known is None else known.since + ASKED_DAYS * DAY_MILLISECONDS
        return at + after if at + after < until else None

    async def _write(self, tenant: TenantId, note: Callable[[TenantScope], None]) -> None:
        def write(rows: Registry) -> None:
            note(TenantScope(handle=rows.handle, tenant=tenant, now=rows.now))

        await self._store.administer(write)


def _is_same(one: AuthorizationRecord, other: AuthorizationRecord) -> bool:
    """Whether two records are of one directory. Both providers take their ids in any case."""
    return one.provider is other.provider and one.directory.casefold() == other.directory.casefold()
