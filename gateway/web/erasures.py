"""POST /v1/erasures/{erasure}/acknowledgement: a consumer's word that it has deleted what it had."""

from http import HTTPStatus

from aiohttp import web

from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.store.consumers import Consumer, ConsumerRows
from gateway.store.withdrawals import WithdrawalRows
from gateway.web.authentication import authenticate, bearer_token
from gateway.web.feed_reader import NAMES
from gateway.web.parameters import given_parameters
from gateway.web.parts import PARTS
from gateway.web.problems import NOT_FOUND, Problem


async def post_acknowledgement(request: web.Request) -> web.Response:
    """Record it. Saying it again changes nothing."""
    parts, token, erasure = request.app[PARTS], bearer_token(request), request.match_info["erasure"]
    given_parameters(request, frozenset())
    names, now = await parts.keyring.service(*NAMES), milliseconds(parts.clock())
    # Looked up by reading alone: nobody unknown may hold the one writing transaction.
    async with parts.store.reading() as connection:
        consumer = await authenticate(ConsumerRows(connection, now, names), token)
        tenant = await _tenant_of(WithdrawalRows(connection, now), consumer, erasure)
    async with parts.store.administer() as (connection, _):
        await WithdrawalRows(connection, now).acknowledge(tenant, erasure, consumer.id)
    return web.Response(status=HTTPStatus.NO_CONTENT)


async def _tenant_of(withdrawals: WithdrawalRows, consumer: Consumer, erasure: str) -> TenantId:
    """Whose erasure it is, among those that this consumer has been told of. Raises Problem."""
    for tenant in sorted(consumer.scope):
        for row in await withdrawals.of_tenant(tenant):
            if row.id == erasure and row.notified_at is not None:
                return tenant
    raise Problem(NOT_FOUND)
