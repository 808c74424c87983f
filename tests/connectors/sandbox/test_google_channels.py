from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.server import Sandbox
from tests.connectors.sandbox.callers import READING, Answer, Caller, google_form, in_days
from tests.connectors.sandbox.receivers import Message, Receiver, Time

STOP = "/google/calendar/v3/channels/stop"

Watch = Callable[..., Awaitable[Answer]]


@pytest.fixture
def watch(google: Caller, receiver: Receiver, google_room: Calendar) -> Watch:
    path = f"/google/calendar/v3/calendars/{google_room.address}/events/watch"

    async def watched(**changed: Any) -> Answer:
        body = {"id": "one", "type": "web_hook", "address": f"{receiver.url}/g", "token": "known to both"}
        return await google.send("POST", path, json=body | changed)

    return watched


def _change(calendar: Calendar) -> None:
    calendar.cancel(next(key for key, event in calendar.events.items() if "recurrence" not in event))


async def _delivered(sandbox: Sandbox, receiver: Receiver) -> list[Message]:
    await sandbox.notifier.deliver()
    return receiver.taken()


async def _told(sandbox: Sandbox, receiver: Receiver, calendar: Calendar) -> dict[str, str]:
    """The headers of the one message about one change."""
    _change(calendar)
    (message,) = await _delivered(sandbox, receiver)
    return message.headers


async def test_a_channel_begins_with_sync_and_then_tells_that_something_changed(
    watch: Watch, sandbox: Sandbox, receiver: Receiver, google_room: Calendar
) -> None:
    answer = await watch()
    resource = answer.body["resourceId"]
    uri = f"{sandbox.google_url}/calendar/v3/calendars/{google_room.address}/events?alt=json"
    assert answer.body == {
        "kind": "api#channel",
        "id": "one",
        "resourceId": resource,
        "resourceUri": uri,
        "token": "known to both",
        "expiration": str(int(in_days(7).timestamp() * 1000)),
    }
    assert receiver.messages == []
    (sync,) = await _delivered(sandbox, receiver)
    assert sync.raw == b""
    expected = {
        "X-Goog-Channel-ID": "one",
        "X-Goog-Channel-Token": "known to both",
        "X-Goog-Channel-Expiration": "Mon, 08 Mar 2027 09:00:00 GMT",
        "X-Goog-Resource-ID": resource,
        "X-Goog-Resource-URI": uri,
        "X-Goog-Resource-State": "sync",
        "X-Goog-Message-Number": "1",
    }
    assert expected.items() <= sync.headers.items()
    assert sync.headers["User-Agent"].startswith("APIs-Google")
    changed = await _told(sandbox, receiver, google_room)
    assert changed["X-Goog-Resource-State"] == "exists"
    for _ in range(3):
        _change(google_room)
    (message,) = await _delivered(sandbox, receiver)
    assert int(message.headers["X-Goog-Message-Number"]) > int(changed["X-Goog-Message-Number"]) + 1


async def test_sync_may_come_before_the_answer(watch: Watch, sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.notifier.faults.plan("channel-sync-first")
    await watch()
    (message,) = receiver.taken()
    assert message.headers["X-Goog-Resource-State"] == "sync"


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({}, 7),
        ({"params": {"ttl": "86400"}}, 1),
        ({"params": {"ttl": "6048000"}}, 7),
        ({"expiration": int(in_days(2).timestamp() * 1000)}, 2),
        ({"expiration": str(int(in_days(3).timestamp() * 1000))}, 3),
        ({"expiration": int(in_days(70).timestamp() * 1000)}, 7),
    ],
)
async def test_a_channel_lasts_as_asked_but_no_longer_than_a_week(
    watch: Watch, sandbox: Sandbox, asked: dict[str, Any], days: int
) -> None:
    expected = int(in_days(days).timestamp() * 1000)
    assert (await watch(**asked)).body["expiration"] == str(expected)
    sandbox.notifier.faults.plan("channel-expiration-number")
    assert (await watch(id="two", **asked)).body["expiration"] == expected


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "x" * 65},
        {"id": ""},
        {"id": "with space"},
        {"token": "x" * 257},
        {"token": "two\r\nlines"},
        {"type": "pigeon"},
        {"expiration": int(in_days(-1).timestamp() * 1000)},
        {"expiration": 10**18},
        {"params": {"ttl": "soon"}},
        {"madeUp": 1},
    ],
)
async def test_what_is_no_channel_is_refused(watch: Watch, changed: dict[str, Any]) -> None:
    answer = await watch(**changed)
    assert (answer.status, answer.code) == (400, "invalid")


async def test_an_id_is_used_once(watch: Watch) -> None:
    assert (await watch()).status == 200
    answer = await watch()
    assert (answer.status, answer.code) == (400, "channelIdNotUnique")


async def test_receivers_elsewhere_are_refused(watch: Watch) -> None:
    for address in ("https://gateway.example/g", "https://192.0.2.1/", "file:///etc/hostname", ""):
        answer = await watch(address=address)
        assert (answer.status, answer.code) == (401, "webhookUrlUnauthorized")


async def test_only_who_may_read_a_calendar_may_watch_it(
    google: Caller, anyone: Caller, watch: Watch, sandbox: Sandbox, google_room: Calendar
) -> None:
    path = f"/google/calendar/v3/calendars/{google_room.address}/events/watch"
    assert (await anyone.send("POST", path, json={})).status == 401
    sandbox.world.denied.add(google_room.address)
    assert (await watch()).status == 404


async def test_some_calendars_cannot_be_watched(watch: Watch, sandbox: Sandbox) -> None:
    sandbox.notifier.faults.plan("channel-refused")
    answer = await watch()
    assert (answer.status, answer.code) == (400, "pushNotSupportedForRequestedResource")


async def test_a_stopped_channel_is_silent_and_may_be_stopped_again(
    google: Caller, watch: Watch, sandbox: Sandbox, receiver: Receiver, google_room: Calendar
) -> None:
    named = (await watch()).body
    assert (await google.send("POST", STOP, json=named)).status == 204
    assert (await google.send("POST", STOP, json=named)).status == 204
    await _delivered(sandbox, receiver)
    _change(google_room)
    assert await _delivered(sandbox, receiver) == []
    sandbox.notifier.faults.plan("channel-after-stop")
    assert (await _told(sandbox, receiver, google_room))["X-Goog-Channel-ID"] == "one"


async def test_only_who_opened_a_channel_stops_it(
    google: Caller, anyone: Caller, watch: Watch, sandbox: Sandbox
) -> None:
    named = (await watch()).body
    other = sandbox.world.tenants[1].people[2].address
    form = google_form(sandbox, other, READING)
    token = (await anyone.post("/google/token", data=form)).body["access_token"]
    assert (await anyone.holding(token).send("POST", STOP, json=named)).status == 403
    assert (await google.send("POST", STOP, json=named | {"resourceId": "guess"})).status == 404
    assert (await google.send("POST", STOP, json=named | {"id": "guess"})).status == 404
    assert (await google.send("POST", STOP, json={"id": "one"})).status == 400
    sandbox.notifier.faults.plan("channel-stop-refused")
    assert (await google.send("POST", STOP, json=named)).status == 403


async def test_two_channels_overlap(
    watch: Watch, sandbox: Sandbox, receiver: Receiver, google_room: Calendar
) -> None:
    first, second = await watch(), await watch(id="two")
    assert first.body["resourceId"] == second.body["resourceId"]
    await _delivered(sandbox, receiver)
    _change(google_room)
    ids = {message.headers["X-Goog-Channel-ID"] for message in await _delivered(sandbox, receiver)}
    assert ids == {"one", "two"}


async def test_an_expired_channel_is_silent(
    google: Caller, watch: Watch, sandbox: Sandbox, receiver: Receiver, google_room: Calendar, time: Time
) -> None:
    named = (await watch()).body
    await _delivered(sandbox, receiver)
    time.pass_by(days=7)
    _change(google_room)
    assert await _delivered(sandbox, receiver) == []
    assert (await google.send("POST", STOP, json=named)).status == 404
    sandbox.notifier.faults.plan("channel-after-expiry")
    assert (await _told(sandbox, receiver, google_room))["X-Goog-Channel-ID"] == "one"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_receiver_in_trouble_is_told_again(
    watch: Watch, sandbox: Sandbox, receiver: Receiver, google_room: Calendar, time: Time, status: int
) -> None:
    await watch()
    receiver.answers = [status, status, 204]
    (first,) = await _delivered(sandbox, receiver)
    assert await _delivered(sandbox, receiver) == []
    for _ in range(2):
        time.pass_by(seconds=20)
        assert [message.headers for message in await _delivered(sandbox, receiver)] == [first.headers]
    time.pass_by(hours=1)
    assert await _delivered(sandbox, receiver) == []


@pytest.mark.parametrize("status", [302, 400, 401, 404, 410, 429, 501])
async def test_any_other_failure_is_for_good(
    watch: Watch, sandbox: Sandbox, receiver: Receiver, time: Time, status: int
) -> None:
    await watch()
    receiver.answers = [status]
    assert len(await _delivered(sandbox, receiver)) == 1
    time.pass_by(hours=1)
    assert await _delivered(sandbox, receiver) == []


async def test_faults_of_messages_come_by_name(
    watch: Watch, sandbox: Sandbox, receiver: Receiver, google_room: Calendar
) -> None:
    await watch()
    await _delivered(sandbox, receiver)

    async def told(fault: str) -> dict[str, str]:
        sandbox.notifier.faults.plan(fault)
        return await _told(sandbox, receiver, google_room)

    assert int((await told("channel-number-gap"))["X-Goog-Message-Number"]) > 50
    assert "X-Goog-Channel-Token" not in await told("channel-no-token")
    assert (await told("channel-wrong-token"))["X-Goog-Channel-Token"] != "known to both"
    assert (await told("channel-not-exists"))["X-Goog-Resource-State"] == "not_exists"
    assert (await told("channel-unknown-state"))["X-Goog-Resource-State"] not in {
        "sync",
        "exists",
        "not_exists",
    }
    sandbox.notifier.faults.plan("channel-lost")
    _change(google_room)
    assert await _delivered(sandbox, receiver) == []
