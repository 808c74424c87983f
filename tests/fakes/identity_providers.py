"""Identity providers of a site's people, and where they tell of them, served over a real store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from gateway.app.signals.asking import open_asker
from gateway.app.signals.front_door import FrontDoor
from gateway.app.signals.hearing import Hearing
from gateway.app.signals.transmitters import add_transmitter
from gateway.clock import milliseconds
from gateway.signals.stream import Agreed, Metadata
from gateway.signals.transmitter import Transmitter, TransmitterKind, hash_of
from gateway.store.named_secrets import new_secret
from gateway.store.pulse import Pulse
from gateway.store.registry import Standing
from gateway.store.store import Fence
from gateway.store.unlock import unlock
from gateway.web.connection import runner
from gateway.web.parts import Parts
from gateway.web.receiving import Receiving
from tests.fakes.installation import Installation
from tests.fakes.security_events import ec, event, jwks, public, signed
from tests.fakes.signalled import Scene, open_signalled_site
from tests.gateway.web.served import Answer, Served, serve_parts

URL = "https://gateway.example"
SHOWN, AUDIENCE, STREAM = "what-it-shows", "https://gateway.example/receiver", "stream-1"
EVENTS = "application/secevent+jwt"


@dataclass
class KeyHost:
    """Where a transmitter lists its keys. ``asked``: how often; ``is_down``: it answers nothing usable."""

    url: str = ""
    document: bytes = b""
    asked: int = 0
    is_down: bool = False

    async def answer(self, _: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(status=503) if self.is_down else web.Response(body=self.document)


@dataclass
class Here:
    """A scene that is served, and what its transmitters need."""

    scene: Scene
    served: Served
    keys: KeyHost
    hearing: Hearing
    told: int = 0

    @property
    def installation(self) -> Installation:
        return self.scene.site.installation

    async def standing(self) -> Standing:
        return await self.installation.standing(self.scene.site.tenant)

    async def add_stream(self) -> str:
        """A push stream that was agreed on; where its tokens are delivered."""
        stream = Agreed(stream_id=STREAM, iss=self.keys.url, aud=AUDIENCE)
        own = Metadata(
            issuer=self.keys.url,
            jwks_uri=f"{self.keys.url}/keys",
            configuration_endpoint=self.keys.url,
            verification_endpoint=self.keys.url,
        )
        made = Transmitter(
            kind=TransmitterKind.SSF_PUSH,
            issuer=self.keys.url,
            shown=hash_of(SHOWN),
            metadata=own,
            agreed=stream,
            token="ours",  # noqa: S106  made up
        )
        secret, standing = new_secret(self.scene.site.tenant, "trm_1"), await self.standing()
        keys = await unlock(self.installation.parts.keyring, standing)
        await self.installation.store.turn(
            Fence.of(standing),
            keys,
            lambda to: to.transmitters.add("trm_1", "ssf-push", made.written, secret),
        )
        return f"/v1/signals/{secret}/events"

    async def add(self, kind: TransmitterKind, **options: Any) -> tuple[str, str]:
        """One that comes by itself: its path here, and what it shows."""
        async with open_asker() as asker:
            added = await add_transmitter(
                self.installation.parts,
                await self.standing(),
                asker,
                kind=kind,
                issuer="https://north.example",
                **options,
            )
        assert added.address is not None
        assert added.shows is not None
        return added.address.removeprefix(URL), added.shows

    def token(self, uri: str, subject: object, members: Any = None, **changes: Any) -> bytes:
        self.told += 1
        at = milliseconds(self.installation.clock()) // 1000
        usual = {"iss": self.keys.url, "aud": AUDIENCE, "iat": at, "jti": f"event-{self.told}"}
        return signed(event(uri, members, subject, **{**usual, **changes}), ec())

    def named(self, account: str) -> dict[str, str]:
        return {"format": "iss_sub", "iss": self.keys.url, "sub": account}

    async def push(self, path: str, token: bytes, shown: str = SHOWN, media: str = EVENTS) -> Answer:
        headers = {"Content-Type": media, "Authorization": f"Bearer {shown}"}
        return await self.served.ask("POST", path, headers=headers, data=token)


@asynccontextmanager
async def key_host() -> AsyncIterator[KeyHost]:
    host = KeyHost(document=jwks(public(ec(), use="sig")))
    site = web.Application()
    site.router.add_get("/keys", host.answer)
    running = runner(site)
    await running.setup()
    try:
        await web.TCPSite(running, "127.0.0.1", 0).start()
        host.url = f"http://127.0.0.1:{running.addresses[0][1]}"
        yield host
    finally:
        await running.cleanup()


@asynccontextmanager
async def open_identity_providers(installation: Installation) -> AsyncIterator[Here]:
    """A site of whose people they tell, and all that is behind their addresses."""
    scene = await open_signalled_site(installation)
    parts = installation.parts

    async def obey(standing: Standing) -> None:
        parts.keyring.drop(standing.tenant)

    web_parts = Parts(
        parts.store, parts.keyring, Pulse(parts.store, obey), parts.metrics, parts.clock, purposes={}
    )
    async with key_host() as keys, open_asker() as asker:
        hearing = Hearing(parts, scene.door, asker)
        receiving = Receiving(
            hearing.find, FrontDoor(parts, scene.door), hearing.hear, installation.clock, URL
        )
        async with serve_parts(web_parts, receiving=receiving) as served:
            yield Here(scene, served, keys, hearing)
