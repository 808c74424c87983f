import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import Malformed
from connectors.google import directory
from connectors.google.directory import Building
from connectors.raw import PlaceKind, PlaceMode, RawPlace, UnreadPlace
from tests.connectors.hostile_json import items, printed

ROOM: dict[str, Any] = {
    "resourceId": "r1",
    "resourceEmail": "heron@resource.example",
    "resourceName": "Heron",
    "resourceCategory": "CONFERENCE_ROOM",
    "resourceType": "Meeting room",
    "buildingId": "pier9",
    "floorName": "3",
    "capacity": 12,
}
KNOWN = {"pier9": Building("pier9", "Pier 9", "New York")}


def read(**members: Any) -> tuple[Any, ...]:
    return directory.places(json.dumps({"items": [ROOM | members]}).encode(), KNOWN)[0]


def test_a_room() -> None:
    (place,) = read()
    assert place == RawPlace(
        place_id="r1",
        address="heron@resource.example",
        kind=PlaceKind.ROOM,
        name="Heron",
        capacity=12,
        site="New York",
        building="Pier 9",
        floor="3",
    )
    (elsewhere,) = read(buildingId="unheard")
    assert (elsewhere.site, elsewhere.site_unread, elsewhere.building) == (None, True, "unheard")


@pytest.mark.parametrize("building", [None, ""])
def test_a_place_in_no_building_has_no_site(building: str | None) -> None:
    (place,) = read(buildingId=building)
    assert (place.site, place.site_unread) == (None, False)


@pytest.mark.parametrize(
    ("category", "words", "kind", "mode"),
    [
        ("CONFERENCE_ROOM", "Desk", PlaceKind.ROOM, PlaceMode.RESERVABLE),
        ("OTHER", "Desk", PlaceKind.DESK, PlaceMode.RESERVABLE),
        ("OTHER", "Drop-in desk", PlaceKind.DESK, PlaceMode.DROP_IN),
        ("OTHER", "Desk pool", PlaceKind.DESK_POOL, PlaceMode.RESERVABLE),
        ("OTHER", "Hot-Desks", PlaceKind.DESK, PlaceMode.RESERVABLE),
        ("OTHER", "drop_in desks", PlaceKind.DESK, PlaceMode.DROP_IN),
        ("OTHER", "Projector", PlaceKind.EQUIPMENT, PlaceMode.RESERVABLE),
        ("OTHER", None, PlaceKind.EQUIPMENT, PlaceMode.RESERVABLE),
        ("CATEGORY_UNKNOWN", "", PlaceKind.ROOM, PlaceMode.RESERVABLE),
        ("CATEGORY_UNKNOWN", "desk", PlaceKind.DESK, PlaceMode.RESERVABLE),
        (None, None, PlaceKind.ROOM, PlaceMode.RESERVABLE),
    ],
)
def test_kinds_and_modes(category: str | None, words: str | None, kind: PlaceKind, mode: PlaceMode) -> None:
    (place,) = read(resourceCategory=category, resourceType=words)
    assert (place.kind, place.mode) == (kind, mode)


def test_nobodys_own_desk_is_imported() -> None:
    for words in (
        "Assigned desk",
        "desk (ASSIGNED)",
        "Unavailable desk",
        "Assigned desks",
        "desk_assigned",
        "hot-desk, assigned",
        "assigned workspaces",
        "desk pool assigned",
        "assigned workstation",
    ):
        assert read(resourceCategory="OTHER", resourceType=words) == (), words
    assert len(read(resourceCategory="OTHER", resourceType="Unassigned desk")) == 1


def test_a_place_without_id_or_address_may_be_any() -> None:
    assert read(resourceId=None) == read(resourceEmail=5) == (UnreadPlace(),)


def test_buildings() -> None:
    rows = [
        {"buildingId": "pier9", "buildingName": "Pier 9", "address": {"locality": "New York"}},
        {"buildingId": "bare"},
        {"buildingId": "odd", "buildingName": 5, "address": {"locality": 5}},
        {"buildingName": "no id"},
        None,
    ]
    body = json.dumps({"buildings": rows, "nextPageToken": "n"}).encode()
    odd = Building("odd", None, None, site_unread=True)
    read = (KNOWN["pier9"], Building("bare", None, None), odd)
    assert directory.buildings(body) == (read, "n")


def test_pages() -> None:
    assert directory.places(b"{}", {}) == ((), None)
    assert directory.places(b'{"nextPageToken": "n"}', {}) == ((), "n")
    for read_page in (directory.buildings, lambda body: directory.places(body, {})):
        with pytest.raises(Malformed, match="bad_page"):
            read_page(b'{"items": 5, "buildings": 5}')


@settings(max_examples=60, deadline=None)
@given(st.lists(items(list(ROOM)), max_size=3))
def test_nothing_is_raised(rows: list[Any]) -> None:
    places, _ = directory.places(printed({"items": [*rows, ROOM]}, ascii_only=True), KNOWN)
    assert isinstance(places[-1], RawPlace)
    assert places[-1].place_id == "r1"
