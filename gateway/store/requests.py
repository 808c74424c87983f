"""Requests of people: what each asks for and until when, and by whom, as keyed hashes alone."""

from collections.abc import Collection

import msgspec
from sqlalchemy import ColumnElement, insert, select, update

from gateway.authorization import AuthorizationId, State, SuspensionReason
from gateway.booking import TenantId
from gateway.errors import UnknownName
from gateway.request import SubjectRequest
from gateway.store.asked import is_restricted
from gateway.store.grants import GrantRows
from gateway.store.handle import Handle
from gateway.store.scope import Scope
from gateway.store.tables import bucket_of, request_finders, requests
from gateway.vault.columns import SealedColumn

#: The column under the evidence key.
RECORD = ("requests", "record")


def find_request(
    handle: Handle, tenant: TenantId, request: str, column: SealedColumn
) -> SubjectRequest | None:
    """A request, opened, or None if there is none of that id. Raises Unreadable."""
    own = (requests.c.bucket == bucket_of(tenant)) & (requests.c.tenant == tenant)
    found = select(requests.c.epoch, requests.c.record).where(own, requests.c.id == request)
    row = handle.execute(found).one_or_none()
    if row is None:
        return None
    return msgspec.json.decode(column.open(request, row.epoch, row.record), type=SubjectRequest)


def known_request(handle: Handle, tenant: TenantId, request: str, column: SealedColumn) -> SubjectRequest:
    """As ``find_request``. Raises UnknownName."""
    found = find_request(handle, tenant, request, column)
    if found is None:
        raise UnknownName("There is no such request. 'gateway request list' shows those at a tenant.")
    return found


def known_requests(handle: Handle, tenant: TenantId, column: SealedColumn) -> list[SubjectRequest]:
    """Every request at a tenant, opened, the first first. Raises Unreadable."""
    mine = (requests.c.bucket == bucket_of(tenant)) & (requests.c.tenant == tenant)
    found = select(requests.c.id, requests.c.epoch, requests.c.record).where(mine)
    rows = handle.execute(found.order_by(requests.c.opened_at, requests.c.id))
    return [
        msgspec.json.decode(column.open(row.id, row.epoch, row.record), type=SubjectRequest) for row in rows
    ]


def sealed_row(request: SubjectRequest, epoch: int, column: SealedColumn) -> dict[str, object]:
    """What a request has become, as it is stored."""
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
        "record": column.seal(request.id, epoch, msgspec.json.encode(request)),
    }


class RequestRows:
    """The requests at one tenant within one transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._record = scope.keys.evidence(*RECORD)

    def find(self, request: str) -> SubjectRequest | None:
        """A request, opened, or None if there is none of that id."""
        return find_request(self._scope.handle, self._scope.tenant, request, self._record)

    def load(self, request: str) -> SubjectRequest:
        """As ``find``. Raises UnknownName."""
        return known_request(self._scope.handle, self._scope.tenant, request, self._record)

    def found_by(self, request: str) -> tuple[str, ...]:
        """The keyed hashes of whoever asks."""
        own = self._scope.own(request_finders) & (request_finders.c.request == request)
        theirs = self._scope.handle.execute(select(request_finders.c.finder).where(own))
        return tuple(sorted(theirs.scalars()))

    def put(self, request: SubjectRequest, found_by: Collection[str]) -> None:
        """Write what a request has become. A link that it is about is suspended while any restricts it."""
        scope = self._scope
        row = sealed_row(request, scope.epoch, self._record)
        of_tenant = {"bucket": scope.bucket, "tenant": scope.tenant}
        if scope.handle.execute(update(requests).where(self._is(request.id)).values(row)).rowcount == 0:
            scope.handle.execute(insert(requests).values(**of_tenant, id=request.id, **row))
            for finder in sorted(set(found_by)):
                new = insert(request_finders).values(**of_tenant, request=request.id, finder=finder)
                scope.handle.execute(new)
        if request.link is not None:
            self._settle_link(request.link)

    def _settle_link(self, link: AuthorizationId) -> None:
        scope, grants = self._scope, GrantRows(self._scope)
        before = grants.find(link)
        if before is None:
            return
        if is_restricted(scope.handle, scope.tenant, link):
            if before.state.may_read:
                grants.change(before, before.suspend(SuspensionReason.RESTRICTED))
        elif before.state is State.SUSPENDED and before.reason is SuspensionReason.RESTRICTED:
            grants.change(before, before.resume())

    def _is(self, request: str) -> ColumnElement[bool]:
        return self._scope.own(requests) & (requests.c.id == request)
