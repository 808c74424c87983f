"""Persons: whoever connected their own calendar, opened under their own authorization, once per epoch."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

import msgspec
import structlog

from connectors.delegation import Link, Persist
from connectors.port import Admission, Connector
from gateway.authorization import AuthorizationId, State
from gateway.booking import TenantId
from gateway.errors import Fenced, KeyUnavailable, Unreadable
from gateway.minimization.lattice import Disclosure
from gateway.minimization.personal import Places
from gateway.minimization.places import Listed
from gateway.store.directories import DirectoryRow
from gateway.store.leases import Lease
from gateway.store.persons import LINK_NOT_OPENED
from gateway.store.registry import standing_under
from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.sync import schedule
from gateway.sync.narrowing import narrow_copies
from gateway.sync.tenancy import Tenancy
from gateway.tenant import Tenant
from gateway.vault.keyring import Keyring, TenantKeys

log = structlog.get_logger()

#: Makes what reads a person's calendar. The admission is asked before each request; a link whose refresh
#: token is another now is stored before what came with it is used.
ConnectPerson = Callable[[Tenant, Link, Admission, Persist], Connector]


class Kept(NamedTuple):
    """What is kept of a person from one turn to the next: one grant for each link in the process."""

    fence: Fence
    connector: Connector


class KnownPlaces(NamedTuple):
    """A tenant's places, as of one look at its directory."""

    look: DirectoryRow
    epoch: int
    places: Places


class Persons:
    """Opens persons' authorizations within those of tenants. ``consent`` is what their basis carries."""

    def __init__(
        self, store: Store, keyring: Keyring, connect: ConnectPerson, *, consent: Disclosure
    ) -> None:
        self._store = store
        self._keyring = keyring
        self._connect = connect
        self._consent = consent
        self._kept: dict[TenantId, dict[AuthorizationId, Kept]] = {}
        self._places: dict[TenantId, KnownPlaces] = {}

    async def whose(self, tenancy: Tenancy, lease: Lease, chance: float) -> Tenancy:
        """The tenancy under which leased work is done: the employer's, or a person's within it.

        Raises Fenced where the person's authorization does not stand any more; KeyUnavailable and Unreadable
        where their link does not open, once their calendar was postponed for it.
        """
        if lease.authorization in {None, tenancy.fence.authorization}:
            return tenancy
        link = AuthorizationId(str(lease.authorization))
        try:
            return await self._opened(tenancy, link)
        except (KeyUnavailable, Unreadable) as error:
            log.warning("link_not_opened", tenant=lease.tenant, link=link, code=type(error).__name__)
            await self._store.turn(
                tenancy.fence, tenancy.keys, partial(_postpone, lease=lease, chance=chance)
            )
            raise

    def drop(self, tenant: TenantId) -> None:
        """Let go of a tenant whose epoch moved on."""
        self._kept.pop(tenant, None)
        self._places.pop(tenant, None)

    async def narrow(self, employer: Tenancy, now: datetime) -> None:
        """Let what people's calendars tell of places obey what the places are by now, read or unread."""
        if employer.tenant.registration.persons is not None:
            disclosure = replace(employer, legal_ceiling=self._consent).personal_disclosure()
            await narrow_copies(self._store, self._keyring, employer.fence, employer.keys, disclosure, now)

    def keep_only(self, tenant: TenantId, standing: Mapping[AuthorizationId, int]) -> None:
        """Let go of every person of a tenant who does not stand at that epoch."""
        kept = self._kept.get(tenant, {})
        stays = {one for one, held in kept.items() if standing.get(one) == held.fence.epoch}
        self._kept[tenant] = {one: kept[one] for one in stays}

    async def _opened(self, employer: Tenancy, authorization: AuthorizationId) -> Tenancy:
        tenant = employer.tenant.id
        standing = await self._store.read(partial(standing_under, tenant=tenant, authorization=authorization))
        kept_here = self._kept.setdefault(tenant, {})
        if standing is None or not standing.authorization.state.may_read:
            kept_here.pop(authorization, None)
            raise Fenced("A person's authorization does not stand any more; their calendar was not read.")
        fence = Fence(tenant, authorization, standing.authorization.epoch, within=employer.fence)
        keys = await self._keyring.tenant(tenant, authorization)
        kept = kept_here.get(authorization)
        if kept is None or kept.fence != fence:
            kept = kept_here[authorization] = await self._made(employer.tenant, fence, keys)
        return replace(
            employer,
            fence=fence,
            keys=keys,
            connector=kept.connector,
            legal_ceiling=self._consent,
            is_degraded=standing.authorization.state is State.DEGRADED,
            places=await self._known_places(employer),
        )

    async def _made(self, tenant: Tenant, fence: Fence, keys: TenantKeys) -> Kept:
        found = await self._store.look(fence, keys, lambda transaction: transaction.link.load())
        if found is None:
            raise Fenced("A person's link was withdrawn; their calendar was not read.")

        async def admit() -> None:
            await self._store.check(fence)

        async def persist(link: Link) -> None:
            # Asked for anew: those at hand may have been let go of since.
            now = await self._keyring.tenant(fence.tenant, fence.authorization)
            rotated = msgspec.json.encode(link)
            await self._store.turn(fence, now, lambda transaction: transaction.link.rotate(rotated))

        link = msgspec.json.decode(found, type=Link)
        return Kept(fence, self._connect(tenant, link, admit, persist))

    async def _known_places(self, employer: Tenancy) -> Places:
        """To open them all takes long, and they change with the directory only."""
        tenant, known = employer.tenant.id, self._places.get(employer.tenant.id)
        fence, keys = employer.fence, employer.keys
        # What a braked look has met counts as well.
        look = await self._store.look(fence, keys, lambda to: to.directory.load())
        if known is None or (known.look, known.epoch) != (look, fence.epoch):
            known = KnownPlaces(look, fence.epoch, await self._store.look(fence, keys, _all_places))
            self._places[tenant] = known
        return known.places


def _postpone(transaction: Transaction, *, lease: Lease, chance: float) -> None:
    """Under the employer's fence and keys: the person's own are what is missing."""
    due_at = schedule.next_attempt(transaction.now, lease.attempts, chance)
    transaction.calendars.postpone(lease, due_at=due_at, reason=LINK_NOT_OPENED)


def _all_places(transaction: Transaction) -> Places:
    details = transaction.calendars.details().values()
    listed = (msgspec.json.decode(one, type=Listed) for one in details)
    # As attendees' addresses are.
    return {one.address.lower(): one.place for one in listed}
