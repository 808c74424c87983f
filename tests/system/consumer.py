"""A consumer over HTTP: reads the feed to its end, and keeps whatever anybody there answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from tests.fakes.strict_backend import StrictBackend
from tests.system.gateways import PATIENCE_SECONDS


@dataclass
class Answer:
    """One answer: its status, and all of it as bytes."""

    status: int
    body: bytes
    whole: bytes


@dataclass
class Consumer:
    """Folds what it reads. ``answers`` keeps everything by path and status."""

    session: aiohttp.ClientSession
    token: str
    backend: StrictBackend = field(default_factory=StrictBackend)
    answers: dict[str, bytes] = field(default_factory=dict)

    async def ask(
        self, method: str, path: str, *, token: str | None = None, data: str | None = None
    ) -> Answer:
        """Send a request; an empty token goes without."""
        bearer = self.token if token is None else token
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        async with self.session.request(method, path, headers=headers, data=data) as response:
            body = await response.read()
            head = "\r\n".join(f"{name}: {value}" for name, value in response.headers.items())
            answer = Answer(
                response.status, body, f"{response.status} {response.reason}\r\n{head}".encode() + body
            )
        source = f"{path.partition('?')[0]} {answer.status}"
        self.answers[source] = self.answers.get(source, b"") + b"\n" + answer.whole
        return answer

    async def read_on(self, limit: int = 200) -> list[str]:
        """Read to the end; the types of the entries told."""
        before, more = len(self.backend.told), True
        while more:
            cursor = f"&after={self.backend.cursor}" if self.backend.cursor else ""
            answer = await self.ask("GET", f"/v1/feed?limit={limit}{cursor}")
            assert answer.status == 200, answer.whole
            more = self.backend.take(answer.body)
        return self.backend.told[before:]

    async def until_told(self, kind: str) -> None:
        """Read on until an entry of a type comes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while kind not in await self.read_on():  # noqa: ASYNC110  another process rings no event here
                await asyncio.sleep(0.05)

    def standing(self) -> dict[str, tuple[int, str]]:
        """What a consumer has of each place, by the provider's id: how many bookings, and how current."""
        return {
            place["external_ref"]: (
                sum(booking["resource"] == resource for booking in view.bookings.values()),
                view.states[resource],
            )
            for view in self.backend.tenants.values()
            for resource, place in view.resources.items()
        }


@asynccontextmanager
async def consumer_of(port: int, token: str, backend: StrictBackend | None = None) -> AsyncIterator[Consumer]:
    """A consumer of a gateway that serves on a port."""
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        yield Consumer(session, token, backend or StrictBackend())
