"""Law 6 for persons: no write is committed once their epoch, or their employer's, is over."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from connectors.errors import AccessLost
from gateway.drafting import draft
from gateway.errors import Fenced, KeyUnavailable
from gateway.minimization.lattice import WIDEST, levels_of
from gateway.store.registry import standing_under
from gateway.store.store import Fence
from gateway.store.tables import metadata
from gateway.store.transaction import Transaction
from tests.fakes.crashes import Crash, CrashingStore, Fuse
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, lose_access
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.site import AMBER
from tests.gateway.store.person_writes import INVITATION, OF_PERSONS, STATE, PersonScene, Write

EVENT = invitation("theirs", NOON + timedelta(days=1), AMBER)

all_writes = pytest.mark.parametrize("write", OF_PERSONS.values(), ids=OF_PERSONS)


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


def rows(tmp_path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that the database holds."""
    with closing(sqlite3.connect(tmp_path / "store" / "gateway.db")) as connection:
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall()  # noqa: S608  ours
            for name in metadata.tables
        }


@all_writes
async def test_under_its_own_epoch_it_writes(scene: PersonScene, write: Write, tmp_path: Path) -> None:
    before = rows(tmp_path)
    await scene.site.installation.store.turn(scene.fence, scene.keys, lambda to: write(to, scene))
    assert rows(tmp_path) != before


async def lose_the_person(ana: Person) -> None:
    ana.refuse(AccessLost("consent_missing"))
    await ana.site.installation.sync_later()


async def lose_the_employer(ana: Person) -> None:
    await lose_access(ana.site.installation.store, ana.site.tenancy)


@all_writes
@pytest.mark.parametrize("lose", [lose_the_person, lose_the_employer])
async def test_once_either_is_over_it_is_fenced_and_writes_nothing(
    scene: PersonScene,
    ana: Person,
    lose: Callable[[Person], Awaitable[None]],
    write: Write,
    tmp_path: Path,
) -> None:
    await lose(ana)
    before = rows(tmp_path)
    with pytest.raises(Fenced):
        await scene.site.installation.store.turn(scene.fence, scene.keys, lambda to: write(to, scene))
    assert rows(tmp_path) == before


@all_writes
async def test_a_transaction_that_breaks_off_writes_nothing(
    scene: PersonScene, write: Write, tmp_path: Path
) -> None:
    before = rows(tmp_path)
    store = CrashingStore(scene.site.installation.store, Fuse(0))
    with pytest.raises(Crash):
        await store.turn(scene.fence, scene.keys, lambda to: write(to, scene))
    assert rows(tmp_path) == before


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
