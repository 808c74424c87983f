"""Google says in between that there is something to ask about: a look is sooner for it, and decides alone."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from connectors.google.grant import AUDIT_SCOPE
from connectors.sandbox.credentials import ServiceAccount, WebClient
from connectors.sandbox.grant_command import Remove, TakeBack, settle
from connectors.sandbox.identity import Identity
from gateway.app.service import receiving_of
from gateway.app.signals import account_signals
from gateway.app.signals.asking import open_asker
from gateway.app.signals.hearing import Hearing
from gateway.app.signals.streams import Streams
from gateway.app.signals.transmitters import load_transmitter
from gateway.authorization import State, SuspensionReason
from gateway.clock import milliseconds
from gateway.signals.push import Push
from gateway.signals.transmitter import ASK_MILLISECONDS
from gateway.store.pulse import Pulse
from gateway.store.registry import Standing
from gateway.subject import Finder, finder
from gateway.tenant import Provider
from gateway.web import evenly
from gateway.web.connection import runner
from gateway.web.parts import Parts as WebParts
from gateway.web.server import application
from gateway.web.workspace import BODY_BYTES_MAX
from tests.fakes.installation import Installation
from tests.fakes.signalled import ANAS_ID, WENDLAS_ID
from tests.gateway.app.office import Office, office
from tests.gateway.app.test_account_signals import Death, DyingDoor, suspend

SUSPENDED = State.SUSPENDED, SuspensionReason.REVOCATION_CLAIMED
TOPICS = 5


@dataclass
class Line:
    """An office that is told in between, the gateway that hears it, and that visits whoever is due."""

    office: Office
    streams: Streams
    client: aiohttp.ClientSession

    async def deliver(self) -> None:
        """All that Google has to say by now."""
        await self.office.sandbox.notifier.deliver()

    async def soon(self, **passed: float) -> Counter[str]:
        """What is asked within the time until a visit may come, which is long before the next one is due."""
        before = Counter(self.office.sandbox.requests)
        self.office.here.clock.move(timedelta(**(passed or {"seconds": 31})))
        await self.streams.visit()
        return Counter(self.office.sandbox.requests) - before

    async def push(self) -> Push:
        parts, here = self.office.parts, self.office.here
        standing = await here.standing(self.office.scene.site.tenant)
        found = (await load_transmitter(parts, standing, self.office.name)).push
        assert found is not None
        return found

    async def named(self, account: str) -> str:
        """What finds whose account it is."""
        identify = self.office.scene.site.tenancy.keys.index.identifier
        return finder(identify, Finder.DIRECTORY, account)

    async def say(self, state: str, body: Any = None, **changed: str | None) -> tuple[int, bytes]:
        """As Google would, or whoever pretends to be it."""
        push = await self.push()
        address = changed.pop("address", push.secret)
        headers = {"X-Goog-Resource-State": state, "X-Goog-Channel-Token": changed.pop("token", push.token)}
        shown = {name: value for name, value in headers.items() if value is not None}
        url = f"{self.office.url}/v1/signals/{address}/workspace"
        data = body if isinstance(body, bytes) else None
        async with self.client.post(
            url, headers=shown, data=data, json=None if data is not None else body
        ) as answer:
            return answer.status, await answer.read()

    def counted(self) -> dict[str, float]:
        """What pushes were, by the counter's label."""
        exposed = self.office.here.parts.metrics.notifications.collect()
        samples = [sample for family in exposed for sample in family.samples]
        return {one.labels["of"]: one.value for one in samples if one.name.endswith("_total") and one.value}


async def obey(_: Standing) -> None:
    """Nothing is served by this process."""


@pytest.fixture
async def line(installation: Installation, tmp_path: Path, identity: Identity) -> AsyncIterator[Line]:
    """Asked twice: it was listed, and says in between what becomes of it."""
    async with AsyncExitStack() as opened:
        there = await opened.enter_async_context(
            office(installation, tmp_path, identity, whose=Provider.GOOGLE)
        )
        parts, door = there.here.parts, there.scene.door
        asker = await opened.enter_async_context(open_asker())
        hearing = Hearing(parts, door, asker)
        pulse = Pulse(parts.store, obey)
        web_parts = WebParts(parts.store, parts.keyring, pulse, parts.metrics, parts.clock, {})
        receiving = receiving_of(parts, door, hearing, None, "https://gateway.example")
        serving = runner(application(web_parts, None, receiving))
        opened.push_async_callback(serving.cleanup)
        await serving.setup()
        await web.TCPSite(serving, "127.0.0.1", 0).start()
        there.url = f"http://127.0.0.1:{serving.addresses[0][1]}"
        there.signals = there.process()
        client = await opened.enter_async_context(aiohttp.ClientSession())
        streams = Streams(parts, hearing, asker, there.signals.look, owner="one")
        found = Line(there, streams, client)
        await streams.visit()
        await found.deliver()
        assert found.counted() == {"no_news": TOPICS}
        await found.soon(minutes=5)
        assert await there.told() == []
        yield found


def act(line: Line, done: Remove | TakeBack) -> None:
    settle(done, line.office.sandbox.world, line.office.company)


async def test_who_is_suspended_is_suspended_long_before_the_next_visit(line: Line) -> None:
    directory = line.office.directory
    for name in (WENDLAS_ID, ANAS_ID):
        directory.change(name, is_enabled=False)
    await line.deliver()
    asked = await line.soon()
    assert asked["google.user"] == 2
    assert await line.office.told() == [("disabled", "person", "suspend")] * 2
    assert await line.office.scene.link() == SUSPENDED
    subject = await line.office.scene.subject()
    assert subject is not None
    assert subject.suspended_at is not None
    # It was looked at once.
    assert (await line.soon(minutes=5))["google.user"] == 0


async def test_who_is_deleted_is_burnt_and_restored_comes_back_to_nothing(line: Line) -> None:
    directory = line.office.directory
    for name in (WENDLAS_ID, ANAS_ID):
        directory.delete(name)
    await line.deliver()
    await line.soon()
    assert await line.office.told() == [("deleted", "person", "burn")] * 2
    assert await line.office.scene.subject() is None
    for name in (WENDLAS_ID, ANAS_ID):
        directory.restore(name)
    await line.deliver()
    # A link that has ended is known as long as its last traces are; that restores nothing either.
    assert (await line.soon())["google.user"] <= 1
    assert len(await line.office.told()) == 2


async def test_an_account_that_is_restored_grants_nothing(line: Line) -> None:
    directory = line.office.directory
    directory.change(WENDLAS_ID, is_enabled=False)
    await line.deliver()
    await line.soon()
    directory.change(WENDLAS_ID, is_enabled=True)
    directory.delete(WENDLAS_ID)
    directory.restore(WENDLAS_ID)
    await line.deliver()
    assert (await line.soon())["google.user"] == 1
    assert await line.office.told() == [("disabled", "person", "suspend"), ("restored", "person", "ignore")]
    subject = await line.office.scene.subject()
    assert subject is not None
    assert subject.suspended_at is not None


async def test_a_delegation_that_is_removed_suspends_the_tenant_long_before_the_next_visit(
    line: Line,
) -> None:
    company = line.office.company.id
    act(line, Remove(company, "200000000000000000002"))
    line.office.sandbox.world.consent_removed.clear()
    await line.deliver()
    # One look shows that it was another's.
    assert (await line.soon())["google.activities"] > 0
    assert (await line.office.told(), await line.office.scene.state()) == ([], State.ACTIVE)
    act(line, Remove(company, ServiceAccount.client_id))
    line.office.sandbox.world.consent_removed.clear()
    await line.deliver()
    await line.soon()
    assert await line.office.told() == [("grant_lost", "tenant", "suspend")]
    assert await line.office.scene.state() is State.SUSPENDED


async def test_what_a_person_took_back_is_known_long_before_the_next_visit(line: Line) -> None:
    address = line.office.directory.accounts[ANAS_ID].address
    act(line, TakeBack(line.office.company.id, WebClient.id, address))
    await line.deliver()
    await line.soon()
    assert await line.office.told() == [("consent_revoked", "person", "suspend")]
    assert await line.office.scene.link() == SUSPENDED


async def test_what_is_said_and_is_not_so_does_nothing(line: Line) -> None:
    for state in ("delete", "update", "undelete"):
        assert await line.say(state, {"id": WENDLAS_ID}) == (202, b"")
    assert (await line.soon())["google.user"] == 1
    # She works, and somebody looked; nothing was destroyed for a word.
    assert await line.office.told() == [("restored", "person", "ignore")]
    subject = await line.office.scene.subject()
    assert subject is not None
    assert subject.suspended_at is None


async def test_who_is_not_there_is_suspended_and_burnt_once_they_are_listed_as_deleted(line: Line) -> None:
    line.office.sandbox.faults.ask("google.user-not-found")
    await line.say("delete", {"id": WENDLAS_ID})
    await line.soon()
    assert await line.office.told() == [("disabled", "person", "suspend")]
    line.office.directory.delete(WENDLAS_ID)
    await line.deliver()
    await line.soon()
    assert (await line.office.told())[1:] == [("deleted", "person", "burn")]


async def test_whoever_shows_no_secret_is_answered_alike_and_only_counted(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As late, too, whether there is such an address or not: what is known of it has to be opened first."""
    monkeypatch.setattr(evenly, "BEAT_SECONDS", 0.02)
    clock = asyncio.get_running_loop().time
    push, before = await line.push(), line.counted()
    secret = push.secret
    odd: list[dict[str, str | None]] = [
        {"token": "somebody else's"},
        {"token": None},
        {"token": ""},
        {"address": f"{secret[:-1]}{'a' if secret[-1] != 'a' else 'b'}"},
        {"address": "nobody"},
        {"address": secret.replace("trm_", "trn_")},
        {"address": "a.b.c"},
    ]
    for changed in odd:
        for state, body in (("delete", {"id": WENDLAS_ID}), ("revoke", None), ("sync", b"{"), ("", None)):
            began = clock()
            assert await line.say(state, body, **changed) == (202, b""), (changed, state)
            assert clock() - began >= evenly.BEAT_SECONDS
    assert line.counted() == before | {"unknown": before.get("unknown", 0) + 4 * len(odd)}
    assert await line.push() == push
    assert (await line.soon())["google.token"] == 0


async def test_whatever_it_says_it_is_answered_alike(line: Line) -> None:
    for state in ("sync", "update", "makeAdmin", "rearranged", "\\x7f"):
        for body in (b"", b"{", b"[]", b'{"id": 7}', b"x" * (BODY_BYTES_MAX + 1), {"id": "a" * 65}):
            assert await line.say(state, body) == (202, b"")
    assert not (await line.push()).is_calling


async def test_of_strangers_nothing_is_written_and_nothing_is_asked(line: Line) -> None:
    line.office.hire(20)
    for number in range(20):
        line.office.directory.change(f"a-stranger-{number}", is_enabled=False)
    before = await line.push()
    await line.deliver()
    assert await line.push() == before
    assert await line.soon() == {}


async def test_a_flood_is_one_look(line: Line) -> None:
    push = await line.push()
    for _ in range(30):
        for state, body in (("update", {"id": WENDLAS_ID}), ("revoke", None)):
            assert (await line.say(state, body))[0] == 202
    after = await line.push()
    assert (after.hints, after.called) == ((await line.named(WENDLAS_ID),), True)
    assert after.beside(push) == push
    asked = await line.soon()
    assert (asked["google.user"], asked["google.activities"]) == (1, 3)
    # However much is said, half a minute lies between two looks.
    await line.say("revoke")
    assert await line.soon(seconds=5) == {}
    await line.say("revoke")
    assert (await line.soon(seconds=26))["google.activities"] == 3


async def test_what_is_said_during_a_look_is_looked_at_after_it(line: Line) -> None:
    heard = Counter[str]()

    async def say_once() -> None:
        heard["requests"] += 1
        if heard["requests"] == 4:
            line.office.directory.change(WENDLAS_ID, is_enabled=False)
            await line.deliver()

    line.office.before = say_once
    line.office.here.clock.move(timedelta(minutes=5))
    await line.streams.visit()
    assert (heard["requests"] > 4, await line.office.told()) == (True, [])
    assert (await line.soon())["google.user"] == 1
    assert await line.office.told() == [("disabled", "person", "suspend")]


async def test_a_provider_that_fails_meanwhile_is_looked_at_again(line: Line) -> None:
    line.office.directory.change(WENDLAS_ID, is_enabled=False)
    await line.deliver()
    line.office.sandbox.faults.refuse("google.user", 429, 9, {"Retry-After": "99"})
    await line.soon()
    assert (await line.office.told(), (await line.push()).reading) == ([], (await line.named(WENDLAS_ID),))
    line.office.sandbox.faults.clear()
    line.office.signals = line.office.process()
    assert await line.office.later() is None
    assert await line.office.told() == [("disabled", "person", "suspend")]
    assert (await line.push()).reading == ()


async def test_no_account_is_kept_of_who_is_to_be_looked_at(line: Line) -> None:
    """A copy of the store that is taken meanwhile would still show it after they were burnt."""
    await line.say("update", {"id": WENDLAS_ID})
    office = line.office
    standing = await office.here.standing(office.scene.site.tenant)
    record = (await load_transmitter(office.here.parts, standing, office.name)).written
    assert (await line.named(WENDLAS_ID)).encode() in record
    assert WENDLAS_ID.encode() not in record


async def test_one_account_that_cannot_be_looked_at_keeps_nothing_else_from_being_told(line: Line) -> None:
    """Else the first that fails for good would end all that Google tells, and its tenant be stale for it."""
    office = line.office
    office.directory.change(WENDLAS_ID, is_enabled=False)
    await line.deliver()
    office.sandbox.faults.refuse("google.user", 503, 99)
    assert await office.later(timedelta(days=1, minutes=1)) == "server_fault"
    assert await office.told() == [("disabled", "person", "suspend")]
    row, now = await office.row(), milliseconds(office.here.clock())
    assert row.heard_at == now
    assert (await line.push()).reading == (await line.named(WENDLAS_ID),)
    # It is tried again when all is asked again, behind whatever else was said.
    await line.say("update", {"id": ANAS_ID})
    assert (await office.signals.look(office.scene.site.tenant, row))[0] == now + ASK_MILLISECONDS
    assert (await line.push()).reading == (await line.named(ANAS_ID), await line.named(WENDLAS_ID))


async def test_a_process_that_dies_behind_the_door_is_followed_by_one_that_looks_again(line: Line) -> None:
    line.office.directory.change(WENDLAS_ID, is_enabled=False)
    await line.deliver()
    parts = line.office.here.parts
    line.office.here.clock.move(timedelta(seconds=31))
    dying = line.office.process(DyingDoor(parts.store, parts.keyring, parts.metrics))
    with pytest.raises(Death):
        await line.office.look(dying)
    assert (await line.push()).reading == (await line.named(WENDLAS_ID),)
    for _ in range(2):
        assert await line.office.later() is None
        assert await line.office.told() == [("disabled", "person", "suspend")]
    assert (await line.push()).reading == ()


async def test_of_a_tenant_that_is_not_read_no_account_is_remembered(line: Line) -> None:
    await line.say("update", {"id": WENDLAS_ID})
    assert (await line.push()).hints == (await line.named(WENDLAS_ID),)
    await suspend(line.office)
    assert await line.soon() == {}
    push = await line.push()
    assert (push.hints, push.reading, len(push.promises)) == ((), (), TOPICS)
    await line.say("update", {"id": WENDLAS_ID})
    assert (await line.push()).hints == ()


async def test_channels_are_renewed_before_they_end_by_others_and_the_old_ones_stopped(line: Line) -> None:
    first = {one.topic: one for one in (await line.push()).promises}
    assert len(first) == TOPICS
    await line.soon(hours=4, minutes=50)
    assert {one.topic: one for one in (await line.push()).promises} == first
    asked = await line.soon(minutes=10)
    renewed = {one.topic: one for one in (await line.push()).promises}
    assert {topic for topic in first if renewed[topic] != first[topic]} == {
        "admin/REMOVE_API_CLIENT_ACCESS", "token/revoke",
    }  # fmt: skip
    assert (asked["google.activities-watch"], asked["google.stop"], asked["google.users-watch"]) == (2, 2, 0)
    await line.soon(hours=40)
    last = {one.topic: one for one in (await line.push()).promises}
    assert all(last[topic].id != renewed[topic].id for topic in first)


async def test_where_push_is_refused_it_is_polled_as_ever_and_asked_for_again_in_an_hour(
    installation: Installation, tmp_path: Path, identity: Identity
) -> None:
    async with office(installation, tmp_path, identity, peopled=False, whose=Provider.GOOGLE) as there:
        there.url = "https://gateway.example"
        there.signals = there.process()
        before = Counter(there.sandbox.requests)
        assert await there.look() == "google_receiver_refused"
        assert await there.later() is None
        assert there.requests(before)["google.users-watch"] == 3
        assert await there.later(timedelta(minutes=56)) == "google_receiver_refused"
        assert (await there.row()).heard_at is not None
        # A scope that is missing keeps the rest from nothing.
        there.consent.undelegated = frozenset({AUDIT_SCOPE})
        there.signals = there.process()
        assert await there.later(timedelta(hours=2)) == account_signals.APPLICATION_NOT_COVERED


async def test_another_public_address_is_told_to_google(line: Line) -> None:
    before = await line.push()
    line.office.url = f"{line.office.url}/"
    moved = (line.office.url or "").rstrip("/").replace("127.0.0.1", "localhost")
    line.office.url = moved
    signals = line.office.process()
    line.office.here.clock.move(timedelta(minutes=5))
    await line.office.look(signals)
    after = await line.push()
    assert {one.url for one in after.promises} == {f"{moved}/v1/signals/{before.secret}/workspace"}


async def test_a_listing_finds_what_no_push_has_told(line: Line) -> None:
    line.office.directory.change(WENDLAS_ID, is_enabled=False)
    for _ in range(3):
        line.office.sandbox.notifier.faults.plan("channel-lost")
    await line.deliver()
    assert await line.soon() == {}
    await line.soon(hours=24)
    assert await line.office.told() == [("disabled", "person", "suspend")]
