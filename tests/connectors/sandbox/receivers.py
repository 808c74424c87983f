"""A receiver of push on this machine: answers handshakes, keeps what it is sent, and fails when told to."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from aiohttp import web

from tests.connectors.sandbox.callers import NOW


class Time:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


class Message(NamedTuple):
    """One POST as it came."""

    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return msgspec.json.decode(self.raw)

    @property
    def items(self) -> list[dict[str, Any]]:
        return list(self.body["value"])


class Receiver:
    """``answers`` are the next statuses (then 202); ``seconds`` go by on the clock before each answer."""

    def __init__(self, time: Time) -> None:
        self.url = ""
        self.messages: list[Message] = []
        self.tokens: list[str] = []
        self.answers: list[int] = []
        self.seconds = 0.0
        self.echo: Callable[[str], web.Response] = lambda token: web.Response(text=token)
        self._time = time

    async def receive(self, request: web.Request) -> web.Response:
        self._time.pass_by(seconds=self.seconds)
        if "validationToken" in request.query:
            self.tokens.append(request.query["validationToken"])
            return self.echo(request.query["validationToken"])
        self.messages.append(Message(request.path_qs, dict(request.headers), await request.read()))
        return web.Response(status=self.answers.pop(0) if self.answers else 202)

    def taken(self) -> list[Message]:
        """What came since this was last asked."""
        messages, self.messages = self.messages, []
        return messages


@asynccontextmanager
async def listening(time: Time, context: ssl.SSLContext) -> AsyncIterator[Receiver]:
    receiver = Receiver(time)
    application = web.Application(client_max_size=4_000_000)
    application.router.add_route("POST", "/{path:.*}", receiver.receive)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        receiver.url = f"https://127.0.0.1:{runner.addresses[0][1]}"
        yield receiver
    finally:
        await runner.cleanup()
