"""A consumer's webhook: verifies by the standard's own library, folds what it takes, fails as it is told."""

import base64
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
from aiohttp import web
from standardwebhooks import Webhook

from connectors.sandbox.authority import Authority
from gateway.clock import system_clock
from gateway.feed.delivery import Failure
from gateway.feed.settling import Taken
from tests.fakes.backend import Backend

#: What a target says to an event: the status of its answer.
Says = Callable[[dict[str, Any]], int]


def takes_all(_event: dict[str, Any]) -> int:
    return 204


def resource_of(event: dict[str, Any]) -> str | None:
    """Of which resource an event tells; None: of the tenant as a whole."""
    kind, data = event["type"], event["data"]
    match kind:
        case "booking.put":
            return str(data["booking"]["resource"])
        case "booking.removed":
            return str(data["resource"])
        case "resource.put":
            return str(data["resource"]["id"])
        case "resource.removed" | "resource.state":
            return str(data["id"])
        case _:
            return None


def refuses(*resources: str | None) -> Says:
    """What tells of these is refused; None: of a tenant as a whole."""
    return lambda event: 500 if resource_of(event) in resources else 204


@dataclass
class Target:
    """Takes each id once, as a consumer should. ``said``: every message that came, verified, with its id."""

    secret: str
    says: Says = takes_all
    backend: Backend = field(default_factory=Backend)
    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    url: str = ""
    #: Who vouches for it, PEM.
    certificate: bytes = b""

    def take(self, headers: Mapping[str, str], body: bytes) -> int:
        self._verify(headers, body)
        event = msgspec.json.decode(body)
        self.said.append((headers["webhook-id"], event))
        status = self.says(event)
        if status == 204 and headers["webhook-id"] not in self.known:
            self.known.add(headers["webhook-id"])
            self.backend.fold(event)
        return status

    def _verify(self, headers: Mapping[str, str], body: bytes) -> None:
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        good = Webhook(self.secret).sign(headers["webhook-id"], at, body.decode())
        assert good in headers["webhook-signature"].split(" ")
        assert base64.b64decode(good.partition(",")[2])

    async def send(self, _url: str, body: bytes, headers: dict[str, str]) -> Taken:
        """Without a wire between."""
        status = self.take(headers, body)
        if status == 410:
            return Taken(Failure.GONE)
        return Taken() if status == 204 else Taken(Failure.REFUSED)

    @property
    def told(self) -> list[str]:
        return [event["type"] for _, event in self.said]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[ssl.SSLContext]:
        """Listen on this machine; with whoever vouches for it."""
        site, authority = web.Application(), Authority(system_clock()())
        site.router.add_route("*", "/{tail:.*}", self._answer)
        running = web.AppRunner(site, access_log=None)
        await running.setup()
        try:
            await web.TCPSite(running, "127.0.0.1", 0, ssl_context=authority.server_context()).start()
            self.url = f"https://localhost:{running.addresses[0][1]}/hook"
            self.certificate = authority.pem
            yield ssl.create_default_context(cadata=authority.pem.decode())
        finally:
            await running.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        status = self.take(request.headers, await request.read())
        return web.Response(status=status, headers={"Location": f"{self.url}/elsewhere"})
