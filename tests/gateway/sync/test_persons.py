"""People's own calendars: what names a resource of the tenant is told once, and the resource's copy wins."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.errors import AccessLost
from connectors.raw import Attendee, RawEvent, Response, Tainted
from gateway.entry import EntryKind
from gateway.minimization.lattice import WIDEST, People
from gateway.minimization.purposes import purpose
from tests.fakes.filled_store import NOON
from tests.fakes.installation import SEES_ALL, Installation
from tests.fakes.log_fold import LogFold
from tests.fakes.persons import Person, at_the_place, invitation, open_peopled_site
from tests.fakes.provider import meeting, room
from tests.fakes.site import AMBER, Site, open_site

BIRCH = room("birch")
PUT, REMOVED = EntryKind.BOOKING_PUT, EntryKind.BOOKING_REMOVED
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.parametrize("incremental", [True, False], ids=["by cursor", "by snapshot"])


@pytest.fixture
async def site(installation: Installation, incremental: object) -> Site:
    return await open_peopled_site(installation, incremental=bool(incremental), places=(AMBER, BIRCH))


async def connected(site: Site, name: str, *events: RawEvent) -> Person:
    person = Person(site, name)
    person.put(*events)
    await person.connect()
    return person


def told(site: Site) -> list[tuple[str, int]]:
    """Resources that are taken, and from which hour after noon on."""
    names = {resource.id: str(resource.name) for resource in site.consumer.resources.values()}
    taken = site.consumer.bookings.values()
    return sorted((names[one.resource], (one.start - NOON) // HOUR) for one in taken)


async def test_an_event_that_names_a_resource_becomes_a_booking_and_no_other_does(site: Site) -> None:
    await connected(site, "ana", invitation("with", NOON, AMBER), meeting("alone", NOON + HOUR))
    assert await site.later() == [PUT]
    assert told(site) == [("Amber", 0)]


async def test_an_event_that_names_two_resources_takes_both(site: Site) -> None:
    ana = await connected(site, "ana", invitation("both", NOON, AMBER, BIRCH))
    await site.later()
    assert told(site) == [("Amber", 0), ("Birch", 0)]
    ana.put(invitation("both", NOON, BIRCH))
    assert await site.later() == [REMOVED]
    assert told(site) == [("Birch", 0)]
    ana.delete("both")
    assert await site.later() == [REMOVED]


async def test_the_places_answer_counts_and_not_the_owners(site: Site) -> None:
    declined = invitation("declined", NOON, AMBER, answer=Response.DECLINED)
    mine = replace(invitation("mine", NOON + HOUR, AMBER), response=Response.DECLINED)
    await connected(site, "ana", declined, mine)
    await site.later()
    assert told(site) == [("Amber", 1)]


async def test_the_resources_own_copy_wins_whichever_was_read_first(site: Site) -> None:
    event = invitation("theirs", NOON, AMBER)
    ana = await connected(site, "ana", event)
    assert await site.later() == [PUT]
    site.provider.put(AMBER, at_the_place(event, "event-1"))
    assert sorted(await site.later()) == [PUT, REMOVED]
    assert site.told == {"event-1"}
    # Read after it, and again after a change that the resource does not know of.
    ana.put(invitation("theirs", NOON + HOUR, AMBER))
    assert await site.later() == []
    assert told(site) == [("Amber", 0)]


async def test_what_the_resource_says_is_gone_is_not_taken_for_anybodys_calendar(site: Site) -> None:
    event = invitation("theirs", NOON, AMBER)
    site.provider.put(AMBER, at_the_place(event, "event-1"))
    ana = await connected(site, "ana", event)
    await site.later()
    site.provider.delete(AMBER, "event-1")
    assert await site.later() == [REMOVED]
    ana.put(invitation("theirs", NOON, AMBER, hours=2))
    assert await site.later() == []
    assert told(site) == []


async def test_copies_of_two_persons_are_one_booking_until_the_last_has_gone(site: Site) -> None:
    event = invitation("theirs", NOON, AMBER)
    ana, ben = await connected(site, "ana", event), Person(site, "ben")
    assert await site.later() == [PUT]
    ben.put(replace(event, id="by another id"))
    await ben.connect()
    assert await site.later() == []
    head = await site.head()
    ana.delete("theirs")
    # That one of them has left is nobody's to know: it is told as it was.
    assert await site.later() == []
    assert await site.head() == head
    assert await told_from_nothing(site) == 1
    ben.delete("by another id")
    assert await site.later() == [REMOVED]


async def told_from_nothing(site: Site) -> int:
    """How many bookings a consumer is told of that begins now."""
    new = LogFold()
    await site.installation.news(site.tenant, new)
    return len(new.bookings)


async def test_a_copy_that_says_otherwise_is_told_anew_once_it_counts(site: Site) -> None:
    event = invitation("theirs", NOON, AMBER)
    ana, ben = await connected(site, "ana", event), Person(site, "ben")
    await site.later()
    ben.put(replace(event, id="by another id", end=NOON + 2 * HOUR))
    await ben.connect()
    assert await site.later() == []
    ana.delete("theirs")
    assert await site.later() == [PUT]
    assert [one.end for one in site.consumer.bookings.values()] == [NOON + 2 * HOUR]


async def test_a_copy_that_differs_in_what_a_purpose_hides_takes_over_unheard(
    installation: Installation, *, incremental: object
) -> None:
    installation.set_policy("counted", people=People.EXACT)
    site = await open_peopled_site(installation, incremental=bool(incremental), policy="counted")
    ana, ben = [await connected(site, name) for name in ("ana", "ben")]
    event, guest = invitation("shared", NOON, AMBER), Attendee(Response.ACCEPTED)
    for person, guests in ((ana, 1), (ben, 3)):
        person.put(replace(event, attendees=(*(event.attendees or ()), *[guest] * guests)))
        await site.later()
    planner = purpose("planner", replace(WIDEST, people=People.BUCKET))
    before = [await installation.entries(site.tenant, purpose=seen) for seen in (planner, SEES_ALL)]
    ana.delete("shared")
    await site.later()
    after = [await installation.entries(site.tenant, purpose=seen) for seen in (planner, SEES_ALL)]
    assert [entry.revision for entry in after[0]] == [entry.revision for entry in before[0]]
    assert [entry.position for entry in after[0]] == [entry.position for entry in before[0]]
    assert before[1] != after[1]


async def test_a_hidden_change_moves_nothing(site: Site) -> None:
    ana = await connected(site, "ana", invitation("theirs", NOON, AMBER))
    await site.later()
    head = await site.head()
    changed = invitation("theirs", NOON, AMBER)
    ana.put(replace(changed, organizer=Tainted("boss@people.example")), meeting("doctor", NOON))
    assert await site.later() == []
    assert await site.head() == head


async def test_what_cannot_be_understood_keeps_what_it_had(site: Site) -> None:
    ana = await connected(site, "ana", invitation("odd", NOON, AMBER), invitation("even", NOON + HOUR, AMBER))
    await site.later()
    ana.put(replace(invitation("odd", NOON, AMBER), attendees=None))
    ana.delete("even")
    assert await site.later() == [REMOVED]
    assert told(site) == [("Amber", 0)]
    await site.later(timedelta(days=1, hours=1))
    assert told(site) == [("Amber", 0)]


async def test_a_place_that_is_added_is_found_in_what_was_read_before(site: Site) -> None:
    cedar = room("cedar")
    await connected(site, "ana", invitation("there", NOON + timedelta(days=3), cedar))
    await site.later()
    assert told(site) == []
    site.provider.add_place(cedar)
    await site.later(timedelta(days=1, hours=1))
    await site.later()
    assert told(site) == [("Cedar", 72)]


async def test_without_a_uid_copies_are_apart(site: Site) -> None:
    event = invitation("theirs", NOON, AMBER, uid=None)
    ana = await connected(site, "ana", event)
    await connected(site, "ben", event)
    await site.later()
    assert told(site) == [("Amber", 0)] * 2
    ana.delete("theirs")
    assert await site.later() == [REMOVED]
    assert told(site) == [("Amber", 0)]


async def test_a_resource_that_goes_takes_what_persons_said_of_it(site: Site) -> None:
    await connected(site, "ana", invitation("theirs", NOON + timedelta(days=2), BIRCH))
    await site.later()
    del site.provider.places[BIRCH.place_id]
    await site.later(timedelta(days=1, hours=1))
    assert told(site) == []
    assert await site.later() == []


async def test_a_tenant_whose_people_may_not_connect_asks_for_no_uid(
    installation: Installation, incremental: object
) -> None:
    closed = await open_site(installation, meeting("event-1", NOON), incremental=bool(incremental))
    assert {projection.uid for projection in closed.provider.projections} == {False}


async def test_what_is_asked_of_a_persons_calendar(site: Site) -> None:
    site.provider.projections.clear()
    await connected(site, "ana")
    await site.later()
    asked = {(one.places, one.uid, one.people, one.booker) for one in site.provider.projections}
    assert asked == {(False, True, False, False), (True, True, False, False)}


@pytest.mark.parametrize("page_items", [100, 1], ids=["on one page", "on two pages"])
async def test_a_calendar_may_hold_one_event_twice(
    installation: Installation, incremental: object, page_items: int
) -> None:
    site = await open_peopled_site(installation, incremental=bool(incremental), page_items=page_items)
    twice = invitation("first", NOON, AMBER, uid="one"), invitation("second", NOON + HOUR, AMBER, uid="one")
    ana = await connected(site, "ana", *twice)
    assert await site.later() == [PUT]
    head = await site.head()
    assert await site.later() == []
    assert await site.head() == head
    # Whichever of them is told: one that goes leaves the other.
    (told_hour,) = [hour for _, hour in told(site)]
    ana.delete("first")
    assert await site.later() == ([PUT] if told_hour == 0 else [])
    assert told(site) == [("Amber", 1)]
    ana.put(twice[0])
    assert await site.later() == []
    ana.delete("second")
    assert await site.later() == [PUT]
    assert told(site) == [("Amber", 0)]
    ana.delete("first")
    assert await site.later() == [REMOVED]
    assert told(site) == []


async def test_one_event_held_twice_is_told_once_before_and_after_a_suspension(site: Site) -> None:
    ana = await connected(site, "ana", *(invitation(name, NOON, AMBER, uid="one") for name in "abc"))
    await site.later()
    assert told(site) == [("Amber", 0)]
    ana.refuse(AccessLost("consent_missing"))
    assert REMOVED in await site.later(2 * HOUR)
    assert (told(site), await told_from_nothing(site)) == ([], 0)
    ana.accept()
    await ana.connect("a token of another consent")
    assert PUT in await site.later()
    assert (told(site), await told_from_nothing(site)) == ([("Amber", 0)], 1)
    ana.delete("b", "c")
    assert await site.later() == []
    ana.delete("a")
    assert await site.later() == [REMOVED]


async def test_an_event_that_becomes_another_by_its_uid_leaves_nothing_behind(site: Site) -> None:
    ana = await connected(site, "ana", invitation("theirs", NOON, AMBER))
    await site.later()
    ana.put(invitation("theirs", NOON, AMBER, uid="of another event"))
    assert sorted(await site.later()) == [PUT, REMOVED]
    assert (told(site), await told_from_nothing(site)) == ([("Amber", 0)], 1)
