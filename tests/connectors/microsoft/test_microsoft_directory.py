import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import Malformed
from connectors.microsoft import directory
from connectors.microsoft.areas import Area, AreaKind
from connectors.raw import PlaceKind, PlaceMode, RawPlace, UnreadPlace
from tests.connectors.hostile_json import items, printed

ROOM: dict[str, Any] = {
    "id": "changes",
    "placeId": "stays",
    "displayName": "Heron",
    "emailAddress": "heron@corp.example",
    "capacity": "12",
    "building": "Spreehaus",
    "floorLabel": "3",
    "address": {"city": "Berlin", "street": "1 Example Street"},
}
DESK: dict[str, Any] = {
    "id": "d1",
    "displayName": "Desk 4",
    "mailboxDetails": {"emailAddress": "desk4@corp.example", "externalDirectoryObjectId": "x"},
}


def mode(name: str) -> dict[str, Any]:
    return {"mode": {"@odata.type": f"#microsoft.graph.{name}"}}


FLOOR = Area(AreaKind.FLOOR, ("f",), "7", "b")
BUILDING = Area(AreaKind.BUILDING, ("b",), "Elbhaus", None, "Hamburg")
KNOWN = {"f": FLOOR, "b": BUILDING}


def read(row: Any, kind: PlaceKind = PlaceKind.ROOM) -> tuple[Any, ...]:
    return directory.places(json.dumps({"value": [row]}).encode(), kind, KNOWN)[0]


def test_a_room() -> None:
    (place,) = read(ROOM)
    assert place == RawPlace(
        place_id="stays",
        address="heron@corp.example",
        kind=PlaceKind.ROOM,
        name="Heron",
        capacity=12,
        site="Berlin",
        building="Spreehaus",
        floor="3",
    )


@pytest.mark.parametrize(
    ("kind", "told", "known"),
    [
        (PlaceKind.DESK, "reservablePlaceMode", PlaceMode.RESERVABLE),
        (PlaceKind.DESK, "dropInPlaceMode", PlaceMode.DROP_IN),
        (PlaceKind.DESK, "assignedPlaceMode", None),
        (PlaceKind.DESK, "unavailablePlaceMode", None),
        (PlaceKind.DESK, "unknownFutureValue", None),
        (PlaceKind.DESK_POOL, "dropInPlaceMode", PlaceMode.DROP_IN),
        (PlaceKind.DESK_POOL, "unknownFutureValue", None),
        (PlaceKind.DESK_POOL, "assignedPlaceMode", None),
    ],
)
def test_modes(kind: PlaceKind, told: str, known: PlaceMode | None) -> None:
    assert [place.mode for place in read(DESK | mode(told), kind)] == ([] if known is None else [known])


def test_a_desk_without_a_mode_may_be_someones_own() -> None:
    for row in (DESK, DESK | {"mode": None}, DESK | {"mode": "reservable"}):
        assert read(row, PlaceKind.DESK) == ()


@pytest.mark.parametrize("member", sorted(ROOM.keys() - {"id", "placeId", "emailAddress"}))
@pytest.mark.parametrize("odd", [None, 5.5, [], {"x": {}}, True])
def test_an_odd_member_is_left_out_and_the_place_stays(member: str, odd: Any) -> None:
    (place,) = read(ROOM | {member: odd})
    assert (place.place_id, place.address) == ("stays", "heron@corp.example")


def test_where_a_place_stands_may_be_untold_or_not_understood() -> None:
    for address, unread in ((None, False), ({}, False), ({"city": 5}, True), ("Berlin", True)):
        (place,) = read(ROOM | {"address": address})
        assert (place.site, place.site_unread) == (None, unread)


def test_a_place_stands_where_its_parent_does_unless_it_tells_otherwise() -> None:
    (desk,) = read(DESK | mode("dropInPlaceMode") | {"parentId": "f"}, PlaceKind.DESK)
    assert (desk.building, desk.floor, desk.site) == ("Elbhaus", "7", "Hamburg")
    (room,) = read(ROOM | {"parentId": "f"})
    assert (room.building, room.floor, room.site) == ("Spreehaus", "3", "Berlin")
    (bare,) = read(ROOM | {"parentId": "f", "building": "", "floorLabel": None, "address": {"city": ""}})
    assert (bare.building, bare.floor, bare.site) == ("Elbhaus", "7", "Hamburg")


def test_a_parent_that_is_not_known_is_minded_where_no_site_is_told() -> None:
    for address, unread in ({"city": "Berlin"}, False), (None, True):
        (place,) = read(ROOM | {"parentId": "gone", "address": address})
        assert place.site_unread == unread


def test_a_place_without_id_or_address_may_be_any() -> None:
    for row in (None, 5, {}, ROOM | {"emailAddress": None}, ROOM | {"id": 5, "placeId": ""}):
        assert read(row) == (UnreadPlace(),)
    assert read(ROOM | {"placeId": None})[0].place_id == "changes"


def test_the_link_to_the_next_page() -> None:
    body = json.dumps({"value": [], "@odata.nextLink": "https://graph.example/next"}).encode()
    assert directory.places(body, PlaceKind.ROOM, {}) == ((), "https://graph.example/next")
    with pytest.raises(Malformed, match="bad_page"):
        directory.places(b'{"value": 5}', PlaceKind.ROOM, {})


@settings(max_examples=60, deadline=None)
@given(
    st.lists(items([*ROOM, "mode", "mailboxDetails", "parentId"]), max_size=3),
    st.sampled_from(list(directory.LISTINGS)),
)
def test_nothing_is_raised(rows: list[Any], kind: PlaceKind) -> None:
    places, _ = directory.places(
        printed({"value": [*rows, ROOM | mode("dropInPlaceMode")]}, ascii_only=True), kind, KNOWN
    )
    assert isinstance(places[-1], RawPlace)
    assert places[-1].place_id == "stays"
