"""The web on loopback, over a filled store, with a pulse that is beaten by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import msgspec
from aiohttp import ClientSession, ClientTimeout, web
from multidict import CIMultiDict, CIMultiDictProxy

from gateway.app.rules import load_rules
from gateway.metrics import Metrics
from gateway.minimization.lattice import WIDEST
from gateway.minimization.purposes import purpose, purposes
from gateway.store.pulse import Pulse
from gateway.store.registry import Standing
from gateway.web.connecting import SIGN_INS, Connecting
from gateway.web.connection import runner
from gateway.web.limits import LIMITS, Limits
from gateway.web.notifications import DESK, Desk
from gateway.web.parts import SEATS, STREAMS, FindQuiet, Parts, nobody
from gateway.web.receiving import Receiving
from gateway.web.server import application, watch_application
from gateway.web.waiting import Seats
from tests.fakes.filled_store import ALL_OF_IT, FilledStore

PATIENCE_SECONDS = 20


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        answer: dict[str, Any] = msgspec.json.decode(self.body)
        return answer


@dataclass
class Served:
    """A running server and a client to it."""

    client: ClientSession
    parts: Parts
    seats: Seats
    streams: Seats
    desk: Desk
    sign_ins: Desk | None
    limits: Limits

    async def ask(self, method: str, path: str, token: str | None = None, **options: Any) -> Answer:
        """Send a request and read the answer to its end."""
        headers = CIMultiDict(options.pop("headers", {}))
        if token:
            headers["Authorization"] = f"Bearer {token}"
        async with self.client.request(method, path, headers=headers, **options) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def feed(self, token: str, **query: str | int) -> Answer:
        """Ask for a page."""
        return await self.ask("GET", "/v1/feed", token, params=query)

    async def page(self, token: str, **query: str | int) -> dict[str, Any]:
        """Ask for a page that has to come."""
        answer = await self.feed(token, **query)
        assert answer.status == 200
        return answer.json

    async def types(self, token: str, **query: str | int) -> list[str]:
        """The types of the entries told."""
        return [entry["type"] for entry in (await self.page(token, **query))["entries"]]

    @property
    def waiting(self) -> int:
        """How many requests wait for the pulse."""
        return len(self.parts.pulse._changed._waiters)


@asynccontextmanager
async def watch(parts: Parts) -> AsyncIterator[ClientSession]:
    """The listener of those who watch, over the same parts."""
    running = runner(watch_application(parts))
    await running.setup()
    try:
        await web.TCPSite(running, "127.0.0.1", 0).start()
        host, port = running.addresses[0]
        async with ClientSession(f"http://{host}:{port}") as client:
            yield client
    finally:
        await running.cleanup()


@asynccontextmanager
async def serve(
    filled: FilledStore, connecting: Connecting | None = None, quiet: FindQuiet = nobody
) -> AsyncIterator[Served]:
    """Serve a store on a free port."""
    async with serve_parts(replace(parts_of(filled), quiet=quiet), connecting) as served:
        yield served


@asynccontextmanager
async def serve_parts(
    parts: Parts, connecting: Connecting | None = None, receiving: Receiving | None = None
) -> AsyncIterator[Served]:
    """Serve what is given on a free port."""
    site = application(parts, connecting, receiving)
    running = runner(site)
    await running.setup()
    try:
        await web.TCPSite(running, "127.0.0.1", 0).start()
        host, port = running.addresses[0]
        patience = ClientTimeout(total=PATIENCE_SECONDS)
        async with ClientSession(f"http://{host}:{port}", timeout=patience) as client:
            yield Served(
                client, parts, site[SEATS], site[STREAMS], site[DESK], site.get(SIGN_INS), site[LIMITS]
            )
    finally:
        await running.cleanup()


def parts_of(filled: FilledStore) -> Parts:
    async def obey_fence(standing: Standing) -> None:
        filled.keyring.drop(standing.tenant)

    pulse = Pulse(filled.store, obey_fence)
    known = purposes(load_rules().policies) | {ALL_OF_IT: purpose(ALL_OF_IT, WIDEST)}
    return Parts(filled.store, filled.keyring, pulse, Metrics(), filled.clock, known)


async def until(condition: Callable[[], bool]) -> None:
    """Let everything else run until something is so. Fails after a while."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110  there is no event for what the outside shows
            await asyncio.sleep(0)
