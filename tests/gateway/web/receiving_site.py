"""The addresses where identity providers tell us of people, on loopback, over a door in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSession, web
from multidict import CIMultiDict

from connectors.sandbox.notification_post import Post
from gateway.signals.transmitter import TransmitterKind
from gateway.web.connection import runner
from gateway.web.failures import tell_problems
from gateway.web.signals import receive
from tests.fakes.door import ADDRESS, NOON, MemoryDoor, caller_showing
from tests.gateway.web.served import Answer

SECRET = "Basic bm9ydGg6c2VjcmV0"  # noqa: S105  made up
TOKEN = "north-token"  # noqa: S105  made up
OURS = "0oaCalendarGateway"

OKTA = f"/v1/signals/{ADDRESS}/okta"
SCIM = f"/v1/signals/{ADDRESS}/scim/v2"


class Time:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


@dataclass
class Site:
    """A running receiver. ``post`` is the stand-ins' way to it, and takes what time the clock says."""

    door: MemoryDoor
    url: str
    client: ClientSession
    post: Post
    time: Time

    async def ask(self, method: str, path: str, shown: str | None, **options: Any) -> Answer:
        """Send a request that shows this secret, and read the answer to its end."""
        headers = CIMultiDict(options.pop("headers", {}))
        if shown is not None:
            headers["Authorization"] = shown
        async with self.client.request(method, path, headers=headers, **options) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def scim(self, method: str, path: str, **options: Any) -> Answer:
        """Ask as the identity provider."""
        return await self.ask(method, f"{SCIM}{path}", f"Bearer {TOKEN}", **options)


@asynccontextmanager
async def receiving(door: MemoryDoor) -> AsyncIterator[Site]:
    callers = {
        (ADDRESS, TransmitterKind.OKTA): caller_showing(SECRET, OURS),
        (ADDRESS, TransmitterKind.SCIM): caller_showing(TOKEN),
    }
    site = web.Application(middlewares=[tell_problems])
    time = Time()
    receive(site, door.receiving(callers, time))
    running = runner(site)
    await running.setup()
    try:
        await web.TCPSite(running, "127.0.0.1", 0).start()
        host, port = running.addresses[0]
        url = f"http://{host}:{port}"
        async with ClientSession(url) as client, Post(time) as post:
            yield Site(door, url, client, post, time)
    finally:
        await running.cleanup()
