"""POST /v1/subjects:resolve: whether one of FlexO's own users is enrolled, for a person's own bookings.

Nobody is found by a name or an address, and whoever is not enrolled, has withdrawn, is restricted, or is of
another's tenant looks like everybody else who is not there: in what is answered and in how long it takes.
"""

from collections import Counter
from typing import NamedTuple

import msgspec
import structlog
from aiohttp import web

from gateway.booking import SubjectId, TenantId
from gateway.clock import milliseconds
from gateway.errors import Fenced, KeyDestroyed
from gateway.feed.contract import ResolvedSubject, SubjectQuestion
from gateway.receipt import Count, What
from gateway.store.consumers import Consumer
from gateway.store.registry import Standing
from gateway.store.store import Fence
from gateway.store.transaction import Transaction
from gateway.store.unlock import unlock
from gateway.subject import Finder, SubjectRecord, finder
from gateway.vault.keyring import TenantKeys
from gateway.web.authentication import credentials_of
from gateway.web.body import bounded_body
from gateway.web.emission import emit
from gateway.web.evenly import evenly
from gateway.web.limits import RESOLUTIONS, refuse_too_much
from gateway.web.parameters import given_parameters
from gateway.web.parts import PARTS, Parts
from gateway.web.problems import BAD_REQUEST, NOT_FOR_THIS_PURPOSE, NOT_FOUND, Problem
from gateway.web.reader import Reader

RESOLVE_PATH = "/v1/subjects:resolve"
BODY_BYTES_MAX = 4096

logger = structlog.get_logger()


class _Asked(NamedTuple):
    """Who asks for whom, and where the tenant stands, if it is one that may be asked about."""

    consumer: Consumer
    user: str
    standing: Standing | None


async def post_resolve(request: web.Request) -> web.Response:
    """The pseudonym of an enrolled user, where the tenant, the law and the purpose let user ids be told."""
    parts, credentials = request.app[PARTS], credentials_of(request)
    given_parameters(request, frozenset())
    reader = await Reader.of(parts, credentials)
    consumer = await parts.store.read(reader.consumer)
    if not reader.purpose(consumer).shows_users:
        raise Problem(NOT_FOR_THIS_PURPOSE)
    refuse_too_much(request.app[RESOLUTIONS].ask(consumer.id, milliseconds(parts.clock())))
    asked = await _question(request)
    standing = (await parts.store.read(reader.standings)).get(TenantId(asked.tenant))
    pseudonym = await evenly(_resolved(parts, _Asked(consumer, asked.user, standing)))
    if pseudonym is None:
        raise Problem(NOT_FOUND)
    found = ResolvedSubject(tenant=asked.tenant, user=asked.user, pseudonym=pseudonym)
    return await emit(request, msgspec.json.encode(found))


async def _question(request: web.Request) -> SubjectQuestion:
    """Raises Problem for what is none."""
    try:
        return msgspec.json.decode(await bounded_body(request, BODY_BYTES_MAX), type=SubjectQuestion)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Problem(BAD_REQUEST) from None


async def _resolved(parts: Parts, asked: _Asked) -> str | None:
    """Raises KeyUnavailable, RestoredStore, Unreadable, StoreBusy."""
    standing = asked.standing
    if standing is None or not standing.authorization.state.may_serve:
        return None
    keys = await unlock(parts.keyring, standing)
    if not await parts.tells_users(standing):
        return None
    theirs = finder(keys.index.identifier, Finder.USER, asked.user.strip())
    fence = Fence.of(standing)
    try:
        subject = await parts.store.look(fence, keys, lambda transaction: _found(transaction, theirs))
        own = None if subject is None else await _own_keys(parts, standing, subject)
        found = await parts.store.turn(
            fence, keys, lambda transaction: _answer(transaction, theirs, subject, own, asked.consumer)
        )
    except Fenced:
        return None
    code = "not_found" if found is None else "found"
    logger.info("subject_asked_for", tenant=standing.tenant, consumer=asked.consumer.id, code=code)
    return found


async def _own_keys(parts: Parts, standing: Standing, subject: SubjectId) -> TenantKeys | None:
    """None for whoever has withdrawn since they were looked up. Raises KeyUnavailable."""
    try:
        return await parts.keyring.tenant(standing.tenant, subject)
    except KeyDestroyed:
        return None


def _found(transaction: Transaction, theirs: str) -> SubjectId | None:
    return transaction.subjects.known().enrolled.get(theirs)


def _answer(
    transaction: Transaction,
    theirs: str,
    subject: SubjectId | None,
    own: TenantKeys | None,
    consumer: Consumer,
) -> str | None:
    """Their pseudonym. Nothing is told that was not counted in the same transaction."""
    # Whoever has withdrawn since, or asked for it, is not found any more.
    still = _found(transaction, theirs) == subject
    record = transaction.subjects.record(subject, own) if still and subject and own else None
    what = What.UNRESOLVED if record is None else What.RESOLVED
    transaction.receipts.add(Counter({Count(what, "booker", consumer.id): 1}))
    return None if record is None else msgspec.json.decode(record, type=SubjectRecord).pseudonym
