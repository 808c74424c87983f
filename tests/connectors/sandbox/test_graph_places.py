from typing import Any

import pytest

from connectors.sandbox.directory import Person
from connectors.sandbox.truth import Mode, Provider, Resource, ResourceKind, Tenant, World
from tests.connectors.sandbox.callers import NOW, Caller

PLACES = "/graph/v1.0/places/"


def _resource(
    number: int, kind: ResourceKind, mode: Mode = Mode.RESERVABLE, user: str | None = None
) -> Resource:
    return Resource(
        id=f"00000000-0000-4000-8000-{number:012d}",
        kind=kind,
        name=f"Place {number}",
        address=f"place.{number}@halden.example",
        capacity=8,
        site="Berlin",
        building="Spreehaus",
        floor="3",
        mode=mode,
        user=user,
    )


@pytest.fixture
def world() -> World:
    """Many places, and nothing happening in them."""
    somebody = Person(id="1", name="Ada", address="ada@halden.example")
    resources = [_resource(number, ResourceKind.ROOM) for number in range(130)]
    resources += [
        _resource(200, ResourceKind.DESK, Mode.ASSIGNED, somebody.address),
        _resource(201, ResourceKind.DESK, Mode.DROP_IN),
        _resource(202, ResourceKind.DESK_POOL),
        _resource(203, ResourceKind.EQUIPMENT),
    ]
    tenant = Tenant(
        name="Halden",
        provider=Provider.MICROSOFT,
        zone="Europe/Berlin",
        id="00000000-0000-4000-8000-000000000000",
        people=(somebody,),
        resources=tuple(resources),
    )
    return World(NOW, [tenant], {})


async def _listed(graph: Caller, sort: str, **query: str) -> list[dict[str, Any]]:
    answer = await graph.get(f"{PLACES}microsoft.graph.{sort}", query)
    assert answer.status == 200, answer.body
    places: list[dict[str, Any]] = answer.body["value"]
    return places


async def test_rooms_come_a_hundred_to_a_page(graph: Caller) -> None:
    page = await graph.get(PLACES + "microsoft.graph.room", {"$select": "id,displayName", "$count": "true"})
    rest = await graph.get(page.body["@odata.nextLink"])
    rooms = page.body["value"] + rest.body["value"]
    assert (len(page.body["value"]), len(rooms), page.body["@odata.count"]) == (100, 130, 130)
    assert "@odata.nextLink" not in rest.body
    assert {frozenset(room) for room in rooms} == {frozenset({"id", "displayName"})}
    assert len({room["id"] for room in rooms}) == 130


async def test_the_place_id_is_the_lasting_one(graph: Caller) -> None:
    room = (await _listed(graph, "room"))[0]
    assert room["capacity"] == 8
    assert room["placeId"] != room["id"]
    assert (room["building"], room["floorLabel"], room["address"]["city"]) == ("Spreehaus", "3", "Berlin")


async def test_a_desk_says_whose_it_is_and_where_only_by_its_parent(graph: Caller) -> None:
    assigned, free = await _listed(graph, "desk")
    assert assigned["mode"] == {
        "@odata.type": "#microsoft.graph.assignedPlaceMode",
        "assignedUserEmailAddress": "ada@halden.example",
    }
    assert free["mode"] == {"@odata.type": "#microsoft.graph.dropInPlaceMode"}
    assert free["mailboxDetails"]["emailAddress"] == "place.201@halden.example"
    assert "building" not in free
    assert (free["id"], free["address"]) == (free["placeId"], None)
    section, floor, building = await _above(graph, free)
    assert (section["displayName"], floor["displayName"]) == ("Open space", "3")
    assert (building["displayName"], building["address"]["city"]) == ("Spreehaus", "Berlin")


async def _above(graph: Caller, place: dict[str, Any]) -> list[dict[str, Any]]:
    """What a place stands in, the nearest first."""
    sorts = ("section", "floor", "building")
    known = {area["id"]: area for sort in sorts for area in await _listed(graph, sort)}
    found = []
    while place["parentId"] is not None:
        place = known[place["parentId"]]
        found.append(place)
    return found


async def test_a_desk_pool_is_a_workspace(graph: Caller) -> None:
    (pool,) = await _listed(graph, "workspace")
    assert pool["mode"] == {"@odata.type": "#microsoft.graph.reservablePlaceMode"}
    assert pool["emailAddress"] == "place.202@halden.example"
    assert [area["displayName"] for area in await _above(graph, pool)] == ["3", "Spreehaus"]


async def test_rooms_are_found_by_their_list(graph: Caller) -> None:
    (rooms,) = await _listed(graph, "roomlist")
    path = f"{PLACES}{rooms['emailAddress']}/microsoft.graph.roomlist/rooms"
    members = await graph.get(path, {"$top": "500"})
    assert len(members.body["value"]) == 130


async def test_a_list_that_is_none_is_not_found(graph: Caller) -> None:
    answer = await graph.get(f"{PLACES}no.list@halden.example/microsoft.graph.roomlist/rooms")
    assert (answer.status, answer.code) == (404, "ResourceNotFound")


async def test_equipment_and_unknown_sorts_are_not_listed(graph: Caller) -> None:
    answer = await graph.get(PLACES + "microsoft.graph.equipment")
    assert (answer.status, answer.code) == (400, "BadRequest")


async def test_a_sort_may_be_named_in_short(graph: Caller) -> None:
    (rooms,) = (await graph.get(PLACES + "graph.roomList")).body["value"]
    members = await graph.get(f"{PLACES}{rooms['emailAddress']}/graph.roomList/rooms", {"$top": "500"})
    assert len(members.body["value"]) == 130


@pytest.mark.parametrize("sort", ["building", "floor", "section", "desk"])
async def test_what_has_no_mailbox_is_not_counted(graph: Caller, sort: str) -> None:
    answer = await graph.get(f"{PLACES}microsoft.graph.{sort}", {"$count": "true"})
    assert (answer.status, answer.code) == (400, "BadRequest")


@pytest.mark.parametrize("sort", ["desk", "workspace"])
async def test_a_member_that_a_place_cannot_have_is_refused(graph: Caller, sort: str) -> None:
    answer = await graph.get(f"{PLACES}microsoft.graph.{sort}", {"$select": "id,building"})
    assert (answer.status, answer.code) == (400, "BadRequest")
