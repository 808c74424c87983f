"""All the way: what identity providers say over HTTP does to people what it should, over a real store."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web

from gateway.app.asking import open_asker
from gateway.app.front_door import FrontDoor
from gateway.app.hearing import Hearing
from gateway.app.transmitters import add_transmitter
from gateway.authorization import State
from gateway.clock import milliseconds
from gateway.signals.stream import Agreed, Metadata
from gateway.signals.transmitter import Transmitter, TransmitterKind, hash_of
from gateway.store.named_secrets import new_secret
from gateway.store.pulse import Pulse
from gateway.store.registry import Standing
from gateway.store.store import Fence
from gateway.store.transmitters import transmitters_of
from gateway.store.unlock import unlock
from gateway.web.connection import runner
from gateway.web.parts import Parts
from gateway.web.receiving import Receiving
from tests.fakes.enrolled import WENDLA
from tests.fakes.installation import Installation, open_installation
from tests.fakes.security_events import CAEP, RISC, SSF, ec, event, jwks, public, signed
from tests.fakes.signalled import ANAS_ID, WENDLAS_ID, Scene, open_signalled_site
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
            issuer=self.keys.url, jwks_uri=f"{self.keys.url}/keys", configuration_endpoint=self.keys.url
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


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path) as opened:
        yield opened


@pytest.fixture
async def here(installation: Installation) -> AsyncIterator[Here]:
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


async def test_event_tokens_suspend_and_burn_whoever_they_name(here: Here) -> None:
    path = await here.add_stream()
    disabled = here.token(f"{RISC}account-disabled", here.named(ANAS_ID))
    assert (await here.push(path, disabled)).status == 202
    assert (await here.scene.link()) == (State.SUSPENDED, "revocation_claimed")
    purged = here.token(f"{RISC}account-purged", here.named(WENDLAS_ID))
    assert (await here.push(path, purged)).status == 202
    assert await here.scene.subject() is None
    # Told again, they are taken again, and do nothing.
    assert [(await here.push(path, one)).status for one in (disabled, purged)] == [202, 202]
    assert len(await here.scene.rows()) == 2


async def test_of_strangers_nothing_is_told_and_nothing_written(here: Here) -> None:
    path = await here.add_stream()
    known = await here.push(path, here.token(f"{CAEP}session-revoked", here.named(ANAS_ID)))
    stranger = await here.push(path, here.token(f"{CAEP}session-revoked", here.named("nobody")))
    assert (known.status, known.body) == (stranger.status, stranger.body) == (202, b"")
    assert len(await here.scene.rows()) == 1


async def test_what_does_not_verify_gets_one_answer(here: Here) -> None:
    path = await here.add_stream()
    good = here.token(f"{RISC}account-disabled", here.named(ANAS_ID))
    elsewhere = path.replace("trm_1", "trm_2")
    answers = [
        await here.push(path, good, shown="another"),
        await here.push(path, good[:-4] + b"AAAA"),
        await here.push(path, signed(event(f"{RISC}account-disabled"), ec("another"))),
        await here.push(elsewhere, good),
        await here.push("/v1/signals/none/events", good),
        await here.push(path, b""),
    ]
    assert {answer.status for answer in answers} == {400}
    assert {answer.body for answer in answers} == {answers[0].body}
    assert answers[0].json["err"] == "authentication_failed"
    assert await here.scene.rows() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "https://another.example"}, "invalid_issuer"),
        ({"aud": "somebody else"}, "invalid_audience"),
        ({"exp": 1}, "invalid_request"),
    ],
)
async def test_a_verified_issuer_is_told_what_is_wrong(
    here: Here, changes: dict[str, Any], code: str
) -> None:
    path = await here.add_stream()
    answer = await here.push(path, here.token(f"{RISC}account-disabled", here.named(ANAS_ID), **changes))
    assert (answer.status, answer.json["err"]) == (400, code)
    assert answer.headers["Content-Language"] == "en"


async def test_a_stream_says_that_it_works_only_by_the_state_that_it_was_asked_for(here: Here) -> None:
    path = await here.add_stream()
    about = {"format": "opaque", "id": STREAM}
    wrong = await here.push(path, here.token(f"{SSF}verification", about, {"state": "made up"}))
    assert (wrong.status, wrong.json["err"]) == (400, "invalid_state")
    assert await heard(here) is None
    unasked = await here.push(path, here.token(f"{SSF}verification", about))
    assert unasked.status == 202
    assert await heard(here) is not None


async def heard(here: Here) -> int | None:
    tenant = here.scene.site.tenant
    (row,) = await here.installation.store.read(lambda handle: transmitters_of(handle, tenant))
    return row.heard_at


async def test_keys_are_asked_for_once_and_a_flood_of_unknown_ones_asks_for_no_more(here: Here) -> None:
    path = await here.add_stream()
    for _ in range(3):
        await here.push(path, here.token(f"{CAEP}session-revoked", here.named("nobody")))
    assert here.keys.asked == 1
    for number in range(20):
        await here.push(path, signed(event(f"{CAEP}session-revoked"), ec(f"made-up-{number % 2}")))
    assert here.keys.asked == 1


async def test_what_waits_for_keys_is_told_again(here: Here) -> None:
    path = await here.add_stream()
    here.keys.is_down = True
    told = here.token(f"{RISC}account-disabled", here.named(ANAS_ID))
    assert (await here.push(path, told)).status == 503
    here.keys.is_down = False
    here.installation.clock.move(timedelta(seconds=31))
    assert (await here.push(path, told)).status == 202
    assert (await here.scene.link()) == (State.SUSPENDED, "revocation_claimed")


async def test_event_hooks_suspend_whoever_they_name(here: Here) -> None:
    path, shows = await here.add(TransmitterKind.OKTA)
    target = {"type": "User", "id": WENDLAS_ID, "alternateId": WENDLA}
    told = {
        "uuid": "1",
        "eventType": "user.lifecycle.deactivate",
        "outcome": {"result": "SUCCESS"},
        "published": "2026-03-02T12:00:00Z",
        "target": [target],
    }
    body = json.dumps({"data": {"events": [told]}}).encode()
    refused = await here.served.ask("POST", path, headers={"Authorization": "another"}, data=body)
    assert refused.status == 401
    taken = await here.served.ask("POST", path, headers={"Authorization": shows}, data=body)
    assert taken.status == 204
    row = await here.scene.subject()
    assert row is not None
    assert row.suspended_at is not None


async def test_users_that_are_removed_over_scim_are_burnt_and_strangers_are_kept_nowhere(here: Here) -> None:
    path, shows = await here.add(TransmitterKind.SCIM)

    async def ask(method: str, what: str, **options: Any) -> Answer:
        headers = {"Authorization": f"Bearer {shows}", "Content-Type": "application/scim+json"}
        return await here.served.ask(method, f"{path}{what}", headers=headers, **options)

    found = await ask("GET", "/Users", params={"filter": f'externalId eq "{WENDLAS_ID}"'})
    (user,) = found.json["Resources"]
    assert user["active"] is True
    patch = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "Replace", "path": "active", "value": False}],
    }
    assert (await ask("PATCH", f"/Users/{user['id']}", data=msgspec.json.encode(patch))).status in {200, 204}
    row = await here.scene.subject()
    assert row is not None
    assert row.suspended_at is not None
    assert (await ask("DELETE", f"/Users/{user['id']}")).status == 204
    assert await here.scene.subject() is None
    nobody = await ask("GET", "/Users", params={"filter": 'userName eq "nobody@elsewhere.example"'})
    assert nobody.json["totalResults"] == 0
    linked = await ask("GET", "/Users", params={"filter": f'externalId eq "{ANAS_ID}"'})
    (ana,) = linked.json["Resources"]
    assert (await ask("DELETE", f"/Users/{ana['id']}")).status == 204
    link = await here.scene.link()
    assert link is not None
    assert link[0] is State.WITHDRAWN
