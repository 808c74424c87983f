"""What providers push, read as hints: bytes and headers in, and nothing of a person out."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.signals import google, graph
from gateway.signals.notification import SECRET_LENGTH_MAX, Heard, Notification, Told
from tests.connectors.hostile_json import items, printed

SECRET = "ten_1.calendar.random"  # noqa: S105  made up


def item(**members: Any) -> dict[str, Any]:
    """As Graph sends it; of all this only two members are read."""
    return {
        "id": "n-1",
        "subscriptionId": "8b3a",
        "clientState": SECRET,
        "changeType": "updated",
        "tenantId": "f00d",
        "resource": "Users/8b3a/Events/AAMk",
        "resourceData": {"@odata.id": "Users/8b3a/Events/AAMk", "id": "AAMk"},
    } | members


def told(*values: Any) -> list[Notification]:
    return [*graph.heard(json.dumps({"value": list(values)}).encode()).notifications]


def test_a_change() -> None:
    assert told(item()) == [Notification(SECRET, Told.CHANGED)]


SEALED = {"data": "AAAA", "dataKey": "AAAA", "dataSignature": "AAAA", "encryptionCertificateId": "ours"}


def test_content_stays_sealed_beside_what_vouches_for_it() -> None:
    body = {"value": [item(encryptedContent=SEALED)], "validationTokens": ["a.b.c", "d.e.f"]}
    heard = graph.heard(json.dumps(body).encode())
    (one,) = heard.notifications
    assert one[:2] == (SECRET, Told.CHANGED)
    assert json.loads(one.content or b"") == SEALED
    assert heard.tokens == ("a.b.c", "d.e.f")


@pytest.mark.parametrize("tokens", [None, 5, "a.b.c", ["a.b.c", 5], [None], {}])
def test_tokens_that_cannot_be_read_vouch_for_nothing(tokens: Any) -> None:
    body = {"value": [item(encryptedContent=SEALED)], "validationTokens": tokens}
    heard = graph.heard(json.dumps(body).encode())
    assert (len(heard.notifications), heard.tokens) == (1, ())


def test_what_tells_of_the_channel_holds_nothing() -> None:
    said = item(lifecycleEvent="missed", encryptedContent=SEALED)
    assert told(said) == [Notification(SECRET, Told.CHANGED)]


@pytest.mark.parametrize(
    ("event", "meaning"),
    [
        ("reauthorizationRequired", Told.ENDING),
        ("subscriptionRemoved", Told.ENDED),
        ("missed", Told.CHANGED),
        ("SUBSCRIPTIONREMOVED", Told.ENDED),
        ("something new", Told.CHANGED),
        (None, Told.CHANGED),
    ],
)
def test_lifecycle_events(event: str | None, meaning: Told) -> None:
    assert told(item(lifecycleEvent=event)) == [Notification(SECRET, meaning)]


def test_a_batch_may_mix_good_and_bad() -> None:
    long = "x" * (SECRET_LENGTH_MAX + 1)
    odd = [None, 5, {}, item(clientState=None), item(clientState=5), item(clientState=""), long]
    assert told(*odd, item(clientState=long), item(lifecycleEvent=5), item()) == told(item())


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"value": 5}', b"\xff", b"[" * 10_000, b'{"value": null}']
)
def test_a_body_that_cannot_be_read_tells_nothing(body: bytes) -> None:
    assert graph.heard(body) == Heard(())


def test_no_more_is_read_than_a_provider_would_send() -> None:
    assert len(told(*[item()] * (graph.ITEMS_MAX + 5))) == graph.ITEMS_MAX


# Shapes; bytes by the thousand come in tests/fuzzing.
@settings(max_examples=25)
@given(st.lists(items(["clientState", "lifecycleEvent", "encryptedContent"])), st.booleans())
def test_whatever_is_sent_nothing_is_raised(values: list[Any], ascii_only: bool) -> None:  # noqa: FBT001  drawn
    graph.heard(printed({"value": values}, ascii_only=ascii_only))


HEADERS = {
    "X-Goog-Channel-ID": "c",
    "X-Goog-Channel-Token": SECRET,
    "X-Goog-Resource-State": "exists",
    "X-Goog-Message-Number": "10",
}


@pytest.mark.parametrize("state", ["exists", "not_exists", "EXISTS", "something new", None])
def test_headers_tell_of_a_change(state: str | None) -> None:
    headers = HEADERS | {"X-Goog-Resource-State": state or ""}
    assert google.heard(headers) == Heard((Notification(SECRET, Told.CHANGED),))


@pytest.mark.parametrize(
    "odd",
    [
        {"X-Goog-Resource-State": "sync"},
        {"X-Goog-Resource-State": "Sync"},
        {"X-Goog-Channel-Token": ""},
        {"X-Goog-Channel-Token": "x" * (SECRET_LENGTH_MAX + 1)},
    ],
)
def test_headers_that_tell_of_none(odd: dict[str, str]) -> None:
    assert google.heard(HEADERS | odd) == Heard(())


@given(st.dictionaries(st.text(), st.text()))
def test_whatever_the_headers_nothing_is_raised(headers: dict[str, str]) -> None:
    google.heard(headers)
