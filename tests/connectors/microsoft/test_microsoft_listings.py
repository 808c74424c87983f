"""How listings of Graph's directory are read, page by page, against a directory in memory."""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from connectors.errors import Malformed
from connectors.microsoft.places import LISTS_MAX, PlaceReader
from connectors.microsoft.requests import url_of
from connectors.paging import PAGES_MAX
from connectors.raw import RawPlace
from connectors.transport import Answer

BASE = "https://graph.example/v1.0/"
HERON = {"placeId": "heron", "emailAddress": "heron@corp.example"}


class Directory:
    """Listings by name, each of pages of rows; a status in place of a page is a refusal."""

    def __init__(self, **listings: list[Any]) -> None:
        self.listings = listings
        self.asked: list[str] = []

    async def ask(self, link: str) -> Answer:
        path, _, page = link.partition("#")
        name = unquote(urlsplit(path).path).removeprefix("/v1.0/places/").replace("microsoft.graph.", "")
        self.asked.append(name)
        pages, number = self.listings.get(name, [[]]), int(page or 0)
        if isinstance(pages[number], int):
            return Answer(pages[number], b'{"error": {"code": "BadRequest"}}')
        more = {"@odata.nextLink": f"{path}#{number + 1}"} if number + 1 < len(pages) else {}
        return Answer(HTTPStatus.OK, json.dumps({"value": pages[number]} | more).encode())

    async def places(self) -> list[RawPlace]:
        pages = PlaceReader(self.ask, lambda *path, options: url_of(BASE, *path, options=options)).places()
        return [place async for page in pages for place in page if isinstance(place, RawPlace)]


def listed(number: int, name: str = "Spreehaus") -> dict[str, str]:
    return {"displayName": name, "emailAddress": f"list-{number}@corp.example"}


def of_lists(*pages: list[Any], **rooms: list[Any]) -> Directory:
    """A room that tells no building, lists, and the rooms of these by number."""
    members = {f"list-{one[1:]}@corp.example/roomlist/rooms": held for one, held in rooms.items()}
    return Directory(room=[[HERON]], roomlist=[*pages], **members)


async def test_lists_and_their_rooms_are_read_to_the_end() -> None:
    directory = of_lists([listed(1, "Elbhaus")], [listed(2)], _2=[[{"id": "ebb"}], [], [{"id": "heron"}]])
    (room,) = await directory.places()
    assert room.building == "Spreehaus"
    assert [name.count("/rooms") for name in directory.asked].count(1) == 4


async def test_a_list_that_is_told_twice_is_one() -> None:
    (room,) = await of_lists([listed(1)], [listed(1)], _1=[[{"id": "heron"}]]).places()
    assert room.building == "Spreehaus"


async def test_lists_are_asked_for_once_however_many_pages_of_rooms_need_them() -> None:
    directory = of_lists([listed(1)], _1=[[{"id": "heron"}]])
    directory.listings["room"] = [[HERON], [HERON | {"placeId": "ebb"}], [HERON]]
    assert [room.building for room in await directory.places()] == ["Spreehaus", None, "Spreehaus"]
    assert directory.asked.count("roomlist") == 1


async def test_where_every_room_tells_its_building_no_list_is_asked_for() -> None:
    directory = Directory(room=[[HERON | {"building": "Spreehaus"}]], roomlist=[[listed(1)]])
    await directory.places()
    assert directory.asked == ["building", "room", "workspace", "desk"]


async def test_parents_are_found_by_either_id() -> None:
    building = {"id": "changes", "placeId": "stays", "displayName": "Spreehaus"}
    rooms = [HERON | {"parentId": parent} for parent in ("changes", "stays")]
    directory = Directory(building=[[building]], room=[rooms])
    assert [room.building for room in await directory.places()] == ["Spreehaus"] * 2


@pytest.mark.parametrize(("count", "building"), [(LISTS_MAX, "Spreehaus"), (LISTS_MAX + 1, None)])
async def test_of_too_many_lists_none_is_read(count: int, building: str | None) -> None:
    directory = of_lists([listed(number) for number in range(count)], _0=[[{"id": "heron"}]])
    (room,) = await directory.places()
    assert room.building == building
    assert sum("/rooms" in name for name in directory.asked) == (count if building else 0)


@pytest.mark.parametrize("name", ["building", "floor", "section", "roomlist"])
async def test_a_refusal_on_a_later_page_is_no_end(name: str) -> None:
    directory = Directory(building=[[{"id": "b"}]], room=[[HERON]])
    directory.listings[name] = [[{"id": "b"}], HTTPStatus.BAD_REQUEST]
    with pytest.raises(Malformed, match="graph_bad_request"):
        await directory.places()


@pytest.mark.parametrize("name", ["building", "floor", "section", "room", "roomlist"])
async def test_a_listing_without_end_is_given_up(name: str) -> None:
    directory = Directory(building=[[{"id": "b"}]], room=[[HERON]])
    directory.listings[name] = [[{"id": "b"}]] * (PAGES_MAX + 1)
    with pytest.raises(Malformed, match="too_many_pages"):
        await directory.places()
    assert directory.asked.count(name) == PAGES_MAX
