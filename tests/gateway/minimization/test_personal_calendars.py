"""Only an event that names a resource of the tenant becomes a booking."""

from connectors.raw import Attendee, Response
from gateway.minimization.personal import as_the_place_sees_it
from tests.gateway.minimization.made_up import event

OURS = frozenset({"harbour@cobalt.example"})


def named(address: str, response: Response = Response.ACCEPTED, *, is_resource: bool = True) -> Attendee:
    return Attendee(response=response, address=address, is_resource=is_resource)


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
