"""How Graph is asked to tell of changes, and what comes of its refusals."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from aiohttp import web

from connectors.errors import AccessDenied, ConnectorError, PushRefused, Unreachable, WatchLost
from connectors.microsoft.client import Mode
from connectors.microsoft.subscriptions import LIFE_MAX
from connectors.sandbox.calendar import Calendar
from connectors.sandbox.truth import Provider
from tests.connectors.microsoft.test_microsoft_client import stand_in
from tests.connectors.sandbox.receivers import Message, Receiver
from tests.contracts.connector import LIMITS, Host, Meeting, hosting
from tests.contracts.watching import DAY, SECRET, Outlook, Told, WatchingContract, receiving

pytestmark = pytest.mark.asyncio(loop_scope="module")


class GraphOutlook(Outlook):
    """Graph tells of one event each, and of the subscription's own life."""

    kind = "graph.subscribe"
    replaces = False

    def read(self, message: Message) -> list[Told]:
        changes = (item for item in message.items if "changeType" in item)
        return [Told(item["subscriptionId"], item["clientState"]) for item in changes]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    folder: Path = tmp_path_factory.mktemp("microsoft-watching")
    async with hosting(Provider.MICROSOFT, folder) as host:
        yield host


@pytest_asyncio.fixture(loop_scope="module")
async def receiver(host: Host) -> AsyncIterator[Receiver]:
    async with receiving(host) as receiver:
        yield receiver
        host.sandbox.advance(timedelta(days=8).total_seconds())


@pytest.fixture
def outlook(host: Host, receiver: Receiver) -> GraphOutlook:
    return GraphOutlook(stand_in(host, Mode.SNAPSHOT, "graph.view", 1000), receiver)


@pytest.fixture
def room(outlook: GraphOutlook) -> Calendar:
    return outlook.stand.calendar(Meeting())


class TestGraph(WatchingContract):
    """Subscriptions to a whole mailbox."""


async def refusal(outlook: Outlook, calendar: Calendar) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        await outlook.watch(calendar)
    return caught.value


async def test_it_is_asked_for_by_immutable_ids_and_shakes_hands_for_both_urls(
    outlook: GraphOutlook, room: Calendar
) -> None:
    watch = await outlook.watch(room)
    assert len(outlook.receiver.tokens) == 2
    (held,) = outlook.sandbox.notifier.subscriptions
    assert (held.id, held.immutable_ids, held.address) == (watch.id, True, room.address)
    assert held.asked.change_type == "created,updated,deleted"
    assert held.asked.notification_url == held.asked.lifecycle_notification_url == outlook.target.url
    assert held.asked.client_state == SECRET
    assert not held.asked.include_resource_data


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda room: room.add({"id": "new"}), "created"),
        (lambda room: room.cancel("meeting"), "updated"),
        (lambda room: room.delete("meeting"), "deleted"),
    ],
)
async def test_every_kind_of_change_is_told(
    outlook: GraphOutlook, room: Calendar, change: object, kind: str
) -> None:
    assert callable(change)
    await outlook.watch(room)
    change(room)
    await outlook.sandbox.notifier.deliver()
    assert [item["changeType"] for message in outlook.receiver.taken() for item in message.items] == [kind]


async def test_no_more_is_asked_for_than_graph_allows_whatever_its_clock_says(
    outlook: GraphOutlook, room: Calendar
) -> None:
    watch = await outlook.watch(room, 30 * DAY)
    assert watch.expires_at == outlook.now + LIFE_MAX == outlook.now + timedelta(minutes=10_080 - 60)


async def test_what_graph_grants_counts(outlook: GraphOutlook, room: Calendar) -> None:
    watch = await outlook.watch(room, timedelta(minutes=5))
    assert watch.expires_at == outlook.now + timedelta(minutes=45)


@pytest.mark.parametrize(
    ("fault", "code"),
    [("subscription-quota", "graph_push_quota"), ("subscription-forbidden", "graph_push_denied")],
)
async def test_refusals_are_told_apart(outlook: GraphOutlook, room: Calendar, fault: str, code: str) -> None:
    outlook.fault(fault)
    error = await refusal(outlook, room)
    assert (type(error), error.code) == (PushRefused, code)
    assert room.address not in f"{error!r} {error.__context__!r} {error.__cause__!r}"
    await outlook.watch(room)


async def test_a_receiver_that_shakes_no_hands_is_ours_to_mend(outlook: GraphOutlook, room: Calendar) -> None:
    outlook.receiver.echo = lambda _: web.Response(status=500)
    error = await refusal(outlook, room)
    assert (type(error), error.code) == (PushRefused, "graph_receiver_unconfirmed")


async def test_without_consent_nothing_is_told(outlook: GraphOutlook, room: Calendar) -> None:
    watch = await outlook.watch(room)
    with outlook.stand.without_consent():
        assert (await refusal(outlook, room)).code == "graph_push_denied"
        with pytest.raises((AccessDenied, PushRefused)):
            await outlook.renew(room, watch)
        with pytest.raises((AccessDenied, PushRefused)):
            await outlook.connector.unwatch(watch)


async def test_one_that_nobody_knows_of_gives_way(outlook: GraphOutlook, room: Calendar) -> None:
    lost = await outlook.watch(room)
    watch = await outlook.watch(room)
    assert watch.id != lost.id
    assert [held.id for held in outlook.sandbox.notifier.subscriptions] == [watch.id]
    assert await outlook.told_of_change(room) == [Told(watch.id, SECRET)]


async def test_what_graph_made_before_its_answer_was_lost_gives_way_too(
    outlook: GraphOutlook, room: Calendar
) -> None:
    outlook.sandbox.faults.order("graph.cut-off", "1", 1)
    with pytest.raises(Unreachable):
        await outlook.watch(room)
    (lost,) = outlook.sandbox.notifier.subscriptions
    watch = await outlook.watch(room)
    assert [held.id for held in outlook.sandbox.notifier.subscriptions] == [watch.id] != [lost.id]


async def test_a_duplicate_gives_way_once(outlook: GraphOutlook, room: Calendar) -> None:
    outlook.fault("subscription-duplicate", 2)
    before = outlook.sandbox.requests[outlook.kind]
    error = await refusal(outlook, room)
    assert (type(error), error.code) == (PushRefused, "graph_watch_duplicate")
    assert outlook.sandbox.requests[outlook.kind] == before + 2
    outlook.fault("subscription-duplicate")
    await outlook.watch(room)


async def test_a_lost_one_is_not_renewed(outlook: GraphOutlook, room: Calendar) -> None:
    watch = await outlook.watch(room)
    outlook.fault("subscription-forgotten")
    with pytest.raises(WatchLost):
        await outlook.renew(room, watch)
    outlook.sandbox.advance(DAY.total_seconds())
    with pytest.raises(WatchLost):
        await outlook.renew(room, watch)


async def test_a_secret_that_graph_does_not_repeat_is_still_ours(
    outlook: GraphOutlook, room: Calendar
) -> None:
    watch = await outlook.watch(room)
    outlook.fault("subscription-state-withheld")
    assert (await outlook.renew(room, watch, 2 * DAY)).expires_at == outlook.now + 2 * DAY
    assert await outlook.told_of_change(room) == [Told(watch.id, SECRET)]


async def test_what_comes_to_the_same_is_tried_again(outlook: GraphOutlook, room: Calendar) -> None:
    watch = await outlook.watch(room)
    outlook.sandbox.faults.refuse("graph.renew", 500, LIMITS.attempts_max - 1)
    outlook.sandbox.faults.refuse("graph.unsubscribe", 500, LIMITS.attempts_max - 1)
    await outlook.renew(room, watch)
    await outlook.connector.unwatch(watch)
    assert list(outlook.sandbox.notifier.subscriptions) == []


async def test_a_watch_is_kept_as_it_is(outlook: GraphOutlook, room: Calendar) -> None:
    """It is stored, and comes back."""
    watch = await outlook.watch(room)
    kept = msgspec.json.decode(msgspec.json.encode(watch), type=type(watch))
    assert await outlook.renew(room, kept) == watch
    await outlook.connector.unwatch(kept)
    assert room.address not in msgspec.json.encode(watch).decode()
