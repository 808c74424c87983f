from datetime import timedelta
from typing import Any

import msgspec
import pytest
from aiohttp import web

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.dialects import DIALECTS
from connectors.sandbox.directory import Person
from connectors.sandbox.faults.when import InvalidFault
from connectors.sandbox.graph_notification_pace import Pace, Stopwatch
from connectors.sandbox.identity import Identity
from connectors.sandbox.notification_faults import NOTIFICATION_FAULTS
from connectors.sandbox.notification_post import ForeignReceiver, Post
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider, World
from tests.connectors.sandbox.callers import IMMUTABLE, NOW, Caller, graph_caller, in_days
from tests.connectors.sandbox.receivers import Message, Receiver, Time

PATH = "/graph/v1.0/subscriptions"
HOUR = timedelta(hours=1)


async def _subscribe(graph: Caller, receiver: Receiver, calendar: Calendar, **changed: Any) -> str:
    body = {
        "changeType": "created,updated,deleted",
        "resource": f"users/{calendar.address}/events",
        "notificationUrl": f"{receiver.url}/n",
        "lifecycleNotificationUrl": f"{receiver.url}/l",
        "expirationDateTime": in_days(6).isoformat(),
        "clientState": "known to both",
    } | changed
    answer = await graph.send("POST", PATH, prefer=IMMUTABLE, json=body)
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


@pytest.fixture
def world(world: World) -> World:
    """With a second company on Microsoft 365."""
    someone = Person(
        id="7f0c2d1e-0000-4000-8000-000000000001", name="Ada Example", address="ada@posthorn.example"
    )
    neighbour = msgspec.structs.replace(
        world.tenants[0],
        name="Posthorn",
        id="7f0c2d1e-0000-4000-8000-000000000000",
        people=(someone,),
        resources=(),
    )
    calendars = {address: world.calendar(address) for one in world.tenants for address in one.addresses}
    calendars[someone.address] = Calendar(
        someone.address, neighbour.zone, DIALECTS[Provider.MICROSOFT], lambda: NOW
    )
    return World(world.now, [*world.tenants, neighbour], calendars)


@pytest.fixture
async def key(graph: Caller, receiver: Receiver, graph_room: Calendar) -> str:
    return await _subscribe(graph, receiver, graph_room)


def _of_type(calendar: Calendar, kind: str) -> str:
    return next(key for key, event in calendar.events.items() if event["type"] == kind)


def _single(calendar: Calendar) -> str:
    return _of_type(calendar, "singleInstance")


async def _delivered(sandbox: Sandbox, receiver: Receiver) -> list[Message]:
    await sandbox.notifier.deliver()
    return receiver.taken()


async def _changed(sandbox: Sandbox, receiver: Receiver, calendar: Calendar) -> Message:
    """The one message about one change."""
    calendar.cancel(_single(calendar))
    (message,) = await _delivered(sandbox, receiver)
    return message


async def test_a_change_is_told_with_its_kind_and_nothing_of_its_contents(
    sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str
) -> None:
    event = _single(graph_room)
    graph_room.move(event, in_days(30), in_days(30) + HOUR)
    graph_room.add(graph_room.events[event] | {"id": "new"})
    tag = graph_room.events[event]["@odata.etag"]
    (message,) = await _delivered(sandbox, receiver)
    assert message.path == "/n"
    moved, added = message.items
    user = next(one for one in sandbox.world.tenants[0].resources if one.address == graph_room.address).id
    assert moved == {
        "id": moved["id"],
        "subscriptionId": key,
        "subscriptionExpirationDateTime": "2027-03-07T09:00:00.000Z",
        "clientState": "known to both",
        "changeType": "updated",
        "tenantId": sandbox.world.tenants[0].id,
        "resource": f"Users/{user}/Events/{event}",
        "resourceData": {
            "@odata.type": "#Microsoft.Graph.Event",
            "@odata.id": f"Users/{user}/Events/{event}",
            "@odata.etag": tag,
            "id": event,
        },
    }
    assert (added["changeType"], added["resourceData"]["id"]) == ("created", "new")
    graph_room.delete(event)
    (message,) = await _delivered(sandbox, receiver)
    assert [item["changeType"] for item in message.items] == ["deleted"]
    assert await _delivered(sandbox, receiver) == []


async def test_ids_are_of_the_format_that_was_asked_for(
    graph: Caller, sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str
) -> None:
    body = {
        "changeType": "updated",
        "resource": f"users/{graph_room.address}/events",
        "notificationUrl": f"{receiver.url}/n",
        "expirationDateTime": in_days(1).isoformat(),
    }
    assert (await graph.send("POST", PATH, json=body)).status == 201
    message = await _changed(sandbox, receiver, graph_room)
    event = _single(graph_room)
    assert [item["resourceData"]["id"] for item in message.items] == [event, f"AAMk{event}"]


async def test_only_the_asked_kinds_and_the_asked_mailbox_are_told(
    graph: Caller, sandbox: Sandbox, receiver: Receiver, graph_room: Calendar
) -> None:
    await _subscribe(graph, receiver, graph_room, changeType="deleted")
    graph_room.cancel(_single(graph_room))
    office = sandbox.world.calendar("office.002@haldenvoss.example")
    office.delete(_single(office))
    assert await _delivered(sandbox, receiver) == []


async def test_an_occurrence_is_told_as_its_master_and_once(
    sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str
) -> None:
    occurrence = _of_type(graph_room, "occurrence")
    master = graph_room.events[occurrence]["seriesMasterId"]
    graph_room.delete(occurrence)
    graph_room.make_private(master)
    (message,) = await _delivered(sandbox, receiver)
    ids = [item["resourceData"]["id"] for item in message.items]
    assert ids.count(master) == 1
    assert {graph_room.events[one]["type"] for one in ids} <= {"seriesMaster", "exception"}


async def test_a_series_that_goes_is_told_as_gone(
    sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str
) -> None:
    graph_room.delete(_of_type(graph_room, "seriesMaster"))
    (message,) = await _delivered(sandbox, receiver)
    assert {item["changeType"] for item in message.items} == {"deleted"}


async def test_one_message_mixes_subscriptions(
    graph: Caller, sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str
) -> None:
    office = sandbox.world.calendar("office.002@haldenvoss.example")
    other = await _subscribe(graph, receiver, office, clientState="another")
    graph_room.cancel(_single(graph_room))
    office.cancel(_single(office))
    (message,) = await _delivered(sandbox, receiver)
    told = {(item["subscriptionId"], item["clientState"]) for item in message.items}
    assert told == {(key, "known to both"), (other, "another")}


async def test_one_message_mixes_tenants_that_do_not_see_each_other(
    anyone: Caller, graph: Caller, sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str
) -> None:
    neighbour = sandbox.world.tenants[2]
    mailbox = sandbox.world.calendar(neighbour.read_as)
    other = await graph_caller(anyone, neighbour.id)
    theirs = await _subscribe(other, receiver, mailbox)
    assert (await graph.get(f"{PATH}/{theirs}")).status == 404
    assert [one["id"] for one in (await other.get(PATH)).body["value"]] == [theirs]
    graph_room.cancel(_single(graph_room))
    mailbox.add(graph_room.events[_single(graph_room)])
    (message,) = await _delivered(sandbox, receiver)
    told = {(item["subscriptionId"], item["tenantId"]) for item in message.items}
    assert told == {(key, sandbox.world.tenants[0].id), (theirs, neighbour.id)}


async def test_out_of_reach_is_as_good_as_revoked(
    sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str
) -> None:
    sandbox.world.consents[sandbox.world.tenants[0].id].reach = frozenset()
    graph_room.cancel(_single(graph_room))
    (message,) = await _delivered(sandbox, receiver)
    assert [item["lifecycleEvent"] for item in message.items] == ["reauthorizationRequired"]


async def test_what_is_refused_is_tried_again_for_four_hours_and_then_missed(
    sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str, time: Time
) -> None:
    receiver.answers = [503] * 100
    first = await _changed(sandbox, receiver, graph_room)
    tried = []
    for minute in range(1, 6 * 60):
        time.pass_by(minutes=1)
        for message in await _delivered(sandbox, receiver):
            if message.path == "/n":
                assert message.raw == first.raw
                tried.append(minute)
    assert tried[:6] == [1, 2, 3, 5, 8, 14]
    assert 4 * 60 - 61 <= tried[-1] <= 4 * 60
    receiver.answers = []
    time.pass_by(hours=4)
    messages = await _delivered(sandbox, receiver)
    assert {item["lifecycleEvent"] for message in messages for item in message.items} == {"missed"}


@pytest.mark.parametrize("status", [302, 400, 404, 410, 500])
async def test_any_other_status_than_success_is_tried_again(
    sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str, time: Time, status: int
) -> None:
    receiver.answers = [status]
    await _changed(sandbox, receiver, graph_room)
    time.pass_by(seconds=9)
    assert await _delivered(sandbox, receiver) == []
    time.pass_by(seconds=1)
    assert len(await _delivered(sandbox, receiver)) == 1


@pytest.mark.parametrize(
    ("late", "of", "pace"),
    [(0, 0, Pace.STEADY), (1, 10, Pace.STEADY), (2, 19, Pace.SLOW), (3, 20, Pace.SLOW), (4, 25, Pace.DROP)],
)
def test_how_many_late_answers_are_too_many(late: int, of: int, pace: Pace) -> None:
    watch = Stopwatch()
    for number in range(of):
        watch.note(NOW, late=number < late)
    assert watch.pace(NOW) is pace


async def test_a_slow_receiver_is_told_later(
    sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str, time: Time
) -> None:
    for _ in range(8):
        await _changed(sandbox, receiver, graph_room)
    receiver.seconds = 11
    await _changed(sandbox, receiver, graph_room)
    receiver.seconds = 0
    graph_room.cancel(_single(graph_room))
    assert await _delivered(sandbox, receiver) == []
    time.pass_by(seconds=10)
    # What came late counts as undelivered, and comes again.
    assert len(await _delivered(sandbox, receiver)) == 2


async def test_what_is_for_a_very_slow_receiver_is_dropped_and_missed(
    sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str, time: Time
) -> None:
    receiver.seconds = 11
    await _changed(sandbox, receiver, graph_room)
    receiver.seconds = 0
    graph_room.cancel(_single(graph_room))
    assert await _delivered(sandbox, receiver) == []
    time.pass_by(minutes=9)
    assert await _delivered(sandbox, receiver) == []
    time.pass_by(minutes=1)
    (message,) = await _delivered(sandbox, receiver)
    assert (message.path, message.items[0]["lifecycleEvent"]) == ("/l", "missed")
    assert (await _changed(sandbox, receiver, graph_room)).path == "/n"


async def test_without_consent_nothing_is_told_but_that(
    sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str, time: Time
) -> None:
    graph_room.cancel(_single(graph_room))
    sandbox.world.consent_removed.add(sandbox.world.tenants[0].id)
    (message,) = await _delivered(sandbox, receiver)
    assert message.items == [
        {
            "subscriptionId": key,
            "subscriptionExpirationDateTime": "2027-03-07T09:00:00.000Z",
            "clientState": "known to both",
            "tenantId": sandbox.world.tenants[0].id,
            "lifecycleEvent": "reauthorizationRequired",
            "resource": f"users/{graph_room.address}/events",
            "organizationId": sandbox.world.tenants[0].id,
        }
    ]
    time.pass_by(hours=5)
    assert {message.path for message in await _delivered(sandbox, receiver)} == {"/l"}
    sandbox.world.consent_removed.clear()
    assert await _delivered(sandbox, receiver) == []


async def test_an_expired_subscription_is_silent(
    sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str, time: Time
) -> None:
    time.pass_by(days=6)
    graph_room.cancel(_single(graph_room))
    assert await _delivered(sandbox, receiver) == []


async def _with_fault(sandbox: Sandbox, receiver: Receiver, calendar: Calendar, fault: str) -> list[Message]:
    sandbox.notifier.faults.plan(fault)
    calendar.cancel(_single(calendar))
    calendar.add(calendar.events[_single(calendar)] | {"id": "new"})
    return await _delivered(sandbox, receiver)


async def test_faults_of_entries_come_by_name(
    sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str
) -> None:
    async def told(fault: str) -> dict[str, Any]:
        (message,) = await _with_fault(sandbox, receiver, graph_room, fault)
        return dict(message.items[0])

    assert (await told("notification-wrong-state"))["clientState"] != "known to both"
    assert "clientState" not in await told("notification-no-state")
    assert (await told("notification-unknown-subscription"))["subscriptionId"] != key
    assert (await told("notification-foreign-tenant"))["tenantId"] != sandbox.world.tenants[0].id
    other = await told("notification-other-case")
    assert other["resource"].split("/")[1].endswith(f"@{sandbox.world.tenants[0].id}")
    assert other["resource"].split("/")[2] == "events"
    assert other["resource"].endswith(_single(graph_room))
    assert other["resourceData"]["@odata.type"] == "#microsoft.graph.event"


async def test_faults_of_batches_come_by_name(
    sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str
) -> None:
    async def message(fault: str) -> Message:
        (only,) = await _with_fault(sandbox, receiver, graph_room, fault)
        return only

    twice = (await message("notification-twice")).items
    assert twice[:2] == twice[2:]
    reversed_ids = [item["resourceData"]["id"] for item in (await message("notification-reversed")).items]
    assert reversed_ids == ["new", _single(graph_room)]
    assert len((await message("notification-oversized")).raw) > 1_000_000
    assert (await message("notification-wrong-type")).headers["Content-Type"].startswith("text/plain")
    assert not (await message("notification-malformed")).raw.endswith(b"}")
    assert await _with_fault(sandbox, receiver, graph_room, "notification-lost") == []
    sandbox.notifier.faults.plan("lifecycle-storm")
    sandbox.world.denied.add(graph_room.address)
    (storm,) = await _delivered(sandbox, receiver)
    assert len(storm.items) == 100


async def test_an_unknown_fault_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(InvalidFault):
        sandbox.notifier.faults.plan("notification-with-cake")
    assert all(line and "\n" not in line for line in NOTIFICATION_FAULTS.values())


async def test_a_receiver_that_is_gone_is_tried_again(
    graph: Caller, sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, key: str, time: Time
) -> None:
    (held,) = sandbox.notifier.subscriptions
    here, held.asked = held.asked, _aimed(held.asked, "https://127.0.0.1:1/n")
    graph_room.cancel(_single(graph_room))
    assert await _delivered(sandbox, receiver) == []
    held.asked = here
    assert (await _changed(sandbox, receiver, graph_room)).path == "/n"


def _aimed(asked: Any, url: str) -> Any:
    return msgspec.structs.replace(asked, notification_url=url)


async def test_nothing_is_ever_sent_elsewhere(identity: Identity, time: Time) -> None:
    async with Post(time, identity.authority.pem) as post:
        for url in (
            "https://gateway.example/",
            "https://192.0.2.1/",
            "http://10.0.0.1/",
            "https://u:p@localhost/",
        ):
            with pytest.raises(ForeignReceiver):
                await post.send(url, {})


@pytest.mark.parametrize("size", [100, 65_536, 65_537, 3_000_000])
async def test_of_an_answer_no_more_is_read_than_it_has_to_hold(
    identity: Identity, receiver: Receiver, time: Time, size: int
) -> None:
    receiver.echo = lambda _: web.Response(text="x" * size)
    async with Post(time, identity.authority.pem) as post:
        answer = await post.send(f"{receiver.url}/?validationToken=x", {})
    assert len(answer.text) == min(size, 65_536)
