"""What a notification holds, once it is open: one event that stands by itself, or nothing."""

import json
from base64 import b64encode
from typing import Any

import pytest

from connectors.errors import Malformed
from connectors.microsoft.content import ContentKey, new_key
from connectors.microsoft.wire import told
from tests.connectors.microsoft.test_microsoft_client import worded
from tests.contracts.connector import NOW, OCCUPANCY, Meeting


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "seriesMaster"},
        {"type": "occurrence"},
        {"type": "occurrence", "showAs": None, "sensitivity": None},
        {"type": "something new"},
        {"type": None},
        {"start": None},
        {"id": None},
        {"end": {"dateTime": "2020-01-01T00:00:00", "timeZone": "UTC"}},
        {"showAs": 5},
        {"@removed": {"reason": "deleted"}},
    ],
)
def test_what_does_not_stand_by_itself_says_too_little(changed: dict[str, Any]) -> None:
    body = json.dumps(worded(Meeting()) | changed).encode()
    with pytest.raises(Malformed, match="content_says_too_little"):
        told(body, OCCUPANCY)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"5"])
def test_what_is_no_event_says_too_little(body: bytes) -> None:
    with pytest.raises(Malformed, match="content_says_too_little"):
        told(body, OCCUPANCY)


def test_members_that_nobody_asked_for_are_not_read() -> None:
    extra = {"subject@odata.type": "#x", "@odata.context": "https://x.example", "subject": "Secret"}
    page = told(json.dumps(worded(Meeting()) | extra).encode(), OCCUPANCY)
    (event,) = page.events
    assert (event.id, event.title, event.attendees) == ("meeting", None, None)


def test_a_key_does_not_show_itself() -> None:
    key, certificate = new_key("id", NOW)
    assert isinstance(key, ContentKey)
    assert key.id not in repr(key)
    assert b64encode(key.private).decode() not in certificate
    other, _ = new_key("id", NOW)
    assert (other.id, other.private) != (key.id, key.private)
