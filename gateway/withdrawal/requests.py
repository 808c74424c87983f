"""Requests that wait: what is left to be done of their steps, what time carries out, what has to be told."""

from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from gateway.authorization import State
from gateway.booking import TenantId
from gateway.clock import Clock, milliseconds
from gateway.errors import GatewayError
from gateway.request import By, SubjectRequest
from gateway.store.asked import RequestRow, note_settled, note_told, requests_of, requests_waiting
from gateway.store.leases import Lease
from gateway.store.persons import links_of
from gateway.store.registry import Registry, Standing, known_standing
from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.store.unlock import open_keys
from gateway.vault.keyring import Keyring, TenantKeys
from gateway.vault.keys import KeyService
from gateway.withdrawal.cascade import Cascade
from gateway.withdrawal.ending_requests import end_all_requests
from gateway.withdrawal.recording_requests import record_request
from gateway.withdrawal.request_deadlines import RequestNotice, notice_due
from gateway.withdrawal.restricting import asking
from gateway.withdrawal.subject_steps import Narrow, take_out_of_copies

log = structlog.get_logger()

#: What follows a step of a request. Raises GatewayError if it has to be tried again later.
Effect = Callable[[], Awaitable[None]]

#: Told what comes, once it was written down.
OnRequestNotice = Callable[[TenantId, RequestNotice], None]


def log_request_notice(tenant: TenantId, notice: RequestNotice) -> None:
    """For operators, who tell the tenant: what was asked for, and until when, and nothing else."""
    what = "request_notice" if notice.days else "request_overdue"
    log.warning(what, tenant=tenant, kind=notice.kind.value, days=notice.days)


class Requests:
    """Visits every request that waits for something. Each step may be repeated, by any process."""

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        keys: KeyService,
        cascade: Cascade,
        narrow: Narrow,
        clock: Clock,
        on_notice: OnRequestNotice = log_request_notice,
    ) -> None:
        self._store = store
        self._keyring = keyring
        self._keys = keys
        self._cascade = cascade
        self._narrow = narrow
        self._clock = clock
        self._on_notice = on_notice

    async def visit_all(self) -> None:
        """Do what is due by now. One that fails does not hold up the others."""
        for row in await self._store.read(requests_waiting):
            standing = await self._store.read(partial(known_standing, tenant=row.tenant))
            if self._keyring.withholds(row.tenant) or standing.authorization.state is State.WITHDRAWN:
                # Of a tenant that was withdrawn, the cascade ends all of them.
                continue
            try:
                await self._visit(row, standing)
            except GatewayError as error:
                log.warning("request_delayed", tenant=row.tenant, code=type(error).__name__)

    async def _visit(self, row: RequestRow, standing: Standing) -> None:
        if not standing.authorization.state.is_open:
            # Its cascade was done before such were ended.
            await end_all_requests(self._store, self._keyring, self._keys, row.tenant)
            return
        now = milliseconds(self._clock())
        notice = await self._store.administer(partial(_write_down, seen=row))
        if notice is not None:
            self._on_notice(row.tenant, notice)
        if row.settled < row.number:
            await self.settle((await self._load(row.id, standing))[0], standing)
        if row.is_open and row.executes_at is not None and row.executes_at <= now:
            for lease in await self.execute(row.id, standing, By.INSTRUCTION):
                await self._cascade.drive(lease)

    async def settle(self, request: SubjectRequest, standing: Standing) -> None:
        """What follows a step, and is as much whoever asks: what is stored obeys, and the key service knows.

        The step itself holds. What fails here is logged, and tried again by whoever visits it.
        """
        tenant = standing.tenant
        found_by = (await self._load(request.id, standing))[1]
        effects: list[Effect] = [
            partial(record_request, self._keys, self._keyring, tenant, request, found_by)
        ]
        if request.restricts:
            effects += [partial(self._narrow, tenant), partial(self._take_out, request, standing)]
        done = [await _is_done(effect, tenant) for effect in effects]
        if all(done):
            settled = partial(note_settled, tenant=tenant, request=request.id, number=len(request.steps))
            await self._store.administer(settled)

    async def execute(self, request: str, standing: Standing, by: By) -> list[Lease]:
        """Fence by an objection or an erasure, which is carried out with that; whoever calls drives the rest.

        Nothing is done of one that has ended. Raises GatewayError.
        """
        keys, fence = await self._opened(standing)
        return await self._cascade.fence_request(fence, keys, request, by)

    async def _take_out(self, request: SubjectRequest, standing: Standing) -> None:
        """Of everybody's calendar: whoever asks may have organized what stands there, or not."""
        keys, fence = await self._opened(standing)
        subjects = await self._store.look(fence, keys, partial(asking, request=request))
        links = await self._store.read(partial(links_of, tenant=standing.tenant))
        whose = {link.authorization for link in links if link.state.is_open}
        await take_out_of_copies(self._store, self._keyring, standing, subjects, whose)

    async def _load(self, request: str, standing: Standing) -> tuple[SubjectRequest, tuple[str, ...]]:
        keys, fence = await self._opened(standing)

        def load(transaction: Transaction) -> tuple[SubjectRequest, tuple[str, ...]]:
            return transaction.requests.load(request), transaction.requests.found_by(request)

        return await self._store.look(fence, keys, load)

    async def _opened(self, standing: Standing) -> tuple[TenantKeys, Fence]:
        return await open_keys(self._keyring, standing), Fence.of(standing)


async def _is_done(effect: Effect, tenant: TenantId) -> bool:
    try:
        await effect()
    except GatewayError as error:
        log.warning("request_delayed", tenant=tenant, code=type(error).__name__)
        return False
    return True


def _write_down(registry: Registry, seen: RequestRow) -> RequestNotice | None:
    row = next((one for one in requests_of(registry.handle, seen.tenant) if one.id == seen.id), None)
    notice = None if row is None else notice_due(row, registry.now)
    if row is not None and notice is not None:
        note_told(registry, row, notice.days)
    return notice
