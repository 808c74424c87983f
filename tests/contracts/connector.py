"""What every connector owes the gateway, shown against the stand-in of its provider.

A test class subclasses ``ConnectorContract`` and gives a ``stand`` fixture; each test uses a calendar that
nobody has used before, so that one stand serves them all.
"""

import ssl
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import msgspec
import pytest

from connectors.errors import (
    AccessDenied,
    AccessLost,
    CalendarMissing,
    CursorExpired,
    Throttled,
    Unreachable,
)
from connectors.port import CalendarAddress, Connector, Cursor, Page, Projection, Window
from connectors.raw import PlaceKind, RawEvent, RawPlace, Response, UnreadPlace
from connectors.sandbox.calendar import Calendar
from connectors.sandbox.handout import Handout, write_credentials
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Mode, Provider, Resource, ResourceKind, Tenant
from connectors.sandbox.world import generate
from connectors.transport import Limits
from gateway.clock import system_clock
from tests.fakes.clear import clear
from tests.fakes.identity import one_identity

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(days=1), NOW + timedelta(days=180))
LIMITS = Limits(attempts_max=3, patience_seconds=20, first_wait_seconds=0.001, wait_seconds_max=0.002)
OCCUPANCY = Projection()
EVERYTHING = Projection(people=True, booker=True, conference=True)


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """A meeting of three people in a room, in no provider's words. Days where start is a date."""

    id: str = "meeting"
    start: datetime | date = NOW
    end: datetime | date = NOW + timedelta(hours=1)
    private: bool = False
    tentative: bool = False
    answer: str = "accepted"
    online: bool = True


class Fence(Exception):
    """What a gateway's gate raises; no connector knows it."""


class Gate:
    """An admission that can be shut."""

    def __init__(self) -> None:
        self.is_open = True
        self.passed = 0

    async def __call__(self) -> None:
        if not self.is_open:
            raise Fence
        self.passed += 1


class Host(NamedTuple):
    """The stand-ins, running, and what it takes to talk to one provider's tenant."""

    sandbox: Sandbox
    tenant: Tenant
    handout: Handout
    tls: ssl.SSLContext
    session: aiohttp.ClientSession
    #: Addresses of empty calendars.
    unused: Iterator[str]


@asynccontextmanager
async def hosting(provider: Provider, folder: Path, calendars: int = 52) -> AsyncIterator[Host]:
    world = generate(7, calendars_per_tenant=calendars, now=NOW)
    async with Sandbox(world, lambda: NOW, system_clock(), identity=one_identity()) as sandbox:
        handout = write_credentials(sandbox, folder)
        tls = ssl.create_default_context(cafile=handout.authority_file)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls)) as session:
            tenant = next(tenant for tenant in world.tenants if tenant.provider is provider)
            unused = iter([person.address for person in tenant.people])
            yield Host(sandbox, tenant, handout, tls, session, unused)


class Stand(ABC):
    """A provider's stand-in with one connector to it."""

    lists_equipment: bool

    def __init__(
        self, host: Host, connector: Connector, gate: Gate, *, kind: str, events_per_page: int
    ) -> None:
        self.sandbox = host.sandbox
        self.tenant = host.tenant
        self.connector = connector
        self.gate = gate
        #: What the stand-in calls the requests of a round.
        self.kind = kind
        self.events_per_page = events_per_page
        self._unused = host.unused

    @abstractmethod
    def worded(self, meeting: Meeting) -> dict[str, Any]:
        """The meeting in the provider's words."""

    def calendar(self, *meetings: Meeting) -> Calendar:
        """A fresh calendar that holds these meetings."""
        calendar = self.sandbox.world.calendar(next(self._unused))
        calendar.load(self.worded(meeting) for meeting in meetings)
        return calendar

    async def round(
        self, calendar: Calendar, projection: Projection = OCCUPANCY, since: Cursor | None = None
    ) -> list[Page]:
        address = CalendarAddress(calendar.address)
        changes = self.connector.changes(address, window=WINDOW, projection=projection, since=since)
        return [page async for page in changes]

    async def read(self, meeting: Meeting, projection: Projection = OCCUPANCY) -> RawEvent:
        """One meeting by itself, after a full round."""
        (page,) = await self.round(self.calendar(meeting), projection)
        (event,) = page.events
        return event

    async def event(self, calendar: Calendar, event_id: str, projection: Projection = OCCUPANCY) -> Any:
        address = CalendarAddress(calendar.address)
        return await self.connector.event(address, event_id, projection=projection)

    async def places(self) -> list[RawPlace]:
        places = [place async for page in self.connector.places() for place in page]
        assert not any(isinstance(place, UnreadPlace) for place in places)
        return [place for place in places if isinstance(place, RawPlace)]

    @contextmanager
    def without_consent(self) -> Iterator[None]:
        self.sandbox.world.consent_removed.add(self.tenant.id)
        try:
            yield
        finally:
            self.sandbox.world.consent_removed.discard(self.tenant.id)


def events_of(pages: list[Page]) -> list[RawEvent]:
    return [event for page in pages for event in page.events]


class ConnectorContract:
    """The contract of ``connectors.port.Connector``."""

    async def test_a_full_round_tells_what_lies_in_the_window_and_nothing_else(self, stand: Stand) -> None:
        inside = Meeting(id="inside")
        ongoing = Meeting(
            id="ongoing", start=WINDOW.start - timedelta(hours=1), end=WINDOW.start + timedelta(hours=1)
        )
        before = Meeting(
            id="before", start=WINDOW.start - timedelta(hours=2), end=WINDOW.start - timedelta(hours=1)
        )
        after = Meeting(id="after", start=WINDOW.end, end=WINDOW.end + timedelta(hours=1))
        pages = await stand.round(stand.calendar(inside, ongoing, before, after))
        assert {event.id for event in events_of(pages)} == {"inside", "ongoing"}
        assert [page.unclear for page in pages] == [()]

    async def test_every_event_of_the_generated_world_is_told(self, stand: Stand) -> None:
        for resource in stand.tenant.resources[:4]:
            calendar = stand.sandbox.world.calendar(resource.address)
            pages = await stand.round(calendar, EVERYTHING)
            told = {event.id for event in events_of(pages)} | {
                gone for page in pages for gone in page.removed
            }
            held = {key for key, event in calendar.events.items() if _touches_window(calendar, event)}
            assert held - told <= _masters_and_tombstones(calendar)
            assert told <= calendar.events.keys()
            assert not any(page.unclear for page in pages)

    async def test_an_event_says_when_it_is(self, stand: Stand) -> None:
        event = await stand.read(Meeting())
        assert (event.start, event.end) == (NOW, NOW + timedelta(hours=1))
        assert isinstance(event.start, datetime)
        assert event.start.tzinfo is UTC
        assert (event.understood, event.bare, event.cancelled) == (True, False, False)

    async def test_whole_days_are_dates(self, stand: Stand) -> None:
        event = await stand.read(Meeting(start=date(2027, 3, 4), end=date(2027, 3, 6)))
        assert (event.start, event.end) == (date(2027, 3, 4), date(2027, 3, 6))

    async def test_what_is_private_is_said_to_be(self, stand: Stand) -> None:
        assert (await stand.read(Meeting(private=True))).private
        assert not (await stand.read(Meeting())).private

    async def test_status_and_the_resources_own_answer(self, stand: Stand) -> None:
        assert (await stand.read(Meeting(answer="declined"))).response is Response.DECLINED
        assert (await stand.read(Meeting(answer="unanswered"))).response is Response.UNANSWERED
        event = await stand.read(Meeting(tentative=True))
        assert (event.tentative, event.response) == (True, Response.ACCEPTED)

    async def test_only_what_was_projected_is_there(self, stand: Stand) -> None:
        bare = await stand.read(Meeting())
        assert (bare.attendees, bare.organizer, bare.conference) == (None, None, None)
        booked = await stand.read(Meeting(), Projection(booker=True))
        assert (booked.attendees, clear(booked.organizer), booked.conference) == (
            None,
            "ada@corp.example",
            None,
        )
        assert (booked.title, booked.named) == (None, ())
        online = await stand.read(Meeting(), Projection(conference=True))
        offline = await stand.read(Meeting(online=False), Projection(conference=True))
        assert (online.conference, offline.conference) == (True, False)

    async def test_people_can_be_counted(self, stand: Stand) -> None:
        event = await stand.read(Meeting(), Projection(people=True))
        assert event.attendees is not None
        assert len([row for row in event.attendees if not row.is_resource]) == 3
        assert [row.is_organizer for row in event.attendees].count(True) == 1
        assert not event.attendees_omitted
        assert event.organizer is None

    async def test_more_than_a_page_is_read_to_the_end(self, stand: Stand) -> None:
        count = stand.events_per_page + 7
        hours = (NOW + timedelta(hours=number) for number in range(count))
        meetings = [
            Meeting(id=f"m{number:04d}", start=hour, end=hour + timedelta(hours=1))
            for number, hour in enumerate(hours)
        ]
        pages = await stand.round(stand.calendar(*meetings))
        assert len(pages) == 2
        assert {event.id for event in events_of(pages)} == {meeting.id for meeting in meetings}

    async def test_the_last_page_of_an_incremental_round_has_the_cursor(self, stand: Stand) -> None:
        hours = (NOW + timedelta(hours=number) for number in range(stand.events_per_page + 1))
        meetings = [Meeting(id=f"m{hour}", start=hour, end=hour + timedelta(hours=1)) for hour in hours]
        first, last = await stand.round(stand.calendar(*meetings))
        assert first.cursor is None
        assert (last.cursor is not None) == stand.connector.incremental

    async def test_a_title_comes_with_everybody_it_may_name(self, stand: Stand) -> None:
        event = await stand.read(Meeting(), Projection(title=True))
        assert clear(event.title) == "Quarterly review"
        addresses = {named["address"] for named in clear(event.named)}
        assert addresses == {"ada@corp.example", "bob@corp.example", "eve@corp.example"}
        assert (event.attendees, event.organizer) == (None, None)

    async def test_one_event_by_id(self, stand: Stand) -> None:
        calendar = stand.calendar(Meeting())
        (told,) = events_of(await stand.round(calendar, EVERYTHING))
        assert clear(await stand.event(calendar, "meeting", EVERYTHING)) == clear(told)
        assert await stand.event(calendar, "never seen") is None
        calendar.delete("meeting")
        assert await stand.event(calendar, "meeting") is None

    async def test_a_cancelled_event_is_cancelled_or_gone(self, stand: Stand) -> None:
        calendar = stand.calendar(Meeting())
        calendar.cancel("meeting")
        event = await stand.event(calendar, "meeting")
        assert event is None or event.cancelled
        assert all(told.cancelled for told in events_of(await stand.round(calendar)))

    async def test_a_strange_calendar_is_missing(self, stand: Stand) -> None:
        stranger = Calendar("nobody@corp.example", "UTC", stand.calendar().dialect, lambda: NOW)
        with pytest.raises(CalendarMissing):
            await stand.round(stranger)
        with pytest.raises(CalendarMissing):
            await stand.event(stranger, "meeting")

    async def test_a_closed_calendar_is_told_from_an_empty_one(self, stand: Stand) -> None:
        calendar = stand.calendar(Meeting())
        stand.sandbox.world.denied.add(calendar.address)
        with pytest.raises((AccessDenied, CalendarMissing)):
            await stand.round(calendar)
        with pytest.raises((AccessDenied, CalendarMissing)):
            await stand.event(calendar, "meeting")

    async def test_a_consent_that_is_gone_is_told_as_a_refusal(self, stand: Stand) -> None:
        calendar = stand.calendar(Meeting())
        await stand.round(calendar)
        with stand.without_consent():
            with pytest.raises((AccessDenied, AccessLost)):
                await stand.round(calendar)
            with pytest.raises((AccessDenied, AccessLost)):
                await stand.places()
        assert len(events_of(await stand.round(calendar))) == 1

    async def test_a_fault_that_passes_is_not_noticed(self, stand: Stand) -> None:
        calendar = stand.calendar(Meeting())
        for status in (429, 500, 503):
            stand.sandbox.faults.refuse(stand.kind, status, 2, {"Retry-After": "0"})
            assert len(events_of(await stand.round(calendar))) == 1

    async def test_a_fault_that_stays_is_no_empty_calendar(self, stand: Stand) -> None:
        calendar = stand.calendar(Meeting())
        stand.sandbox.faults.refuse(stand.kind, 503, LIMITS.attempts_max)
        with pytest.raises(Unreachable):
            await stand.round(calendar)
        stand.sandbox.faults.refuse(stand.kind, 429, 1, {"Retry-After": "600"})
        with pytest.raises(Throttled) as caught:
            await stand.round(calendar)
        assert caught.value.retry_after_seconds == 600

    async def test_a_fault_on_a_later_page_is_no_end_of_the_round(self, stand: Stand) -> None:
        hours = (NOW + timedelta(hours=number) for number in range(stand.events_per_page + 1))
        calendar = stand.calendar(*(Meeting(id=f"m{hour}", start=hour, end=hour) for hour in hours))
        address = CalendarAddress(calendar.address)
        changes = stand.connector.changes(address, window=WINDOW, projection=OCCUPANCY, since=None)
        pages = aiter(changes)
        assert (await anext(pages)).cursor is None
        stand.sandbox.faults.refuse(stand.kind, 503, LIMITS.attempts_max)
        with pytest.raises(Unreachable):
            await anext(pages)

    async def test_a_shut_gate_stops_every_request_and_its_error_passes(self, stand: Stand) -> None:
        calendar = stand.calendar(Meeting())
        asked = stand.sandbox.requests[stand.kind]
        stand.gate.is_open = False
        try:
            with pytest.raises(Fence):
                await stand.round(calendar)
            with pytest.raises(Fence):
                await stand.event(calendar, "meeting")
            with pytest.raises(Fence):
                await stand.places()
        finally:
            stand.gate.is_open = True
        assert stand.sandbox.requests[stand.kind] == asked

    async def test_places_are_those_of_the_directory_but_nobodys_own_desk(self, stand: Stand) -> None:
        told = {place.place_id: place for place in await stand.places()}
        expected = [resource for resource in stand.tenant.resources if _is_listed(stand, resource)]
        assert told.keys() == {place.id for place in expected}
        for resource in expected:
            place = told[resource.id]
            assert (place.address, place.name) == (resource.address, resource.name)
            where = (resource.site, resource.building, resource.floor)
            assert (place.site, place.building, place.floor) == where
            assert (place.kind, place.mode.value) == (PlaceKind(resource.kind.value), resource.mode.value)
            assert place.kind is PlaceKind.DESK or place.capacity == resource.capacity


class SparingContract(ConnectorContract):
    """Of connectors that ask for chosen members only: the first ring."""

    async def test_nothing_of_people_crosses_the_wire_for_a_room_that_is_just_taken(
        self, stand: Stand
    ) -> None:
        before = _crossed(stand)
        assert (await stand.read(Meeting())).id == "meeting"
        assert _crossed(stand) == before


class IncrementalContract(ConnectorContract):
    """Of connectors that tell changes since a cursor."""

    async def test_nothing_changed_is_a_new_cursor_and_nothing_else(self, stand: Stand) -> None:
        calendar = stand.calendar(Meeting())
        (full,) = await stand.round(calendar)
        (page,) = await stand.round(calendar, since=full.cursor)
        assert (page.events, page.removed, page.unclear) == ((), (), ())
        assert page.cursor is not None

    async def test_a_change_is_told_once(self, stand: Stand) -> None:
        calendar = stand.calendar(Meeting(), Meeting(id="other"))
        (full,) = await stand.round(calendar)
        calendar.move("meeting", NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1))
        (changed,) = await stand.round(calendar, since=full.cursor)
        assert [(event.id, event.start) for event in changed.events] == [("meeting", NOW + timedelta(days=1))]
        (quiet,) = await stand.round(calendar, since=changed.cursor)
        assert quiet.events == ()

    async def test_what_is_deleted_is_removed(self, stand: Stand) -> None:
        calendar = stand.calendar(Meeting(), Meeting(id="other"))
        (full,) = await stand.round(calendar)
        calendar.delete("meeting")
        (page,) = await stand.round(calendar, since=full.cursor)
        assert (page.events, page.removed) == ((), ("meeting",))

    async def test_what_moves_out_of_the_window_is_told_somehow(self, stand: Stand) -> None:
        calendar = stand.calendar(Meeting())
        (full,) = await stand.round(calendar)
        far = WINDOW.end + timedelta(days=9)
        calendar.move("meeting", far, far + timedelta(hours=1))
        (page,) = await stand.round(calendar, since=full.cursor)
        assert page.removed == ("meeting",) or [event.start for event in page.events] == [far]

    async def test_a_forgotten_cursor_leads_to_one_full_round(self, stand: Stand) -> None:
        calendar = stand.calendar(Meeting())
        (full,) = await stand.round(calendar)
        stand.sandbox.expire_sync_tokens()
        with pytest.raises(CursorExpired):
            await stand.round(calendar, since=full.cursor)
        assert len(events_of(await stand.round(calendar))) == 1

    async def test_a_cursor_from_elsewhere_is_an_expired_one(self, stand: Stand) -> None:
        with pytest.raises(CursorExpired):
            await stand.round(stand.calendar(), since=Cursor("https://elsewhere.example/x?$deltatoken=y"))


def _is_listed(stand: Stand, resource: Resource) -> bool:
    is_shown = stand.lists_equipment or resource.kind is not ResourceKind.EQUIPMENT
    return is_shown and resource.mode not in {Mode.ASSIGNED, Mode.UNAVAILABLE}


def _crossed(stand: Stand) -> int:
    tally = stand.sandbox.crossed.get(stand.tenant.name)
    return 0 if tally is None else tally.crossed.total()


def _touches_window(calendar: Calendar, event: dict[str, Any]) -> bool:
    span = calendar.dialect.span(event)
    return span is not None and span.touches(WINDOW.start, WINDOW.end)


def _masters_and_tombstones(calendar: Calendar) -> set[str]:
    """What a full round may leave out though it touches the window."""
    masters = {calendar.dialect.master(event) for event in calendar.events.values()}
    cancelled = {key for key, event in calendar.events.items() if event.get("status") == "cancelled"}
    return cancelled | {master for master in masters if master is not None}
