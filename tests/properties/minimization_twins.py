"""Twins: pairs of events that one disclosure cannot tell apart, drawn without asking ``minimize``.

Everything about the second twin is drawn anew, except what the first one's permitted view holds.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.port import Window
from connectors.raw import Attendee, Kind, Named, RawEvent, Response, tainted
from gateway.booking import BookingId, Resource, ResourceId, ResourceKind, SubjectId, canonical
from gateway.minimization.contract import event_ceiling, traits_of
from gateway.minimization.lattice import Booker, Conference, Disclosure, People, Place, Time, Title, meet
from gateway.minimization.minimize import Minimizer
from gateway.minimization.outcome import Outcome, Put
from gateway.minimization.places import Bookable
from gateway.minimization.subjects import Subject, Subjects, Suppressed
from gateway.minimization.vocabulary import Vocabulary
from tests.fakes.clear import clear

#: Not on the grid, so that an edge which looks at hidden minutes shows.
EDGE = datetime(2027, 3, 4, 10, 7, tzinfo=UTC)
WINDOW = Window(EDGE, EDGE + timedelta(days=30))
ZONE = "Asia/Kathmandu"
QUARTER = timedelta(minutes=15)

MARTA = Subject(SubjectId("sub-1"), "blue-heron", "user-17")
OLU = Subject(SubjectId("sub-2"), "grey-owl", "user-18")
SUBJECTS = {
    "marta@cobalt.example": MARTA,
    "m.ferro@cobalt.example": MARTA,
    "olu@cobalt.example": OLU,
}
STRANGERS = ["anna@rival.example", "bo@rival.example", None]

#: What a title is made of: words that may be told, others, and who or what has to go.
TOLD = ["budget", "review", "planning"]
UNTOLD = ["Brumm", "Quorl", "Zephyrine"]
CONTACTS = ["zoe@vogel.example", "https://vogel.example/j/81", "+41 44 668 18 00"]
GUESTS = {"Anna Schmidt": "anna@rival.example", "Bo Rivers": "bo@rival.example", "Kenji Abe": None}
WORDS = Vocabulary((word,) for word in TOLD)
PARTED = "; "

COUNTED = [Response.ACCEPTED, Response.TENTATIVE, Response.UNANSWERED]
MEETINGS = [Kind.SINGLE, Kind.OCCURRENCE, Kind.EXCEPTION]
PLAIN = [*MEETINGS, Kind.OTHER]

#: Of a room, a policy that shows sites alone tells nothing: seldom.
seen_places = st.sampled_from([Place.SITE, *[Place.RESOURCE] * 5])
disclosures = st.builds(Disclosure, time=st.sampled_from(list(Time)[1:]), place=seen_places)
addresses = st.one_of(st.none(), st.sampled_from([*SUBJECTS, "anna@rival.example", "bo@rival.example"]))
kinds_of_resources = st.sampled_from(ResourceKind)
quarters = (st.integers(-6, 2) | st.integers(-300, 300)).map(
    lambda number: datetime(2027, 3, 4, 10, tzinfo=UTC) + number * QUARTER
)
minutes = st.integers(0, 14).map(lambda number: timedelta(minutes=number))


class Twins(NamedTuple):
    """Two events with one permitted view under this disclosure, in this kind of resource."""

    disclosure: Disclosure
    kind: ResourceKind
    one: RawEvent
    other: RawEvent


def minimizer(disclosure: Disclosure, kind: ResourceKind, suppressed: Suppressed | None = None) -> Minimizer:
    resource = Resource(
        id=ResourceId("resource-1"),
        kind=kind,
        name=None,
        site=None,
        building=None,
        floor=None,
        capacity=None,
        zone=ZONE,
        external_ref="flexo-9",
    )
    return Minimizer(
        Bookable(resource),
        disclosure,
        window=WINDOW,
        now=EDGE,
        identify=lambda provider_id: BookingId(f"our {provider_id}"),
        subjects=Subjects(SUBJECTS.get, suppressed),
        vocabulary=WORDS,
    )


def observed(outcome: Outcome) -> bytes:
    """All that anybody can see of an outcome."""
    return canonical(outcome.booking) if isinstance(outcome, Put) else repr(outcome).encode()


counted_rows = st.builds(
    Attendee, response=st.sampled_from(COUNTED), address=addresses.map(tainted), is_organizer=st.booleans()
)
uncounted_rows = st.one_of(
    st.builds(Attendee, response=st.just(Response.DECLINED), address=addresses.map(tainted)),
    st.builds(Attendee, response=st.sampled_from(Response), is_resource=st.just(value=True)),
)
counts = st.integers(0, 8)
uids = st.sampled_from([None, "uid-1", "uid-2"])
rarely = st.integers(0, 7).map(lambda number: number == 0)


@st.composite
def attendee_rows(draw: st.DrawFn, count: st.SearchStrategy[int] = counts) -> tuple[Attendee, ...]:
    """So many rows that count, and some that do not, before, among or after them."""
    number = draw(count)
    rows = draw(st.lists(counted_rows, min_size=number, max_size=number))
    for row in draw(st.lists(uncounted_rows, max_size=3)):
        rows.insert(draw(st.integers(0, len(rows))), row)
    return tuple(rows)


@st.composite
def spans(draw: st.DrawFn) -> tuple[datetime | date, datetime | date]:
    """Hours around the window's edge, or whole days."""
    first = draw(quarters)
    if draw(st.integers(0, 4)) == 0:
        return first.date(), first.date() + timedelta(days=draw(st.integers(1, 3)))
    start = first + draw(minutes)
    return start, start + timedelta(minutes=draw(st.integers(1, 90)))


pieces = st.lists(st.sampled_from([*TOLD, *TOLD, *UNTOLD, *CONTACTS, *GUESTS]), max_size=5)


@st.composite
def named(draw: st.DrawFn, parts: Sequence[str]) -> tuple[Named, ...]:
    """Whoever the parts of a title name, and others."""
    others = draw(st.lists(st.sampled_from(list(GUESTS)), unique=True))
    people = sorted({*others, *(part for part in parts if part in GUESTS)})
    return tuple(Named(tainted(name), tainted(GUESTS[name])) for name in people)


@st.composite
def events(draw: st.DrawFn) -> RawEvent:
    """Any event that occupies its place."""
    start, end = draw(spans())
    parts = draw(pieces)
    return RawEvent(
        id="AAMk-1",
        start=start,
        end=end,
        kind=draw(st.sampled_from(PLAIN)),
        private=draw(st.booleans()),
        tentative=draw(st.booleans()),
        response=draw(st.sampled_from([None, *COUNTED])),
        understood=not draw(rarely),
        bare=draw(rarely),
        conference=draw(st.sampled_from([True, False, None])),
        organizer=tainted(draw(addresses)),
        attendees=None if draw(rarely) else draw(attendee_rows()),
        attendees_omitted=draw(rarely),
        title=tainted(PARTED.join(parts)),
        named=draw(named(parts)),
        uid=draw(uids),
    )


@st.composite
def twins(
    draw: st.DrawFn,
    within: st.SearchStrategy[Disclosure] = disclosures,
    kinds: st.SearchStrategy[ResourceKind] = kinds_of_resources,
) -> Twins:
    """An event, and another that looks the same through the disclosure."""
    disclosure, kind, one = draw(within), draw(kinds), draw(events())
    private, bare = draw(_traits(disclosure, one))
    shown = _most(disclosure, one)
    start, end = draw(_same_time(one, shown.time))
    response, tentative = draw(_same_status(one))
    attendees, omitted = draw(_same_people(one, shown.people))
    if _most(disclosure, replace(one, attendees_omitted=omitted)) != shown:
        omitted = one.attendees_omitted
    parts = draw(_same_words(one, shown.title))
    other = replace(
        one,
        start=start,
        end=end,
        private=private,
        bare=bare,
        response=response,
        tentative=tentative,
        attendees=attendees,
        attendees_omitted=omitted,
        title=tainted(PARTED.join(parts)),
        named=draw(named(parts)),
        uid=draw(uids),
        kind=draw(_same_category(one, kind, shown.title)),
        organizer=tainted(draw(_same_booker(one, shown.booker))),
        conference=draw(_same_conference(one, shown.conference)),
    )
    return Twins(disclosure, kind, one, other)


def _most(disclosure: Disclosure, event: RawEvent) -> Disclosure:
    return meet(disclosure, event_ceiling(traits_of(event)))


@st.composite
def _traits(draw: st.DrawFn, disclosure: Disclosure, one: RawEvent) -> tuple[bool, bool]:
    """Private and bare, where that changes nothing that is shown."""
    private, bare = draw(st.booleans()), draw(st.booleans())
    same = _most(disclosure, replace(one, private=private, bare=bare)) == _most(disclosure, one)
    return (private, bare) if same else (one.private, one.bare)


@st.composite
def _same_time(draw: st.DrawFn, one: RawEvent, level: Time) -> tuple[datetime | date, datetime | date]:
    if level is not Time.BUSY:
        return one.start, one.end
    first, last = _quarter(_instant(one.start)), _quarter(_instant(one.end) - timedelta(microseconds=1))
    start, end = first + draw(minutes), last + QUARTER - draw(minutes)
    return (start, end) if start < end else (first, last + QUARTER)


def _instant(moment: datetime | date) -> datetime:
    if isinstance(moment, datetime):
        return moment
    return datetime(moment.year, moment.month, moment.day, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def _quarter(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


@st.composite
def _same_status(draw: st.DrawFn, one: RawEvent) -> tuple[Response | None, bool]:
    if not one.understood:
        return draw(st.sampled_from([None, *COUNTED])), draw(st.booleans())
    confirmed = [(None, True), (None, False), (Response.ACCEPTED, False)]
    tentative = [(Response.ACCEPTED, True)]
    tentative += [
        (answer, says) for answer in (Response.TENTATIVE, Response.UNANSWERED) for says in (True, False)
    ]
    return draw(st.sampled_from(confirmed if (one.response, one.tentative) in confirmed else tentative))


@st.composite
def _same_people(draw: st.DrawFn, one: RawEvent, level: People) -> tuple[tuple[Attendee, ...] | None, bool]:
    anyone = st.one_of(st.none(), attendee_rows())
    if level is People.NONE:
        return draw(anyone), draw(st.booleans())
    if one.attendees is None or one.attendees_omitted:
        return draw(st.sampled_from([None, one.attendees])), True
    count = sum(row.response in COUNTED and not row.is_resource for row in one.attendees)
    low, high = next((low, high) for low, high in ((0, 0), (1, 1), (2, 5), (6, 9)) if low <= count <= high)
    same = st.just(count) if level is People.EXACT else st.integers(low, high)
    return draw(attendee_rows(same)), False


@st.composite
def _same_words(draw: st.DrawFn, one: RawEvent, level: Title) -> list[str]:
    """The parts of a title of which as much may be told: the same words, and the same places without any."""
    if level <= Title.CATEGORY:
        return draw(pieces)
    parts = (clear(one.title) or "").split(PARTED)
    gone = st.sampled_from([*CONTACTS, *GUESTS])
    if level is Title.SCRUBBED:
        return [draw(gone) if part in CONTACTS or part in GUESTS else part for part in parts]
    mixed = list[str]()
    for part in (*(part for part in parts if part in TOLD), None):
        mixed += draw(st.lists(gone | st.sampled_from(UNTOLD), max_size=1))
        mixed += [] if part is None else [part]
    return mixed


def _same_category(one: RawEvent, resource: ResourceKind, level: Title) -> st.SearchStrategy[Kind]:
    if level is Title.NONE or resource is not ResourceKind.ROOM:
        return st.sampled_from(PLAIN)
    return st.sampled_from(MEETINGS if one.kind in MEETINGS else [Kind.OTHER])


def _same_booker(one: RawEvent, level: Booker) -> st.SearchStrategy[str | None]:
    if level is Booker.NONE:
        return addresses
    subject = SUBJECTS.get(clear(one.organizer))
    same = [address for address, known in SUBJECTS.items() if known is subject]
    return st.sampled_from(same or STRANGERS)


def _same_conference(one: RawEvent, level: Conference) -> st.SearchStrategy[bool | None]:
    return st.sampled_from([True, False, None]) if level is Conference.NONE else st.just(one.conference)
