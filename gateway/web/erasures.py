"""POST /v1/erasures/{erasure}/acknowledgement: a consumer's word that it has deleted what it had."""

from http import HTTPStatus

from aiohttp import web

from gateway.booking import TenantId
from gateway.store.consumers import RECORDS, ConsumerRows
from gateway.store.handle import Handle
from gateway.store.withdrawals import is_told_of
from gateway.web.authentication import authenticate, bearer_token
from gateway.web.parameters import given_parameters
from gateway.web.parts import PARTS
from gateway.web.problems import NOT_FOUND, Problem


async def post_acknowledgement(request: web.Request) -> web.Response:
    """Record it. Saying it again changes nothing."""
    parts, token, erasure = request.app[PARTS], bearer_token(request), request.match_info["erasure"]
    given_parameters(request, frozenset())
    # Looked up by reading alone: nobody unknown may hold the one writing transaction.
    names = await parts.keyring.service(*RECORDS)
    tenant, consumer = await parts.store.read(
        lambda handle: _told_erasure(handle, ConsumerRows(handle, names), token, erasure)
    )
    await parts.store.administer(lambda registry: registry.withdrawals.acknowledge(tenant, erasure, consumer))
    return web.Response(status=HTTPStatus.NO_CONTENT)


def _told_erasure(handle: Handle, consumers: ConsumerRows, token: str, erasure: str) -> tuple[TenantId, str]:
    """Whose erasure it is, and who acknowledges it. Raises Problem if this consumer was never told of it."""
    consumer = authenticate(consumers, token)
    for tenant in sorted(consumer.scope):
        if is_told_of(handle, tenant, erasure):
            return tenant, consumer.id
    raise Problem(NOT_FOUND)
