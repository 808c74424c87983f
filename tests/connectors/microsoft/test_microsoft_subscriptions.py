"""What Graph says of subscriptions, and how the answers that no honest Graph gives are met."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.errors import CalendarMissing, ConnectorError, Malformed, PushRefused, Unreachable
from connectors.microsoft.subscriptions import asked, duplicate, refusal, watch
from connectors.port import CalendarAddress, Target
from connectors.transport import Answer

ID = "7f105c7d-2dc5-4530-97cd-4e7ae6534c07"
TARGET = Target("https://gateway.example/told", "secret")
UNTIL = "2027-03-02T09:00:00Z"


def said(status: int, code: str = "x", message: Any = "x") -> Answer:
    return Answer(status, json.dumps({"error": {"code": code, "message": message}}).encode())


def promised(**changed: Any) -> bytes:
    return json.dumps({"id": ID, "expirationDateTime": UNTIL, "clientState": 5} | changed).encode()


def test_a_mailbox_stays_within_its_place() -> None:
    resources = [
        asked(CalendarAddress(one), TARGET, UNTIL)["resource"] for one in ("a+b@c.example", "a/b?c#d")
    ]
    assert resources == ["users/a%2Bb@c.example/events", "users/a%2Fb%3Fc%23d/events"]


@pytest.mark.parametrize("until", [UNTIL, "2027-03-02T09:00:00.0000000Z", "2027-03-02T10:00:00+01:00"])
def test_what_is_promised(until: str) -> None:
    found = watch(promised(expirationDateTime=until, resource={"odd": 1}))
    assert (found.id, found.resource, found.expires_at) == (ID, "", datetime(2027, 3, 2, 9, tzinfo=UTC))
    assert found.expires_at.tzinfo is UTC


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"<html></html>",
        b'{"id":' * 3000,
        promised(id=""),
        promised(id=None),
        promised(id="../users"),
        promised(id=f"{ID}\n"),
        promised(id="x" * 129),
        promised(expirationDateTime=None),
        promised(expirationDateTime="soon"),
        promised(expirationDateTime="2027-03-02T09:00:00"),
        promised(expirationDateTime="9999-12-31T23:59:59-10:00"),
    ],
)
def test_what_is_no_promise(body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        watch(body)
    assert caught.value.code in {"bad_watch", "bad_json"}


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (f"Subscription Id <{ID}> already exists for the requested combination", ID),
        (f"Subscription Id {ID.upper()} already exists for the requested combination.", ID.upper()),
        ("Subscription Id <../users> already exists for the requested combination", None),
        (f"Subscription Id <{ID}/reauthorize> already exists for the requested combination", None),
        (f"<{ID}>", None),
        ("", None),
        (5, None),
    ],
)
def test_only_an_id_that_is_told_safely_is_followed(message: Any, found: str | None) -> None:
    assert duplicate(said(409, "ExtensionError", message)) == found
    assert duplicate(said(400, "ExtensionError", message)) is None
    assert refusal(said(409, "ExtensionError", message)).code == "graph_watch_duplicate"


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (
            said(
                400, "InvalidRequest", "Subscription validation request failed. Notification endpoint must…"
            ),
            PushRefused,
            "graph_receiver_unconfirmed",
        ),
        (
            said(
                400, "ValidationError", "Subscription Validation request timed out: validation request failed"
            ),
            PushRefused,
            "graph_receiver_unconfirmed",
        ),
        (said(400, "InvalidRequest", "Not supported."), PushRefused, "graph_push_not_supported"),
        (said(400, "InvalidRequest", {"odd": 1}), PushRefused, "graph_push_not_supported"),
        (Answer(400, b"\xff"), PushRefused, "graph_push_not_supported"),
        (
            said(403, "ExtensionError", "[Status Code: Forbidden; Reason: Maximum number of subscriptions]"),
            PushRefused,
            "graph_push_quota",
        ),
        (said(403, "Forbidden", "Subscription limit reached: 1000"), PushRefused, "graph_push_quota"),
        (said(403, "ExtensionError", "Operation: Create"), PushRefused, "graph_push_denied"),
        (said(403, "ErrorAccessDenied", "Access is denied."), PushRefused, "graph_push_denied"),
        (Answer(403, b"<html>a proxy's limit</html>"), Unreachable, "graph_refusal_unknown"),
        (said(404, "ErrorInvalidUser"), CalendarMissing, "graph_not_found"),
        (said(302), Malformed, "graph_unexpected_status"),
        (said(200), Malformed, "graph_unexpected_status"),
    ],
)
def test_what_each_refusal_means(answer: Answer, kind: type[ConnectorError], code: str) -> None:
    error = refusal(answer)
    assert (type(error), error.code) == (kind, code)
