"""What is counted in the bytes of answers about events."""

import json

import pytest

from connectors.crossing import Crossed
from connectors.meter import Outcome
from tests.connectors.test_personal import GOOGLE, GRAPH


def crossed(*bodies: object, outcome: Outcome = Outcome.OK) -> Crossed:
    """What is counted of answers, told as bytes or as JSON."""
    counted = Crossed()
    for body in bodies:
        counted.take(outcome, bytearray(body if isinstance(body, bytes) else json.dumps(body).encode()), 0)
    return counted


def test_pages_of_both_providers_and_single_events_are_counted() -> None:
    gone = {"id": "2", "@removed": {"reason": "deleted"}}
    counted = crossed({"value": [GRAPH, gone]}, {"items": [GOOGLE, {"id": "3"}]}, GRAPH)
    assert (counted.requests, counted.events) == (3, 5)
    assert counted.personal == {"title": 3, "organizer": 2, "attendee": 4}


@pytest.mark.parametrize(
    "body",
    [
        {"value": []},
        {"nextSyncToken": "t"},
        {"kind": "calendar#events"},
        {"value": GRAPH},
        [GRAPH],
        b"Anna",
        b"",
    ],
)
def test_what_holds_no_events_is_bytes_alone(body: object) -> None:
    counted = crossed(body)
    assert (counted.requests, counted.events, counted.personal) == (1, 0, {})
    assert counted.bytes == (len(body) if isinstance(body, bytes) else len(json.dumps(body)))


def test_one_odd_event_costs_no_other() -> None:
    rows = json.dumps([GRAPH | {"subject": "\ud800"}, 5, GRAPH | {"odd": "number"}])
    counted = crossed(b'{"value": %b}' % rows.encode().replace(b'"number"', b"1e999999"))
    assert (counted.events, counted.personal["title"]) == (2, 2)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.OK])
def test_of_what_was_not_answered_only_the_size_counts(outcome: Outcome) -> None:
    counted = crossed({"value": [GRAPH]}, outcome=outcome)
    assert (counted.requests, counted.events, counted.personal) == (1, 0, {})
    assert counted.bytes > 0


def test_nothing_of_an_event_is_kept() -> None:
    assert vars(crossed({"value": [GRAPH]})) == {
        "requests": 1,
        "bytes": len(json.dumps({"value": [GRAPH]})),
        "events": 1,
        "personal": {"title": 1, "organizer": 1, "attendee": 1},
    }
