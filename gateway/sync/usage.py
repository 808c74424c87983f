"""Usage: of every tenant that asked for it, days are counted and months released, by time alone."""

from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.clock import HOUR_MILLISECONDS, Clock, milliseconds
from gateway.errors import GatewayError
from gateway.store.receipts import day_of
from gateway.store.registry import Standing, load_tenant, standings
from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.store.unlock import unlock
from gateway.sync.counting import count_day
from gateway.sync.releasing import NOT_INSTALLED, NOT_TOLD, Noise, months_over, release
from gateway.tenant import Tenant
from gateway.vault.keyring import Keyring, TenantKeys
from gateway.vault.keys import KeyService

log = structlog.get_logger()

#: Under which name the key service knows the month behind the newest that was released of a tenant.
RELEASED = AuthorizationId("usage")

#: Whether a tenant lets it be told who booked.
TellsBookers = Callable[[Tenant], bool]
#: What makes counts of people anonymous, where it is installed.
LoadNoise = Callable[[], Awaitable[Noise | None]]


class Statistics:
    """Visits every tenant that asked for statistics and is served, once an hour.

    A day is counted while the next one lasts, since bookings stay for so long.
    """

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        keys: KeyService,
        clock: Clock,
        *,
        tells_bookers: TellsBookers,
        load_noise: LoadNoise,
    ) -> None:
        self._store = store
        self._keyring = keyring
        self._keys = keys
        self._clock = clock
        self._tells_bookers = tells_bookers
        self._load_noise = load_noise
        #: In which hour a tenant was visited last, and which day is counted of all its places.
        self._visited: dict[TenantId, int] = {}
        self._counted: dict[TenantId, int] = {}

    async def visit_all(self) -> None:
        """Visit whom nobody visited in this hour; one that fails does not hold up the others."""
        hour = milliseconds(self._clock()) // HOUR_MILLISECONDS
        for standing in await self._store.read(standings):
            if not standing.authorization.state.may_serve or self._visited.get(standing.tenant) == hour:
                continue
            self._visited[standing.tenant] = hour
            try:
                await self._visit(standing)
            except GatewayError as error:
                log.info("statistics_stopped", tenant=standing.tenant, code=type(error).__name__)

    async def _visit(self, standing: Standing) -> None:
        keys = await unlock(self._keyring, standing)
        tenant = await self._store.read(partial(load_tenant, standing=standing, keys=keys))
        if not tenant.registration.statistics:
            return
        fence, today = Fence.of(standing), day_of(milliseconds(self._clock()))
        noise = await self._noise(tenant)
        if self._counted.get(tenant.id) != today - 1:
            bookers = not isinstance(noise, str)
            if await count_day(self._store, fence, keys, today - 1, bookers=bookers):
                self._counted[tenant.id] = today - 1
        await self._release(fence, keys, months_over(today), noise)

    async def _noise(self, tenant: Tenant) -> Noise | str:
        """What makes counts of people anonymous, or why none are told."""
        if not self._tells_bookers(tenant):
            return NOT_TOLD
        return await self._load_noise() or NOT_INSTALLED

    async def _release(self, fence: Fence, keys: TenantKeys, before: int, noise: Noise | str) -> None:
        newest, months = await self._store.look(fence, keys, partial(_unreleased, before=before))
        known = await self._keys.epoch(fence.tenant, RELEASED)
        released = max(newest, known)
        for month in months:
            if month < released:
                # The store was put back from before: with other noise it would tell more of the same people.
                log.warning("usage_is_not_released_again", tenant=fence.tenant)
                await self._store.turn(fence, keys, partial(_drop, month=month))
                continue
            told = partial(release, tenant=fence.tenant, month=month, index=keys.index, noise=noise)
            await self._store.turn(fence, keys, told)
            released = month + 1
        if released > known:
            await self._keys.raise_epoch(fence.tenant, RELEASED, released)


def _unreleased(transaction: Transaction, before: int) -> tuple[int, list[int]]:
    """The month behind the newest that was released, 0 if none was; and those that are to be."""
    newest = transaction.usage.newest()
    return 0 if newest is None else newest + 1, transaction.usage.unreleased(before)


def _drop(transaction: Transaction, month: int) -> None:
    transaction.usage.drop_counted(month)
