"""Privacy: P63 to P77."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from connectors.google.shapes import mask
from connectors.microsoft.shapes import selection
from gateway.drafting import draft
from gateway.errors import Unreadable
from gateway.minimization.contract import CONTRACT
from gateway.minimization.lattice import Conference, People, Title, levels_of
from gateway.minimization.outcome import Dropped, Reason
from gateway.vault.columns import SealedColumn
from gateway.vault.secret import SecretKey
from tests.fakes.installation import Installation
from tests.fakes.site import meetings, open_site
from tests.gateway.minimization.made_up import room
from tests.pitfalls.hosted import EVERY, PUT, SNAPSHOT, SYNC, Hosted, read_as
from tests.pitfalls.test_identity import PROJECTIONS
from tests.pitfalls.words import DAY, GOOGLE, GRAPH, HOUR, NOW, ONE, TEN, WIDEST, Words, both, personal_parts

#: Of a disclosure that hides nothing.
LEVELS = levels_of(CONTRACT)
ROOT = Path(__file__).parents[2]

#: What people write, and what leads back to them.
FREE_TEXT = {
    *("subject", "body", "bodyPreview", "location", "locations", "categories", "webLink", "onlineMeeting"),
    *("attachments", "extensions", "onlineMeetingUrl", "changeKey", "originalStartTimeZone", "name"),
    *("summary", "description", "creator", "htmlLink", "hangoutLink", "entryPoints", "displayName"),
    *("extendedProperties", "source", "gadget", "comment", "workingLocationProperties", "conferenceId"),
}
OF_TITLES = {"subject", "summary", "creator", "displayName"}
ADDRESS = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})", re.IGNORECASE)
RESERVED = (
    ".internal",
    ".example",
    ".example.com",
    ".example.org",
    ".example.net",
    ".test",
    ".invalid",
    ".localhost",
)


@both
def test_p63_a_privacy_that_is_unknown_counts_as_private(words: Words) -> None:
    name = "sensitivity" if words is GRAPH else "visibility"
    for told in ("newValue", "", "Private"):
        assert words.booking(words.meeting() | {name: told}, disclosure=WIDEST).title is None
    assert words.booking(words.meeting(), disclosure=WIDEST).title == "meeting"


def test_p63_where_graph_says_nothing_of_privacy_it_counts_as_private() -> None:
    meeting = GRAPH.meeting()
    del meeting["sensitivity"]
    assert GRAPH.booking(meeting, disclosure=WIDEST).title is None


@both
@pytest.mark.parametrize("told", ["personal", "private", "confidential"])
def test_p64_a_private_meeting_keeps_nothing_of_its_people(words: Words, told: str) -> None:
    name = "sensitivity" if words is GRAPH else "visibility"
    shown = words.booking(words.meeting(), disclosure=WIDEST)
    hidden = words.booking(words.meeting() | {name: told}, disclosure=WIDEST)
    assert hidden == replace(shown, title=None, booker=None)
    assert personal_parts([repr(hidden).encode()]) == set()


@both
def test_p65_exceptions_and_bare_occurrences_and_tombstones_tell_nobody(words: Words) -> None:
    of_a_series = {"type": "exception", "seriesMasterId": "m", "recurringEventId": "m"}
    meeting = words.meeting()
    bare = {name: meeting[name] for name in ("id", "start", "end")} | {"type": "occurrence"}
    gone = meeting | {"isCancelled": True, "status": "cancelled"}
    told = words.outcomes(meeting | of_a_series, bare, gone, disclosure=WIDEST)
    assert len(told) >= 2
    assert personal_parts([repr(told).encode()]) == set()


@read_as(*EVERY)
async def test_p66_a_subject_that_is_rewritten_is_no_change(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    rewritten = {"subject": "Anna Schmidt", "summary": "Anna Schmidt", "body": None, "description": None}
    hosted.calendar.add(hosted.words.meeting() | rewritten)
    assert await hosted.later() == []


@read_as(*EVERY)
async def test_p67_nothing_raw_is_left_in_files_logs_metrics_or_entries(
    hosted: Hosted, tmp_path: Path
) -> None:
    hosted.installation.set_policy(
        "wide", people=People.EXACT, title=Title.CATEGORY, conference=Conference.PRESENT
    )
    with capture_logs() as logs:
        odd = hosted.words.meeting("odd") | {"end": "Anna Schmidt", "attendees": "oncology"}
        await hosted.hold(hosted.words.meeting(), odd, policy="wide")
        hosted.fault("cut-off", times=1)
        hosted.fault("redirected", times=1)
        await hosted.later()
    assert [booking.title for booking in hosted.bookings] == ["meeting"]
    assert hosted.bookings[0].people == 1
    assert logs != []
    told = [repr(logs), hosted.counted, repr(await hosted.installation.entries(hosted.tenant))]
    files = [path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert personal_parts([*(text.encode() for text in told), *files]) == set()


def test_p68_no_text_that_somebody_wrote_is_asked_for() -> None:
    for projection in PROJECTIONS:
        asked = set(re.split(r"[,()]", selection(projection) + "," + mask(projection)))
        # To tell words of titles takes titles, and who could be named in them.
        assert asked & FREE_TEXT == (OF_TITLES if projection.title else set())


@pytest.mark.parametrize("kind", ["outOfOffice", "focusTime", "fromGmail"])
def test_p69_the_type_of_a_meeting_tells_nothing(kind: str) -> None:
    meeting = GOOGLE.meeting()
    shown = GOOGLE.booking(meeting, disclosure=WIDEST)
    assert GOOGLE.booking(meeting | {"eventType": kind}, disclosure=WIDEST) == shown


@pytest.mark.parametrize("kind", ["workingLocation", "birthday"])
def test_p69_where_somebody_works_and_when_they_were_born_is_no_booking(kind: str) -> None:
    outcome = GOOGLE.outcomes(GOOGLE.meeting() | {"eventType": kind}, disclosure=WIDEST)
    assert outcome == [Dropped(ONE, Reason.EVENT_TYPE)]


@pytest.mark.parametrize("shown_as", ["oof", "workingElsewhere", "free", "unknown"])
def test_p69_an_absence_is_a_time_that_is_taken(shown_as: str) -> None:
    meeting = GRAPH.meeting()
    assert GRAPH.booking(meeting | {"showAs": shown_as}, disclosure=WIDEST) == GRAPH.booking(
        meeting, disclosure=WIDEST
    )


@both
def test_p70_a_count_names_nobody_and_is_none_where_some_are_missing(words: Words) -> None:
    booking = words.booking(words.meeting(), disclosure=WIDEST)
    assert booking.people == 1
    assert personal_parts([repr(booking).encode()]) == set()
    shortened = words.meeting() | {"attendeesOmitted": True, "hideAttendees": True}
    assert words.booking(shortened, disclosure=WIDEST).people is None


def test_p72_what_is_sealed_twice_differs_and_opens_under_its_own_key_alone() -> None:
    place = {"region": "eu", "tenant": "ten_a", "table": "bookings", "column": "body"}
    column, other = (SealedColumn(SecretKey(bytes([number]) * 32), **place) for number in (1, 2))
    records = [column.seal("row", 1, b"taken") for _ in range(2)]
    assert records[0][9:] != records[1][9:]
    with pytest.raises(Unreadable):
        other.open("row", 1, records[0])


async def test_p73_a_hash_that_tells_changes_is_keyed_by_tenant(installation: Installation) -> None:
    one, other = await open_site(installation, *meetings(1)), await open_site(installation)
    booking = one.booking("event-0")
    hashes = {
        draft(site.tenancy.keys.index, booking.id, booking, LEVELS).fingerprint for site in (one, other)
    }
    assert len(hashes) == 2


@read_as(*EVERY)
async def test_p74_what_becomes_private_is_told_anew_with_less(hosted: Hosted) -> None:
    hosted.installation.set_policy("titled", title=Title.CATEGORY)
    await hosted.hold(hosted.words.meeting(), policy="titled")
    assert [booking.title for booking in hosted.bookings] == ["meeting"]
    hosted.calendar.make_private("one")
    assert await hosted.later() == [PUT]
    assert [booking.title for booking in hosted.bookings] == [None]


@read_as(SNAPSHOT, SYNC)
async def test_p74_a_policy_that_narrows_takes_back_what_was_told(hosted: Hosted) -> None:
    hosted.installation.set_policy("chosen", title=Title.CATEGORY)
    await hosted.hold(hosted.words.meeting(), policy="chosen")
    hosted.installation.set_policy("chosen")
    assert await hosted.later() == [PUT]
    assert [booking.title for booking in hosted.bookings] == [None]


@both
def test_p75_whoever_is_not_enrolled_is_nobody(words: Words) -> None:
    booking = words.booking(words.meeting(), disclosure=WIDEST)
    assert booking.booker is None
    assert personal_parts([repr(booking).encode()]) == set()


def test_p76_everybody_here_is_made_up() -> None:
    files = [
        path
        for folder in ("config", "connectors", "gateway", "tests")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".json", ".toml", ".md", ".txt"}
    ]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    # What OData says of a member stands behind the same sign.
    domains = {found.lower() for found in ADDRESS.findall(text) if not found.startswith("odata.")}
    assert len(domains) > 5
    assert {domain for domain in domains if not f".{domain}".endswith(RESERVED)} == set()


@both
def test_p77_a_room_that_is_a_person_is_coarse_and_has_no_past(words: Words) -> None:
    office = room(single_person=True)
    booking = words.booking(
        words.meeting("one", TEN + HOUR / 10, TEN + HOUR / 2.5), disclosure=WIDEST, place=office
    )
    assert (booking.start, booking.end) == (TEN, TEN + HOUR / 2)
    assert (booking.people, booking.booker) == (None, None)
    yesterday = words.meeting("one", NOW - DAY)
    assert words.outcomes(yesterday, place=office) == [Dropped(ONE, Reason.BEFORE_TODAY)]
