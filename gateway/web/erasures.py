"""POST /v1/erasures/{erasure}/acknowledgement: a consumer's word that it has deleted what it had."""

from http import HTTPStatus

from aiohttp import web

from gateway.authorization import State
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.store.consumers import RECORDS, ConsumerRows
from gateway.store.registry import standing_of
from gateway.store.withdrawals import withdrawals_of
from gateway.web.authentication import authenticate, bearer_token
from gateway.web.parameters import given_parameters
from gateway.web.parts import PARTS, Parts
from gateway.web.problems import NOT_FOUND, Problem


async def post_acknowledgement(request: web.Request) -> web.Response:
    """Record it. Saying it again changes nothing."""
    parts, token, erasure = request.app[PARTS], bearer_token(request), request.match_info["erasure"]
    given_parameters(request, frozenset())
    # Looked up by reading alone: nobody unknown may hold the one writing transaction.
    tenant, consumer = await _told_erasure(parts, token, erasure)
    async with parts.store.administer() as (_, registry):
        await registry.withdrawals.acknowledge(tenant, erasure, consumer)
    return web.Response(status=HTTPStatus.NO_CONTENT)


async def _told_erasure(parts: Parts, token: str, erasure: str) -> tuple[TenantId, str]:
    """Whose erasure it is, and who acknowledges it. Raises Problem if this consumer was never told of it."""
    names = await parts.keyring.service(*RECORDS)
    async with parts.store.reading() as connection:
        consumers = ConsumerRows(connection, milliseconds(parts.clock()), names)
        consumer = await authenticate(consumers, token)
        for tenant in sorted(consumer.scope):
            standing = await standing_of(connection, tenant)
            if standing is None or standing.authorization.state is not State.ERASED:
                # The entry that tells of an erasure and this state are committed together.
                continue
            if erasure in [row.id for row in await withdrawals_of(connection, tenant)]:
                return tenant, consumer.id
    raise Problem(NOT_FOUND)
