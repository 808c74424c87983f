from typing import Any

import pytest
from msgraph.generated.places.graph_room.graph_room_request_builder import GraphRoomRequestBuilder

from connectors.sandbox.server import Sandbox
from tests.conformance.microsoft.client import Graph, asking
from tests.conformance.microsoft.complaints import complaints

SORTS = ("room", "workspace", "desk", "room_list", "section", "floor", "building")


def _listing(graph: Graph, sort: str) -> Any:
    return getattr(graph.client.places, f"graph_{sort}")


@pytest.mark.parametrize("sort", SORTS)
async def test_every_place_is_read_in_full(graph: Graph, sort: str) -> None:
    page = graph.checked(await _listing(graph, sort).get())
    assert page.value


async def test_rooms_come_page_by_page_and_as_selected(graph: Graph) -> None:
    query = GraphRoomRequestBuilder.GraphRoomRequestBuilderGetQueryParameters(
        select=["id", "displayName", "capacity"], top=1, count=True
    )
    page = graph.checked(await graph.client.places.graph_room.get(asking(query)))
    rooms = await graph.items(page)
    assert len(rooms) == page.odata_count == len(graph.answers) == 2
    assert {type(room.capacity) for room in rooms} == {int}
    assert {room.email_address for room in rooms} == {None}


async def test_rooms_are_found_by_their_list(graph: Graph) -> None:
    (first, *_) = (await graph.client.places.graph_room_list.get()).value
    members = graph.client.places.by_place_id(first.email_address).graph_room_list.rooms
    page = graph.checked(await members.get())
    assert page.value[0].building == first.display_name


async def test_whose_a_desk_is_stands_in_its_mode(graph: Graph) -> None:
    desks = (await graph.client.places.graph_desk.get()).value
    (owner,) = [
        desk.mode.assigned_user_email_address
        for desk in desks
        if desk.mode.odata_type == "#microsoft.graph.assignedPlaceMode"
    ]
    assert owner.endswith("@haldenvoss.example")


async def test_a_member_of_the_wrong_type_is_seen(graph: Graph, sandbox: Sandbox) -> None:
    sandbox.faults.ask("graph.capacity-string")
    page = await graph.client.places.graph_workspace.get()
    assert complaints(page, graph.answers[-1]) == ["answer.value[0].capacity is not read"]
