"""Only an event that names a resource of the tenant becomes a booking."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.raw import Attendee, RawEvent, Response, Unclear, tainted
from gateway.booking import CalendarId, ResourceId, Status
from gateway.minimization.minimize import Minimizer
from gateway.minimization.outcome import Outcome, Put
from gateway.minimization.personal import RESOURCES_MAX, PersonalMinimizer, as_the_place_sees_it
from gateway.minimization.places import Bookable
from tests.gateway.minimization.made_up import NOON, event, minimizer, room

OURS = frozenset({"harbour@cobalt.example"})


def named(address: str, response: Response = Response.ACCEPTED, *, is_resource: bool = True) -> Attendee:
    return Attendee(response=response, address=tainted(address), is_resource=is_resource)


def test_the_named_places_answer_stands_for_the_owners() -> None:
    raw = event(
        response=Response.DECLINED,
        attendees=(
            named("guest@rival.example", is_resource=False),
            named("harbour@cobalt.example", Response.TENTATIVE),
        ),
    )
    seen = as_the_place_sees_it(raw, OURS)
    assert seen is not None
    assert seen.response is Response.TENTATIVE


def test_an_event_without_a_place_of_ours_is_nobodys_business() -> None:
    strangers = (
        (),
        None,
        (named("quay@rival.example"),),
        (named("harbour@cobalt.example", is_resource=False),),
        (Attendee(response=Response.ACCEPTED, is_resource=True),),
    )
    assert [as_the_place_sees_it(event(attendees=rows), OURS) for rows in strangers] == [None] * 5


def minimized(raw: RawEvent | Unclear, *, places: dict[str, Bookable]) -> list[Outcome] | None:
    outcomes = PersonalMinimizer(CalendarId("ana's"), places, minimizer_of).minimize(raw)
    return None if outcomes is None else [outcome for _, outcome in outcomes]


def minimizer_of(place: Bookable) -> Minimizer:
    return minimizer(place=place)


SITE = room()
TWO_OF_ONE = {"harbour@cobalt.example": SITE, "quay@cobalt.example": SITE}


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((Response.DECLINED, Response.ACCEPTED), Status.CONFIRMED),
        ((Response.ACCEPTED, Response.DECLINED), Status.CONFIRMED),
        ((Response.UNANSWERED, Response.DECLINED), Status.TENTATIVE),
        ((Response.TENTATIVE, Response.UNANSWERED), Status.TENTATIVE),
        ((Response.DECLINED, Response.DECLINED), None),
    ],
)
def test_of_several_places_of_one_resource_whoever_came_takes_it(
    answers: tuple[Response, Response], outcome: Status | None
) -> None:
    rows = tuple(named(address, answer) for address, answer in zip(TWO_OF_ONE, answers, strict=True))
    (found,) = minimized(event(attendees=rows), places=TWO_OF_ONE) or []
    assert (found.booking.status if isinstance(found, Put) else None) == outcome


def test_of_several_places_of_one_resource_the_more_private_rules() -> None:
    person = replace(SITE, single_person=True)
    rows = tuple(named(address) for address in TWO_OF_ONE)
    for address in TWO_OF_ONE:
        places = TWO_OF_ONE | {address: person}
        odd = event(attendees=rows, start=NOON + timedelta(minutes=7))
        (found,) = minimized(odd, places=places) or []
        assert isinstance(found, Put)
        assert found.booking.start == NOON


def test_what_may_name_any_place_is_not_taken_for_naming_none() -> None:
    for odd in (event(attendees=None), event(attendees=(), understood=False), Unclear("one", "no_start")):
        assert minimized(odd, places=TWO_OF_ONE) is None
    assert minimized(event(attendees=()), places=TWO_OF_ONE) == []


def test_an_event_that_names_more_resources_than_a_meeting_does_is_not_understood() -> None:
    addresses = [f"room{number}@cobalt.example" for number in range(RESOURCES_MAX + 1)]
    places = {address: Bookable(replace(SITE.resource, id=ResourceId(address))) for address in addresses}
    rows = tuple(map(named, addresses))
    assert len(minimized(event(attendees=rows[:-1]), places=places) or []) == RESOURCES_MAX
    assert minimized(event(attendees=rows), places=places) is None


def test_a_place_is_prepared_once_for_all_events_that_name_it() -> None:
    prepared = list[Bookable]()

    def prepare(place: Bookable) -> Minimizer:
        prepared.append(place)
        return minimizer_of(place)

    personal = PersonalMinimizer(CalendarId("ana's"), TWO_OF_ONE, prepare)
    for own_id in ("one", "two"):
        assert personal.minimize(event(id=own_id, attendees=(named("harbour@cobalt.example"),)))
    assert prepared == [SITE]
