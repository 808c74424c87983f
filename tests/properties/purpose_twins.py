"""Histories of bookings that look alike to whoever reads for one purpose, and what else they hide."""

from datetime import timedelta
from typing import Literal, NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.booking import AllDay, Booking, Status
from gateway.minimization.categories import CATEGORIES
from gateway.minimization.lattice import WIDEST, Booker, Conference, Disclosure, People, Time, Title
from gateway.minimization.narrowing import lowered
from gateway.minimization.people import bucket
from tests.fakes.filled_store import NOON, a_booking

NAMES = ("one", "two", "three")
ROOM = "north"
HOUR = NOON.replace(minute=0, second=0) + timedelta(hours=2)
COUNTS = (0, 1, 2, 3, 5, 6, 8)
#: What was asked of the provider: all there is, or titles in words and bookers by their pseudonyms.
MADE = (WIDEST, replace(WIDEST, title=Title.VOCABULARY, booker=Booker.PSEUDONYM, people=People.BUCKET))


class Look(NamedTuple):
    """What may be told of a booking in full."""

    hour: int
    minutes: tuple[int, int]
    status: Status
    people: int | None
    title: str | None
    conference: bool
    booker: str | None
    days: bool


looks = st.builds(
    Look,
    hour=st.integers(0, 1),
    minutes=st.tuples(st.sampled_from([0, 5]), st.sampled_from([0, 10])),
    status=st.sampled_from(Status),
    people=st.none() | st.sampled_from(COUNTS),
    title=st.sampled_from([None, "meeting", "block", "review", "Budget, part two"]),
    conference=st.booleans(),
    booker=st.sampled_from([None, "pseudonym-1", "pseudonym-2"]),
    days=st.booleans(),
)


class Put(NamedTuple):
    """A booking is told: as one look shows it, and beside that, in each history, as others hide it."""

    name: str
    shown: Look
    hidden: tuple[Look, Look]


Kind = Literal["put", "hide", "remove", "age", "room", "minute", "forget", "read"]


class Step(NamedTuple):
    """What happens to both histories; ``hide`` to one alone, or to each in its own way."""

    kind: Kind
    puts: tuple[Put, ...]
    name: str
    number: int


puts = st.builds(Put, st.sampled_from(NAMES), looks, st.tuples(looks, looks))
several = st.lists(puts, min_size=1, max_size=3, unique_by=lambda put: put.name).map(tuple)
names = st.sampled_from(NAMES)
steps = st.one_of(
    st.builds(Step, st.sampled_from(["put", "hide"]), several, st.just(""), st.integers(0, 2)),
    st.builds(Step, st.sampled_from(["remove", "age"]), st.just(()), names, st.just(0)),
    st.builds(Step, st.sampled_from(["room", "read"]), st.just(()), st.just(""), st.integers(1, 4)),
    st.builds(Step, st.sampled_from(["minute", "forget"]), st.just(()), st.just(""), st.just(0)),
)

disclosures = st.builds(
    replace,
    st.just(WIDEST),
    time=st.sampled_from([Time.BUSY, Time.EXACT]),
    conference=st.sampled_from(Conference),
    booker=st.sampled_from(Booker),
    people=st.sampled_from(People),
    title=st.sampled_from(Title),
)


class Tale(NamedTuple):
    """Two histories, the purpose through which they look alike, and under what their bookings were made."""

    purpose: Disclosure
    made: Disclosure
    steps: tuple[Step, ...]


tales = st.builds(
    Tale, disclosures, st.sampled_from(MADE), st.lists(steps, min_size=3, max_size=9).map(tuple)
)


def booking(tale: Tale, name: str, shown: Look, hidden: Look) -> Booking:
    """As it is stored: what the purpose shows as one look has it, and all else as the other."""
    purpose, made = tale.purpose, tale.made
    time = _source(shown, hidden, purpose.time > Time.BUSY)
    start = HOUR + timedelta(hours=2 * shown.hour, minutes=time.minutes[0])
    full = replace(
        a_booking(name, ROOM),
        start=start,
        end=HOUR + timedelta(hours=2 * shown.hour + 1, minutes=-time.minutes[1]),
        all_day=AllDay(start.date(), start.date()) if time.days else None,
        status=shown.status,
        people=_source(shown, hidden, not _hides(purpose.people, shown, hidden)).people,
        title=_title(tale, shown, hidden),
        conference=_source(shown, hidden, purpose.conference > 0).conference,
        booker=_source(shown, hidden, 0 < made.booker <= purpose.booker).booker,
    )
    return lowered(full, made, made)


def _hides(level: People, shown: Look, hidden: Look) -> bool:
    """Whether two counts look alike."""
    alike = None not in {shown.people, hidden.people} and _bucket(shown) == _bucket(hidden)
    return level is People.NONE or (level is People.BUCKET and alike)


def _title(tale: Tale, shown: Look, hidden: Look) -> str | None:
    if tale.purpose.title is Title.NONE:
        return hidden.title
    if tale.purpose.title >= tale.made.title or shown.title in CATEGORIES:
        return shown.title
    return None if hidden.title in CATEGORIES else hidden.title


def _source(shown: Look, hidden: Look, is_shown: bool) -> Look:  # noqa: FBT001  which of the two
    return shown if is_shown else hidden


def _bucket(look: Look) -> str | None:
    return None if look.people is None else bucket(look.people)
