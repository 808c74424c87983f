"""What preview says of a file, and that it says nothing of what was in it."""

import json
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.raw import Attendee, Kind, RawEvent, Response, Tainted, Unclear
from gateway.booking import ResourceKind
from gateway.minimization.contract import CONTRACT
from gateway.minimization.lattice import FIELDS, WIDEST, Booker, Disclosure, People, Place, Time, Title
from gateway.minimization.preview import Assumptions, Item, as_json, preview
from tests.gateway.minimization.made_up import NOON, NOW, OCCUPANCY, ONE, event

HARBOUR = "harbour@cobalt.example"
ANNA = "Anna Schmidt"


def sent(*items: Item) -> list[tuple[dict[str, object], Item]]:
    """Stands for what a file was read into: every item beside the JSON it came from."""
    return [({"subject": ANNA}, item) for item in items]


def previewed(*items: Item, policy: Disclosure = OCCUPANCY, **assumed: Any) -> list[dict[str, Any]]:
    assumptions = Assumptions(policy=policy, **assumed)
    results: list[dict[str, Any]] = json.loads(as_json(preview(sent(*items), assumptions, now=NOW)))
    return results


def test_every_outcome_in_order() -> None:
    results = previewed(
        event(start=date(1999, 1, 1), end=date(1999, 1, 2)),
        event(cancelled=True),
        "AAMk-2",
        event(kind=Kind.BIRTHDAY),
        event(start=ONE, end=NOON),
        Unclear(None, "no_start"),
        event(),
    )
    outcomes = ["put", "removed", "removed", "dropped", "unknown", "unknown", "put"]
    assert [result["outcome"] for result in results] == outcomes
    ids = [result["booking"] and result["booking"]["id"] for result in results]
    assert ids == ["preview-1", None, None, None, None, None, "preview-7"]


def test_the_shape_of_a_result() -> None:
    [result] = previewed(event())
    assert set(result) == {"booking", "outcome", "reasons"}
    assert result["booking"]["start"] == "2027-03-04T12:00:00Z"
    assert set(result["booking"]) >= {"people", "title", "booker"}
    assert tuple(result["reasons"]) == FIELDS
    assert result["reasons"] == {
        "time": {"level": 2, "by": "contract", "ring": 1},
        "place": {"level": 2, "by": "contract", "ring": 1},
        "status": {"level": 1, "by": "contract", "ring": 1},
        "conference": {"level": 0, "by": "policy", "ring": 1},
        "booker": {"level": 0, "by": "policy", "ring": 1},
        "people": {"level": 0, "by": "policy", "ring": 1},
        "title": {"level": 0, "by": "policy", "ring": 1},
    }


def reasons(item: RawEvent, policy: Disclosure = CONTRACT, **assumed: Any) -> dict[str, tuple[int, str, int]]:
    [result] = previewed(item, policy=policy, **assumed)
    return {field: tuple(reason.values()) for field, reason in result["reasons"].items()}


def test_what_is_asked_for_is_kept_back_in_memory() -> None:
    shown = reasons(event(attendees=(), conference=True, private=True), replace(CONTRACT, time=Time.BUSY))
    assert shown["time"] == (1, "policy", 3)
    assert shown["people"] == (2, "contract", 3)
    assert shown["status"] == (1, "contract", 3)
    assert shown["conference"] == (1, "contract", 3)
    assert shown["booker"] == (0, "privacy", 3)
    assert shown["title"] == (0, "privacy", 3)


def test_where_only_the_site_may_be_seen_the_booking_is_the_sites() -> None:
    assert reasons(event(), replace(OCCUPANCY, place=Place.SITE))["place"] == (1, "policy", 3)
    [result] = previewed(event(), policy=replace(CONTRACT, place=Place.SITE), kind=ResourceKind.DESK)
    assert result["booking"]["title"] == "block"


def test_where_the_provider_answers_in_full_the_parser_stops_it() -> None:
    shown = reasons(event(), OCCUPANCY, asks_for_less=False)
    assert {ring for _, _, ring in shown.values()} == {2}


def test_what_the_event_is_lowers_fields() -> None:
    assert reasons(event(bare=True, attendees=()))["people"] == (0, "occurrence", 3)
    assert reasons(event(understood=False, conference=True))["conference"] == (0, "not_understood", 3)


def test_what_is_missing_all_the_same_has_a_name() -> None:
    shown = reasons(event(organizer=Tainted("marta@cobalt.example"), attendees=(), attendees_omitted=True))
    assert shown["booker"] == (0, "subject", 3)
    assert shown["people"] == (0, "provider", 3)
    assert shown["conference"] == (0, "provider", 3)


def test_the_legal_basis_is_a_party() -> None:
    ceiling = replace(WIDEST, people=People.BUCKET, booker=Booker.NONE, title=Title.NONE)
    assumptions = Assumptions(policy=CONTRACT, legal_ceiling=ceiling)
    [row] = preview(sent(event(attendees=())), assumptions, now=NOW)
    assert row.result.booking is not None
    assert row.result.booking.people == "0"
    assert row.result.reasons["people"].by == "legal_basis"


@pytest.mark.parametrize(
    ("kind", "title"), [(ResourceKind.DESK_POOL, "desk"), (ResourceKind.ROOM, "meeting")]
)
def test_the_input_counts_as_the_calendar_of_such_a_resource(kind: ResourceKind, title: str) -> None:
    [result] = previewed(event(), policy=CONTRACT, kind=kind)
    assert result["booking"]["title"] == title


def test_a_personal_calendar_tells_only_of_the_tenants_resources() -> None:
    rooms = (Attendee(response=Response.UNANSWERED, address=Tainted(HARBOUR), is_resource=True),)
    declined = (Attendee(response=Response.DECLINED, address=Tainted(HARBOUR), is_resource=True),)
    results = previewed(
        event(attendees=rooms),
        event(attendees=declined),
        event(attendees=()),
        addresses=frozenset({HARBOUR}),
    )
    assert [result["outcome"] for result in results] == ["put", "removed", "dropped"]
    assert results[0]["booking"]["status"] == "tentative"
    assert results[2]["reasons"]["time"] == {"level": 0, "by": "names_no_resource", "ring": 3}


def test_nothing_of_the_input_is_in_the_json() -> None:
    hidden = event(
        id=ANNA,
        organizer=Tainted(ANNA),
        attendees=(Attendee(response=Response.ACCEPTED, address=Tainted(ANNA)),),
    )
    assumptions = Assumptions(policy=CONTRACT)
    items = (hidden, ANNA, Unclear(ANNA, ANNA), replace(hidden, cancelled=True))
    rows = preview(sent(*items), assumptions, now=NOW)
    assert ANNA.encode() not in as_json(rows)
    assert ANNA not in repr(rows)


def test_a_personal_calendars_rows_are_asked_for_and_kept_back() -> None:
    rooms = (Attendee(response=Response.ACCEPTED, address=Tainted(HARBOUR), is_resource=True),)
    shown = reasons(event(attendees=rooms), OCCUPANCY, addresses=frozenset({HARBOUR}))
    assert shown["people"] == (0, "policy", 3)
    assert shown["status"] == (1, "contract", 3)
    # Whoever organizes it may stand in a row, with an address.
    assert shown["booker"] == (0, "policy", 3)
    assert shown["conference"] == (0, "policy", 1)


def test_an_empty_page() -> None:
    assert previewed() == []
