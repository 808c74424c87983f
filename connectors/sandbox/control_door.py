"""Whoever controls stand-ins from another process shows a token, and says in JSON what is to happen."""

from hmac import compare_digest
from typing import Any

import msgspec
from aiohttp import hdrs, web

from connectors.sandbox.refusal import Refusal


def admit(request: web.Request, token: str) -> None:
    """Refuse with 401 whoever does not know the token."""
    given = request.headers.get(hdrs.AUTHORIZATION, "").encode()
    if not compare_digest(given, f"Bearer {token}".encode()):
        raise Refusal(401, {"error": "the control token is missing or wrong"})


async def read(request: web.Request, kind: Any) -> Any:
    """What is to happen. Refused with 400 if it is none of that kind."""
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except msgspec.DecodeError:
        raise no_command() from None


def no_command() -> Refusal:
    return Refusal(400, {"error": "the body is not a command"})
