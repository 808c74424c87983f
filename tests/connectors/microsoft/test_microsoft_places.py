"""What is asked of Graph's directory, and what becomes of a directory that tells less than it should."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from connectors.errors import AccessDenied, Unreachable
from connectors.microsoft.client import Mode
from connectors.raw import PlaceKind, RawPlace
from connectors.sandbox.graph_areas import LARGE_SEATS
from connectors.sandbox.truth import Mode as BookingMode
from connectors.sandbox.truth import Provider, Resource, ResourceKind
from tests.connectors.microsoft.test_microsoft_client import stand_in
from tests.contracts.connector import LIMITS, Host, Stand, hosting

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Rooms, pools and desks, a page of each.
BOOKABLE = {"graph.places": 3}
AROUND = ("graph.areas", "graph.room-lists", "graph.listed-rooms")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    folder: Path = tmp_path_factory.mktemp("microsoft-places")
    async with hosting(Provider.MICROSOFT, folder) as host:
        yield host


@pytest.fixture
def stand(host: Host) -> Stand:
    host.sandbox.faults.clear()
    return stand_in(host, Mode.SNAPSHOT, "graph.view", 1000)


async def looked(stand: Stand) -> tuple[dict[str, RawPlace], dict[str, int]]:
    """All places by id, and how much was asked of which listings."""
    before = Counter(stand.sandbox.requests)
    places = {place.place_id: place for place in await stand.places()}
    return places, {
        kind: count for kind, count in (stand.sandbox.requests - before).items() if "graph" in kind
    }


def listed(stand: Stand, *kinds: ResourceKind) -> list[Resource]:
    held = [one for one in stand.tenant.resources if one.mode is not BookingMode.ASSIGNED]
    return [one for one in held if one.kind in kinds]


async def test_what_places_stand_in_is_asked_for_once_and_lists_are_not_needed(stand: Stand) -> None:
    places, asked = await looked(stand)
    assert asked == BOOKABLE | {"graph.areas": 3}
    everything = listed(stand, ResourceKind.ROOM, ResourceKind.DESK, ResourceKind.DESK_POOL)
    assert {one.kind for one in everything} == {ResourceKind.ROOM, ResourceKind.DESK, ResourceKind.DESK_POOL}
    for one in everything:
        place = places[one.id]
        assert (place.building, place.floor, place.site) == (one.building, one.floor, one.site)


async def test_where_places_are_not_set_up_room_lists_tell_the_building(stand: Stand) -> None:
    stand.sandbox.faults.ask("graph.places-not-set-up")
    places, asked = await looked(stand)
    # No building, so no floors; the lists of two buildings, and the one of large rooms.
    assert asked == BOOKABLE | {"graph.areas": 1, "graph.room-lists": 1, "graph.listed-rooms": 3}
    rooms = listed(stand, ResourceKind.ROOM)
    are_large = {one.id: (one.capacity or 0) >= LARGE_SEATS for one in rooms}
    assert {*are_large.values()} == {True, False}
    for one in rooms:
        assert places[one.id].building == (None if are_large[one.id] else one.building)
        assert (places[one.id].floor, places[one.id].site_unread) == (None, False)
    assert {place.building for place in places.values() if place.kind is not PlaceKind.ROOM} == {None}


@pytest.mark.parametrize("fault", ["graph.place-id-changed", "graph.short-pages", "graph.duplicate-item"])
async def test_odd_listings_tell_the_same(stand: Stand, fault: str) -> None:
    usual, _ = await looked(stand)
    stand.sandbox.faults.ask(fault)
    places, _ = await looked(stand)
    assert places == usual


async def test_rooms_are_known_again_by_their_lasting_ids(stand: Stand) -> None:
    stand.sandbox.faults.ask("graph.places-not-set-up")
    by_lists, _ = await looked(stand)
    stand.sandbox.faults.ask("graph.place-id-changed")
    places, _ = await looked(stand)
    assert places == by_lists


@pytest.mark.parametrize("fault", ["graph.parent-gone", "graph.parent-circle"])
async def test_a_parent_that_leads_nowhere_costs_no_place(stand: Stand, fault: str) -> None:
    usual, _ = await looked(stand)
    stand.sandbox.faults.ask(fault)
    places, asked = await looked(stand)
    assert (places.keys(), asked) == (usual.keys(), BOOKABLE | {"graph.areas": 3})
    for one in listed(stand, ResourceKind.DESK):
        found = places[one.id]
        assert (found.building, found.site, found.site_unread) == (None, None, True)
    for one in listed(stand, ResourceKind.ROOM):
        assert places[one.id] == usual[one.id]


async def test_a_directory_without_areas_has_places_all_the_same(stand: Stand) -> None:
    usual, _ = await looked(stand)
    stand.sandbox.faults.ask("graph.areas-unknown")
    places, asked = await looked(stand)
    assert (places.keys(), asked) == (usual.keys(), BOOKABLE | {"graph.areas": 1})


@pytest.mark.parametrize("status", [400, 403, 404, 501])
@pytest.mark.parametrize("kind", AROUND)
async def test_a_listing_that_is_refused_costs_no_place(stand: Stand, kind: str, status: int) -> None:
    usual, _ = await looked(stand)
    if kind != "graph.areas":
        stand.sandbox.faults.ask("graph.places-not-set-up")
    stand.sandbox.faults.refuse(kind, status, 9)
    places, _ = await looked(stand)
    assert places.keys() == usual.keys()
    buildings = {places[one.id].building for one in listed(stand, ResourceKind.ROOM)}
    assert buildings == ({"Spreehaus", "Casa do Cais"} if kind == "graph.areas" else {None})


@pytest.mark.parametrize("kind", AROUND)
async def test_a_listing_that_cannot_be_had_now_is_no_empty_one(stand: Stand, kind: str) -> None:
    if kind != "graph.areas":
        stand.sandbox.faults.ask("graph.places-not-set-up")
    stand.sandbox.faults.refuse(kind, 503, LIMITS.attempts_max)
    with pytest.raises(Unreachable):
        await stand.places()


async def test_who_may_not_list_rooms_has_lost_access(stand: Stand) -> None:
    for kind in ("graph.areas", "graph.places"):
        stand.sandbox.faults.refuse(kind, 403, 9)
    with pytest.raises(AccessDenied):
        await stand.places()
