"""A transmitter of signals as a server on loopback: in the clear, or over TLS under a name."""

import secrets
import socket
from collections import Counter
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from aiohttp import web

from connectors.sandbox.authority import Authority
from connectors.sandbox.calendar import Clock, Event
from connectors.sandbox.door import Door, Route
from connectors.sandbox.faults.orders import Faults
from connectors.sandbox.notification_post import Post
from connectors.sandbox.signals.control import SignalControl
from connectors.sandbox.signals.keys import Keys
from connectors.sandbox.signals.management import Management
from connectors.sandbox.signals.poll import Poll
from connectors.sandbox.signals.push import Push
from connectors.sandbox.signals.register import Register
from connectors.sandbox.signals.stream import Status, Stream, Terms
from connectors.sandbox.signals.teller import Teller
from connectors.sandbox.signals.writer import Writer

_HOST = "127.0.0.1"
_SHUTDOWN_SECONDS = 1.0


class SignalTransmitter:
    """Tells as long as the context lasts; pushes in ``deliver`` alone.

    ``clock`` tells when anything happens. ``name``: under which it is reached, over TLS; nobody but who takes
    the name for this machine and trusts ``authority`` finds it. Receivers of push on TLS show certificates of
    ``authority``. ``requests`` counts by kind.
    """

    def __init__(
        self, clock: Clock, authority: Authority, *, faults: Faults | None = None, name: str | None = None
    ) -> None:
        self.control_token = secrets.token_urlsafe(32)
        self.keys = Keys()
        self.faults = faults or Faults(1, clock)
        self._now = clock
        self._authority = authority
        self._name = name
        self._door = Door(self.faults)
        self._listener = socket.create_server((_HOST, 0))
        writer = Writer(self.keys, self.faults.signals)
        self._teller = Teller(self.issuer, writer, clock, self.faults.signals)
        self.streams = Register(self.url, self.issuer, clock, self._teller)
        self._post = Post(clock, authority.pem)
        self.push = Push(self.streams, self._post, clock, self.faults.signals)
        self._parts = AsyncExitStack()

    @property
    def url(self) -> str:
        """Where all of it stands."""
        port = self._listener.getsockname()[1]
        return f"http://{_HOST}:{port}" if self._name is None else f"https://{self._name}:{port}"

    @property
    def issuer(self) -> str:
        """Who it says that it is."""
        return f"{self.url}/tenant-1"

    @property
    def requests(self) -> Counter[str]:
        return self._door.requests

    @property
    def stream(self) -> Stream:
        """The only one."""
        (stream,) = self.streams
        return stream

    def hold_to(self, terms: Terms) -> None:
        """Let these hold for streams that are made from now on."""
        self.streams.terms = terms

    def tell(self, name: str, subject: Event, **members: object) -> list[str]:
        """Tell every stream that wants to know of an event of ``EVENT_TYPES``; the ids of the tokens."""
        return self._teller.tell(self.streams, name, subject, **members)

    def verify_unasked(self) -> None:
        """Say of our own accord that the streams work."""
        for stream in self.streams:
            self._teller.verify(stream, None)

    def update(self, status: Status, reason: str | None = None) -> None:
        """Let every stream stand so, and say it."""
        for stream in self.streams:
            self._teller.update(stream, status, reason)

    async def deliver(self) -> None:
        """Send what is to be pushed and is due by the clock, each token once."""
        await self.push.deliver()

    async def __aenter__(self) -> Self:
        application = web.Application()
        self._door.hang(application, self._routes())
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        tls = None if self._name is None else self._authority.server_context(self._name)
        async with AsyncExitStack() as parts:
            parts.callback(self._listener.close)
            await parts.enter_async_context(self._post)
            await runner.setup()
            parts.push_async_callback(runner.cleanup)
            await web.SockSite(runner, self._listener, ssl_context=tls).start()
            self._parts = parts.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._parts.aclose()

    def _routes(self) -> list[Route]:
        management = Management(self.url, self.issuer, self.keys, self.streams, self._teller, self._now)
        poll = Poll(self.streams, self._now, self.faults.signals)
        control = SignalControl(self.control_token, self.tell, self.update, self.keys)
        return [route for part in (management, poll, control) for route in part.routes()]
