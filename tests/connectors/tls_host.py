"""A host on loopback that speaks TLS and answers what a test tells it to."""

import json
import ssl
from base64 import urlsafe_b64encode
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from connectors.sandbox.authority import Authority
from gateway.clock import system_clock


class TlsHost:
    """Answers from a queue per path, the last answer again and again; counts what it is asked."""

    def __init__(self) -> None:
        self.url = ""
        self.tls = ssl.create_default_context()
        self.asked: list[str] = []
        self.queries: list[dict[str, str]] = []
        self.headers: list[Mapping[str, str]] = []
        self.forms: list[dict[str, str]] = []
        self._answers: dict[str, deque[web.Response]] = {}

    def clear(self) -> None:
        self.asked.clear()
        self.queries.clear()
        self.headers.clear()
        self.forms.clear()

    def answers(self, path: str, *answers: web.Response) -> None:
        self._answers[path] = deque(answers)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        self.queries.append(dict(request.query))
        self.headers.append(request.headers)
        form = await request.post()
        self.forms.append({name: str(value) for name, value in form.items()})
        queue = self._answers.get(request.path)
        if not queue:
            return web.Response(status=404)
        said = queue.popleft() if len(queue) > 1 else queue[0]
        return web.Response(status=said.status, body=said.body, headers=said.headers)


@asynccontextmanager
async def serving() -> AsyncIterator[TlsHost]:
    host = TlsHost()
    authority = Authority(system_clock()())
    host.tls.load_verify_locations(cadata=authority.pem.decode())
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", host.answer)
    server = TestServer(application, scheme="https")
    await server.start_server(ssl=authority.server_context())
    host.url = str(server.make_url("/")).rstrip("/")
    yield host
    await server.close()


class Token:
    """A grant that is always good."""

    async def token(self) -> str:
        return "token"

    def forget(self, token: str) -> None:
        raise AssertionError(token)


async def free() -> None:
    """A gate that is always open."""


def identified(**claims: Any) -> web.Response:
    """A token endpoint's answer with an id_token that nobody has signed."""
    claims = {name: value for name, value in claims.items() if value is not None}
    body = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return said(
        200,
        {
            "access_token": "access",
            "refresh_token": "refresh",
            "id_token": f"e30.{body}.c2ln",
            "expires_in": 3599,
        },
    )


def said(status: int, document: Any, **headers: str) -> web.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(document, bytes):
        return web.Response(status=status, body=document, headers=named)
    return web.json_response(document, status=status, headers=named)
