from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from aiohttp import web

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.graph_notifier import Lifecycle
from connectors.sandbox.server import Sandbox
from tests.connectors.sandbox.callers import IMMUTABLE, NOW, Answer, Caller, in_days
from tests.connectors.sandbox.receivers import Receiver, Time

PATH = "/graph/v1.0/subscriptions"


def _asked(receiver: Receiver, calendar: Calendar, **changed: Any) -> dict[str, Any]:
    return {
        "changeType": "created,updated,deleted",
        "resource": f"users/{calendar.address}/events",
        "notificationUrl": f"{receiver.url}/n",
        "lifecycleNotificationUrl": f"{receiver.url}/l",
        "expirationDateTime": in_days(6).isoformat(),
        "clientState": "known to both",
    } | changed


async def _subscribe(graph: Caller, receiver: Receiver, calendar: Calendar, **changed: Any) -> Answer:
    return await graph.send("POST", PATH, prefer=IMMUTABLE, json=_asked(receiver, calendar, **changed))


async def _renew(graph: Caller, key: str, **body: Any) -> Answer:
    return await graph.send("PATCH", f"{PATH}/{key}", json=body)


def _single(calendar: Calendar) -> str:
    return next(key for key, event in calendar.events.items() if event["type"] == "singleInstance")


async def test_a_subscription_is_made_after_two_handshakes(
    graph: Caller, receiver: Receiver, graph_room: Calendar
) -> None:
    both = dict.fromkeys(("notificationUrl", "lifecycleNotificationUrl"), f"{receiver.url}/x?kept=1")
    answer = await _subscribe(graph, receiver, graph_room, **both)
    assert answer.status == 201
    assert len(set(receiver.tokens)) == 2
    assert " " in receiver.tokens[0]
    assert answer.body["expirationDateTime"] == "2027-03-07T09:00:00Z"
    assert answer.body["clientState"] == "known to both"
    listed = await graph.get(PATH)
    assert listed.body["value"] == [answer.body]
    assert (await graph.get(f"{PATH}/{answer.body['id']}")).body == answer.body


@pytest.mark.parametrize("seconds", [0.1, 9.9, 10.1])
async def test_a_handshake_lasts_ten_seconds(
    graph: Caller, receiver: Receiver, graph_room: Calendar, seconds: float
) -> None:
    receiver.seconds = seconds
    answer = await _subscribe(graph, receiver, graph_room)
    assert answer.status == (201 if seconds < 10 else 400)


@pytest.mark.parametrize(
    "echo",
    [
        lambda token: web.Response(text=token, status=202),
        lambda token: web.Response(text=token, status=500),
        lambda token: web.Response(text=token.replace(" ", "+")),
        lambda token: web.Response(text=f'"{token}"'),
        lambda token: web.Response(text=token, content_type="text/html"),
        lambda _: web.Response(status=302, headers={"Location": "/elsewhere"}),
    ],
)
async def test_whoever_does_not_shake_hands_gets_nothing(
    graph: Caller, receiver: Receiver, graph_room: Calendar, echo: Any
) -> None:
    receiver.echo = echo
    answer = await _subscribe(graph, receiver, graph_room)
    assert (answer.status, answer.code) == (400, "InvalidRequest")
    assert answer.body["error"]["message"].startswith("Subscription validation request failed.")
    assert (await graph.get(PATH)).body["value"] == []


async def test_a_handshake_is_not_followed_elsewhere(
    graph: Caller, receiver: Receiver, graph_room: Calendar
) -> None:
    def redirected(token: str) -> web.Response:
        receiver.echo = lambda token: web.Response(text=token)
        location = f"{receiver.url}/elsewhere?validationToken={quote_plus(token)}"
        return web.Response(status=307, headers={"Location": location})

    receiver.echo = redirected
    assert (await _subscribe(graph, receiver, graph_room)).status == 400


async def test_a_hostile_token_has_to_be_decoded(
    graph: Caller, receiver: Receiver, graph_room: Calendar, sandbox: Sandbox
) -> None:
    sandbox.notifier.faults.plan("handshake-hostile-token")
    assert (await _subscribe(graph, receiver, graph_room)).status == 201
    assert {"+", "/", "%", "<"} <= set(receiver.tokens[0])


@pytest.mark.parametrize(
    "url",
    [
        "https://gateway.example/n",
        "https://192.0.2.1/n",
        "ftp://127.0.0.1/n",
        "https://user@127.0.0.1/n",
        "https://127.0.0.1/n#x",
        "https://127.0.0.1.example/n",
        "//127.0.0.1/n",
        "https://[/",
    ],
)
async def test_receivers_elsewhere_are_refused(
    graph: Caller, receiver: Receiver, graph_room: Calendar, url: str
) -> None:
    assert (await _subscribe(graph, receiver, graph_room, notificationUrl=url)).status == 400
    assert (await _subscribe(graph, receiver, graph_room, lifecycleNotificationUrl=url)).status == 400


@pytest.mark.parametrize(
    ("minutes", "granted"),
    [(1, 45), (45, 45), (46, 46), (10_080, 10_080), (10_081, None), (0, None), (-5, None)],
)
async def test_what_is_too_short_is_lengthened_and_what_is_too_long_refused(
    graph: Caller, receiver: Receiver, graph_room: Calendar, minutes: int, granted: int | None
) -> None:
    until = (NOW + timedelta(minutes=minutes)).isoformat()
    answer = await _subscribe(graph, receiver, graph_room, expirationDateTime=until)
    if granted is None:
        assert answer.status == 400
    else:
        expected = f"{NOW + timedelta(minutes=granted):%Y-%m-%dT%H:%M:%SZ}"
        assert answer.body["expirationDateTime"] == expected


@pytest.mark.parametrize(
    "changed",
    [
        {"clientState": "x" * 129},
        {"changeType": "created,exploded"},
        {"resource": "me/events"},
        {"resource": "users/a/calendars/b/events"},
        {"resource": "users/room.001@haldenvoss.example/events?$select=start"},
        {"resource": "users"},
        {"expirationDateTime": "2027-03-05T09:00:00"},
        {"includeResourceData": True},
        {"madeUp": 1},
    ],
)
async def test_what_is_no_subscription_is_refused(
    graph: Caller, receiver: Receiver, graph_room: Calendar, changed: dict[str, Any]
) -> None:
    assert (await _subscribe(graph, receiver, graph_room, **changed)).status == 400
    assert receiver.tokens == []


async def test_a_second_alike_is_a_duplicate(graph: Caller, receiver: Receiver, graph_room: Calendar) -> None:
    first = await _subscribe(graph, receiver, graph_room)
    alike = {"changeType": "deleted,updated,created", "resource": f"/Users/{graph_room.address}/Events"}
    second = await _subscribe(graph, receiver, graph_room, **alike)
    assert second.status == 409
    assert f"<{first.body['id']}>" in second.body["error"]["message"]
    assert (await _subscribe(graph, receiver, graph_room, changeType="updated")).status == 201


async def test_unknown_and_denied_mailboxes_are_refused(
    graph: Caller, receiver: Receiver, graph_room: Calendar, sandbox: Sandbox
) -> None:
    answer = await _subscribe(graph, receiver, graph_room, resource="users/nobody/events")
    assert (answer.status, answer.code) == (404, "ErrorInvalidUser")
    sandbox.world.denied.add(graph_room.address)
    answer = await _subscribe(graph, receiver, graph_room)
    assert (answer.status, answer.code) == (403, "ErrorAccessDenied")


@pytest.mark.parametrize(
    ("fault", "status"),
    [("subscription-quota", 403), ("subscription-duplicate", 409), ("subscription-forbidden", 403)],
)
async def test_refusals_are_had_by_name(
    graph: Caller, receiver: Receiver, graph_room: Calendar, sandbox: Sandbox, fault: str, status: int
) -> None:
    sandbox.notifier.faults.plan(fault)
    assert (await _subscribe(graph, receiver, graph_room)).status == status
    assert (await _subscribe(graph, receiver, graph_room)).status == 201


async def test_a_subscription_is_renewed_until_it_has_expired(
    graph: Caller, receiver: Receiver, graph_room: Calendar, sandbox: Sandbox, time: Time
) -> None:
    key = (await _subscribe(graph, receiver, graph_room)).body["id"]
    longer = {"expirationDateTime": in_days(7).isoformat()}
    assert (await _renew(graph, key, **longer)).body["expirationDateTime"] == "2027-03-08T09:00:00Z"
    assert (await _renew(graph, key, expirationDateTime=in_days(8).isoformat())).status == 400
    assert (await _renew(graph, key, lifecycleNotificationUrl=receiver.url)).status == 400
    sandbox.notifier.faults.plan("subscription-state-withheld")
    assert (await _renew(graph, key, **longer)).body["clientState"] is None
    sandbox.notifier.faults.plan("subscription-forgotten")
    assert (await _renew(graph, key, **longer)).status == 404
    time.pass_by(days=7)
    assert (await _renew(graph, key, expirationDateTime=in_days(9).isoformat())).status == 404


async def test_a_deleted_subscription_is_gone(
    graph: Caller, receiver: Receiver, graph_room: Calendar, sandbox: Sandbox
) -> None:
    key = (await _subscribe(graph, receiver, graph_room)).body["id"]
    assert (await graph.send("DELETE", f"{PATH}/{key}")).status == 204
    assert (await graph.send("DELETE", f"{PATH}/{key}")).status == 404
    graph_room.cancel(_single(graph_room))
    await sandbox.notifier.deliver()
    assert receiver.taken() == []
    sandbox.notifier.faults.plan("notification-after-delete")
    graph_room.cancel(_single(graph_room))
    await sandbox.notifier.deliver()
    assert [item["subscriptionId"] for message in receiver.taken() for item in message.items] == [key]


async def test_a_removed_subscription_says_so(
    graph: Caller, receiver: Receiver, graph_room: Calendar, sandbox: Sandbox
) -> None:
    key = (await _subscribe(graph, receiver, graph_room)).body["id"]
    (held,) = sandbox.notifier.subscriptions
    sandbox.notifier.graph.tell(Lifecycle.REMOVED, held)
    await sandbox.notifier.deliver()
    (message,) = receiver.taken()
    assert (message.path, message.items[0]["lifecycleEvent"]) == ("/l", "subscriptionRemoved")
    assert (await graph.get(f"{PATH}/{key}")).status == 404


async def test_reauthorizing_ends_what_revocation_began(
    graph: Caller, receiver: Receiver, graph_room: Calendar, sandbox: Sandbox, time: Time
) -> None:
    key = (await _subscribe(graph, receiver, graph_room)).body["id"]
    sandbox.world.denied.add(graph_room.address)
    await sandbox.notifier.deliver()
    assert [item["lifecycleEvent"] for item in receiver.taken()[0].items] == ["reauthorizationRequired"]
    graph_room.cancel(_single(graph_room))
    assert (await graph.send("POST", f"{PATH}/{key}/reauthorize")).status == 403
    sandbox.world.denied.clear()
    time.pass_by(minutes=11)
    await sandbox.notifier.deliver()
    assert [message.path for message in receiver.taken()] == ["/l"]
    sandbox.notifier.faults.plan("subscription-reauthorize-forbidden")
    assert (await graph.send("POST", f"{PATH}/{key}/reauthorize")).status == 403
    assert (await graph.send("POST", f"{PATH}/{key}/reauthorize")).status == 204
    graph_room.cancel(_single(graph_room))
    await sandbox.notifier.deliver()
    assert [message.path for message in receiver.taken()] == ["/n"]


async def test_near_its_end_a_subscription_asks_again_and_again(
    graph: Caller, receiver: Receiver, graph_room: Calendar, sandbox: Sandbox, time: Time
) -> None:
    until = (NOW + timedelta(minutes=45)).isoformat()
    await _subscribe(graph, receiver, graph_room, expirationDateTime=until)
    told = []
    for _ in range(50):
        await sandbox.notifier.deliver()
        told.append(len(receiver.taken()))
        time.pass_by(minutes=1)
    assert [minute for minute, count in enumerate(told) if count] == [15, 25, 35]
