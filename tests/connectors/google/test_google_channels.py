"""What Google says of channels, and how the answers that no honest Google gives are met."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from connectors.errors import (
    AccessDenied,
    CalendarMissing,
    ConnectorError,
    Malformed,
    PushRefused,
    Throttled,
)
from connectors.google.channels import Channels, asked, is_about_receiver, push_refusal, watch
from connectors.google.requests import channels_service, events_service, request
from connectors.google.service import Service
from connectors.port import CalendarAddress, Target, Watch
from connectors.quota import Allowance
from connectors.transport import Answer, Request

URL = "https://provider.example/calendar/v3/"
TARGET = Target("https://gateway.example/told", "secret")
AT = datetime(2027, 3, 2, 9, tzinfo=UTC)
MILLISECONDS = int(AT.timestamp()) * 1000


def said(status: int, reason: Any, domain: str = "global") -> Answer:
    fault = {"code": status, "errors": [{"domain": domain, "reason": reason, "message": "x"}]}
    return Answer(status, json.dumps({"error": fault}).encode())


def promised(**changed: Any) -> bytes:
    told = {"id": "ours", "resourceId": "theirs", "expiration": str(MILLISECONDS), "resourceUri": 5}
    return json.dumps(told | changed).encode()


def test_a_channel_is_asked_for_with_a_secret_and_a_time_to_live() -> None:
    body = asked("ours", TARGET, timedelta(days=1, milliseconds=900))
    built = request(events_service(URL).watch, calendarId="a/b@c.example", body=body, fields="id")
    assert built.url == f"{URL}calendars/a%2Fb%40c.example/events/watch?fields=id&alt=json"
    assert (built.method, built.headers["content-type"]) == ("POST", "application/json")
    assert json.loads(built.body or b"") == {
        "id": "ours",
        "type": "web_hook",
        "address": TARGET.url,
        "token": TARGET.secret,
        "params": {"ttl": "86400"},
    }


class Script:
    """A service that gives answers in a row, and remembers the ids of channels that it was asked for."""

    def __init__(self, *answers: Answer) -> None:
        self.ids: list[str] = []
        self._answers = list(answers)

    async def answer(self, asked: Request, _: Allowance) -> Answer:
        self.ids.append(json.loads(asked.body or b"")["id"])
        return self._answers.pop(0)

    async def watch(self) -> Watch:
        service = cast(Service, self)
        channels = Channels(service, events_service(URL), channels_service(URL), lambda: AT)
        return await channels.open(CalendarAddress("room"), TARGET, AT + timedelta(days=1), Allowance())


async def test_an_id_that_is_taken_is_replaced_once() -> None:
    taken = said(400, "channelIdNotUnique", "push")
    script = Script(taken, Answer(200, promised()))
    assert (await script.watch()).id == "ours"
    assert len(set(script.ids)) == 2
    assert all(0 < len(one) <= 64 for one in script.ids)
    script = Script(taken, taken)
    with pytest.raises(PushRefused, match="google_channel_not_unique"):
        await script.watch()
    assert len(set(script.ids)) == 2


def test_a_channel_is_stopped_below_the_same_address() -> None:
    built = request(channels_service(URL).stop, body={"id": "ours", "resourceId": "theirs"})
    assert built.url.rstrip("?") == f"{URL}channels/stop"
    assert (built.method, json.loads(built.body or b"")) == ("POST", {"id": "ours", "resourceId": "theirs"})


@pytest.mark.parametrize("expiration", [MILLISECONDS, str(MILLISECONDS)])
def test_what_is_promised(expiration: Any) -> None:
    found = watch(promised(expiration=expiration))
    assert (found.id, found.resource, found.expires_at) == ("ours", "theirs", AT)
    assert found.expires_at.tzinfo is UTC


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"<html></html>",
        promised(id=""),
        promised(id="x" * 65),
        promised(resourceId=None),
        promised(resourceId="x" * 257),
        promised(expiration=None),
        promised(expiration="soon"),
        promised(expiration=-1),
        promised(expiration="9" * 30),
        promised(expiration=float("inf")),
    ],
)
def test_what_is_no_promise(body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        watch(body)
    assert caught.value.code in {"bad_watch", "bad_json"}


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (said(401, "push.webhookUrlUnauthorized"), PushRefused, "google_receiver_refused"),
        (said(401, "webhookUrlUnauthorized", "push"), PushRefused, "google_receiver_refused"),
        (said(400, "push.webhookUrlNotHttps"), PushRefused, "google_receiver_refused"),
        (said(400, "pushNotSupportedForRequestedResource"), PushRefused, "google_push_not_supported"),
        (said(400, "push.channelIdNotUnique"), PushRefused, "google_channel_not_unique"),
        (said(400, {"odd": 1}), PushRefused, "google_push_not_supported"),
        (said(403, "forbidden"), AccessDenied, "google_access_denied"),
        (said(403, "quotaExceeded", "usageLimits"), Throttled, "google_quota_exceeded"),
        (said(404, "notFound"), CalendarMissing, "google_not_found"),
        (said(302, "x"), Malformed, "google_unexpected_status"),
    ],
)
def test_what_each_refusal_means(answer: Answer, kind: type[ConnectorError], code: str) -> None:
    error = push_refusal(answer)
    assert (type(error), error.code) == (kind, code)


def test_other_refusals_of_a_token_are_about_the_token() -> None:
    assert not is_about_receiver(said(401, "authError"))
    assert not is_about_receiver(Answer(401, b""))
