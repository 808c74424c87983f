"""A receiver of signals, as small as can be: it asks a transmitter for what it wants to, and is told."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web

from connectors.sandbox.signals.event_types import SUPPORTED
from connectors.sandbox.signals.server import SignalTransmitter
from connectors.sandbox.signals.stream import POLL, PUSH
from gateway.clock import Clock, milliseconds
from gateway.signals.expectation import Expectation
from gateway.signals.key_ring import key_ring
from gateway.signals.receiver import received
from gateway.signals.refusal import RefusalCode, SetRefused
from gateway.signals.signal import Signal

SHOWN = "Bearer what was agreed on"
SECEVENT = "application/secevent+jwt"


class Answered(NamedTuple):
    """What a transmitter said."""

    status: int
    body: Any


@dataclass
class Asking:
    """Whoever has a token may arrange for a stream. ``stream``: the id of the one that was made last."""

    session: aiohttp.ClientSession
    transmitter: SignalTransmitter
    token: str
    stream: str = ""

    async def send(self, method: str, path: str, body: object = None, **query: str) -> Answered:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        asked = self.session.request(
            method, f"{self.transmitter.url}{path}", params=query, json=body, headers=headers
        )
        async with asked as answer:
            text = await answer.text()
            return Answered(answer.status, json.loads(text) if text else None)

    async def make(self, endpoint: str | None = None, *, events: tuple[str, ...] = SUPPORTED) -> Answered:
        """Agree on a stream of all that there is, to be fetched, or told to an endpoint."""
        delivery = {"method": POLL if endpoint is None else PUSH}
        if endpoint is not None:
            delivery |= {"endpoint_url": endpoint, "authorization_header": SHOWN}
        answered = await self.send("POST", "/stream", {"delivery": delivery, "events_requested": events})
        self.stream = answered.body.get("stream_id", "") if answered.status == 201 else self.stream
        return answered

    async def poll(self, **asked: Any) -> Any:
        """What a poll brings."""
        answered = await self.send("POST", f"/poll/{self.stream}", {"returnImmediately": True} | asked)
        assert answered.status == 200
        return answered.body

    def expectation(self) -> Expectation:
        """What its tokens have to be."""
        stream = self.transmitter.stream
        return Expectation(stream.issuer, frozenset({stream.audience}), stream=stream.id)


@dataclass
class TinyReceiver:
    """Is pushed to, and remembers what it took by id. ``answers``: the next statuses, before it looks."""

    asking: Asking
    clock: Clock
    url: str = ""
    answers: list[int] = field(default_factory=list)
    taken: dict[str, Signal] = field(default_factory=dict)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["TinyReceiver"]:
        site = web.Application(client_max_size=2**17)
        site.router.add_post("/events", self._receive)
        running = web.AppRunner(site, access_log=None)
        await running.setup()
        try:
            await web.TCPSite(running, "127.0.0.1", 0).start()
            self.url = f"http://127.0.0.1:{running.addresses[0][1]}/events"
            yield self
        finally:
            await running.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        if self.answers:
            return web.Response(status=self.answers.pop(0))
        if request.headers.get("Authorization") != SHOWN:
            return web.Response(status=401)
        try:
            signal = await self._signal(request)
        except SetRefused as error:
            return _refused(error.code)
        except aiohttp.ClientError:
            return web.Response(status=503)
        self.taken.setdefault(signal.id, signal)
        return web.Response(status=202)

    async def _signal(self, request: web.Request) -> Signal:
        token = await request.read()
        if request.content_type != SECEVENT:
            raise SetRefused(RefusalCode.INVALID_REQUEST, "it is said to be something else.")
        keys = f"{self.asking.transmitter.url}/keys"
        async with self.asking.session.get(keys, raise_for_status=True) as answer:
            ring = key_ring(await answer.read())
        assert ring is not None
        return received(token, ring, self.asking.expectation(), milliseconds(self.clock()))


def _refused(code: str) -> web.Response:
    body = {"err": code, "description": "It was not taken."}
    return web.json_response(body, status=400, headers={"Content-Language": "en"})


@asynccontextmanager
async def asking(transmitter: SignalTransmitter, name: str = "one") -> AsyncIterator[Asking]:
    """A receiver that the transmitter knows."""
    async with aiohttp.ClientSession() as session:
        yield Asking(session, transmitter, transmitter.streams.admit(name))
