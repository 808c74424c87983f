"""GET /v1/usage: how a tenant's places were used in a month, as it was released. Reading writes nothing."""

from collections.abc import Mapping
from functools import partial

from aiohttp import web

from gateway.booking import TenantId
from gateway.errors import KeyUnavailable
from gateway.store.handle import Handle
from gateway.store.registry import Standing
from gateway.store.usage import released
from gateway.usage import month_named
from gateway.web.authentication import credentials_of
from gateway.web.emission import emit
from gateway.web.looking import Keys, look, unlocked
from gateway.web.parameters import given_parameters, invalid
from gateway.web.parts import PARTS
from gateway.web.problems import NOT_FOUND, NOT_RELEASED, Problem
from gateway.web.reader import Reader

USAGE_PATH = "/v1/usage"


async def get_usage(request: web.Request) -> web.Response:
    """One month of one tenant. What is out of scope, or not served, looks like what is not there."""
    parts, credentials = request.app[PARTS], credentials_of(request)
    given = given_parameters(request, frozenset({"tenant", "month"}))
    tenant, month = _tenant(given), _month(given)
    reader = await Reader.of(parts, credentials)
    body = await look(parts, partial(_served, reader, tenant), partial(_told, reader, tenant, month))
    return await emit(request, body)


def _served(reader: Reader, tenant: TenantId, handle: Handle) -> dict[TenantId, Standing]:
    """The tenant, if it is in scope and served. Raises Problem."""
    reader.purpose(reader.consumer(handle))
    standing = reader.standings(handle).get(tenant)
    if standing is None or not standing.authorization.state.may_serve:
        raise Problem(NOT_FOUND)
    return {tenant: standing}


def _told(reader: Reader, tenant: TenantId, month: int, handle: Handle, keys: Keys) -> bytes:
    standing = _served(reader, tenant, handle)[tenant]
    opened = unlocked(keys, standing).keys
    if opened is None:
        raise KeyUnavailable("The keys of a tenant are not to be had, so what was released is not told.")
    body = released(handle, standing, opened, month)
    if body is None:
        raise Problem(NOT_RELEASED)
    return body


def _tenant(given: Mapping[str, str]) -> TenantId:
    if "tenant" not in given:
        raise invalid("tenant")
    return TenantId(given["tenant"])


def _month(given: Mapping[str, str]) -> int:
    try:
        return month_named(given["month"])
    except (KeyError, ValueError):
        raise invalid("month") from None
