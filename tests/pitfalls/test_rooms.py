"""Rooms and what their mailboxes do: P78 to P87."""

import pytest

from connectors.raw import PlaceKind
from gateway.app.rules import load_rules
from gateway.booking import Status
from gateway.minimization.lattice import Title
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.provider import meeting, room
from tests.fakes.site import open_site
from tests.pitfalls.hosted import DELTA, SNAPSHOT, SYNC, Hosted, read_as
from tests.pitfalls.words import GOOGLE, GRAPH, WIDEST, Words, both, personal_parts

TEXTS = ("Anna Schmidt", "Oncology", "", None)


@read_as(SNAPSHOT, DELTA)
async def test_p78_a_title_is_never_what_a_room_has_for_a_subject(hosted: Hosted) -> None:
    hosted.installation.set_policy("titled", title=Title.VOCABULARY)
    hosted.fault("subject-organizer")
    await hosted.hold(hosted.words.meeting(), policy="titled")
    assert [booking.title for booking in hosted.bookings] == ["meeting"]


@both
def test_p79_whatever_a_room_makes_of_subjects_the_booking_is_the_same(words: Words) -> None:
    rooms = [
        words.booking(words.meeting() | {"subject": text, "summary": text}, disclosure=WIDEST)
        for text in TEXTS
    ]
    assert rooms == [rooms[0]] * len(TEXTS)


def test_p80_what_a_room_organizes_itself_is_confirmed_and_its_title_not_read() -> None:
    own = GRAPH.meeting() | {"isOrganizer": True, "responseStatus": {"response": "organizer"}}
    bookings = [
        GRAPH.booking(own, disclosure=WIDEST),
        GOOGLE.booking(GOOGLE.meeting() | {"attendees": []}, disclosure=WIDEST),
    ]
    assert [booking.status for booking in bookings] == [Status.CONFIRMED] * 2
    assert personal_parts([repr(bookings).encode()]) == set()


@read_as(SNAPSHOT)
async def test_p81_nothing_is_looked_up_in_the_organizers_copy(hosted: Hosted) -> None:
    organizer = hosted.sandbox.world.calendar(hosted.company.people[2].address)
    organizer.load([hosted.words.meeting()])
    await hosted.hold(hosted.words.meeting())
    asked = hosted.sandbox.requests.total()
    organizer.make_private("one")
    assert await hosted.later() == []
    # The room's calendar, and nobody else's.
    assert hosted.sandbox.requests.total() == asked + 1
    assert hosted.sandbox.requests[hosted.kind] == 2


@read_as(SNAPSHOT, DELTA)
async def test_p82_a_private_meeting_that_the_room_left_whole_is_private(hosted: Hosted) -> None:
    hosted.installation.set_policy("titled", title=Title.CATEGORY)
    hosted.fault("private-unstripped")
    await hosted.hold(hosted.words.meeting(), policy="titled")
    assert [booking.title for booking in hosted.bookings] == [None]


@both
@pytest.mark.parametrize("policy", ["occupancy", "strict", "capacity"])
def test_p83_where_the_private_flag_is_lost_no_shipped_policy_tells_more(words: Words, policy: str) -> None:
    disclosure = load_rules().policies[policy].disclosure
    private = words.meeting() | {"sensitivity": "private", "visibility": "private"}
    shown = words.booking(words.meeting(), disclosure=disclosure)
    assert shown == words.booking(private, disclosure=disclosure)
    assert (shown.title, shown.booker) == (None, None)


@read_as(SNAPSHOT)
async def test_p84_a_room_is_read_by_its_address_and_nothing_else_is_asked_for(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    assert len(hosted.bookings) == 1
    tokens, directory = {"entra.discovery", "entra.token"}, {"graph.areas", "graph.places"}
    assert set(hosted.sandbox.requests) == tokens | directory | {"graph.view"}


@pytest.mark.parametrize("kind", list(PlaceKind))
async def test_p85_two_may_share_a_place_at_one_time(installation: Installation, kind: PlaceKind) -> None:
    pool = room("amber")
    pool = type(pool)(pool.place_id, pool.address, kind, pool.name, capacity=8)
    site = await open_site(installation, meeting("event-0", NOON), meeting("event-1", NOON), place=pool)
    assert len(site.consumer.bookings) == 2


@read_as(SYNC)
async def test_p86_rooms_come_from_the_directory_and_are_read_as_one_account(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    (resource,) = hosted.consumer.resources.values()
    assert (resource.name, resource.external_ref) == (hosted.place.name, hosted.place.place_id)
    assert len(hosted.bookings) == 1
    assert "@" not in repr(resource)


@read_as(SNAPSHOT, SYNC)
async def test_p87_of_private_meetings_nothing_more_crosses_the_wire(hosted: Hosted) -> None:
    private = {"sensitivity": "private", "visibility": "private"}
    await hosted.hold(hosted.words.meeting() | private)
    assert hosted.sandbox.crossed[hosted.company.name].crossed.total() == 0
    assert len(hosted.bookings) == 1
