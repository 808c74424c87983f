"""The account of an authorization: its record, and what became of it. Read from the evidence alone."""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from gateway.app.accountability.acknowledged import Acknowledged, acknowledged
from gateway.app.accountability.history import changes, changes_by_row, history
from gateway.app.copies.drills import Drilled, drills
from gateway.app.parts import Parts
from gateway.app.tenants import open_record, withdrawals
from gateway.authorization import Authorization, AuthorizationId, AuthorizationKind, State
from gateway.booking import TenantId
from gateway.errors import UnknownName
from gateway.intended import Intended
from gateway.record import AuthorizationRecord, InForce
from gateway.request import SubjectRequest
from gateway.store.history import Happened, HistoryRow
from gateway.store.registry import known_standing, standing_under
from gateway.store.requests import RECORD, known_requests

#: What happens to a tenant and holds for what its people have granted as well.
OF_ALL = frozenset({Happened.AMENDED, Happened.RECIPIENTS, Happened.RULES})


class Happening(NamedTuple):
    """One thing that happened, and what held from then on.

    ``is_own`` is False for what happened to the tenant of a person's authorization. States are the person's,
    ``before`` is the row that happened to it last.
    """

    row: HistoryRow
    is_own: bool
    before: HistoryRow | None
    state: State
    held: InForce
    is_news: bool
    #: What was announced, answered or took effect, if that is what happened.
    change: Intended | None = None

    @property
    def is_from_suspension(self) -> bool:
        return self.before is not None and self.before.state == State.SUSPENDED


class Account(NamedTuple):
    """An authorization as it stands, what was recorded as it was given, and what happened since."""

    authorization: Authorization
    record: AuthorizationRecord
    happenings: tuple[Happening, ...]
    #: What consumers say of its erasures.
    acknowledged: tuple[Acknowledged, ...] = ()
    #: What people asked; of a person's authorization, what names it.
    requests: tuple[SubjectRequest, ...] = ()
    #: Of copies that the installation keeps, since it was recorded; not of what a person has granted.
    drills: tuple[Drilled, ...] = ()

    @property
    def is_personal(self) -> bool:
        return self.authorization.kind is AuthorizationKind.PERSONAL


async def tenants_account(parts: Parts, tenant: TenantId) -> Account:
    """The account of a tenant's authorization. Raises UnknownName, KeyUnavailable, Unreadable."""
    standing = await parts.store.read(partial(known_standing, tenant=tenant))
    record, rows = await open_record(parts, standing), await history(parts, tenant)
    held, about = await changes(parts, tenant), await changes_by_row(parts, tenant)
    told = _in_order(record, [_Told(row, held.get(row.number), change=about.get(row.number)) for row in rows])
    ended = await withdrawals(parts, tenant)
    said = [one for row in ended for one in await acknowledged(parts, tenant, row.id)]
    asked = await requests_at(parts, tenant)
    tried = [one for one in await drills(parts) if one.at >= standing.created_at]
    return Account(standing.authorization, record, tuple(told), tuple(said), tuple(asked), tuple(tried))


async def links_account(parts: Parts, tenant: TenantId, link: AuthorizationId) -> Account:
    """The account of what one person has granted. Raises UnknownName, KeyUnavailable, Unreadable."""
    standing = await parts.store.read(partial(standing_under, tenant=tenant, authorization=link))
    if standing is None or standing.authorization.kind is not AuthorizationKind.PERSONAL:
        raise UnknownName("That tenant never had such a link. 'gateway link list' shows those that it has.")
    record, own = await open_record(parts, standing), await history(parts, tenant, link)
    held, ended = await changes(parts, tenant), not standing.authorization.state.is_open
    shared = [
        _Told(row, held.get(row.number), is_own=False)
        for row in await history(parts, tenant)
        if row.what in OF_ALL and own[0].at < row.at and not (ended and own[-1].at <= row.at)
    ]
    told = _in_order(record, [*map(_Told, own), *shared])
    asked = [one for one in await requests_at(parts, tenant) if one.link == link]
    return Account(standing.authorization, record, tuple(told), requests=tuple(asked))


async def requests_at(parts: Parts, tenant: TenantId) -> list[SubjectRequest]:
    """What people asked of a tenant, the first first. Raises KeyUnavailable, Unreadable."""
    column = await parts.keyring.evidence(tenant, *RECORD)
    return await parts.store.read(partial(known_requests, tenant=tenant, column=column))


class _Told(NamedTuple):
    row: HistoryRow
    held: InForce | None = None
    is_own: bool = True
    change: Intended | None = None


def _in_order(record: AuthorizationRecord, told: list[_Told]) -> Iterator[Happening]:
    before: HistoryRow | None = None
    held = record.in_force
    for row, news, is_own, change in sorted(told, key=lambda one: one.row.at):
        state = State(row.state if is_own or before is None else before.state)
        held = held if news is None else news
        yield Happening(row, is_own, before, state, held, is_news=news is not None, change=change)
        before = row if is_own else before
