"""Reading Graph's directory of places: what they stand in first, room lists only where that is not told.

learn.microsoft.com/graph/api/place-list.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import TypeVar

from msgspec.structs import replace

from connectors.microsoft import areas, directory, room_lists
from connectors.microsoft.areas import Area, AreaKind
from connectors.microsoft.refusal import checked, is_unlisted
from connectors.microsoft.room_lists import RoomList
from connectors.paging import Round
from connectors.raw import PlaceKind, RawPlace, UnreadPlace
from connectors.transport import Answer

T = TypeVar("T")

#: What stands at a link.
Ask = Callable[[str], Awaitable[Answer]]

#: The rows of a page that can be read, and the next page's link.
Read = Callable[[bytes], tuple[tuple[T, ...], str | None]]

#: Each is asked for its rooms. Whoever has more than these has not one for each building.
LISTS_MAX = 200

_ROWS_PER_PAGE = 100
#: Graph's own default; of what has a mailbox it is the other.
_AREAS_PER_PAGE = 1000


class PlaceReader:
    """Reads a tenant's bookable places once, and no more around them than they need.

    ``url`` makes a URL of segments and options.
    """

    def __init__(self, ask: Ask, url: Callable[..., str]) -> None:
        self._ask = ask
        self._url = url
        self._lists: Mapping[str, str | None] | None = None

    async def places(self) -> AsyncGenerator[tuple[RawPlace | UnreadPlace, ...], None]:
        known = await self._areas()
        for kind, (sort, members) in directory.LISTINGS.items():
            read = partial(directory.places, kind=kind, known=known)
            async for page in self._listed(read, members, f"microsoft.graph.{sort}", needed=True):
                yield await self._completed(page)

    async def _areas(self) -> dict[str, Area]:
        """All areas by each of their ids. Without a building there are no floors, and none is asked for."""
        known: dict[str, Area] = {}
        for kind, members in areas.MEMBERS.items():
            if kind is AreaKind.BUILDING or known:
                read, sort = partial(areas.areas, kind=kind), f"microsoft.graph.{kind.value}"
                async for page in self._listed(read, members, sort, top=_AREAS_PER_PAGE):
                    known |= {one: area for area in page for one in area.ids}
        return known

    async def _completed(
        self, page: tuple[RawPlace | UnreadPlace, ...]
    ) -> tuple[RawPlace | UnreadPlace, ...]:
        """The page, its rooms that tell no building with the name of the one list that they are in."""
        if not any(map(_is_unplaced, page)):
            return page
        if self._lists is None:
            self._lists = await self._buildings()
        return tuple(_placed(place, self._lists) for place in page)

    async def _buildings(self) -> dict[str, str | None]:
        """By the ids of rooms the names of their lists."""
        found: dict[str, RoomList] = {}
        read, sort = room_lists.room_lists, "microsoft.graph.roomlist"
        async for page in self._listed(read, room_lists.LIST_MEMBERS, sort):
            found |= {one.address: one for one in page}
        # From some of them nothing would follow: a room of theirs may be in one of the others.
        asked = found.values() if len(found) <= LISTS_MAX else ()
        return room_lists.buildings([(one, await self._rooms(one)) for one in asked])

    async def _rooms(self, one: RoomList) -> set[str]:
        """The ids of a list's rooms. A list that was deleted may still be listed, and has none."""
        path = (one.address, "microsoft.graph.roomlist", "rooms")
        pages = self._listed(room_lists.rooms, room_lists.ROOM_MEMBERS, *path)
        return {room async for page in pages for room in page}

    async def _listed(
        self, read: Read[T], members: str, *path: str, top: int = _ROWS_PER_PAGE, needed: bool = False
    ) -> AsyncIterator[tuple[T, ...]]:
        """All pages of a listing; none of one that is not needed and not there."""
        options = {"$top": str(top), "$select": members}
        link: str | None = self._url("places", *path, options=options)
        pages = Round()
        while link is not None:
            may_be_unlisted = pages.is_new and not needed
            pages.count()
            answer = await self._ask(link)
            if may_be_unlisted and is_unlisted(answer):
                return
            page, link = read(checked(answer))
            yield page


def _is_unplaced(place: RawPlace | UnreadPlace) -> bool:
    """Whether it is a room of which nothing tells the building."""
    return isinstance(place, RawPlace) and place.kind is PlaceKind.ROOM and place.building is None


def _placed(place: RawPlace | UnreadPlace, lists: Mapping[str, str | None]) -> RawPlace | UnreadPlace:
    if isinstance(place, RawPlace) and _is_unplaced(place):
        return replace(place, building=lists.get(place.place_id))
    return place
