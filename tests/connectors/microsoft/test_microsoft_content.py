"""What Graph's notifications hold: asked for, and opened with one subscription's own key."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from msgspec.structs import replace

from connectors.errors import Malformed, PushRefused
from connectors.microsoft.client import MicrosoftConnector, Mode
from connectors.microsoft.content import KEY_LIFE, key_of, opened
from connectors.microsoft.shapes import selection
from connectors.microsoft.subscriptions import TELLING_LIFE_MAX
from connectors.port import Page, Target, Watch
from connectors.sandbox.calendar import Calendar
from connectors.sandbox.truth import Provider
from tests.connectors.microsoft.test_microsoft_client import stand_in
from tests.connectors.microsoft.test_microsoft_watching import GraphOutlook
from tests.connectors.sandbox.receivers import Receiver
from tests.contracts.connector import EVERYTHING, NOW, OCCUPANCY, Host, Meeting, hosting
from tests.contracts.watching import DAY, SECRET, receiving

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOUR = timedelta(hours=1)


class Teller(GraphOutlook):
    """One that is told what an event has changed to."""

    def __init__(self, host: Host, receiver: Receiver, mode: Mode = Mode.SNAPSHOT) -> None:
        super().__init__(stand_in(host, mode, "graph.view", 1000), receiver)
        self.target = Target(f"{receiver.url}/told", SECRET, OCCUPANCY)

    @property
    def reader(self) -> MicrosoftConnector:
        assert isinstance(self.stand.connector, MicrosoftConnector)
        return self.stand.connector

    async def contents(self) -> list[bytes]:
        """What has come since this was last asked."""
        await self.sandbox.notifier.deliver()
        items = [item for message in self.receiver.taken() for item in message.items]
        return [json.dumps(item["encryptedContent"]).encode() for item in items if "encryptedContent" in item]

    async def content(self, calendar: Calendar) -> bytes:
        """What comes when the meeting is moved."""
        calendar.move("meeting", self.now + HOUR, self.now + 2 * HOUR)
        (content,) = await self.contents()
        return content

    def read_content(self, watch: Watch, content: bytes) -> Page:
        return self.reader.told(watch, content, OCCUPANCY)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    folder: Path = tmp_path_factory.mktemp("microsoft-content")
    async with hosting(Provider.MICROSOFT, folder) as host:
        yield host


@pytest_asyncio.fixture(loop_scope="module")
async def receiver(host: Host) -> AsyncIterator[Receiver]:
    async with receiving(host) as receiver:
        yield receiver
        host.sandbox.advance(timedelta(days=8).total_seconds())


@pytest.fixture
def teller(host: Host, receiver: Receiver) -> Teller:
    return Teller(host, receiver)


@pytest.fixture
def room(teller: Teller) -> Calendar:
    return teller.stand.calendar(Meeting())


def refused(watch: Watch, content: bytes, teller: Teller) -> str:
    with pytest.raises(Malformed) as caught:
        teller.read_content(watch, content)
    assert caught.value.__cause__ is caught.value.__context__ is None
    return caught.value.code


async def test_exactly_what_is_read_is_asked_for(teller: Teller, room: Calendar) -> None:
    watch = await teller.watch(room, 30 * DAY)
    (held,) = teller.sandbox.notifier.subscriptions
    assert held.asked.include_resource_data
    assert held.asked.resource == f"users/{room.address}/events?$select={selection(OCCUPANCY)}"
    assert watch.expires_at == teller.now + TELLING_LIFE_MAX
    assert "subject" not in held.asked.resource


async def test_what_is_told_is_what_would_be_read(teller: Teller, room: Calendar) -> None:
    watch = await teller.watch(room)
    page = teller.read_content(watch, await teller.content(room))
    (event,) = page.events
    assert event == await teller.stand.event(room, event.id)
    assert (page.removed, page.unclear, page.cursor) == ((), (), None)
    assert page.size > 0


async def test_a_renewed_one_goes_on_with_its_key(teller: Teller, room: Calendar) -> None:
    watch = await teller.watch(room, HOUR)
    renewed = await teller.renew(room, watch, 30 * DAY)
    assert (renewed.id, renewed.opener) == (watch.id, watch.opener)
    assert renewed.expires_at == teller.now + TELLING_LIFE_MAX
    assert teller.read_content(renewed, await teller.content(room)).events


@pytest.mark.parametrize(
    "changed",
    [
        {"members": "id"},
        {"expires_at": NOW},
        None,
    ],
)
async def test_another_takes_the_place_of_one_whose_key_does_no_more(
    teller: Teller, room: Calendar, changed: dict[str, Any] | None
) -> None:
    watch = await teller.watch(room)
    key = key_of(watch.opener)
    assert key is not None
    stale = b"{}" if changed is None else msgspec.json.encode(replace(key, **changed))
    renewed = await teller.renew(room, replace(watch, opener=stale))
    assert renewed.id != watch.id
    assert [held.id for held in teller.sandbox.notifier.subscriptions] == [renewed.id]
    assert teller.read_content(renewed, await teller.content(room)).events


async def test_a_key_serves_for_a_while(teller: Teller, room: Calendar) -> None:
    watch = await teller.watch(room)
    for _ in range(KEY_LIFE.days - 1):
        teller.sandbox.advance((DAY - 2 * HOUR).total_seconds())
        assert (await teller.renew(room, watch)).opener == watch.opener


async def test_where_graph_tells_no_more_it_hints(teller: Teller, room: Calendar) -> None:
    teller.sandbox.faults.refuse("graph.subscribe", 400, 1)
    watch = await teller.watch(room, 30 * DAY)
    assert watch.opener == b""
    assert watch.expires_at > teller.now + TELLING_LIFE_MAX
    assert refused(watch, b"{}", teller) == "content_of_another_key"
    assert (await teller.renew(room, watch)).id == watch.id


@pytest.mark.parametrize("fault", ["subscription-quota", "subscription-forbidden"])
async def test_what_graph_tells_nobody_is_asked_once(teller: Teller, room: Calendar, fault: str) -> None:
    before = teller.sandbox.requests[teller.kind]
    teller.fault(fault)
    with pytest.raises(PushRefused):
        await teller.watch(room)
    assert teller.sandbox.requests[teller.kind] == before + 1


async def test_where_changes_are_read_a_hint_does(host: Host, receiver: Receiver) -> None:
    teller = Teller(host, receiver, Mode.DELTA)
    watch = await teller.watch(teller.stand.calendar(Meeting()))
    (held,) = teller.sandbox.notifier.subscriptions
    assert (watch.opener, held.asked.include_resource_data) == (b"", False)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("rich-wrong-signature", "content_broken"),
        ("rich-wrong-key-hash", "content_broken"),
        ("rich-unknown-certificate", "content_of_another_key"),
        ("rich-truncated", "content_broken"),
    ],
)
async def test_broken_contents_stay_shut(teller: Teller, room: Calendar, fault: str, code: str) -> None:
    watch = await teller.watch(room)
    teller.fault(fault)
    assert refused(watch, await teller.content(room), teller) == code
    room.move("meeting", teller.now + 3 * HOUR, teller.now + 4 * HOUR)
    (content,) = await teller.contents()
    assert teller.read_content(watch, content).events


async def test_one_subscription_does_not_open_anothers(teller: Teller, room: Calendar) -> None:
    watch, other = await teller.watch(room), await teller.watch(teller.stand.calendar(Meeting()))
    content = await teller.content(room)
    assert refused(other, content, teller) == "content_of_another_key"
    key, foreign = key_of(watch.opener), key_of(other.opener)
    assert key is not None
    assert foreign is not None
    with pytest.raises(Malformed, match="content_broken"):
        opened(content, replace(foreign, id=key.id))


async def test_what_was_chosen_otherwise_says_nothing(teller: Teller, room: Calendar) -> None:
    """What is not told would look like what is not so."""
    watch = await teller.watch(room)
    content = await teller.content(room)
    with pytest.raises(Malformed, match="content_of_another_key"):
        teller.reader.told(watch, content, EVERYTHING)


@pytest.mark.parametrize(
    "altered",
    [
        lambda _: b"",
        lambda _: b"null",
        lambda _: b"[" * 10_000,
        lambda content: content | {"data": None},
        lambda content: content | {"data": content["data"] + "="},
        lambda content: content | {"data": content["data"][:-4]},
        lambda content: content | {"data": ""},
        lambda content: content | {"dataKey": "AAAA"},
        lambda content: content | {"dataKey": "not base64!"},
        lambda content: content | {"dataSignature": b64encode(bytes(32)).decode()},
        lambda content: content | {"dataSignature": ""},
    ],
)
async def test_altered_contents_stay_shut(teller: Teller, room: Calendar, altered: Any) -> None:
    watch = await teller.watch(room)
    content = altered(json.loads(await teller.content(room)))
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    assert refused(watch, body, teller) in {"content_broken", "content_of_another_key"}
