"""/v1/signals/{address}/scim/v2/...: an identity provider keeps its users here, as it believes (SCIM 2.0).

Nothing is kept. Who is enrolled is looked up; that they are no more active, or deleted, is told on. Answered
once that is durable.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from functools import cache

from aiohttp import hdrs, web

from gateway.signals.provisioning import signal
from gateway.signals.transmitter import Caller
from gateway.web.body import bounded_body
from gateway.web.receiving import RECEIVING, SIGNALS_PATH
from gateway.web.scim_messages import Answer, Asked
from gateway.web.scim_people import People

_BASE = "scim/v2"
SCIM_PATH = f"{SIGNALS_PATH}/{{address}}/{_BASE}{{path:(/.*)?}}"

#: What is longer reads as nothing: a body that cannot be understood.
BODY_BYTES_MAX = 2**18
_HEADERS = (hdrs.CONTENT_TYPE, hdrs.IF_MATCH, hdrs.IF_NONE_MATCH)
_EVENT_BYTES = 16


@cache
def _speak() -> Callable[[Asked, People], Awaitable[Answer]]:
    from gateway.web.scim_service import answer  # noqa: PLC0415  slow to load, and few tenants need it

    return answer


async def scim(request: web.Request, caller: Caller) -> web.Response:
    """Whatever is asked."""
    receiving = request.app[RECEIVING]
    answer = await asyncio.to_thread(_speak)
    answered = await answer(await _asked(request, receiving.url), People(receiving.door, caller.tenant))
    if answered.found is not None and answered.proves is not None:
        told = signal(
            caller, answered.found, answered.proves, secrets.token_hex(_EVENT_BYTES), receiving.clock()
        )
        await receiving.door.receive(caller.tenant, caller.id, [told])
    return web.Response(status=answered.status, body=answered.body, headers=answered.headers)


async def _asked(request: web.Request, url: str) -> Asked:
    base = f"{url.rstrip('/')}{SIGNALS_PATH}/{request.match_info['address']}/{_BASE}"
    query = {name: request.query[name] for name in request.query}
    headers = {str(name): request.headers[name] for name in _HEADERS if name in request.headers}
    body = await bounded_body(request, BODY_BYTES_MAX)
    return Asked(request.method, base, request.match_info["path"], query, headers, body)
