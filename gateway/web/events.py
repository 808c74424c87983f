"""/v1/signals/{address}/events: security event tokens are delivered (RFC 8935); at .../google by Google.

Each is answered once it is durable. Of what does not verify nothing is told but that. Codes answer a
transmitter alone, and none of them says whether anybody is known here.
"""

from collections.abc import Awaitable

import msgspec
from aiohttp import hdrs, web

from gateway.signals.refusal import NotHeard, RefusalCode, SetRefused
from gateway.signals.transmitter import Caller
from gateway.web.body import bounded_body
from gateway.web.problems import UNAVAILABLE, Problem
from gateway.web.receiving import RECEIVING, SIGNALS_PATH, Project

EVENTS_PATH = f"{SIGNALS_PATH}/{{address}}/events"
PROJECT_PATH = f"{SIGNALS_PATH}/{{address}}/google"
MEDIA_TYPE = "application/secevent+jwt"
#: More than any token that is taken.
BODY_BYTES_MAX = 2**17

_DESCRIPTIONS = {
    RefusalCode.INVALID_REQUEST: "The token is not formed as a security event token has to be.",
    RefusalCode.INVALID_KEY: "The token names a key that its issuer does not list.",
    RefusalCode.INVALID_ISSUER: "The token's issuer is not the stream's.",
    RefusalCode.INVALID_AUDIENCE: "The token is not meant for this receiver.",
    RefusalCode.AUTHENTICATION_FAILED: "The request or its token could not be verified.",
    RefusalCode.INVALID_STATE: "The state is not the one that was asked for.",
}
#: What is found before a signature is good says nothing to whoever sent it.
_BEFORE = frozenset({RefusalCode.INVALID_KEY, RefusalCode.AUTHENTICATION_FAILED})


async def post_event(request: web.Request, caller: Caller) -> web.Response:
    """One token."""
    if request.content_type != MEDIA_TYPE:
        return refusal(RefusalCode.INVALID_REQUEST)
    token = await bounded_body(request, BODY_BYTES_MAX)
    return await _answer(request.app[RECEIVING].hear(caller, token.strip()))


async def post_project_event(request: web.Request, project: Project) -> web.Response:
    """One token of Google's. As what it is sent, it does not say: its signature says more."""
    token = await bounded_body(request, BODY_BYTES_MAX)
    return await _answer(project.hear(token.strip()))


async def _answer(hearing: Awaitable[None]) -> web.Response:
    try:
        await hearing
    except NotHeard:
        # Its keys are not to be had just now: whoever sent it sends it again.
        raise Problem(UNAVAILABLE) from None
    except SetRefused as error:
        return refusal(RefusalCode.AUTHENTICATION_FAILED if error.code in _BEFORE else error.code)
    return web.Response(status=202)


def not_verified() -> web.Response:
    """Of whoever shows no secret of ours: as of a token that does not verify."""
    return refusal(RefusalCode.AUTHENTICATION_FAILED)


def refusal(code: RefusalCode) -> web.Response:
    """As section 2.3 has it."""
    body = msgspec.json.encode({"err": code, "description": _DESCRIPTIONS[code]})
    headers = {hdrs.CONTENT_LANGUAGE: "en"}
    return web.Response(status=400, body=body, content_type="application/json", headers=headers)
