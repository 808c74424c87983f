"""Whoever is enrolled is told to have booked, by a pseudonym of their own, until they withdraw."""

from collections.abc import Awaitable, Callable
from dataclasses import replace as replaced
from datetime import timedelta
from typing import TypeVar

import pytest

from connectors.errors import Unreachable
from gateway.app.terms.narrowing import narrow, narrow_open
from gateway.booking import Booking
from gateway.entry import EntryKind
from gateway.minimization.lattice import Booker
from gateway.store.leases import Lease
from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.subject import Finder, finder
from gateway.vault.keyring import TenantKeys
from tests.fakes.enrolled import (
    ALL,
    BOOKERS,
    PEOPLE,
    RUBEN,
    USERS,
    WENDLA,
    allow,
    enrol,
    enrolled_at,
    organized,
    withdraw,
)
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.site import AMBER, Site, open_site

Result = TypeVar("Result")
HOUR = timedelta(hours=1)
PUT, ERASED = EntryKind.BOOKING_PUT, EntryKind.SUBJECT_ERASED
incrementally = pytest.mark.parametrize("incremental", [False, True], ids=["snapshot", "incremental"])


async def open_scene(
    installation: Installation, policy: str = ALL, *, incremental: bool = False, basis: str = "f"
) -> Site:
    """A room with a meeting of Wendla's, one of Ruben's, and one of a stranger's."""
    allow(installation)
    organizers = (WENDLA, RUBEN, "stranger@elsewhere.example")
    events = [organized(f"event-{n}", NOON + n * HOUR, who) for n, who in enumerate(organizers)]
    return await open_site(installation, *events, policy=policy, incremental=incremental, basis=basis)


def bookers(site: Site) -> list[str | None]:
    return [site.booking(f"event-{number}").booker for number in range(3)]


def of_people(booking: Booking) -> tuple[object, object, object]:
    return booking.booker, booking.people, booking.title


NOTHING = (None, None, None)


@incrementally
async def test_an_enrolled_organizer_is_told_by_a_pseudonym(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_scene(installation, incremental=incremental)
    assert bookers(site) == [None] * 3
    await enrol(site, WENDLA)
    assert await site.later() == [PUT]
    wendla, *others = bookers(site)
    assert wendla is not None
    assert len(wendla) == 22
    assert others == [None, None]
    assert await site.later() == []


async def test_where_the_basis_carries_it_by_their_user_id(installation: Installation) -> None:
    site = await open_scene(installation, basis="b")
    await enrol(site, WENDLA)
    await site.later()
    assert bookers(site) == [USERS[WENDLA], None, None]


async def test_any_of_their_addresses_finds_them_as_calendars_write_it(installation: Installation) -> None:
    site = await open_scene(installation, basis="b")
    await enrol(site, RUBEN, " Wendla@Cobalt.Example ")
    await site.later()
    assert bookers(site) == [USERS[RUBEN]] * 2 + [None]


async def test_a_policy_that_tells_them_no_more_holds_for_what_is_stored(installation: Installation) -> None:
    site = await open_scene(installation, BOOKERS)
    await enrol(site, WENDLA)
    await site.later()
    installation.set_policy(BOOKERS, booker=Booker.NONE)
    await narrow(installation.parts)
    assert await site.news() == [PUT]
    assert bookers(site) == [None] * 3


@incrementally
async def test_a_withdrawal_takes_them_out_at_once_and_for_good(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_scene(installation, BOOKERS, incremental=incremental)
    await enrol(site, WENDLA)
    await enrol(site, RUBEN)
    await site.later()
    before = site.booking("event-0")
    withdrawal = await withdraw(site, user=USERS[WENDLA])
    assert withdrawal is not None
    assert withdrawal.notified_at is not None
    assert await site.news() == [PUT, ERASED]
    assert site.consumer.erasures == [withdrawal.id]
    assert of_people(site.booking("event-0")) == NOTHING
    assert (site.booking("event-0").start, site.booking("event-0").status) == (before.start, before.status)
    assert bookers(site)[1] is not None
    # Read anew, polled, and read in full the next day.
    assert await site.later() == await site.later() == []
    site.provider.put(AMBER, organized("event-0", NOON + 5 * HOUR, WENDLA))
    assert await site.later() == [PUT]
    assert of_people(site.booking("event-0")) == NOTHING


async def test_what_only_their_events_tell_of_people_goes_with_them(installation: Installation) -> None:
    site = await open_scene(installation)
    await enrol(site, WENDLA)
    await site.later()
    assert of_people(site.booking("event-0"))[1:] == ("2-5", "meeting")
    await withdraw(site, user=USERS[WENDLA])
    await site.news()
    # The rows do not tell whose the others are, so of them nothing is told either until they were read.
    assert [of_people(site.booking(f"event-{number}")) for number in range(3)] == [NOTHING] * 3
    assert await site.later() == [PUT, PUT]
    assert of_people(site.booking("event-0")) == NOTHING
    assert of_people(site.booking("event-1")) == (None, "2-5", "meeting")
    assert await site.later() == []


async def test_to_enrol_again_draws_another_pseudonym(installation: Installation) -> None:
    site = await open_scene(installation)
    first = await enrol(site, WENDLA)
    await site.later()
    (before, *_) = bookers(site)
    await withdraw(site, address=WENDLA)
    second = await enrol(site, WENDLA)
    await site.later()
    (after, *_) = bookers(site)
    assert after not in {None, before}
    assert await enrolled_at(site) == [second]
    assert first != second
    assert of_people(site.booking("event-0"))[1:] == ("2-5", "meeting")


@incrementally
async def test_who_was_never_enrolled_may_object(installation: Installation, *, incremental: bool) -> None:
    site = await open_scene(installation, PEOPLE, incremental=incremental)
    assert await withdraw(site, address=RUBEN) is not None
    # No consumer was told of anybody, so there is nobody to delete.
    assert await site.news() == [PUT] * 3
    assert await site.later() == [PUT] * 2
    told = [of_people(site.booking(f"event-{number}")) for number in range(3)]
    assert told == [(None, "2-5", "meeting"), NOTHING, (None, "2-5", "meeting")]
    assert await withdraw(site, address=RUBEN) is None
    assert await site.later() == await site.later() == []


class EventfulStore(Store):
    """Something happens, once, right before its second writing transaction."""

    def __init__(self, store: Store, happens: Callable[[], Awaitable[object]]) -> None:
        super().__init__(store._lanes, store._clock)
        self._happens = happens
        self._turns = 0

    async def turn(self, fence: Fence, keys: TenantKeys, work: Callable[[Transaction], Result]) -> Result:
        self._turns += 1
        if self._turns == 2:
            await self._happens()
        return await super().turn(fence, keys, work)


async def fenced(site: Site) -> Lease:
    """The withdrawal of Ruben, of which no step is taken yet."""
    tenancy = site.tenancy
    found_by = finder(tenancy.keys.index.identifier, Finder.ADDRESS, RUBEN)
    cascade = site.installation.cascade()
    lease = await cascade.fence_subject(tenancy.fence, tenancy.keys, found_by, may_object=True)
    assert lease is not None
    return lease


def assert_all_but_rubens_are_told(site: Site) -> None:
    told = [of_people(site.booking(f"event-{number}")) for number in range(3)]
    assert told == [(None, "2-5", "meeting"), NOTHING, (None, "2-5", "meeting")]


@pytest.mark.parametrize("page", [1, 2, 3])
@incrementally
async def test_others_are_told_again_that_were_narrowed_amid_a_round(
    installation: Installation, page: int, *, incremental: bool
) -> None:
    site = await open_scene(installation, PEOPLE, incremental=incremental)
    site.provider.page_items = 1
    lease = await fenced(site)

    async def go_on() -> None:
        await installation.cascade().drive(lease)

    site.provider.meanwhile(page, go_on)
    await site.later()
    await site.later()
    assert_all_but_rubens_are_told(site)


@incrementally
async def test_others_are_told_again_that_were_narrowed_after_a_round(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_scene(installation, PEOPLE, incremental=incremental)
    lease = await fenced(site)
    # After it was seen which calendars obey other rules, and before they are narrowed.
    store = EventfulStore(installation.store, site.later)
    await narrow_open(replaced(installation.parts, store=store), site.tenant)
    await installation.cascade().drive(lease)
    await site.later()
    assert_all_but_rubens_are_told(site)


async def test_while_a_calendar_cannot_be_read_nothing_of_people_is_told(installation: Installation) -> None:
    site = await open_scene(installation, PEOPLE)
    site.provider.refused[AMBER.address] = Unreachable("timeout")
    await withdraw(site, address=RUBEN)
    await site.later()
    assert {of_people(site.booking(f"event-{number}")) for number in range(3)} == {NOTHING}


async def test_who_organizes_is_asked_for_from_then_on(installation: Installation) -> None:
    site = await open_scene(installation, PEOPLE)
    assert not any(asked.booker for asked in site.provider.projections)
    site.provider.projections.clear()
    await withdraw(site, address=RUBEN)
    await site.later()
    assert all(asked.booker for asked in site.provider.projections)


async def test_where_nothing_of_people_is_told_an_objection_shows_nowhere(
    installation: Installation,
) -> None:
    site = await open_scene(installation, "occupancy")
    head = await site.head()
    await withdraw(site, address=RUBEN)
    assert await site.later() == []
    assert await site.head() == head
    assert not any(asked.booker for asked in site.provider.projections)


@pytest.mark.parametrize("page", [1, 2, 3])
@incrementally
async def test_a_round_under_way_writes_nothing_of_them(
    installation: Installation, page: int, *, incremental: bool
) -> None:
    site = await open_scene(installation, incremental=incremental)
    site.provider.page_items = 1
    await enrol(site, WENDLA)

    async def leave() -> None:
        await withdraw(site, user=USERS[WENDLA])

    site.provider.meanwhile(page, leave)
    await site.later()
    assert await enrolled_at(site) == []
    assert of_people(site.booking("event-0")) == NOTHING
    await site.later()
    assert of_people(site.booking("event-0")) == NOTHING
