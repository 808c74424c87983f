"""Probing: what a signal claims of a tenant's grant is tried at its provider, once it was obeyed.

What that shows stands beside the signal, for people to go by. Nothing is re-opened for it.
"""

import asyncio
from enum import StrEnum
from functools import partial

import structlog

from connectors.errors import AccessDenied, AccessLost, CalendarMissing, ConnectorError, CredentialRefused
from connectors.examining import Examiner
from connectors.port import CalendarAddress
from gateway.app.parts import Parts
from gateway.app.providers.connecting import Examine
from gateway.app.tenants import open_tenant
from gateway.authorization import State, SuspensionReason
from gateway.clock import DAY_MILLISECONDS, HOUR_MILLISECONDS, MINUTE_MILLISECONDS, milliseconds
from gateway.errors import Fenced, GatewayError
from gateway.signals.transmitter import Transmitter, TransmitterKind
from gateway.store.registry import Registry, Standing, standing_of, standings
from gateway.store.scope import TenantScope
from gateway.store.signals import SignalRow, SignalRows, suspensions_of
from gateway.store.store import Fence
from gateway.store.transmitters import transmitters_of
from gateway.store.unlock import unlock

log = structlog.get_logger()

#: Of one probe, whatever its provider does.
PROBE_SECONDS = 60.0
#: What suspended a tenant longer ago is not tried any more.
PROBED_MILLISECONDS = DAY_MILLISECONDS
#: Where nothing was told, it is tried again so often, and for so long.
AGAIN_MILLISECONDS = 5 * MINUTE_MILLISECONDS
AGAIN_UNTIL_MILLISECONDS = HOUR_MILLISECONDS


class Shown(StrEnum):
    """What a probe has shown of a grant."""

    #: A fresh token was given, and a place's calendar can be read.
    STILL_WORKS = "still_works"
    #: That, and so can a mailbox that must stay closed to us.
    TOO_WIDE = "too_wide"
    #: A fresh token was given, and the places or their calendar are refused.
    REDUCED = "reduced"
    #: No token is given any more.
    GONE = "gone"
    #: It is our own credential that is refused, which says nothing of the grant.
    OUR_CREDENTIAL = "our_credential"
    #: The provider was not reached, or has no place to try it by.
    NOT_TOLD = "not_told"


async def shown_by(examiner: Examiner, closed: CalendarAddress | None) -> Shown:
    """Try a fresh token, one calendar that is granted and, where one is known, one that must not be."""
    try:
        await examiner.permissions()
        place = await examiner.place()
        if place is None:
            return Shown.NOT_TOLD
        await examiner.see(place)
    except AccessLost:
        return Shown.GONE
    except CredentialRefused:
        return Shown.OUR_CREDENTIAL
    except (AccessDenied, CalendarMissing):
        return Shown.REDUCED
    except ConnectorError:
        return Shown.NOT_TOLD
    try:
        is_open = closed is not None and not await examiner.is_refused(closed)
    except ConnectorError:
        is_open = False
    return Shown.TOO_WIDE if is_open else Shown.STILL_WORKS


class Probes:
    """Tries what suspended a tenant. Two processes may try the same: they are shown the same."""

    def __init__(self, parts: Parts, examine: Examine) -> None:
        self._parts = parts
        self._examine = examine
        self._tried_at: dict[str, int] = {}

    async def visit(self) -> None:
        """Try what is to be tried by now. One that cannot be does not hold up the others."""
        now = milliseconds(self._parts.clock())
        self._tried_at = {one: at for one, at in self._tried_at.items() if now - at < PROBED_MILLISECONDS}
        for standing in await self._parts.store.read(standings):
            if _may_be_probed(standing):
                try:
                    await self._visit(standing, now)
                except GatewayError as error:
                    log.warning("probe_delayed", tenant=standing.tenant, code=type(error).__name__)

    async def _visit(self, standing: Standing, now: int) -> None:
        since = now - PROBED_MILLISECONDS
        found = await self._parts.store.read(partial(suspensions_of, tenant=standing.tenant, since=since))
        due = [row for row in found if self._is_due(row, now)]
        if not due:
            return
        self._tried_at |= {row.id: now for row in due}
        shown = await self._shown(standing)
        log.warning("suspension_probed", tenant=standing.tenant, status=shown)

        def write(registry: Registry) -> None:
            rows = SignalRows(TenantScope(handle=registry.handle, tenant=standing.tenant, now=registry.now))
            for row in due:
                rows.probed(row.id, shown)

        await self._parts.store.administer(write)

    def _is_due(self, row: SignalRow, now: int) -> bool:
        tried_at = self._tried_at.get(row.id)
        if tried_at is not None and now - tried_at < AGAIN_MILLISECONDS:
            return False
        is_open = row.probe == Shown.NOT_TOLD and now - row.received_at < AGAIN_UNTIL_MILLISECONDS
        return row.probe is None or is_open

    async def _shown(self, standing: Standing) -> Shown:
        """Raises GatewayError where nobody may be asked."""
        tenant = await open_tenant(self._parts, standing)
        closed = await self._closed(standing)
        examiner = self._examine(tenant, partial(self._admit, standing))
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                return await shown_by(examiner, closed)
        except TimeoutError:
            return Shown.NOT_TOLD

    async def _closed(self, standing: Standing) -> CalendarAddress | None:
        """A mailbox that must stay closed to us, where the admin has named one."""
        rows = await self._parts.store.read(partial(transmitters_of, tenant=standing.tenant))
        asked = [row.id for row in rows if TransmitterKind(row.kind).is_asked]
        if not asked:
            return None
        keys = await unlock(self._parts.keyring, standing)
        record = await self._parts.store.look(
            Fence.of(standing), keys, lambda to: to.transmitters.load(asked[0])
        )
        closed = None if record is None else Transmitter.read(record).closed
        return None if closed is None else CalendarAddress(closed)

    async def _admit(self, probed: Standing) -> None:
        """Raises Fenced once the tenant is not as it was when the probe began."""
        now = await self._parts.store.watch(partial(standing_of, tenant=probed.tenant))
        if now is None or now.authorization.epoch != probed.authorization.epoch:
            raise Fenced("The tenant moved on while its grant was tried; nothing was written.")


def _may_be_probed(standing: Standing) -> bool:
    authorization = standing.authorization
    return authorization.state is State.SUSPENDED and authorization.reason is not SuspensionReason.RESTRICTED
