import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import Malformed
from connectors.microsoft.room_lists import RoomList, buildings, room_lists, rooms
from tests.connectors.hostile_json import items, printed

SPREEHAUS, LARGE = RoomList("one@corp.example", "Spreehaus"), RoomList("two@corp.example", "Large rooms")
NAMELESS = RoomList("three@corp.example", None)


def page(*rows: Any) -> bytes:
    return json.dumps({"value": rows, "@odata.nextLink": "next"}).encode()


def test_a_room_in_one_list_has_its_name_and_one_in_several_has_none() -> None:
    found = buildings([(SPREEHAUS, {"heron", "linden"}), (LARGE, {"linden", "ebb"}), (NAMELESS, {"tern"})])
    assert found == {"heron": "Spreehaus", "linden": None, "ebb": "Large rooms", "tern": None}


def test_a_third_list_does_not_bring_a_name_back() -> None:
    assert buildings([(SPREEHAUS, {"ebb"}), (LARGE, {"ebb"}), (NAMELESS, {"ebb"})]) == {"ebb": None}


def test_lists_without_an_address_are_left_out() -> None:
    told: dict[str, Any] = {"displayName": "Spreehaus", "emailAddress": "one@corp.example"}
    nameless = told | {"displayName": 5, "emailAddress": "three@corp.example"}
    odd = [
        told | {"emailAddress": address}
        for address in (5, "", "..", "@corp.example", "x" * 310 + "@corp.example")
    ]
    read = room_lists(page(None, 5, {}, *odd, told, nameless))
    assert read == ((SPREEHAUS, NAMELESS), "next")


def test_rooms_are_known_by_the_lasting_id_of_the_two() -> None:
    told = ({"placeId": "stays", "id": "changes"}, {"placeId": None, "id": "only"}, {"id": 5}, 7)
    assert rooms(page(*told)) == (("stays", "only"), "next")


@pytest.mark.parametrize("read", [room_lists, rooms])
def test_a_page_is_no_other_answer(read: Any) -> None:
    with pytest.raises(Malformed, match="bad_page"):
        read(b'{"value": 5}')


@settings(max_examples=40, deadline=None)
@given(st.lists(items(["id", "placeId", "displayName", "emailAddress"]), max_size=3))
def test_nothing_is_raised(rows_told: list[Any]) -> None:
    body = printed({"value": [*rows_told, {"id": "ebb", "emailAddress": "e@e"}]}, ascii_only=True)
    assert rooms(body)[0][-1] == "ebb"
    assert room_lists(body)[0][-1].address == "e@e"
