"""Series in a round of changes: what their occurrences are, and which of them are left."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from connectors.microsoft.client import Mode
from connectors.microsoft.series import MASTERS_PER_PAGE
from connectors.port import Page
from connectors.raw import Kind, RawEvent, Response
from connectors.sandbox.calendar import Calendar
from connectors.sandbox.truth import Provider
from tests.connectors.microsoft.test_microsoft_client import GraphStand, stand_in
from tests.contracts.connector import EVERYTHING, NOW, Host, Meeting, Stand, events_of, hosting

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = timedelta(days=1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    folder: Path = tmp_path_factory.mktemp("series")
    async with hosting(Provider.MICROSOFT, folder) as host:
        yield host


@pytest.fixture
def stand(host: Host) -> Stand:
    return stand_in(host, Mode.DELTA, "graph.delta", 250)


def series(stand: Stand, count: int = 3, *, begins: datetime | date = NOW, **master: Any) -> Calendar:
    """A calendar that holds a daily series alone."""
    assert isinstance(stand, GraphStand)
    first = Meeting(id="master", start=begins, end=begins + _length(begins))
    worded = stand.worded(first) | {"type": "seriesMaster"} | master
    calendar = stand.calendar()
    calendar.load([worded])
    calendar.load(occurrence(stand, worded, number) for number in range(count))
    return calendar


def _length(begins: datetime | date) -> timedelta:
    return timedelta(hours=1) if isinstance(begins, datetime) else DAY


def occurrence(stand: GraphStand, master: dict[str, Any], number: int, **members: Any) -> dict[str, Any]:
    at = NOW + number * DAY
    begins = at.replace(hour=0) if master["isAllDay"] else at
    ends = begins + (DAY if master["isAllDay"] else timedelta(hours=1))
    times = stand.worded(Meeting(start=begins, end=ends))
    return (
        master
        | {"id": f"one-{number}", "type": "occurrence", "seriesMasterId": master["id"]}
        | {name: times[name] for name in ("start", "end")}
        | members
    )


def ids(pages: list[Page]) -> list[str]:
    return sorted(event.id for event in events_of(pages) if event.kind is not Kind.MASTER)


def one_of(pages: list[Page], event_id: str = "one-1") -> RawEvent:
    (found,) = [event for event in events_of(pages) if event.id == event_id]
    return found


async def test_an_occurrence_is_what_its_master_says(stand: Stand) -> None:
    calendar = series(stand, showAs="tentative")
    asked = stand.sandbox.requests.copy()
    pages = await stand.round(calendar, EVERYTHING)
    event = one_of(pages)
    assert (event.bare, event.private, event.tentative, event.kind) == (False, False, True, Kind.OCCURRENCE)
    assert (event.start, event.end) == (NOW + DAY, NOW + DAY + timedelta(hours=1))
    assert event.response is Response.ACCEPTED
    assert event.conference is True
    assert len(event.attendees or ()) == 4
    assert pages[0].series == {f"one-{number}": "master" for number in range(3)}
    # The master stood on the same page: nothing more was asked for.
    assert (stand.sandbox.requests - asked).keys() & {"graph.event", "graph.instances"} == set()


async def test_a_private_series_has_private_occurrences(stand: Stand) -> None:
    assert one_of(await stand.round(series(stand, sensitivity="private"))).private


async def test_a_cancelled_series_has_cancelled_occurrences(stand: Stand) -> None:
    assert one_of(await stand.round(series(stand, isCancelled=True))).cancelled


async def test_a_series_of_whole_days_lies_on_dates(stand: Stand) -> None:
    calendar = series(stand, begins=NOW.date(), isAllDay=True)
    event = one_of(await stand.round(calendar))
    assert (event.start, event.end) == (date(2027, 3, 2), date(2027, 3, 3))


async def test_a_series_of_nights_from_midnight_to_midnight_lies_on_instants(stand: Stand) -> None:
    calendar = series(stand, count=0)
    midnight = datetime(2027, 3, 5, tzinfo=UTC)
    assert isinstance(stand, GraphStand)
    calendar.load([
        occurrence(stand, calendar.events["master"], 1)
        | {
            name: value
            for name, value in stand.worded(Meeting(start=midnight, end=midnight + DAY)).items()
            if name in ("start", "end")
        }
    ])  # fmt: skip
    event = one_of(await stand.round(calendar))
    assert (event.start, event.end) == (midnight, midnight + DAY)


async def test_a_master_that_is_not_told_is_read_once_with_a_projection(stand: Stand) -> None:
    calendar = series(stand, begins=NOW - 30 * DAY, sensitivity="private")
    before, crossed = stand.sandbox.requests.copy(), _people_crossed(stand)
    pages = await stand.round(calendar)
    assert "master" not in {event.id for event in events_of(pages)}
    assert all(event.private and not event.bare for event in events_of(pages))
    assert (stand.sandbox.requests - before)["graph.event"] == 1
    assert _people_crossed(stand) == crossed


async def test_an_occurrence_whose_master_is_gone_stays_and_counts_as_private(stand: Stand) -> None:
    calendar = series(stand)
    del calendar.events["master"]
    pages = await stand.round(calendar)
    assert ids(pages) == ["one-0", "one-1", "one-2"]
    assert all(event.bare and event.private for event in events_of(pages))


async def test_an_exception_is_what_it_says_itself(stand: Stand) -> None:
    calendar = series(stand, sensitivity="private")
    assert isinstance(stand, GraphStand)
    calendar.load([
        occurrence(stand, calendar.events["master"], 1, type="exception", sensitivity="normal")
    ])  # fmt: skip
    assert not one_of(await stand.round(calendar)).private


async def test_a_series_that_changed_is_read_anew(stand: Stand) -> None:
    calendar = series(stand)
    cursor = (await stand.round(calendar))[-1].cursor
    calendar.make_private("master")
    pages = await stand.round(calendar, since=cursor)
    assert [page.retold for page in pages] == [("master",), ()]
    assert ids(pages) == ["one-0", "one-1", "one-2"]
    assert all(event.private and not event.bare for event in events_of(pages))


async def test_a_deleted_occurrence_is_told_by_what_is_left(stand: Stand) -> None:
    calendar = series(stand)
    cursor = (await stand.round(calendar))[-1].cursor
    # As Graph does it: of the two, only the master is told.
    del calendar.events["one-1"]
    calendar.changes.append("master")
    pages = await stand.round(calendar, since=cursor)
    assert pages[0].retold == ("master",)
    assert ids(pages[:1]) == ["one-0", "one-2"]
    assert pages[0].series == {"one-0": "master", "one-2": "master"}


async def test_a_series_that_goes_while_it_is_read_has_no_occurrences(stand: Stand) -> None:
    calendar = series(stand)
    cursor = (await stand.round(calendar))[-1].cursor
    # Told once more, and not to be found by the time it is asked for.
    calendar.events["told"] = calendar.events["master"] | {"id": "gone"}
    calendar.changes.append("told")
    pages = await stand.round(calendar, since=cursor)
    assert (pages[0].events, pages[0].retold) == ((), ("gone",))


async def test_many_occurrences_are_read_page_by_page(stand: Stand) -> None:
    assert isinstance(stand, GraphStand)
    calendar = series(stand, count=150)
    calendar.load(occurrence(stand, calendar.events["master"], n, id=f"more-{n}") for n in range(150))
    cursor = (await stand.round(calendar))[-1].cursor
    calendar.changes.append("master")
    pages = await stand.round(calendar, since=cursor)
    assert [page.retold for page in pages] == [(), ("master",), ()]
    assert len(ids(pages)) == 300


async def test_where_many_masters_are_read_pages_come_meanwhile(stand: Stand) -> None:
    assert isinstance(stand, GraphStand)
    calendar = series(stand, count=0)
    master = calendar.events.pop("master")
    for number in range(2 * MASTERS_PER_PAGE):
        gone = master | {"id": f"gone-{number}"}
        calendar.load([occurrence(stand, gone, number, id=f"one-{number}")])
    first, *rest = await stand.round(calendar)
    assert len(first.events) == MASTERS_PER_PAGE
    assert len(ids([first, *rest])) == 2 * MASTERS_PER_PAGE
    assert [page.cursor is None for page in (first, *rest)] == [True, True, False]


def _people_crossed(stand: Stand) -> int:
    return stand.sandbox.crossed[stand.tenant.name].crossed["attendee"]
