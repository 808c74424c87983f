"""An organizer who has objected: nothing is told of the people of their events, and the room stays taken."""

import pytest
from msgspec.structs import replace

from connectors.port import Projection
from connectors.raw import Attendee, Response, tainted
from gateway.booking import Booking
from gateway.minimization.contract import (
    CONTRACT,
    Party,
    Traits,
    event_terms,
    explain,
    projection,
    standing_terms,
)
from gateway.minimization.lattice import WIDEST, Booker, Disclosure, People, Title
from gateway.minimization.outcome import Put
from gateway.minimization.vocabulary import Vocabulary
from tests.gateway.minimization.made_up import ENROLLED, OCCUPANCY, event, minimizer

OBJECTOR, OTHER = "bo@rival.example", "marta@cobalt.example"
#: All that may be told, with a title from the place's kind and from words.
POLICIES = [replace(CONTRACT, title=Title.CATEGORY), replace(CONTRACT, title=Title.VOCABULARY), CONTRACT]
WORDS = Vocabulary([("budget",)])


def told(disclosure: Disclosure, organizer: str | None, *objectors: str) -> Put:
    raw = event(
        organizer=tainted(organizer),
        attendees=(Attendee(Response.ACCEPTED), Attendee(Response.ACCEPTED)),
        title=tainted("budget"),
        conference=True,
    )
    look = frozenset(objectors).__contains__ if objectors else None
    outcome = minimizer(disclosure, enrolled=ENROLLED.get, suppressed=look, vocabulary=WORDS).minimize(raw)
    assert isinstance(outcome, Put)
    return outcome


def without_persons(booking: Booking) -> Booking:
    return replace(booking, booker=None, people=None, title=None)


@pytest.mark.parametrize("disclosure", POLICIES)
def test_of_an_objectors_event_only_what_is_the_rooms_is_told(disclosure: Disclosure) -> None:
    everything, left = told(disclosure, OBJECTOR), told(disclosure, OBJECTOR, OBJECTOR)
    assert (everything.booking.people, everything.booking.title is None) == (2, False)
    assert left.booking == without_persons(everything.booking)
    assert (everything.traits.suppressed, left.traits.suppressed) == (False, True)


@pytest.mark.parametrize("disclosure", POLICIES)
def test_an_organizer_who_is_not_told_may_be_one_who_objected(disclosure: Disclosure) -> None:
    assert told(disclosure, None).booking.people == 2
    left = told(disclosure, None, OBJECTOR)
    assert left.booking == without_persons(left.booking)


@pytest.mark.parametrize("disclosure", POLICIES)
def test_others_events_are_told_as_ever(disclosure: Disclosure) -> None:
    found = told(disclosure, OTHER, OBJECTOR)
    assert found == told(disclosure, OTHER)
    assert found.booking.booker == "user-17"
    assert found.subject == ENROLLED[OTHER].id


def test_a_booker_is_told_with_whose_it_is_and_nobody_without() -> None:
    assert told(OCCUPANCY, OTHER).subject is None
    assert told(replace(OCCUPANCY, booker=Booker.PSEUDONYM), OTHER).subject == ENROLLED[OTHER].id
    assert told(CONTRACT, OBJECTOR).subject is None


def test_it_is_the_subject_who_decides() -> None:
    standing = standing_terms(WIDEST, WIDEST, single_person=False)
    traits = Traits(private=False, bare=False, understood=True, complete=True, suppressed=True)
    decided = explain((*standing, *event_terms(traits)))
    of_persons = {"booker", "people", "title"}
    assert {field for field, one in decided.items() if one.by is Party.SUBJECT} == of_persons
    assert {decided[field].level for field in of_persons} == {0}


def test_who_organizes_is_asked_for_where_an_objection_can_take_something_away() -> None:
    assert projection(OCCUPANCY, has_suppressions=True) == Projection()
    for shown in (replace(OCCUPANCY, people=People.BUCKET), replace(OCCUPANCY, title=Title.CATEGORY)):
        assert not projection(shown).booker
        assert projection(shown, has_suppressions=True) == replace(projection(shown), booker=True)
