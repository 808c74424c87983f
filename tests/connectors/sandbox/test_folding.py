"""Whatever happens: what the incremental rounds tell, folded, is what a full listing tells."""

import ssl
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sandbox.calendar import Calendar, Event, Guest
from connectors.sandbox.identity import Identity
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import generate
from tests.connectors.sandbox.callers import (
    IMMUTABLE,
    NOW,
    READING,
    WALL_CLOCK,
    Caller,
    google_caller,
    graph_caller,
    in_days,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

START, END = in_days(-1), in_days(120)
HOUR = timedelta(hours=1)
PAGE_SIZE = 9

#: What happens: which event (as a number into the calendar), what, and when to (days from now).
Happening = tuple[int, str, int]
HAPPENINGS = st.lists(
    st.tuples(
        st.integers(0, 200),
        st.sampled_from(["add", "move", "cancel", "private", "attendees", "delete"]),
        st.integers(-30, 90),
    ),
    max_size=8,
)


def _happen(calendar: Calendar, happening: Happening) -> None:
    number, what, day = happening
    keys = sorted(calendar.events)
    if not keys:
        return
    key, at = keys[number % len(keys)], NOW + timedelta(days=day)
    changes: dict[str, Callable[[], None]] = {
        "add": lambda: calendar.add(calendar.events[key] | {"id": f"new{len(calendar.changes)}"}),
        "move": lambda: calendar.move(key, at, at + HOUR),
        "cancel": lambda: calendar.cancel(key),
        "private": lambda: calendar.make_private(key),
        "attendees": lambda: calendar.edit_attendees(key, [Guest("Ada", "ada@posthorn.example")]),
        "delete": lambda: calendar.delete(key),
    }
    if what in {"delete", "private", "cancel"} or "start" in calendar.events[key]:
        changes[what]()


def _all_happen(calendar: Calendar, happenings: list[Happening]) -> None:
    for happening in happenings:
        _happen(calendar, happening)


class Running:
    """A sandbox and callers for it, for all examples of this file."""

    def __init__(self, graph: Caller, google: Caller) -> None:
        self.graph = graph
        self.google = google
        world = graph.sandbox.world
        self.graph_room = world.calendar("room.001@haldenvoss.example")
        self.google_room = world.calendar("room.001@kestrel.example")
        self._first = {id(one): dict(one.events) for one in (self.graph_room, self.google_room)}

    def begin(self, calendar: Calendar) -> Calendar:
        """As it was before any example."""
        calendar.events = dict(self._first[id(calendar)])
        calendar.changes.clear()
        return calendar


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(identity: Identity) -> AsyncIterator[Running]:
    world = generate(7, calendars_per_tenant=1, now=NOW)
    async with Sandbox(world, lambda: NOW, WALL_CLOCK, identity=identity) as sandbox:
        context = ssl.create_default_context(cadata=identity.authority.pem.decode())
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session:
            anyone = Caller(session, sandbox)
            yield Running(await graph_caller(anyone), await google_caller(anyone, READING))


async def _graph_round(graph: Caller, path: str, between: Callable[[], None]) -> tuple[list[Event], str]:
    """A round of delta; something happens after its first page."""
    items: list[Event] = []
    while True:
        page = await graph.get(path, prefer=f"{IMMUTABLE}, odata.maxpagesize={PAGE_SIZE}")
        assert page.status == 200
        assert len(page.body["value"]) <= PAGE_SIZE
        items += page.body["value"]
        if "@odata.deltaLink" in page.body:
            return items, page.body["@odata.deltaLink"]
        between()
        path, between = page.body["@odata.nextLink"], lambda: None


def _fold_graph(held: dict[str, Event], items: list[Event]) -> None:
    for item in items:
        if "@removed" in item:
            held.pop(item["id"], None)
        else:
            held[item["id"]] = item


@given(rounds=st.lists(st.tuples(HAPPENINGS, HAPPENINGS), min_size=1, max_size=3))
@settings(max_examples=50, deadline=None)
async def test_graph_delta_folds_to_the_view(
    running: Running, rounds: list[tuple[list[Happening], list[Happening]]]
) -> None:
    calendar = running.begin(running.graph_room)
    path = f"/graph/v1.0/users/{calendar.address}/calendarView"
    window = f"startDateTime={START:%Y-%m-%dT%H:%M:%SZ}&endDateTime={END:%Y-%m-%dT%H:%M:%SZ}"
    link, held = f"{path}/delta?{window}", dict[str, Event]()
    for before, during in [*rounds, ([], []), ([], [])]:
        _all_happen(calendar, before)
        items, link = await _graph_round(running.graph, link, partial(_all_happen, calendar, during))
        _fold_graph(held, items)
    view = await running.graph.get(f"{path}?{window}&$top=1000", prefer=IMMUTABLE)
    expected = {event["id"]: event for event in view.body["value"]}
    folded = {key: event for key, event in held.items() if event["type"] != "seriesMaster"}
    assert folded.keys() == expected.keys()
    for key, event in folded.items():
        told = {name: value for name, value in event.items() if name != "@odata.type"}
        assert told.items() <= expected[key].items()


async def _google_round(google: Caller, path: str, query: dict[str, str], between: Callable[[], None]) -> Any:
    items: list[Event] = []
    page: dict[str, str] = {}
    while True:
        answer = await google.get(path, query | page | {"maxResults": str(PAGE_SIZE)})
        assert answer.status == 200
        assert len(answer.body["items"]) <= PAGE_SIZE
        items += answer.body["items"]
        if "nextSyncToken" in answer.body:
            return items, answer.body["nextSyncToken"]
        between()
        page, between = {"pageToken": answer.body["nextPageToken"]}, lambda: None


def _fold_google(held: dict[str, Event], items: list[Event], calendar: Calendar) -> None:
    """The client keeps to its window by itself: an incremental round tells of everything."""
    for item in items:
        span = calendar.dialect.span(item)
        if item["status"] != "cancelled" and (span is None or span.touches(START, END)):
            held[item["id"]] = item
        else:
            held.pop(item["id"], None)


@given(rounds=st.lists(st.tuples(HAPPENINGS, HAPPENINGS), min_size=1, max_size=3))
@settings(max_examples=50, deadline=None)
async def test_google_sync_folds_to_the_list(
    running: Running, rounds: list[tuple[list[Happening], list[Happening]]]
) -> None:
    calendar = running.begin(running.google_room)
    path = f"/google/calendar/v3/calendars/{calendar.address}/events"
    window = {"timeMin": START.isoformat(), "timeMax": END.isoformat()}
    query, held = {"singleEvents": "true"} | window, dict[str, Event]()
    for before, during in [*rounds, ([], []), ([], [])]:
        _all_happen(calendar, before)
        items, token = await _google_round(
            running.google, path, query, partial(_all_happen, calendar, during)
        )
        _fold_google(held, items, calendar)
        query = {"singleEvents": "true", "syncToken": token}
    listing = {"singleEvents": "true", "maxResults": "2500"} | window
    full = await running.google.get(path, listing)
    assert held == {event["id"]: event for event in full.body["items"]}
