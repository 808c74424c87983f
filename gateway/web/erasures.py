"""/v1/erasures/{erasure}: how it stands with an erasure, and a consumer's word that it deleted what it had.

Who has registered a key says so by a signature (``gateway/acknowledgement.py``); any other by its token.
"""

from http import HTTPStatus
from typing import NamedTuple

import msgspec
from aiohttp import web

from gateway.acknowledgement import LENGTH_MAX, due_at, verified
from gateway.clock import moment
from gateway.store.acknowledgements import (
    SIGNED,
    Acknowledgement,
    Seal,
    Signed,
    ToldErasure,
    acknowledge,
    acknowledgements_of,
    told_erasure,
)
from gateway.store.consumers import RECORDS, Consumer, ConsumerRows
from gateway.store.handle import Handle
from gateway.store.registry import known_standing
from gateway.web.authentication import authenticate, credentials_of
from gateway.web.body import bounded_body
from gateway.web.parameters import given_parameters
from gateway.web.parts import PARTS, Parts
from gateway.web.problems import ACKNOWLEDGEMENT_REFUSED, NOT_FOUND, Problem

#: The media type of a compact JWS (RFC 7515, section 9.2.1).
JOSE = "application/jose"


class _Asked(NamedTuple):
    """Who asks about which erasure, what of it they have acknowledged, and the tenant's epoch."""

    consumer: Consumer
    erasure: ToldErasure
    said: Acknowledgement | None
    epoch: int


async def get_erasure(request: web.Request) -> web.Response:
    """How it stands with an erasure that this consumer was told of."""
    asked, now = await _asked(request), request.app[PARTS].clock()
    due = moment(due_at(asked.erasure.told_at))
    waits = "overdue" if due < now else "waiting"
    said = asked.said
    told = {
        "erasure": asked.erasure.id,
        "tenant": asked.erasure.tenant,
        "scope": asked.erasure.scope,
        "told_at": moment(asked.erasure.told_at),
        "due_at": due,
        "state": waits if said is None else "acknowledged",
        "acknowledged_at": None if said is None else moment(said.acknowledged_at),
        "signed": said is not None and said.is_signed,
        "needs_signature": asked.consumer.public_key is not None,
    }
    return web.Response(body=msgspec.json.encode(told), content_type="application/json")


async def post_acknowledgement(request: web.Request) -> web.Response:
    """Record it. Saying it again changes nothing."""
    # Looked up by reading alone: nobody unknown may hold the one writing transaction.
    asked, parts = await _asked(request), request.app[PARTS]
    needs_signature = asked.consumer.public_key is not None or request.content_type == JOSE
    seal = await _seal(request, asked) if needs_signature else None
    tenant, erasure, consumer = asked.erasure.tenant, asked.erasure.id, asked.consumer.id
    await parts.store.administer(
        lambda rows: acknowledge(rows.handle, tenant, erasure, consumer, at=rows.now, seal=seal)
    )
    return web.Response(status=HTTPStatus.NO_CONTENT)


async def _asked(request: web.Request) -> _Asked:
    parts, credentials, erasure = request.app[PARTS], credentials_of(request), request.match_info["erasure"]
    given_parameters(request, frozenset())
    names = await parts.keyring.service(*RECORDS)

    def find(handle: Handle) -> _Asked:
        return _found(handle, authenticate(ConsumerRows(handle, names), credentials, parts.clock()), erasure)

    return await parts.store.read(find)


def _found(handle: Handle, consumer: Consumer, erasure: str) -> _Asked:
    """Raises Problem if this consumer was never told of such an erasure."""
    for tenant in sorted(consumer.scope):
        told = told_erasure(handle, tenant, erasure)
        if told is not None:
            said = [
                one for one in acknowledgements_of(handle, tenant, erasure) if one.consumer == consumer.id
            ]
            epoch = known_standing(handle, tenant).authorization.epoch
            return _Asked(consumer, told, said[0] if said else None, epoch)
    raise Problem(NOT_FOUND)


async def _seal(request: web.Request, asked: _Asked) -> Seal:
    """What was signed, if it is of this erasure and by this consumer; raises Problem, always the same one."""
    parts, key = request.app[PARTS], asked.consumer.public_key
    signed = await bounded_body(request, LENGTH_MAX)
    if key is None or not _is_good(parts, signed, key, asked.erasure):
        raise Problem(ACKNOWLEDGEMENT_REFUSED)
    column = await parts.keyring.evidence(asked.erasure.tenant, *SIGNED)
    return Seal(column, asked.epoch, Signed(signed.decode("ascii"), key))


def _is_good(parts: Parts, signed: bytes, key: str, erasure: ToldErasure) -> bool:
    told_at, now = moment(erasure.told_at), parts.clock()
    statement = verified(signed, key)
    return statement is not None and statement.concerns(erasure.id, erasure.scope, told_at=told_at, now=now)
