"""Law 6 for persons: no write is committed once their epoch, or their employer's, is over."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

import pytest

from connectors.errors import AccessLost
from gateway.drafting import draft
from gateway.errors import Fenced, KeyUnavailable
from gateway.minimization.lattice import WIDEST, levels_of
from gateway.store.registry import standing_under
from gateway.store.store import Fence
from gateway.store.transaction import Transaction
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, lose_access
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.rows import rows_in, rows_of
from tests.fakes.site import AMBER
from tests.gateway.store.person_writes import INVITATION, OF_PERSONS, STATE, PersonScene, Write

EVENT = invitation("theirs", NOON + timedelta(days=1), AMBER)


@pytest.fixture
async def ana(installation: Installation) -> Person:
    site = await open_peopled_site(installation)
    people = Person(site, "ana"), Person(site, "ben")
    for person in people:
        person.put(EVENT)
        await person.connect()
        await site.later()
    return people[0]


@pytest.fixture
async def scene(ana: Person) -> PersonScene:
    site, here = ana.site, ana.site.installation
    mine, others = await links_at(site)
    found = await here.store.read(
        partial(standing_under, tenant=site.tenant, authorization=mine.authorization)
    )
    assert found is not None
    fence = Fence(site.tenant, mine.authorization, found.authorization.epoch, within=site.tenancy.fence)
    keys = await here.parts.keyring.tenant(site.tenant, mine.authorization)
    (booking,) = site.consumer.bookings.values()
    (copy,) = await here.store.look(fence, keys, lambda to: to.told.of_calendar(mine.calendar))
    told = draft(keys.index, copy.id, booking, levels_of(WIDEST), None, copy.uid)

    def begin(to: Transaction) -> None:
        to.invitations.add(INVITATION, "secret")
        to.invitations.begin(INVITATION, state=STATE, session="session", verifier="verifier")

    await here.store.turn(fence, keys, begin)
    here.clock.move(timedelta(seconds=1))
    return PersonScene(site, fence, keys, mine.calendar, others.calendar, told)


class BrokenOff(Exception):
    """What ends a transaction that has written."""


def breaking_off(write: Write, scene: PersonScene) -> Callable[[Transaction], None]:
    """A transaction that writes, and comes to nothing."""

    def work(to: Transaction) -> None:
        handle = to.log._scope.handle
        before = rows_in(handle)
        write(to, scene)
        assert rows_in(handle) != before
        raise BrokenOff

    return work


def upon(scene: PersonScene, write: Write) -> Callable[[Transaction], object]:
    return lambda to: write(to, scene)


async def test_under_its_own_epoch_it_writes_and_nothing_if_it_breaks_off(
    scene: PersonScene, subtests: pytest.Subtests
) -> None:
    store = scene.site.installation.store
    before = await rows_of(store)
    for name, write in OF_PERSONS.items():
        with subtests.test(name):
            with pytest.raises(BrokenOff):
                await store.turn(scene.fence, scene.keys, breaking_off(write, scene))
            assert await rows_of(store) == before


async def lose_the_person(ana: Person) -> None:
    ana.refuse(AccessLost("consent_missing"))
    await ana.site.installation.sync_later()


async def lose_the_employer(ana: Person) -> None:
    await lose_access(ana.site.installation.store, ana.site.tenancy)


@pytest.mark.parametrize("lose", [lose_the_person, lose_the_employer])
async def test_once_either_is_over_it_is_fenced_and_writes_nothing(
    scene: PersonScene,
    ana: Person,
    lose: Callable[[Person], Awaitable[None]],
    subtests: pytest.Subtests,
) -> None:
    await lose(ana)
    store = scene.site.installation.store
    before = await rows_of(store)
    for name, write in OF_PERSONS.items():
        with subtests.test(name):
            with pytest.raises(Fenced):
                await store.turn(scene.fence, scene.keys, upon(scene, write))
            assert await rows_of(store) == before


async def test_a_persons_key_falls_behind_their_fence_and_the_employers_does_not(
    scene: PersonScene, ana: Person
) -> None:
    here, employer = ana.site.installation, ana.site.tenancy
    await lose_the_person(ana)
    here.parts.keyring.keep_only(ana.site.tenant, {employer.fence.authorization})
    with pytest.raises(KeyUnavailable):
        scene.keys.column("bookings", "body").seal("row", 1, b"")
    keys = await here.parts.keyring.tenant(ana.site.tenant, employer.fence.authorization)
    assert keys.column("bookings", "body").seal("row", 1, b"")
