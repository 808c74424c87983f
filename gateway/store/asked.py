"""Requests of people as they stand: what each asks, until when, and what is left to be done. Needs no key."""

from typing import Any, NamedTuple

from sqlalchemy import Select, Update, delete, select, update

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.request import OPEN, RequestKind, RequestState, keeps, restricts
from gateway.store.handle import Handle
from gateway.store.registry import Registry
from gateway.store.restrictions import RESTRICTS
from gateway.store.row_lock import lock_row
from gateway.store.scope import TenantScope
from gateway.store.tables import bucket_of, request_finders, requests
from gateway.store.told import few


class RequestRow(NamedTuple):
    """A request as it stands, without who asks. Needs no key. Times are epoch milliseconds."""

    tenant: TenantId
    id: str
    kind: RequestKind
    state: RequestState
    link: AuthorizationId | None
    opened_at: int
    ends_at: int
    executes_at: int | None
    ended_at: int | None
    told_days: int | None
    number: int
    settled: int

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def restricts(self) -> bool:
        return restricts(self.kind, self.state)

    @property
    def keeps(self) -> bool:
        return keeps(self.kind, self.state)


_COLUMNS = [requests.c[name] for name in RequestRow._fields]
_BY_AGE = (requests.c.opened_at, requests.c.id)


def requests_of(handle: Handle, tenant: TenantId) -> list[RequestRow]:
    """Every request at a tenant, the first first."""
    mine = (requests.c.bucket == bucket_of(tenant)) & (requests.c.tenant == tenant)
    return _rows(handle, select(*_COLUMNS).where(mine).order_by(*_BY_AGE))


def requests_waiting(handle: Handle) -> list[RequestRow]:
    """All that wait for an answer, or of whose steps something is left to be done, at whatever tenant."""
    waits = requests.c.state.in_(OPEN) | (requests.c.settled < requests.c.number)
    return _rows(handle, select(*_COLUMNS).where(waits).order_by(*_BY_AGE))


def requests_over(handle: Handle, tenant: TenantId, before: int) -> list[RequestRow]:
    """Those that ended before then (epoch milliseconds)."""
    return [row for row in requests_of(handle, tenant) if row.ended_at is not None and row.ended_at < before]


def requests_found_by(handle: Handle, tenant: TenantId, found_by: str) -> set[str]:
    """The requests of whoever a keyed hash finds."""
    theirs = select(request_finders.c.request).where(
        request_finders.c.bucket == bucket_of(tenant),
        request_finders.c.tenant == tenant,
        request_finders.c.finder == found_by,
    )
    return set(handle.execute(theirs).scalars())


def is_restricted(handle: Handle, tenant: TenantId, link: AuthorizationId) -> bool:
    """Whether a person's own calendar is to be left alone."""
    of_tenant = (requests.c.bucket == bucket_of(tenant)) & (requests.c.tenant == tenant)
    one = select(requests.c.id).where(of_tenant, requests.c.link == link, RESTRICTS).limit(1)
    return handle.execute(one).first() is not None


def note_told(registry: Registry, row: RequestRow, days: int) -> None:
    """It was told how many days are left. Needs no key."""
    lock_row(registry.handle, row.tenant)
    registry.handle.execute(_one(row.tenant, row.id).values(told_days=days))


def note_settled(registry: Registry, tenant: TenantId, request: str, number: int) -> None:
    """Nothing is left to be done of so many steps of a request. Needs no key."""
    lock_row(registry.handle, tenant)
    one = _one(tenant, request).where(requests.c.settled < number)
    registry.handle.execute(one.values(settled=number))


def forget_requests(scope: TenantScope, before: int) -> None:
    """Forget those that ended before then (epoch milliseconds)."""
    over = [row.id for row in requests_over(scope.handle, scope.tenant, before)]
    for table, column in ((request_finders, request_finders.c.request), (requests, requests.c.id)):
        for some in few(over):
            scope.handle.execute(delete(table).where(scope.own(table), column.in_(some)))


def _one(tenant: TenantId, request: str) -> Update:
    of_tenant = (requests.c.bucket == bucket_of(tenant)) & (requests.c.tenant == tenant)
    return update(requests).where(of_tenant, requests.c.id == request)


def _rows(handle: Handle, found: Select[Any]) -> list[RequestRow]:
    rows = (RequestRow(*row) for row in handle.execute(found))
    return [row._replace(kind=RequestKind(row.kind), state=RequestState(row.state)) for row in rows]
