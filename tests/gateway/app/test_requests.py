"""Whoever asks for it is told of no more at once, and again once that was refused; rooms stay taken."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.errors import Unreachable
from connectors.raw import Tainted
from gateway.app.requests.steps import close_request
from gateway.app.terms.deadlines import stands_still
from gateway.app.terms.narrowing import narrow
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError, Fenced, KeyUnavailable
from gateway.request import RESTRICTING, RequestKind
from gateway.store.tables import calendars
from gateway.sync.turn import Turns
from tests.fakes.asking import ask, carry, enrolled, refuse, visit
from tests.fakes.enrolled import ALL, BOOKERS, PEOPLE, RUBEN, USERS, WENDLA, allow, enrol, withdraw
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, lose_access
from tests.fakes.persons import Person, invitation, open_peopled_site
from tests.fakes.site import AMBER
from tests.gateway.app.test_regular_users import HIDDEN, SOON, TOLD, agree, open_den, shown
from tests.gateway.app.test_subjects import HOUR, NOTHING, bookers, of_people, open_scene

DAY = timedelta(days=1)
restricting = pytest.mark.parametrize("kind", sorted(RESTRICTING))
PUT = EntryKind.BOOKING_PUT


@restricting
async def test_who_is_enrolled_is_told_of_no_more_and_again_once_it_is_refused(
    installation: Installation, kind: RequestKind
) -> None:
    site = await open_scene(installation, BOOKERS, incremental=True)
    both = {await enrol(site, WENDLA), await enrol(site, RUBEN)}
    await site.later()
    before = bookers(site)
    assert before[0] is not None
    request = await ask(site, kind, WENDLA)
    # At once: no provider was asked.
    assert await site.news() == [PUT]
    assert bookers(site) == [None, before[1], None]
    await site.later()
    assert bookers(site) == [None, before[1], None]
    assert {*await enrolled(site)} == both
    await refuse(site, request)
    await site.later()
    assert bookers(site) == before


@restricting
async def test_of_who_never_was_enrolled_neither_people_nor_title_is_told(
    installation: Installation, kind: RequestKind
) -> None:
    site = await open_scene(installation, PEOPLE)
    before = {number: of_people(site.booking(f"event-{number}")) for number in range(3)}
    request = await ask(site, kind, WENDLA)
    await site.news()
    assert of_people(site.booking("event-0")) == NOTHING
    await site.later()
    assert of_people(site.booking("event-0")) == NOTHING
    assert of_people(site.booking("event-1")) == before[1]
    await refuse(site, request)
    await site.later()
    assert {number: of_people(site.booking(f"event-{number}")) for number in range(3)} == before


async def test_a_restriction_looks_as_if_they_had_never_been_enrolled(installation: Installation) -> None:
    """Byte for byte, in what is told of their events and of those that come."""
    site = await open_scene(installation, BOOKERS)
    never = {one.id: one for one in site.consumer.bookings.values()}
    await enrol(site, WENDLA)
    await site.later()
    await ask(site, RequestKind.RESTRICTION, WENDLA)
    told = await site.news()
    assert set(told) == {PUT}
    await site.later()
    assert {one.id: one for one in site.consumer.bookings.values()} == never


@pytest.mark.parametrize("kind", sorted(set(RequestKind) - RESTRICTING))
async def test_what_does_not_restrict_moves_nothing(installation: Installation, kind: RequestKind) -> None:
    site = await open_scene(installation, ALL)
    await enrol(site, WENDLA)
    await site.later()
    before = bookers(site)
    await ask(site, kind, WENDLA)
    assert await site.later() == []
    assert bookers(site) == before


async def test_whatever_finds_them_finds_all_of_theirs(installation: Installation) -> None:
    """Asked by one address or by their user id, also who is enrolled after they asked, under two."""
    site = await open_scene(installation, BOOKERS)
    request = await ask(site, RequestKind.RESTRICTION, "w@cobalt.example", user=USERS[WENDLA])
    await enrol(site, WENDLA, "w@cobalt.example")
    await site.later()
    assert bookers(site) == [None] * 3
    await refuse(site, request)
    await site.later()
    assert bookers(site)[0] is not None
    by_user = await ask(site, RequestKind.OBJECTION, user=USERS[WENDLA])
    assert bookers(site)[0] is not None
    await site.news()
    assert bookers(site) == [None] * 3
    await ask(site, RequestKind.OBJECTION, WENDLA)
    await refuse(site, by_user)
    await site.later()
    # The other one is open.
    assert bookers(site) == [None] * 3


async def test_what_is_read_meanwhile_is_not_written(installation: Installation) -> None:
    """A turn that began before, in whatever process."""
    site = await open_scene(installation, BOOKERS)
    await enrol(site, WENDLA)
    installation.clock.move(timedelta(minutes=6))
    (lease,) = await installation.store.claim(calendars, tenant=site.tenant, owner="other", limit=1)
    await ask(site, RequestKind.RESTRICTION, WENDLA)
    turns = Turns(
        installation.store, site.tenancy, clock=installation.clock, metrics=installation.parts.metrics
    )
    with pytest.raises(Fenced):
        await turns.take(lease, 0.5)


async def test_who_is_enrolled_while_it_stands_is_not_recognized(installation: Installation) -> None:
    site = await open_scene(installation, BOOKERS)
    await ask(site, RequestKind.RESTRICTION, WENDLA)
    known = await installation.store.look(
        site.tenancy.fence, site.tenancy.keys, lambda to: to.subjects.known()
    )
    await enrol(site, WENDLA)
    after = await installation.store.look(
        site.tenancy.fence, site.tenancy.keys, lambda to: to.subjects.known()
    )
    assert (known.enrolled, after.enrolled) == ({}, {})
    # Their user id finds them as well by now.
    assert len(after.suppressed) == 2


async def test_what_is_told_of_copies_in_peoples_calendars_follows(installation: Installation) -> None:
    allow(installation)
    site = await open_peopled_site(installation, policy=BOOKERS)
    ana = Person(site, "ana")
    ana.put(replace(invitation("ana", NOON + HOUR, AMBER), organizer=Tainted(WENDLA)))
    await ana.connect()
    await enrol(site, WENDLA)
    await site.later()
    (booking,) = site.consumer.bookings.values()
    assert booking.booker is not None
    ana.refuse(Unreachable("network"))
    await ask(site, RequestKind.RESTRICTION, WENDLA)
    assert await site.news() == [PUT]
    (left,) = site.consumer.bookings.values()
    assert of_people(left) == NOTHING
    assert (left.id, left.start) == (booking.id, booking.start)


async def test_a_place_that_is_as_good_as_theirs_is_hidden_meanwhile(installation: Installation) -> None:
    site = await open_den(installation)
    await agree(site)
    await site.later(SOON)
    assert shown(site) == TOLD
    request = await ask(site, RequestKind.RESTRICTION, WENDLA)
    await site.news()
    assert site.consumer.resources == {}
    await site.later(SOON)
    assert shown(site) == HIDDEN
    await refuse(site, request)
    await site.later(SOON)
    assert shown(site) == TOLD


async def test_who_is_restricted_can_withdraw_and_what_follows_lifts_nothing(
    installation: Installation,
) -> None:
    site = await open_scene(installation, BOOKERS)
    subject = await enrol(site, WENDLA)
    request = await ask(site, RequestKind.RESTRICTION, WENDLA)
    with pytest.raises(ConfigurationError, match="enrolled already"):
        await enrol(site, WENDLA)
    assert await withdraw(site, address=WENDLA) is not None
    with pytest.raises(KeyUnavailable):
        await installation.parts.keyring.tenant(site.tenant, subject)
    await refuse(site, request)
    await site.later()
    assert bookers(site) == [None] * 3
    known = await installation.store.look(
        site.tenancy.fence, site.tenancy.keys, lambda to: to.subjects.known()
    )
    assert len(known.suppressed) == 2


async def test_a_granted_restriction_lasts_until_it_is_closed(installation: Installation) -> None:
    site = await open_scene(installation, BOOKERS)
    await enrol(site, WENDLA)
    request = await ask(site, RequestKind.RESTRICTION, WENDLA)
    await carry(site, request)
    installation.clock.move(400 * DAY)
    await visit(installation)
    known = await installation.store.look(
        site.tenancy.fence, site.tenancy.keys, lambda to: to.subjects.known()
    )
    assert known.enrolled == {}
    await close_request(installation.parts, await installation.standing(site.tenant), request.id)
    lifted = await installation.store.look(
        site.tenancy.fence, site.tenancy.keys, lambda to: to.subjects.known()
    )
    assert len(lifted.enrolled) == 2


async def test_for_its_sake_a_clock_stands_still_where_there_is_one(installation: Installation) -> None:
    site = await open_scene(installation)
    request = await ask(site, RequestKind.RESTRICTION, WENDLA)

    async def stands() -> bool:
        return await stands_still(installation.parts, await installation.standing(site.tenant))

    assert not await stands()
    await lose_access(installation.store, await installation.tenancy(site.tenant))
    assert await stands()
    await refuse(site, request)
    assert not await stands()


async def test_of_nobody_anything_is_told_after_a_start(installation: Installation) -> None:
    """Whoever was cut off after the step itself: what is stored obeys before anything is served."""
    site = await open_scene(installation, PEOPLE)
    await ask(site, RequestKind.OBJECTION, WENDLA)
    await narrow(installation.parts)
    await site.news()
    assert of_people(site.booking("event-0")) == NOTHING
