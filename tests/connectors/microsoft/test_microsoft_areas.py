import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import Malformed
from connectors.microsoft.areas import MEMBERS, Area, AreaKind, Surroundings, areas, parent, surroundings
from tests.connectors.hostile_json import items, printed

BUILDING = {"id": "b", "placeId": "b", "displayName": "Spreehaus", "address": {"city": "Berlin"}}
FLOOR = {"id": "f", "placeId": "f", "displayName": "3", "parentId": "b"}
SECTION = {"id": "s", "placeId": "s", "displayName": "Open space", "parentId": "f"}
WHOLE = Surroundings("Spreehaus", "3", "Berlin")


def known(**rows: dict[str, Any]) -> dict[str, Area]:
    """The usual three, or others in their place."""
    listed = {"building": BUILDING, "floor": FLOOR, "section": SECTION} | rows
    read = [read_one(row, AreaKind(kind)) for kind, row in listed.items()]
    return {one: area for area in read for one in area.ids}


def read_one(row: Any, kind: AreaKind) -> Area:
    ((area,), _) = areas(json.dumps({"value": [row]}).encode(), kind)
    return area


@pytest.mark.parametrize(
    ("stands_in", "found"),
    [
        ("s", WHOLE),
        ("f", WHOLE),
        ("b", Surroundings("Spreehaus", None, "Berlin")),
        (None, Surroundings()),
        ("gone", Surroundings(site_unread=True)),
        ("", Surroundings(site_unread=True)),
    ],
)
def test_parents_lead_from_a_section_to_its_floor_and_its_building(
    stands_in: str | None, found: Surroundings
) -> None:
    assert surroundings(stands_in, known()) == found


@pytest.mark.parametrize("name", ["stays", "changes"])
def test_a_parent_may_be_named_by_either_id(name: str) -> None:
    floor = FLOOR | {"id": "changes", "placeId": "stays"}
    assert surroundings("s", known(floor=floor, section=SECTION | {"parentId": name})) == WHOLE


def test_a_section_may_stand_in_a_building() -> None:
    section = SECTION | {"parentId": "b"}
    assert surroundings("s", known(section=section)) == Surroundings("Spreehaus", None, "Berlin")


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_floor_without_a_building_is_a_floor(nothing: str | None) -> None:
    assert surroundings("s", known(floor=FLOOR | {"parentId": nothing})) == Surroundings(floor="3")


@pytest.mark.parametrize("away", ["gone", "f", "s", 5])
def test_a_parent_that_leads_nowhere_may_lead_to_any_site(away: Any) -> None:
    found = surroundings("s", known(floor=FLOOR | {"parentId": away}))
    assert found == Surroundings(floor="3", site_unread=True)


def test_of_two_floors_the_nearest_counts() -> None:
    lower = read_one(FLOOR | {"id": "g", "placeId": "g", "displayName": "2"}, AreaKind.FLOOR)
    assert surroundings("s", known(floor=FLOOR | {"parentId": "g"}) | {"g": lower}) == WHOLE


def test_where_a_building_stands_may_be_untold_or_not_understood() -> None:
    for address, unread in ((None, False), ({}, False), ({"city": 5}, True), ("Berlin", True)):
        found = surroundings("b", known(building=BUILDING | {"address": address}))
        assert found == Surroundings("Spreehaus", site_unread=unread)


@pytest.mark.parametrize("odd", [None, 5, [], {"x": {}}, ""])
def test_an_odd_name_is_left_out(odd: Any) -> None:
    found = surroundings("s", known(floor=FLOOR | {"displayName": odd}))
    assert found == Surroundings("Spreehaus", None, "Berlin")


def test_what_has_no_id_is_nobodys_parent() -> None:
    rows = [None, 5, {}, FLOOR | {"id": 5, "placeId": ""}, FLOOR]
    read, link = areas(json.dumps({"value": rows, "@odata.nextLink": "n"}).encode(), AreaKind.FLOOR)
    assert ([area.ids for area in read], link) == ([("f", "f")], "n")


def test_a_page_is_no_other_answer() -> None:
    with pytest.raises(Malformed, match="bad_page"):
        areas(b'{"value": 5}', AreaKind.FLOOR)


def test_no_member_is_asked_for_that_is_not_read() -> None:
    assert {name for members in MEMBERS.values() for name in members.split(",")} == {
        *("id", "placeId", "displayName", "parentId", "address")
    }
    assert "displayName" not in MEMBERS[AreaKind.SECTION]


@settings(max_examples=60, deadline=None)
@given(st.lists(items([*BUILDING, "parentId"]), max_size=3), st.sampled_from(list(AreaKind)), st.text())
def test_nothing_is_raised(rows: list[Any], kind: AreaKind, told: str) -> None:
    read, _ = areas(printed({"value": [*rows, FLOOR]}, ascii_only=True), kind)
    assert "f" in read[-1].ids
    found = {one: area for area in read for one in area.ids}
    surroundings(parent(msgspec.Raw(json.dumps(told).encode())), found)
