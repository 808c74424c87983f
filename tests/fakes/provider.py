"""A provider of calendars in memory, and a Connector that reads it.

Things happen to it (``put``, ``delete``, ``lose_cursors``), and it can be told what goes wrong while it is
read (``meanwhile``, ``fail``, ``contradict``). Its pages are of a chosen size. A snapshot is paged by place
in the list as it stands when a page is asked for: what moves meanwhile may stand on no page or on two.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from connectors.errors import (
    AccessDenied,
    CalendarMissing,
    ConnectorError,
    CursorExpired,
    Malformed,
    Unreachable,
    WatchLost,
)
from connectors.port import (
    Admission,
    CalendarAddress,
    Connector,
    Cursor,
    Page,
    Projection,
    Target,
    Watch,
    Window,
)
from connectors.raw import PlaceKind, RawEvent, RawPlace, Response, Unclear, UnreadPlace

Item = RawEvent | Unclear
#: For how long the gateway asks to be told.
WATCH_LIFE = timedelta(days=7)
T = TypeVar("T")

#: Something that happens right before a page is answered.
Meanwhile = Callable[[], Awaitable[None]]

WATCHING = -1
CURSOR = "cursor-of-change-"
#: What an item takes of a page.
ITEM_BYTES = 400


def meeting(
    event: str, start: datetime, *, hours: float = 1, response: Response | None = Response.ACCEPTED
) -> RawEvent:
    """A plain event that the resource has answered."""
    return RawEvent(event, start, start + timedelta(hours=hours), private=False, response=response)


def room(name: str, *, capacity: int = 8) -> RawPlace:
    """A room whose calendar is found under its name."""
    address = f"{name}@rooms.example"
    return RawPlace(f"place-{name}", address, PlaceKind.ROOM, name.title(), capacity=capacity, site="Harbour")


@dataclass
class FakeCalendar:
    """The items of one calendar and when each changed last, counted in changes."""

    items: dict[str, Item] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    #: The next round says of these that they changed and that they are gone.
    contradicted: set[str] = field(default_factory=set)
    #: The series of an item, and those that the next round tells anew.
    series: dict[str, str] = field(default_factory=dict)
    retold: set[str] = field(default_factory=set)
    count: int = 0
    oldest_cursor: int = 0

    def change(self, key: str, item: Item | None) -> None:
        self.items.pop(key, None)
        if item is not None:
            self.items[key] = item
        self.count += 1
        self.changes.pop(key, None)
        self.changes[key] = self.count

    def listing(self, window: Window) -> list[str]:
        """What touches a window, by start; what cannot be understood comes first."""
        inside = {key: item for key, item in self.items.items() if touches(item, window)}
        return sorted(inside, key=lambda key: (_start(inside[key]), key))


class Watched(NamedTuple):
    """A calendar of which somebody is to be told."""

    address: CalendarAddress
    target: Target


class FakeProvider:
    """One tenant's directory and calendars. ``asked`` counts requests, by sort."""

    def __init__(self, *places: RawPlace, incremental: bool = False, page_items: int = 100) -> None:
        self.incremental = incremental
        self.page_items = page_items
        #: What changed outside the window is told as gone, as Graph does, and not as it is, as Google does.
        self.hides_outside = False
        #: Answers rounds without a single page, as no provider should.
        self.silent = False
        self.places = {place.place_id: place for place in places}
        self.unread_places = 0
        #: Addresses of calendars that cannot be reached.
        self.out_of_reach: set[str] = set()
        #: Addresses of calendars that the grant does not reach any more.
        self.denied: set[str] = set()
        #: What is answered instead of a calendar, by its address.
        self.refused: dict[str, ConnectorError] = {}
        #: What was promised to be told, by the watch's id; and for how long at most.
        self.watches: dict[str, Watched] = {}
        self.watch_life = timedelta(days=7)
        #: Whether a watch is renewed by another that takes its place.
        self.replaces_watches = False
        #: How much longer than asked for a watch is promised to last.
        self.promises_more = timedelta()
        self.ended: list[str] = []
        self.calendars = {place.address: FakeCalendar() for place in places}
        self.asked = {"places": 0, "page": 0, "event": 0, "watch": 0}
        #: What was asked for of events.
        self.projections: set[Projection] = set()
        self._meanwhile: dict[int, Meanwhile] = {}
        self._pages_of_round = 0

    def connect(self, admit: Admission) -> Connector:
        return FakeConnector(self, admit)

    def add_place(self, place: RawPlace) -> None:
        self.places[place.place_id] = place
        self.calendars.setdefault(place.address, FakeCalendar())

    def put(self, place: RawPlace, *events: RawEvent) -> None:
        """Add events, or change them."""
        for event in events:
            self.calendars[place.address].change(event.id, event)

    def blur(self, place: RawPlace, event: str, *, nameless: bool = False) -> None:
        """Let an item become one that cannot be understood, or of which not even the id can be read."""
        item = Unclear(None, "no_id") if nameless else Unclear(event, "no_start")
        self.calendars[place.address].change(event, item)

    def delete(self, place: RawPlace, *events: str) -> None:
        for event in events:
            self.calendars[place.address].change(event, None)

    def put_series(self, place: RawPlace, series: str, *events: RawEvent) -> None:
        """Add the occurrences of a series."""
        self.calendars[place.address].series |= dict.fromkeys([event.id for event in events], series)
        self.put(place, *events)

    def shorten_series(self, place: RawPlace, series: str, *events: str) -> None:
        """Delete occurrences as Graph does it: the next round tells of their series what is left of it."""
        calendar = self.calendars[place.address]
        for event in events:
            calendar.items.pop(event)
            calendar.changes.pop(event)
        for event, item in [*calendar.items.items()]:
            if calendar.series.get(event) == series:
                calendar.change(event, item)
        calendar.retold.add(series)

    def delete_series(self, place: RawPlace, series: str) -> None:
        """Delete a series as Graph may: of all that is gone, only the series is named."""
        calendar = self.calendars[place.address]
        for event in [event for event, of in calendar.series.items() if of == series]:
            calendar.items.pop(event, None)
            calendar.changes.pop(event, None)
        calendar.change(series, None)

    def clear(self, place: RawPlace) -> None:
        self.delete(place, *self.calendars[place.address].items)

    def items(self, place: RawPlace) -> dict[str, Item]:
        return self.calendars[place.address].items

    def lose_cursors(self) -> None:
        """Forget what changed so far."""
        for calendar in self.calendars.values():
            calendar.count += 1
            calendar.oldest_cursor = calendar.count

    def contradict(self, place: RawPlace, event: str) -> None:
        """Say of an item in the next round both that it changed and that it is gone, whatever is true."""
        calendar = self.calendars[place.address]
        calendar.contradicted.add(event)
        calendar.change(event, calendar.items.get(event))

    def meanwhile(self, page: int, happens: Meanwhile) -> None:
        """Let something happen once, right before that page of a round is answered; pages count from 1.

        Page 0 stands for an event that is asked for by its id, page -1 for a watch.
        """
        self._meanwhile[page] = happens

    def fail(self, page: int, error: ConnectorError) -> None:
        """Answer that page of a round with an error, once."""

        async def raised() -> None:
            raise error

        self.meanwhile(page, raised)

    def open_watch(self, address: CalendarAddress, target: Target, until: datetime) -> Watch:
        identity = f"watch-{len(self.watches) + len(self.ended) + 1}"
        self.watches[identity] = Watched(address, target)
        lasts = min(until, until - WATCH_LIFE + self.watch_life)
        return Watch(identity, "resource", lasts + self.promises_more)

    def secret_of(self, place: RawPlace) -> str:
        """What the provider repeats when this place's calendar changes."""
        (watched,) = [one for one in self.watches.values() if one.address == place.address]
        return watched.target.secret

    def undisturbed(self) -> None:
        """Forget what was to happen."""
        self._meanwhile.clear()

    def calendar(self, address: CalendarAddress) -> FakeCalendar:
        if address in self.refused:
            raise self.refused[address]
        if address not in self.calendars:
            raise CalendarMissing("calendar_missing")
        if address in self.denied:
            raise AccessDenied("access_denied")
        if address in self.out_of_reach:
            raise Unreachable("network")
        return self.calendars[address]

    def begin_round(self) -> None:
        self._pages_of_round = 0

    async def request_page(self) -> None:
        self.asked["page"] += 1
        self._pages_of_round += 1
        await self.happen(self._pages_of_round)

    async def request_places(self) -> None:
        self.asked["places"] += 1
        await self.request_page()

    async def request_event(self) -> None:
        self.asked["event"] += 1
        await self.happen(0)

    async def happen(self, page: int) -> None:
        happens = self._meanwhile.pop(page, None)
        if happens is not None:
            await happens()


class FakeConnector:
    """Reads a ``FakeProvider`` under an admission, as the real ones do."""

    def __init__(self, provider: FakeProvider, admit: Admission) -> None:
        self.incremental = provider.incremental
        self._provider = provider
        self._admit = admit

    async def places(self) -> AsyncGenerator[tuple[RawPlace | UnreadPlace, ...], None]:
        known: list[RawPlace | UnreadPlace] = list(self._provider.places.values())
        known += [UnreadPlace()] * self._provider.unread_places
        self._provider.begin_round()
        for some in slices(known, self._provider.page_items):
            await self._admit()
            await self._provider.request_places()
            yield tuple(some)

    async def changes(
        self, calendar: CalendarAddress, *, window: Window, projection: Projection, since: Cursor | None
    ) -> AsyncGenerator[Page, None]:
        self._provider.projections.add(projection)
        self._provider.begin_round()
        if self._provider.silent:
            return
        pages = (
            self._rounds(calendar, window, since) if self.incremental else self._snapshot(calendar, window)
        )
        async for page in pages:
            yield page

    async def event(
        self, calendar: CalendarAddress, event_id: str, *, projection: Projection
    ) -> RawEvent | Unclear | None:
        await self._admit()
        self._provider.projections.add(projection)
        await self._provider.request_event()
        return self._provider.calendar(calendar).items.get(event_id)

    async def watch(self, calendar: CalendarAddress, target: Target, *, until: datetime) -> Watch:
        await self._request_watch()
        self._provider.calendar(calendar)
        return self._provider.open_watch(calendar, target, until)

    async def renew(
        self, calendar: CalendarAddress, watch: Watch, target: Target, *, until: datetime
    ) -> Watch:
        await self._request_watch()
        if watch.id not in self._provider.watches:
            raise WatchLost("watch_lost")
        if not self._provider.replaces_watches:
            return replace(watch, expires_at=until)
        renewed = self._provider.open_watch(calendar, target, until)
        self._end(watch)
        return renewed

    async def unwatch(self, watch: Watch) -> None:
        await self._request_watch()
        self._end(watch)

    def told(self, watch: Watch, content: bytes, projection: Projection) -> Page:
        """A content is the id of an event, which is told as it is by now."""
        self._provider.projections.add(projection)
        address = self._provider.watches[watch.id].address
        item = self._provider.calendars[address].items.get(content.decode())
        if item is None:
            raise Malformed("content_broken")
        return page([item])

    def _end(self, watch: Watch) -> None:
        if self._provider.watches.pop(watch.id, None) is not None:
            self._provider.ended.append(watch.id)

    async def _request_watch(self) -> None:
        await self._admit()
        self._provider.asked["watch"] += 1
        await self._provider.happen(WATCHING)

    async def _snapshot(self, address: CalendarAddress, window: Window) -> AsyncGenerator[Page, None]:
        size, offset, left = self._provider.page_items, 0, True
        while left:
            await self._request()
            calendar = self._provider.calendar(address)
            listed = calendar.listing(window)
            yield page([calendar.items[key] for key in listed[offset : offset + size]])
            offset += size
            left = offset < len(listed)

    async def _rounds(
        self, address: CalendarAddress, window: Window, since: Cursor | None
    ) -> AsyncGenerator[Page, None]:
        await self._admit()
        calendar = self._provider.calendar(address)
        if since is not None and position(since) < calendar.oldest_cursor:
            raise CursorExpired("cursor_expired")
        told = calendar.listing(window) if since is None else self._changed(calendar, position(since))
        begun = calendar.count
        *parts, last = slices(told, self._provider.page_items)
        for part in parts:
            await self._request()
            yield self._tell(calendar, part, window, None)
        await self._request()
        # What changed meanwhile is told as well, perhaps for the second time.
        meanwhile = [key for key in self._changed(calendar, begun) if key not in last]
        yield self._tell(calendar, [*last, *meanwhile], window, Cursor(f"{CURSOR}{calendar.count}"))

    async def _request(self) -> None:
        await self._admit()
        await self._provider.request_page()

    def _changed(self, calendar: FakeCalendar, since: int) -> list[str]:
        return [key for key, count in calendar.changes.items() if count > since]

    def _tell(
        self, calendar: FakeCalendar, keys: Sequence[str], window: Window, cursor: Cursor | None
    ) -> Page:
        """Items as they are by now; what is gone, or contradicted, as a tombstone."""
        items = [calendar.items[key] for key in keys if key in calendar.items]
        hidden = [item for item in items if self._provider.hides_outside and not touches(item, window)]
        gone = [key for key in keys if key not in calendar.items or key in calendar.contradicted]
        calendar.contradicted -= set(keys)
        tombstones = [*gone, *(str(item.id) for item in hidden)]
        told = page([item for item in items if item not in hidden], tombstones, cursor)
        retold = tuple(calendar.retold) if cursor is not None else ()
        calendar.retold -= set(retold)
        return replace(told, series=dict(calendar.series), retold=retold)


def position(cursor: Cursor) -> int:
    """How many changes a cursor knows of."""
    return int(cursor.removeprefix(CURSOR))


def page(items: Sequence[Item], removed: Sequence[str] = (), cursor: Cursor | None = None) -> Page:
    events = tuple(item for item in items if isinstance(item, RawEvent))
    unclear = tuple(item for item in items if isinstance(item, Unclear))
    return Page(events, tuple(removed), unclear, cursor, size=ITEM_BYTES * len(items))


def slices(whole: Sequence[T], size: int) -> list[Sequence[T]]:
    """Parts of a chosen size; an empty whole is one empty part."""
    return [whole[start : start + size] for start in range(0, max(len(whole), 1), size)]


def touches(item: Item, window: Window) -> bool:
    """Whether an item belongs to a window; nobody knows of one that cannot be understood."""
    if isinstance(item, Unclear):
        return True
    return _moment(item.start) < window.end and _moment(item.end) > window.start


def _start(item: Item) -> datetime:
    return datetime.min.replace(tzinfo=UTC) if isinstance(item, Unclear) else _moment(item.start)


def _moment(when: datetime | date) -> datetime:
    return when if isinstance(when, datetime) else datetime.combine(when, time(), UTC)
