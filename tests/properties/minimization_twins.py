"""Twins: pairs of events that one disclosure cannot tell apart, drawn without asking ``minimize``.

Everything about the second twin is drawn anew, except what the first one's permitted view holds.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
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
plain = st.sampled_from(PLAIN)
OF_PEOPLE = [*SUBJECTS, "anna@rival.example", "bo@rival.example"]
#: Half of them none.
ADDRESSES = [*OF_PEOPLE, *[None] * len(OF_PEOPLE)]
addresses = st.sampled_from(ADDRESSES)
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


# Drawn whole, each as likely as if it were drawn member by member: that takes several times as long.
RECOGNIZED = [tainted(address) for address in ADDRESSES]
counted_rows = st.sampled_from(
    [
        Attendee(response, address=address, is_organizer=is_organizer)
        for response in COUNTED
        for address in RECOGNIZED
        for is_organizer in (False, True)
    ]
)
uncounted_rows = st.one_of(
    st.sampled_from([Attendee(Response.DECLINED, address=address) for address in RECOGNIZED]),
    st.sampled_from([Attendee(response, is_resource=True) for response in Response]),
)
# All are built once: to check a new one takes longer than to draw from it.
counts = st.integers(0, 8)
uids = st.sampled_from([None, "uid-1", "uid-2"])
rarely = st.sampled_from([True, *[False] * 7])
either = st.booleans()
maybe = st.sampled_from([True, False, None])
answers = st.sampled_from([None, *COUNTED])
some_uncounted = st.lists(uncounted_rows, max_size=3)
so_many = [st.tuples(*[counted_rows] * number) for number in range(10)]
behind = [st.integers(0, number) for number in range(13)]


@st.composite
def attendee_rows(draw: st.DrawFn, count: st.SearchStrategy[int] = counts) -> tuple[Attendee, ...]:
    """So many rows that count, and some that do not, before, among or after them."""
    rows = list(draw(so_many[draw(count)]))
    for row in draw(some_uncounted):
        rows.insert(draw(behind[len(rows)]), row)
    return tuple(rows)


some_rows = attendee_rows()


are_days = st.sampled_from([True, *[False] * 4])
some_days = st.integers(1, 3).map(lambda number: timedelta(days=number))
some_minutes = st.integers(1, 90).map(lambda number: timedelta(minutes=number))


@st.composite
def spans(draw: st.DrawFn) -> tuple[datetime | date, datetime | date]:
    """Hours around the window's edge, or whole days."""
    first = draw(quarters)
    if draw(are_days):
        return first.date(), first.date() + draw(some_days)
    start = first + draw(minutes)
    return start, start + draw(some_minutes)


some_spans = spans()
guests = st.sampled_from([some for number in range(len(GUESTS) + 1) for some in combinations(GUESTS, number)])
pieces = st.lists(st.sampled_from([*TOLD, *TOLD, *UNTOLD, *CONTACTS, *GUESTS]), max_size=5)


def named(draw: st.DrawFn, parts: Sequence[str]) -> tuple[Named, ...]:
    """Whoever the parts of a title name, and others."""
    people = sorted({*draw(guests), *(part for part in parts if part in GUESTS)})
    return tuple(Named(tainted(name), tainted(GUESTS[name])) for name in people)


@st.composite
def events(draw: st.DrawFn) -> RawEvent:
    """Any event that occupies its place."""
    start, end = draw(some_spans)
    parts = draw(pieces)
    return RawEvent(
        id="AAMk-1",
        start=start,
        end=end,
        kind=draw(plain),
        private=draw(either),
        tentative=draw(either),
        response=draw(answers),
        understood=not draw(rarely),
        bare=draw(rarely),
        conference=draw(maybe),
        organizer=tainted(draw(addresses)),
        attendees=None if draw(rarely) else draw(some_rows),
        attendees_omitted=draw(rarely),
        title=tainted(PARTED.join(parts)),
        named=named(draw, parts),
        uid=draw(uids),
    )


any_event = events()


@st.composite
def twins(
    draw: st.DrawFn,
    within: st.SearchStrategy[Disclosure] = disclosures,
    kinds: st.SearchStrategy[ResourceKind] = kinds_of_resources,
) -> Twins:
    """An event, and another that looks the same through the disclosure."""
    disclosure, kind, one = draw(within), draw(kinds), draw(any_event)
    private, bare = _traits(draw, disclosure, one)
    shown = _most(disclosure, one)
    start, end = _same_time(draw, one, shown.time)
    response, tentative = _same_status(draw, one)
    attendees, omitted = _same_people(draw, one, shown.people)
    if _most(disclosure, replace(one, attendees_omitted=omitted)) != shown:
        omitted = one.attendees_omitted
    parts = _same_words(draw, one, shown.title)
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
        named=named(draw, parts),
        uid=draw(uids),
        kind=draw(_same_category(one, kind, shown.title)),
        organizer=tainted(draw(_same_booker(one, shown.booker))),
        conference=draw(_same_conference(one, shown.conference)),
    )
    return Twins(disclosure, kind, one, other)


def _most(disclosure: Disclosure, event: RawEvent) -> Disclosure:
    return meet(disclosure, event_ceiling(traits_of(event)))


def _traits(draw: st.DrawFn, disclosure: Disclosure, one: RawEvent) -> tuple[bool, bool]:
    """Private and bare, where that changes nothing that is shown."""
    private, bare = draw(either), draw(either)
    same = _most(disclosure, replace(one, private=private, bare=bare)) == _most(disclosure, one)
    return (private, bare) if same else (one.private, one.bare)


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


CONFIRMED = [(None, True), (None, False), (Response.ACCEPTED, False)]
confirmed = st.sampled_from(CONFIRMED)
unsure = ((answer, says) for answer in (Response.TENTATIVE, Response.UNANSWERED) for says in (True, False))
tentative = st.sampled_from([(Response.ACCEPTED, True), *unsure])


def _same_status(draw: st.DrawFn, one: RawEvent) -> tuple[Response | None, bool]:
    if not one.understood:
        return draw(answers), draw(either)
    return draw(confirmed if (one.response, one.tentative) in CONFIRMED else tentative)


anyone = st.none() | some_rows
exactly = [attendee_rows(st.just(count)) for count in range(9)]
#: By a count, as many as its bucket holds.
about = [
    attendee_rows(st.integers(low, high))
    for low, high in ((0, 0), (1, 1), (2, 5), (6, 9))
    for _ in range(low, high + 1)
]


def _same_people(draw: st.DrawFn, one: RawEvent, level: People) -> tuple[tuple[Attendee, ...] | None, bool]:
    if level is People.NONE:
        return draw(anyone), draw(either)
    if one.attendees is None or one.attendees_omitted:
        return one.attendees if draw(either) else None, True
    count = sum(row.response in COUNTED and not row.is_resource for row in one.attendees)
    return draw(exactly[count] if level is People.EXACT else about[count]), False


gone = st.sampled_from([*CONTACTS, *GUESTS])
one_untold = st.lists(gone | st.sampled_from(UNTOLD), max_size=1)


def _same_words(draw: st.DrawFn, one: RawEvent, level: Title) -> list[str]:
    """The parts of a title of which as much may be told: the same words, and the same places without any."""
    if level <= Title.CATEGORY:
        return draw(pieces)
    parts = (clear(one.title) or "").split(PARTED)
    if level is Title.SCRUBBED:
        return [draw(gone) if part in CONTACTS or part in GUESTS else part for part in parts]
    mixed = list[str]()
    for part in (*(part for part in parts if part in TOLD), None):
        mixed += draw(one_untold)
        mixed += [] if part is None else [part]
    return mixed


meetings, others = st.sampled_from(MEETINGS), st.just(Kind.OTHER)


def _same_category(one: RawEvent, resource: ResourceKind, level: Title) -> st.SearchStrategy[Kind]:
    if level is Title.NONE or resource is not ResourceKind.ROOM:
        return plain
    return meetings if one.kind in MEETINGS else others


bookers = {
    subject: st.sampled_from(
        [address for address, known in SUBJECTS.items() if known is subject] or STRANGERS
    )
    for subject in (MARTA, OLU, None)
}


def _same_booker(one: RawEvent, level: Booker) -> st.SearchStrategy[str | None]:
    if level is Booker.NONE:
        return addresses
    return bookers[SUBJECTS.get(clear(one.organizer) or "")]


conferences = {shown: st.just(shown) for shown in (True, False, None)}


def _same_conference(one: RawEvent, level: Conference) -> st.SearchStrategy[bool | None]:
    return maybe if level is Conference.NONE else conferences[one.conference]
