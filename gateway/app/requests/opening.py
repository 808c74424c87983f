"""Requests of people, as an officer opens them: whether anything is held of somebody does not show."""

import secrets
from collections.abc import Callable, Collection
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from gateway.app.cascades import open_cascade
from gateway.app.parts import Parts
from gateway.app.persons.subjects import finder_of
from gateway.app.terms.narrowing import narrow_open
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.clock import DAY_MILLISECONDS, milliseconds
from gateway.errors import ConfigurationError, UnknownName
from gateway.request import (
    EXECUTED,
    REQUEST,
    RequestKind,
    RequestState,
    RequestStep,
    SubjectRequest,
)
from gateway.store.asked import RequestRow, requests_of
from gateway.store.persons import links_of
from gateway.store.registry import Standing, load_tenant
from gateway.store.requests import RECORD, known_request
from gateway.store.store import Fence
from gateway.store.transaction import Transaction
from gateway.store.unlock import open_keys
from gateway.tenant import Registration
from gateway.vault.keyring import TenantKeys
from gateway.withdrawal.cascade import Cascade
from gateway.withdrawal.giving_back import nothing_to_revoke
from gateway.withdrawal.request_deadlines import MONTHS, end_of, last_day
from gateway.withdrawal.requests import Requests
from gateway.withdrawal.restricting import advance

#: A letter that is older is a date that was mistyped.
RECEIVED_DAYS_MAX = 366
ADDRESSES_MAX = 50


def open_requests(parts: Parts, cascade: Cascade) -> Requests:
    """What visits requests, as one of many."""
    narrow = partial(narrow_open, parts)
    return Requests(parts.store, parts.keyring, parts.keys, cascade, narrow, parts.clock)


async def open_request(
    parts: Parts,
    standing: Standing,
    kind: RequestKind,
    *,
    addresses: Collection[str] = (),
    user: str | None = None,
    link: AuthorizationId | None = None,
    received: date | None = None,
) -> SubjectRequest:
    """Record what somebody asks, by whatever finds them, known or not; what restricts does so at once.

    What is done and returned is the same whether or not anything is held of them. ``received``: the day on
    which it came, today if left out. Raises ConfigurationError, UnknownName for a link, KeyUnavailable.
    """
    keys, choice = await open_choice(parts, standing)
    now = milliseconds(parts.clock())
    found_by = _finders(keys, addresses, user)
    await _refuse_unknown(parts, standing.tenant, link)
    zone = ZoneInfo(choice.zone)
    came = _received(received, parts.clock().astimezone(zone).date())
    request = SubjectRequest(
        id=f"{REQUEST}{secrets.token_urlsafe(16)}",
        kind=kind,
        received=came,
        ends_at=end_of(last_day(came, MONTHS), zone),
        executes_at=now + choice.requests_after_days * DAY_MILLISECONDS if kind in EXECUTED else None,
        link=link,
        steps=(RequestStep(at=now, state=RequestState.OPENED),),
    )

    def write(transaction: Transaction) -> SubjectRequest:
        advance(transaction, keys.index, request, found_by)
        return request

    return await take_step(parts, standing, write)


async def list_requests(parts: Parts, tenant: TenantId) -> list[RequestRow]:
    """Every request at a tenant, the first first."""
    return await parts.store.read(partial(requests_of, tenant=tenant))


async def load_request(parts: Parts, standing: Standing, request: str) -> SubjectRequest:
    """One request with its history, also once its tenant has ended. Raises UnknownName, KeyUnavailable."""
    column = await parts.keyring.evidence(standing.tenant, *RECORD)
    look = partial(known_request, tenant=standing.tenant, request=request, column=column)
    return await parts.store.read(look)


async def take_step(
    parts: Parts, standing: Standing, write: Callable[[Transaction], SubjectRequest]
) -> SubjectRequest:
    """One step, and what comes right after it."""
    keys = await open_keys(parts.keyring, standing)
    request = await parts.store.turn(Fence.of(standing), keys, write)
    await open_requests(parts, open_cascade(parts, nothing_to_revoke)).settle(request, standing)
    return request


async def open_choice(parts: Parts, standing: Standing) -> tuple[TenantKeys, Registration]:
    """A tenant's keys, and what it chose, also when its time is over: people ask. Raises KeyUnavailable."""
    keys = await open_keys(parts.keyring, standing)
    tenant = await parts.store.read(partial(load_tenant, standing=standing, keys=keys))
    return keys, tenant.registration


def _finders(keys: TenantKeys, addresses: Collection[str], user: str | None) -> list[str]:
    """Raises ConfigurationError."""
    if (not addresses and user is None) or len(addresses) > ADDRESSES_MAX:
        raise ConfigurationError(
            f"Say by what they are found: by --address, {ADDRESSES_MAX} at most, or --user. Nothing was "
            "recorded."
        )
    found = [finder_of(keys.index, user=None, address=address) for address in addresses]
    return found if user is None else [*found, finder_of(keys.index, user=user, address=None)]


async def _refuse_unknown(parts: Parts, tenant: TenantId, link: AuthorizationId | None) -> None:
    links = await parts.store.read(partial(links_of, tenant=tenant))
    if link is not None and link not in {row.authorization for row in links}:
        raise UnknownName(
            "There is no such link. The last page of their sign-in named it; 'gateway link list' shows those "
            "of a tenant's people. Nothing was recorded."
        )


def _received(day: date | None, today: date) -> date:
    """Raises ConfigurationError."""
    came = day or today
    if not today - timedelta(days=RECEIVED_DAYS_MAX) <= came <= today:
        raise ConfigurationError(
            "The day on which it came is yet to come, or more than a year ago. Give it as YYYY-MM-DD; "
            "nothing was recorded."
        )
    return came
