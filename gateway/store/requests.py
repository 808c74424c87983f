"""Requests of people: what each asks for and until when, and by whom, as keyed hashes alone."""

from collections.abc import Collection
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Select, Update, delete, insert, select, update

from gateway.authorization import AuthorizationId, State, SuspensionReason
from gateway.booking import TenantId
from gateway.errors import UnknownName
from gateway.request import OPEN, RequestKind, RequestState, SubjectRequest, restricts
from gateway.store.handle import Handle
from gateway.store.hold import hold
from gateway.store.links import Links
from gateway.store.registry import Registry, standing_under
from gateway.store.restrictions import RESTRICTS
from gateway.store.scope import Scope, TenantScope
from gateway.store.tables import bucket_of, request_finders, requests
from gateway.store.told import few

#: The column under the evidence key.
RECORD = ("requests", "record")


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
    hold(registry.handle, row.tenant)
    registry.handle.execute(_one(row).values(told_days=days))


def note_settled(registry: Registry, row: RequestRow) -> None:
    """Nothing is left to be done of the steps that a request had taken by then. Needs no key."""
    hold(registry.handle, row.tenant)
    registry.handle.execute(_one(row).where(requests.c.settled < row.number).values(settled=row.number))


class RequestRows:
    """The requests at one tenant within one transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._record = scope.keys.evidence(*RECORD)

    def find(self, request: str) -> SubjectRequest | None:
        """A request, opened, or None if there is none of that id."""
        found = select(requests.c.epoch, requests.c.record).where(self._is(request))
        row = self._scope.handle.execute(found).one_or_none()
        if row is None:
            return None
        return msgspec.json.decode(self._record.open(request, row.epoch, row.record), type=SubjectRequest)

    def load(self, request: str) -> SubjectRequest:
        """As ``find``. Raises UnknownName."""
        found = self.find(request)
        if found is None:
            raise UnknownName("There is no such request. 'gateway request list' shows those at a tenant.")
        return found

    def found_by(self, request: str) -> tuple[str, ...]:
        """The keyed hashes of whoever asks."""
        own = self._scope.own(request_finders) & (request_finders.c.request == request)
        theirs = self._scope.handle.execute(select(request_finders.c.finder).where(own))
        return tuple(sorted(theirs.scalars()))

    def put(self, request: SubjectRequest, found_by: Collection[str]) -> None:
        """Write what a request has become. A link that it is about is suspended while any restricts it."""
        scope, row = self._scope, self._row(request)
        of_tenant = {"bucket": scope.bucket, "tenant": scope.tenant}
        if scope.handle.execute(update(requests).where(self._is(request.id)).values(row)).rowcount == 0:
            scope.handle.execute(insert(requests).values(**of_tenant, id=request.id, **row))
            for finder in sorted(set(found_by)):
                new = insert(request_finders).values(**of_tenant, request=request.id, finder=finder)
                scope.handle.execute(new)
        if request.link is not None:
            self._settle_link(request.link)

    def _row(self, request: SubjectRequest) -> dict[str, object]:
        epoch = self._scope.epoch
        return {
            "kind": request.kind,
            "state": request.state,
            "link": request.link,
            "epoch": epoch,
            "opened_at": request.opened_at,
            "ends_at": request.ends_at,
            "executes_at": request.executes_at,
            "ended_at": request.ended_at,
            # Each step may have moved the end: what is left is told anew.
            "told_days": None,
            "number": len(request.steps),
            "record": self._record.seal(request.id, epoch, msgspec.json.encode(request)),
        }

    def _settle_link(self, link: AuthorizationId) -> None:
        scope, registry = self._scope, Registry(self._scope.handle, self._scope.now)
        standing = standing_under(scope.handle, scope.tenant, link)
        if standing is None:
            # Not in a store that was put back from before.
            return
        before = standing.authorization
        if is_restricted(scope.handle, scope.tenant, link):
            if before.state.may_read:
                Links(registry).change(before, before.suspend(SuspensionReason.RESTRICTED))
        elif before.state is State.SUSPENDED and before.reason is SuspensionReason.RESTRICTED:
            Links(registry).change(before, before.resume())

    def _is(self, request: str) -> ColumnElement[bool]:
        return self._scope.own(requests) & (requests.c.id == request)


def forget_requests(scope: TenantScope, before: int) -> None:
    """Forget those that ended before then (epoch milliseconds)."""
    over = [row.id for row in requests_over(scope.handle, scope.tenant, before)]
    for table, column in ((request_finders, request_finders.c.request), (requests, requests.c.id)):
        for some in few(over):
            scope.handle.execute(delete(table).where(scope.own(table), column.in_(some)))


def _one(row: RequestRow) -> Update:
    of_tenant = (requests.c.bucket == bucket_of(row.tenant)) & (requests.c.tenant == row.tenant)
    return update(requests).where(of_tenant, requests.c.id == row.id)


def _rows(handle: Handle, found: Select[Any]) -> list[RequestRow]:
    rows = (RequestRow(*row) for row in handle.execute(found))
    return [row._replace(kind=RequestKind(row.kind), state=RequestState(row.state)) for row in rows]
