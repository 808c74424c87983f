"""Requests of people at a tenant that was withdrawn: what becomes of them. Needs its evidence key alone."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, insert, update

from gateway.booking import TenantId
from gateway.request import SubjectRequest
from gateway.store.asked import RequestRow, requests_of
from gateway.store.handle import Handle
from gateway.store.registry import Registry, known_standing
from gateway.store.requests import known_request, sealed_row
from gateway.store.row_lock import lock_row
from gateway.store.tables import bucket_of, requests
from gateway.store.withdrawals import withdrawals_of
from gateway.vault.columns import SealedColumn


def requests_to_end(handle: Handle, tenant: TenantId) -> list[RequestRow]:
    """Those that wait, or restrict, or have taken a step of which something is left to be done."""
    found = requests_of(handle, tenant)
    return [row for row in found if row.is_open or row.restricts or row.settled < row.number]


def end_requests(
    registry: Registry, tenant: TenantId, column: SealedColumn, missing: Iterable[SubjectRequest]
) -> None:
    """Write what the withdrawal makes of all that were asked. ``missing``: as they stood, which a copy lacks.

    Who asked is gone by then. Raises Unreadable.
    """
    handle = registry.handle
    lock_row(handle, tenant)
    stored = {row.id: row.number for row in requests_of(handle, tenant)}
    for request in missing:
        # Unless another process has written it, just now.
        if stored.get(request.id, 0) < len(request.steps):
            _put(handle, tenant, request, column)
    at = _erased_at(registry, tenant)
    for row in requests_of(handle, tenant):
        if row.is_open or row.restricts:
            _put(handle, tenant, known_request(handle, tenant, row.id, column).end(at), column)


def _put(handle: Handle, tenant: TenantId, request: SubjectRequest, column: SealedColumn) -> None:
    row = sealed_row(request, known_standing(handle, tenant).authorization.epoch, column)
    if handle.execute(update(requests).where(_is(tenant, request.id)).values(row)).rowcount == 0:
        new = {"bucket": bucket_of(tenant), "tenant": tenant, "id": request.id, **row}
        handle.execute(insert(requests).values(**new))


def _is(tenant: TenantId, request: str) -> ColumnElement[bool]:
    return and_(requests.c.bucket == bucket_of(tenant), requests.c.tenant == tenant, requests.c.id == request)


def _erased_at(registry: Registry, tenant: TenantId) -> int:
    """Since when nothing is kept of anybody: as of then it is over, however late that is written down."""
    own = known_standing(registry.handle, tenant).authorization.id
    found = withdrawals_of(registry.handle, tenant)
    return max((row.erased_at or 0 for row in found if row.authorization == own), default=0) or registry.now
