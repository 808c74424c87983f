"""Minimization has an answer to everything, however hostile."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.port import Window
from connectors.raw import Attendee, Kind, Named, RawEvent, Response, Tainted, Unclear, tainted
from gateway.booking import ResourceKind, canonical
from gateway.minimization.contract import CONTRACT
from gateway.minimization.lattice import Disclosure, Title
from gateway.minimization.minimize import Minimizer
from gateway.minimization.outcome import Dropped, Put, Removed, Unknown
from gateway.minimization.span import EARLIEST, LATEST
from gateway.minimization.subjects import Subjects
from tests.gateway.minimization.made_up import ENROLLED, event, identify, minimizer, room
from tests.properties.minimization_twins import WORDS

EDGES = [EARLIEST, LATEST, EARLIEST + timedelta(minutes=1), LATEST - timedelta(minutes=1), date.min, date.max]

moments = st.one_of(
    st.sampled_from(EDGES),
    st.datetimes(timezones=st.just(UTC)),
    st.datetimes(timezones=st.timezones()),
    st.datetimes(),
    st.dates(),
)
disclosures = st.builds(Disclosure)
#: With halves of characters as well, which no encoding has.
texts = st.text(st.characters(), max_size=40) | st.text(max_size=40)
rows = st.builds(
    Attendee,
    response=st.sampled_from(Response),
    address=(st.none() | st.text()).map(tainted),
    is_resource=st.booleans(),
)
hostile = st.builds(
    RawEvent,
    id=st.text(),
    start=moments,
    end=moments,
    kind=st.sampled_from(Kind),
    cancelled=st.sampled_from([False, False, True]),
    private=st.booleans(),
    tentative=st.booleans(),
    response=st.none() | st.sampled_from(Response),
    understood=st.booleans(),
    bare=st.booleans(),
    conference=st.none() | st.booleans(),
    organizer=(st.none() | st.text()).map(tainted),
    attendees=st.none() | st.lists(rows, max_size=8).map(tuple),
    attendees_omitted=st.booleans(),
    title=(st.none() | texts).map(tainted),
    named=st.lists(st.builds(Named, name=texts.map(tainted), address=texts.map(tainted)), max_size=4).map(
        tuple
    ),
)
items = hostile | st.builds(Unclear, id=st.none() | st.text(), code=st.text())
zones = st.sampled_from(["UTC", "Asia/Tokyo", "America/Havana", "Pacific/Apia", "Pacific/Kiritimati"])
windows = st.sampled_from([Window(EARLIEST, LATEST), Window(datetime(2027, 3, 4, tzinfo=UTC), LATEST)])


@given(items, disclosures, zones, windows, st.sampled_from(ResourceKind), st.booleans())
@settings(max_examples=300, deadline=None)
def test_every_item_has_an_outcome(
    item: RawEvent | Unclear,
    disclosure: Disclosure,
    zone: str,
    window: Window,
    kind: ResourceKind,
    single_person: object,
) -> None:
    prepared = Minimizer(
        room(kind, zone=zone, single_person=bool(single_person)),
        disclosure,
        window=window,
        now=datetime(2027, 3, 4, 8, tzinfo=UTC),
        identify=identify,
        subjects=Subjects(ENROLLED.get),
        vocabulary=WORDS,
    )
    outcome = prepared.minimize(item)
    if isinstance(outcome, Put):
        booking = outcome.booking
        assert booking.start < booking.end
        assert booking.start < window.end
        assert booking.end > window.start
        assert booking.start.utcoffset() == timedelta()
        assert canonical(booking)
        assert outcome.fault is None
    else:
        assert isinstance(outcome, Removed | Dropped | Unknown)


days = st.dates()
instants = st.datetimes(timezones=st.just(UTC))
inverted = st.one_of(
    st.tuples(days, instants),
    st.tuples(instants, days),
    st.tuples(instants, instants).filter(lambda pair: pair[1] < pair[0]),
    st.tuples(days, days).filter(lambda pair: pair[1] < pair[0]),
)


@given(inverted, st.sampled_from([Kind.SINGLE, Kind.OCCURRENCE, Kind.EXCEPTION, Kind.OTHER]), st.booleans())
@settings(max_examples=100, deadline=None)
def test_what_cannot_be_placed_makes_its_resource_unknown(
    span: tuple[datetime | date, datetime | date], kind: Kind, understood: object
) -> None:
    item = event(start=span[0], end=span[1], kind=kind, understood=understood)
    assert isinstance(minimizer(window=Window(EARLIEST, LATEST)).minimize(item), Unknown)


HUGE = {
    "1 MB": "Budget review " * 75_000,
    "one word of 1 MB": "a" * 2**20,
    "addresses without end": "a@a.a." * 2**17,
    "right to left": "\u202e" * 2_000 + "review",
    "halves of characters": "\ud800review\udfff" * 40,
    "marks upon marks": "r\u0301" * 4_000,
    "nothing to see": "\u200b" * 500,
}


@pytest.mark.parametrize("level", [Title.VOCABULARY, Title.SCRUBBED])
@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_a_huge_title_is_told_short_or_not_at_all(text: str, level: Title) -> None:
    letters = (chr(97 + number % 26) for number in range(10_000))
    crowd = tuple(Named(Tainted(one), Tainted(f"{one}@x.example")) for one in letters)
    hostile = event(title=Tainted(text), named=crowd)
    outcome = minimizer(replace(CONTRACT, title=level), vocabulary=WORDS).minimize(hostile)
    assert isinstance(outcome, Put)
    assert outcome.fault is None
    assert len(outcome.booking.title or "") <= 120
    assert canonical(outcome.booking)
