"""What preview makes of files, as Graph, Google and the tools around them save them."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.app.previews.preview import CONTENT_BYTES_MAX, assume, preview_file, results
from gateway.app.rules import load_rules
from gateway.booking import ResourceKind
from gateway.errors import ConfigurationError
from gateway.minimization.preview import Assumptions
from gateway.tenant import Provider
from tests.gateway.minimization.made_up import NOW

HARBOUR = "Harbour@cobalt.example"
ANNA = "anna@cobalt.example"
GRAPH = "https://graph.microsoft.com/v1.0/users/harbour%40cobalt.example"
MEETING: dict[str, Any] = {
    "id": "AAMk-1",
    "type": "singleInstance",
    "subject": "Größe",
    "sensitivity": "normal",
    "start": {"dateTime": "2027-03-04T12:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2027-03-04T13:00:00.0000000", "timeZone": "UTC"},
    "attendees": [
        {"type": "resource", "emailAddress": {"address": HARBOUR}, "status": {"response": "accepted"}},
        {"type": "required", "emailAddress": {"address": ANNA}, "status": {"response": "accepted"}},
    ],
}
GOOGLES: dict[str, Any] = {
    "id": "1",
    "start": {"dateTime": "2027-03-04T12:00:00Z"},
    "end": {"dateTime": "2027-03-04T13:00:00Z"},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "events.json"


def taken_for(resource: str | None = None, zone: str = "UTC", policy: str = "occupancy") -> Assumptions:
    return assume(load_rules(), policy, "f", ResourceKind.ROOM, zone, resource)


def previewed(
    file: Path,
    content: object,
    provider: Provider = Provider.MICROSOFT,
    resource: str | None = None,
    policy: str = "occupancy",
) -> list[dict[str, Any]]:
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    assumptions = taken_for(resource, policy=policy)
    rows: list[dict[str, Any]] = json.loads(results(preview_file(file, provider, assumptions, lambda: NOW)))
    return rows


def rings(rows: list[dict[str, Any]]) -> set[int]:
    return {reason["ring"] for row in rows for reason in row["reasons"].values()}


@pytest.mark.parametrize("provider", Provider)
def test_of_a_personal_calendar_people_are_taken_out_in_memory(file: Path, provider: Provider) -> None:
    rows = [{"email": HARBOUR, "resource": True, "responseStatus": "accepted"}, {"email": ANNA}]
    page = {"value": [MEETING], "items": [GOOGLES | {"attendees": rows}]}
    (row,) = previewed(file, page, provider, HARBOUR)
    assert row["outcome"] == "put"
    assert row["reasons"]["people"] == {"level": 0, "by": "policy", "ring": 3}
    (row,) = previewed(file, page, provider)
    assert row["reasons"]["people"] == {"level": 0, "by": "policy", "ring": 1}


@pytest.mark.parametrize(("provider", "ring"), [(Provider.MICROSOFT, 3), (Provider.GOOGLE, 1)])
def test_only_graph_names_whoever_is_counted(file: Path, provider: Provider, ring: int) -> None:
    rows = {"attendees": [{"email": ANNA}], "organizer": {"email": ANNA}}
    page = {"value": [MEETING], "items": [GOOGLES | rows]}
    (row,) = previewed(file, page, provider, policy="capacity")
    assert row["reasons"]["people"]["level"] > 0
    assert row["reasons"]["booker"] == {"level": 0, "by": "policy", "ring": ring}


@pytest.mark.parametrize(
    "links",
    [
        {"@odata.nextLink": f"{GRAPH}/calendarView/delta?$skiptoken=R0usmcCM996atia_s"},
        {"@odata.nextLink": f"{GRAPH}/calendarview/delta?%24skiptoken=R0usmcCM996atia_s"},
        {"@odata.nextLink": f"{GRAPH}/events/delta?$skiptoken=R0usmcCM996atia_s"},
        {"@odata.deltaLink": f"{GRAPH}/calendarView/delta?$deltatoken=R0usmcCM996atia_s"},
    ],
)
def test_any_page_of_a_round_of_changes_brings_everything(file: Path, links: dict[str, str]) -> None:
    assert rings(previewed(file, {"value": [MEETING]} | links)) == {2}
    assert rings(previewed(file, [{"value": []} | links, {"value": [MEETING]}])) == {2}


def test_a_tombstone_tells_of_a_round_of_changes(file: Path) -> None:
    gone = {"id": "AAMk-2", "@removed": {"reason": "deleted"}}
    for content in ({"value": [gone, MEETING]}, [gone, MEETING]):
        removed, put = previewed(file, content)
        assert (removed["outcome"], rings([put])) == ("removed", {2})


def test_what_only_speaks_of_a_round_of_changes_is_none(file: Path) -> None:
    words = {"subject": "@removed", "body": {"@removed": "@odata.deltaLink", "to": "/calendarView/delta?"}}
    link = {"@odata.nextLink": f"{GRAPH}/calendarView?$skip=10"}
    assert rings(previewed(file, {"value": [MEETING | words]} | link)) == {1}
    assert rings(previewed(file, {"value": [MEETING], "@odata.nextLink": 5})) == {1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_file_in_an_encoding_of_windows(file: Path, encoding: str) -> None:
    text = "\ufeff" + json.dumps({"value": [MEETING]}, ensure_ascii=False)
    assert [row["outcome"] for row in previewed(file, text.encode(encoding))] == ["put"]


@pytest.mark.parametrize("number", [b"1e999999", b"7" * 10_000, b"7" * 40, b"NaN"])
def test_one_odd_member_does_not_cost_the_file(file: Path, number: bytes) -> None:
    odd = json.dumps(MEETING).encode()[:-1] + b', "neverHeardOf": ' + number + b"}"
    deep = json.dumps(MEETING).encode()[:-1] + b', "deep": ' + b"[" * 990 + b"]" * 990 + b"}"
    lone = json.dumps(MEETING | {"subject": "\ud800"}).encode()
    rows = previewed(file, b'{"value": [' + b",".join((odd, deep, lone, b"5")) + b"]}")
    assert [row["outcome"] for row in rows] == ["put", "put", "put", "unknown"]
    assert [row["outcome"] for row in previewed(file, odd)] == ["put"]


@pytest.mark.parametrize("provider", Provider)
def test_an_event_without_an_id_is_the_same_alone_and_in_a_page(file: Path, provider: Provider) -> None:
    for event in ({"start": MEETING["start"]}, {"end": None, "subject": "Plan"}):
        alone = previewed(file, event, provider)
        assert alone == previewed(file, {"value": [event], "items": [event]}, provider)
        assert alone == previewed(file, [event], provider)
        assert [(row["outcome"], row["reasons"]["time"]["by"]) for row in alone] == [("unknown", "no_id")]


@pytest.mark.parametrize("provider", Provider)
def test_an_empty_page_is_a_page(file: Path, provider: Provider) -> None:
    assert previewed(file, {"value": [], "items": []}, provider) == []
    assert previewed(file, [], provider) == []


def test_google_leaves_an_empty_list_out(file: Path) -> None:
    page = {"kind": "calendar#events", "nextSyncToken": "CPDAlvWDx70CEPDAlvWDx70CGAU="}
    assert previewed(file, page, Provider.GOOGLE) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Anna",
        b"[[[",
        b"\xff\xfe",
        b'{"items": [{"id": "Anna"}]}',
        {"error": {"code": "Anna"}},
        {"value": "Anna"},
        ["Anna"],
        [[]],
        5,
        {},
    ],
)
def test_a_file_that_is_something_else(file: Path, content: object) -> None:
    with pytest.raises(ConfigurationError, match="not what preview expects") as refused:
        previewed(file, content)
    assert "Anna" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_file_too_large(file: Path) -> None:
    with pytest.raises(ConfigurationError, match="larger than 64 MiB"):
        previewed(file, bytes(CONTENT_BYTES_MAX + 1))


def test_a_file_that_is_not_there(file: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"events\.json cannot be read"):
        preview_file(file, Provider.GOOGLE, taken_for(), lambda: NOW)


@pytest.mark.parametrize("resource", ["", "  "])
def test_an_address_that_is_empty(resource: str) -> None:
    with pytest.raises(ConfigurationError, match="address of the place is empty"):
        taken_for(resource)


@pytest.mark.parametrize("zone", ["", "Anna/Schmidt"])
def test_a_zone_that_is_none(zone: str) -> None:
    with pytest.raises(ConfigurationError, match="--zone") as refused:
        taken_for(zone=zone)
    assert "tenant" not in str(refused.value)
    assert "Anna" not in str(refused.value)
