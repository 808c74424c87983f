"""Until when tokens are good by the stand-ins' own time, which can be put forward: digests, no tokens."""

from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import hdrs, web

from connectors.sandbox.calendar import Clock
from connectors.sandbox.door import Answering
from connectors.sandbox.refusal import google_refusal, graph_refusal

_TOKENS_MAX = 10_000


class _Issued(msgspec.Struct):
    """What a token endpoint says of a token."""

    access_token: str
    expires_in: int


class Lifetimes:
    """Notes what token endpoints hand out, and refuses what has expired since."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, datetime] = {}

    async def __call__(self, kind: str, handler: Answering, request: web.Request) -> web.StreamResponse:
        if not kind.endswith(".token"):
            self._check(kind, request)
            return await handler(request)
        response = await handler(request)
        self._note(response)
        return response

    def _note(self, response: web.StreamResponse) -> None:
        try:
            issued = msgspec.json.decode(_body(response), type=_Issued)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        if len(self._until) >= _TOKENS_MAX:
            del self._until[next(iter(self._until))]
        until = self._clock() + timedelta(seconds=issued.expires_in)
        self._until[_digest(f"Bearer {issued.access_token}")] = until

    def _check(self, kind: str, request: web.Request) -> None:
        until = self._until.get(_digest(request.headers.get(hdrs.AUTHORIZATION, "")))
        if until is None or until > self._clock():
            return
        if kind.startswith("google"):
            raise google_refusal(HTTPStatus.UNAUTHORIZED, "authError", "Invalid Credentials")
        message = "Lifetime validation failed, the token is expired."
        raise graph_refusal(HTTPStatus.UNAUTHORIZED, "InvalidAuthenticationToken", message)


def _body(response: web.StreamResponse) -> Any:
    return response.body if isinstance(response, web.Response) and response.body else b""


def _digest(authorization: str) -> str:
    return sha256(authorization.encode(errors="surrogateescape")).hexdigest()
