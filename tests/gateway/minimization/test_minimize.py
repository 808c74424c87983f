"""What becomes of an event, rule by rule."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from connectors.port import Window
from connectors.raw import Attendee, Kind, RawEvent, Response, Tainted, Unclear, tainted
from gateway.booking import AllDay, Booking, BookingId, EventUid, ResourceId, ResourceKind, Status, canonical
from gateway.minimization.contract import CONTRACT
from gateway.minimization.lattice import Booker, Conference, Disclosure, People, Place, Time, Title
from gateway.minimization.minimize import Minimizer, kept_from, kept_from_any
from gateway.minimization.outcome import Dropped, Put, Reason, Removed, Unknown
from gateway.minimization.subjects import Subject
from tests.gateway.minimization.made_up import (
    NOON,
    NOW,
    OCCUPANCY,
    ONE,
    WINDOW,
    event,
    identify,
    minimizer,
    room,
)

OUR_ID = BookingId("id of 6 characters")


def put(raw: RawEvent, disclosure: Disclosure = OCCUPANCY, **context: Any) -> Booking:
    outcome = minimizer(disclosure, **context).minimize(raw)
    assert isinstance(outcome, Put)
    return outcome.booking


def people(*responses: Response, resources: int = 1) -> tuple[Attendee, ...]:
    rows = [
        Attendee(response=response, address=Tainted(f"guest{n}@rival.example"))
        for n, response in enumerate(responses)
    ]
    rooms = [Attendee(response=Response.ACCEPTED, is_resource=True)] * resources
    return (*rows, *rooms)


# What is a booking


def test_a_plain_event_under_the_default() -> None:
    assert put(event()) == Booking(
        id=OUR_ID,
        resource=ResourceId("resource-1"),
        start=NOON,
        end=ONE,
        all_day=None,
        zone="Europe/Zurich",
        status=Status.CONFIRMED,
        people=None,
        title=None,
        conference=None,
        booker=None,
    )


def test_its_bytes() -> None:
    assert canonical(put(event())) == (
        b'{"id":"id of 6 characters","resource":"resource-1","start":"2027-03-04T12:00:00Z",'
        b'"end":"2027-03-04T13:00:00Z","all_day":null,"zone":"Europe/Zurich","status":"confirmed",'
        b'"people":null,"title":null,"conference":null,"booker":null}'
    )


@pytest.mark.parametrize("kind", [Kind.SINGLE, Kind.MASTER, Kind.BIRTHDAY])
@pytest.mark.parametrize("understood", [True, False])
def test_cancelled_or_declined_is_removed_before_anything_else(kind: Kind, *, understood: bool) -> None:
    odd = event(kind=kind, understood=understood, start=ONE, end=NOON, bare=True)
    outcome = minimizer().minimize(replace(odd, cancelled=True))
    assert outcome == Removed(OUR_ID, Reason.CANCELLED)
    assert minimizer().minimize(replace(odd, response=Response.DECLINED)) == Removed(OUR_ID, Reason.DECLINED)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (Kind.MASTER, Reason.SERIES),
        (Kind.WORKING_LOCATION, Reason.EVENT_TYPE),
        (Kind.BIRTHDAY, Reason.EVENT_TYPE),
    ],
)
def test_what_takes_no_place_is_dropped(kind: Kind, reason: Reason) -> None:
    assert minimizer().minimize(event(kind=kind)) == Dropped(OUR_ID, reason)


@pytest.mark.parametrize("kind", [Kind.SINGLE, Kind.OCCURRENCE, Kind.EXCEPTION, Kind.OTHER])
def test_everything_else_takes_its_place(kind: Kind) -> None:
    assert put(event(kind=kind)) == put(event())


def test_overlaps_are_legal() -> None:
    prepared = minimizer()
    outcomes = [prepared.minimize(event(id=name)) for name in ("a", "bb")]
    assert [type(outcome) for outcome in outcomes] == [Put, Put]


def test_zero_length_occupies_nothing() -> None:
    strict = replace(OCCUPANCY, time=Time.BUSY)
    assert minimizer(strict).minimize(event(end=NOON)) == Dropped(OUR_ID, Reason.ZERO_LENGTH)


# Status


@pytest.mark.parametrize(
    ("response", "says_tentative", "status"),
    [
        (Response.ACCEPTED, False, Status.CONFIRMED),
        (Response.ACCEPTED, True, Status.TENTATIVE),
        (Response.TENTATIVE, False, Status.TENTATIVE),
        (Response.UNANSWERED, False, Status.TENTATIVE),
        (Response.UNANSWERED, True, Status.TENTATIVE),
        (None, False, Status.CONFIRMED),
        (None, True, Status.CONFIRMED),
    ],
)
def test_status(response: Response | None, says_tentative: object, status: Status) -> None:
    assert put(event(response=response, tentative=says_tentative)).status is status


def test_no_persons_response_counts() -> None:
    attendees = people(Response.TENTATIVE, Response.DECLINED, Response.UNANSWERED)
    assert put(event(attendees=attendees), CONTRACT).status is Status.CONFIRMED


# Time


def test_a_busy_block_is_rounded_outward() -> None:
    raw = event(start=NOON + timedelta(minutes=1), end=ONE + timedelta(seconds=1))
    booking = put(raw, replace(OCCUPANCY, time=Time.BUSY))
    assert (booking.start, booking.end) == (NOON, ONE + timedelta(minutes=15))


def test_an_all_day_booking_holds_the_resources_midnights_and_the_providers_dates() -> None:
    booking = put(event(start=date(2027, 3, 28), end=date(2027, 3, 30)))
    assert booking.all_day == AllDay(first=date(2027, 3, 28), last=date(2027, 3, 29))
    assert booking.start.isoformat() == "2027-03-27T23:00:00+00:00"
    assert booking.end.isoformat() == "2027-03-29T22:00:00+00:00"
    assert booking.zone == "Europe/Zurich"


def test_a_busy_block_says_nothing_of_all_day() -> None:
    day = put(event(start=date(2027, 3, 5), end=date(2027, 3, 6)), replace(OCCUPANCY, time=Time.BUSY))
    hours = put(event(start=day.start, end=day.end), replace(OCCUPANCY, time=Time.BUSY))
    assert day == hours
    assert day.all_day is None


LOS_ANGELES = room(zone="America/Los_Angeles")
DAYS = {"start": datetime(2027, 3, 8, tzinfo=UTC), "end": datetime(2027, 3, 9, tzinfo=UTC)}


def test_midnights_that_may_be_days_take_both() -> None:
    assert put(event(**DAYS), place=LOS_ANGELES).end == DAYS["end"]
    booking = put(event(**DAYS, maybe_days=True), place=LOS_ANGELES)
    assert (booking.start, booking.end, booking.all_day) == (
        DAYS["start"],
        datetime(2027, 3, 9, 8, tzinfo=UTC),
        None,
    )


@pytest.mark.parametrize(("start", "end"), [(NOON, date(2027, 3, 5)), (date(2027, 3, 4), NOON)])
def test_what_may_be_days_and_is_of_two_kinds_cannot_be_placed(
    start: datetime | date, end: datetime | date
) -> None:
    outcome = minimizer().minimize(event(start=start, end=end, maybe_days=True))
    assert outcome == Unknown(OUR_ID, Reason.BAD_RANGE)


def test_a_sites_bookings_tell_no_kind_of_place() -> None:
    site = room(ResourceKind.SITE)
    for raw in (event(), event(kind=Kind.OTHER)):
        outcome = minimizer(replace(CONTRACT, place=Place.SITE), site).minimize(raw)
        assert isinstance(outcome, Put)
        assert (outcome.booking.resource, outcome.booking.title) == (site.resource.id, "block")


@pytest.mark.parametrize("field", [{"time": Time.NONE}, {"place": Place.NONE}, {"place": Place.SITE}])
def test_where_time_or_this_place_may_not_be_seen_there_is_no_booking(field: dict[str, object]) -> None:
    assert minimizer(replace(CONTRACT, **field)).minimize(event()) == Dropped(OUR_ID, Reason.WITHHELD)


# The window


@pytest.mark.parametrize(
    ("start", "end", "inside"),
    [
        (-60, 0, False),
        (-60, 1, True),
        (-60, 999, True),
        (10, 20, True),
        (59, 70, True),
        (60, 70, False),
    ],
)
def test_an_item_is_in_the_window_if_it_overlaps_it(start: int, end: int, inside: object) -> None:
    window = Window(NOON, ONE)
    raw = event(start=NOON + timedelta(minutes=start), end=NOON + timedelta(minutes=end))
    outcome = minimizer(window=window).minimize(raw)
    assert isinstance(outcome, Put) if inside else outcome == Dropped(OUR_ID, Reason.OUTSIDE_WINDOW)


def test_the_windows_edge_tells_no_minutes_that_a_block_hides() -> None:
    strict = minimizer(
        replace(OCCUPANCY, time=Time.BUSY), window=Window(NOON + timedelta(minutes=7), WINDOW.end)
    )
    ends = [NOON + timedelta(minutes=minutes) for minutes in (1, 7, 8, 15)]
    outcomes = {strict.minimize(event(start=NOON - timedelta(hours=1), end=end)) for end in ends}
    assert len(outcomes) == 1


# Privacy


def test_a_private_event_lowers_title_and_booker_and_nothing_else() -> None:
    raw = event(
        organizer=Tainted("marta@cobalt.example"), attendees=people(Response.ACCEPTED), conference=True
    )
    shown = put(raw, CONTRACT)
    assert (shown.title, shown.booker, shown.people, shown.conference) == ("meeting", "user-17", 1, True)
    assert put(replace(raw, private=True), CONTRACT) == replace(shown, title=None, booker=None)


def test_a_bare_occurrence_lowers_every_person_field() -> None:
    raw = event(
        organizer=Tainted("marta@cobalt.example"),
        attendees=people(Response.ACCEPTED),
        conference=True,
        bare=True,
    )
    shown = put(raw, CONTRACT)
    assert (shown.title, shown.booker, shown.people, shown.conference) == (None, None, None, True)


def test_what_is_not_understood_stays_as_a_bare_busy_block() -> None:
    raw = event(
        organizer=Tainted("marta@cobalt.example"),
        attendees=people(Response.ACCEPTED),
        conference=True,
        response=Response.UNANSWERED,
        tentative=True,
        understood=False,
    )
    assert put(raw, CONTRACT) == put(event())


def test_no_policy_goes_beyond_the_contract_or_the_place() -> None:
    raw = event(
        organizer=Tainted("marta@cobalt.example"),
        attendees=people(Response.ACCEPTED),
        end=ONE + timedelta(minutes=1),
    )
    booking = put(raw, CONTRACT, place=room(single_person=True))
    assert (booking.end, booking.people, booking.booker) == (ONE + timedelta(minutes=15), None, None)


# A place that is a person


SINGLE = room(single_person=True)


def hours_from_midnight(start: int, end: int) -> RawEvent:
    midnight = datetime.fromisoformat("2027-03-03T23:00:00+00:00")
    return event(start=midnight + timedelta(hours=start), end=midnight + timedelta(hours=end))


def test_a_place_for_one_shows_nothing_before_today_in_its_own_zone() -> None:
    single = minimizer(place=SINGLE, window=Window(NOW - timedelta(days=9), WINDOW.end))
    assert single.minimize(hours_from_midnight(-2, 0)) == Dropped(OUR_ID, Reason.BEFORE_TODAY)
    assert isinstance(single.minimize(hours_from_midnight(-2, 1)), Put)
    assert isinstance(single.minimize(hours_from_midnight(0, 1)), Put)


def test_other_places_show_yesterday() -> None:
    yesterday = hours_from_midnight(-2, 0)
    assert put(yesterday, window=Window(NOW - timedelta(days=9), WINDOW.end)).end == yesterday.end


def test_the_day_of_a_place_for_one_begins_at_its_own_midnight() -> None:
    half_past_midnight = datetime(2027, 3, 4, 23, 30, tzinfo=UTC)
    assert kept_from(SINGLE, WINDOW, half_past_midnight) == datetime(2027, 3, 4, 23, tzinfo=UTC)


def test_what_is_kept_begins_with_the_window_and_for_a_person_with_today() -> None:
    early, late = Window(NOW - timedelta(days=9), WINDOW.end), Window(NOON, WINDOW.end)
    today = datetime(2027, 3, 3, 23, tzinfo=UTC)
    assert kept_from(room(), early, NOW) == early.start
    assert kept_from(SINGLE, early, NOW) == today
    assert kept_from(SINGLE, late, NOW) == late.start
    assert minimizer(place=SINGLE, window=early).kept_from == today


def test_of_several_places_the_one_that_keeps_least_counts() -> None:
    early = Window(NOW - timedelta(days=9), WINDOW.end)
    assert kept_from_any([room(), SINGLE], early, NOW) == kept_from(SINGLE, early, NOW)
    assert kept_from_any([room()], early, NOW) == kept_from_any([], early, NOW) == early.start


# What copies have in common


def test_copies_are_known_by_a_keyed_hash() -> None:
    outcome = minimizer().minimize(event(uid="040000"))
    assert isinstance(outcome, Put)
    assert outcome.uid == EventUid("uid of 6 characters")


def test_without_a_uid_or_its_key_no_copies_are_known() -> None:
    keyless = Minimizer(room(), OCCUPANCY, window=WINDOW, now=NOW, identify=identify)
    for outcome in (minimizer().minimize(event(uid=None)), keyless.minimize(event(uid="040000"))):
        assert isinstance(outcome, Put)
        assert (outcome.uid, outcome.fault) == (None, None)


# People


ANSWERS = [Response.ACCEPTED, Response.UNANSWERED, Response.TENTATIVE, Response.DECLINED]


@pytest.mark.parametrize(
    ("rows", "exact", "bucket"),
    [
        ((), 0, "0"),
        (people(), 0, "0"),
        (people(Response.DECLINED), 0, "0"),
        (people(Response.ACCEPTED), 1, "1"),
        (people(*ANSWERS), 3, "2-5"),
        (people(Response.ACCEPTED, Response.UNANSWERED, resources=3), 2, "2-5"),
        (people(*[Response.ACCEPTED] * 5), 5, "2-5"),
        (people(*[Response.ACCEPTED] * 6), 6, "6+"),
        (people(*[Response.ACCEPTED] * 60), 60, "6+"),
        ((Attendee(response=Response.ACCEPTED, is_organizer=True),), 1, "1"),
        ((Attendee(response=Response.DECLINED, is_organizer=True),), 0, "0"),
        ((Attendee(response=Response.ACCEPTED),) * 2, 2, "2-5"),
    ],
)
def test_head_counts(rows: tuple[Attendee, ...], exact: int, bucket: str) -> None:
    raw = event(attendees=rows)
    assert put(raw, replace(OCCUPANCY, people=People.EXACT)).people == exact
    assert put(raw, replace(OCCUPANCY, people=People.BUCKET)).people == bucket
    assert put(raw).people is None


@pytest.mark.parametrize("level", [People.BUCKET, People.EXACT])
def test_no_count_where_the_provider_left_any_out(level: People) -> None:
    counting = replace(OCCUPANCY, people=level)
    assert put(event(attendees=people(Response.ACCEPTED), attendees_omitted=True), counting).people is None
    assert put(event(attendees=None), counting).people is None


class Counted(tuple[Attendee, ...]):
    """A list of attendees that knows how often its rows are looked at."""

    __slots__ = ()
    looks: ClassVar[int] = 0

    def __iter__(self) -> Iterator[Attendee]:
        for row in super().__iter__():
            type(self).looks += 1
            yield row


def test_every_row_is_looked_at_once() -> None:
    rows = Counted(people(*[Response.ACCEPTED] * 10_000))
    assert put(event(attendees=rows), CONTRACT).people == 10_000
    assert Counted.looks == len(rows)


# Booker, title, conference


@pytest.mark.parametrize(
    ("organizer", "pseudonym", "user"),
    [
        ("marta@cobalt.example", "blue-heron", "user-17"),
        ("m.ferro@cobalt.example", "blue-heron", "user-17"),
        ("stranger@rival.example", None, None),
        (None, None, None),
    ],
)
def test_only_an_enrolled_organizer_is_a_booker(
    organizer: str | None, pseudonym: str | None, user: str | None
) -> None:
    raw = event(organizer=tainted(organizer))
    assert put(raw, replace(OCCUPANCY, booker=Booker.PSEUDONYM)).booker == pseudonym
    assert put(raw, replace(OCCUPANCY, booker=Booker.USER)).booker == user
    assert put(raw).booker is None


def test_nobody_is_looked_up_where_no_booker_is_shown() -> None:
    asked: list[str] = []

    def enrolled(address: str) -> Subject | None:
        asked.append(address)
        return None

    put(event(organizer=Tainted("marta@cobalt.example")), enrolled=enrolled)
    put(event(organizer=Tainted("marta@cobalt.example"), private=True), CONTRACT, enrolled=enrolled)
    assert asked == []


@pytest.mark.parametrize(
    ("resource", "kind", "title"),
    [
        (ResourceKind.ROOM, Kind.SINGLE, "meeting"),
        (ResourceKind.ROOM, Kind.OCCURRENCE, "meeting"),
        (ResourceKind.ROOM, Kind.EXCEPTION, "meeting"),
        (ResourceKind.ROOM, Kind.OTHER, "block"),
        (ResourceKind.DESK, Kind.SINGLE, "desk"),
        (ResourceKind.DESK, Kind.OTHER, "desk"),
        (ResourceKind.DESK_POOL, Kind.OCCURRENCE, "desk"),
        (ResourceKind.EQUIPMENT, Kind.SINGLE, "block"),
    ],
)
def test_titles_are_categories(resource: ResourceKind, kind: Kind, title: str) -> None:
    raw = event(kind=kind)
    assert put(raw, replace(OCCUPANCY, title=Title.CATEGORY), place=room(resource)).title == title
    assert put(raw, place=room(resource)).title is None


@pytest.mark.parametrize("conference", [True, False, None])
def test_conference(conference: object) -> None:
    raw = event(conference=conference)
    assert put(raw, replace(OCCUPANCY, conference=Conference.PRESENT)).conference is conference
    assert put(raw).conference is None


# What cannot be understood


@pytest.mark.parametrize("understood", [True, False])
def test_what_ends_before_it_starts_makes_its_resource_unknown(*, understood: bool) -> None:
    outcome = minimizer().minimize(event(start=ONE, end=NOON, understood=understood))
    assert outcome == Unknown(OUR_ID, Reason.BAD_RANGE)


@pytest.mark.parametrize("code", ["no_id", "no_start", "no_end", "bad_range", "bad_item"])
def test_what_a_connector_could_not_read(code: str) -> None:
    assert minimizer().minimize(Unclear(None, code)) == Unknown(None, Reason(code))
    assert minimizer().minimize(Unclear("AAMk-1", code)) == Unknown(OUR_ID, Reason(code))


def test_a_code_that_is_not_ours_is_not_passed_on() -> None:
    assert minimizer().minimize(Unclear(None, "Anna's oncologist")) == Unknown(None, Reason.BAD_ITEM)
    assert minimizer().minimize(Unclear(None, "cancelled")) == Unknown(None, Reason.BAD_ITEM)


class Stumbling(Exception):
    """Made up: a fault of ours, whose text tells of the event."""


def test_a_fault_of_ours_is_told_as_taken_and_nothing_more() -> None:
    def stumble(address: str) -> Subject | None:
        raise Stumbling(address)

    raw = event(
        organizer=Tainted("marta@cobalt.example"), attendees=people(Response.ACCEPTED), conference=True
    )
    outcome = minimizer(CONTRACT, enrolled=stumble).minimize(raw)
    assert isinstance(outcome, Put)
    booking = outcome.booking
    assert (booking.start, booking.end) == (NOON, ONE)
    assert (booking.title, booking.booker, booking.people, booking.conference) == (None, None, None, None)
    assert outcome.fault is not None
    assert outcome.fault.startswith("Stumbling at test_minimize.py:")


def test_a_fault_of_ours_frees_no_hour_of_what_may_be_days() -> None:
    def stumble(address: str) -> Subject | None:
        raise Stumbling(address)

    days = event(**DAYS, maybe_days=True, organizer=Tainted("marta@cobalt.example"))
    told = put(days, CONTRACT, place=LOS_ANGELES, enrolled=stumble)
    assert (told.start, told.end) == (DAYS["start"], datetime(2027, 3, 9, 8, tzinfo=UTC))


def test_a_fault_of_ours_leaves_copies_known_as_such() -> None:
    def stumble(address: str) -> Subject | None:
        raise Stumbling(address)

    raw = event(uid="uid-1", organizer=Tainted("marta@cobalt.example"))
    outcome = minimizer(CONTRACT, enrolled=stumble).minimize(raw)
    assert isinstance(outcome, Put)
    assert outcome.uid == EventUid("uid of 5 characters")


class Stuttering:
    """An index of ids that fails once."""

    def __init__(self) -> None:
        self.asked = 0

    def identify(self, provider_id: str) -> BookingId:
        self.asked += 1
        if self.asked == 1:
            raise Stumbling(provider_id)
        return OUR_ID


def test_a_fault_takes_no_place_for_what_takes_none() -> None:
    outcome = minimizer(identify=Stuttering().identify).minimize(event(end=NOON))
    assert outcome == Dropped(OUR_ID, Reason.ZERO_LENGTH)


def test_without_faults_none_is_told_of() -> None:
    outcome = minimizer(CONTRACT).minimize(event())
    assert isinstance(outcome, Put)
    assert (outcome.fault, outcome.tripped) == (None, False)


def test_what_cannot_even_be_told_as_taken_leaves_the_resource_unknown() -> None:
    def stumble(provider_id: str) -> BookingId:
        raise Stumbling(provider_id)

    broken = minimizer(CONTRACT, identify=stumble)
    for item in (event(), Unclear("AAMk-1", "no_start")):
        assert broken.minimize(item) == Unknown(None, Reason.FAULT)
