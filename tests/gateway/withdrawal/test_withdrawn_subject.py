"""A subject withdraws: nothing opens to their name in any copy, the room stays taken, whatever crashes."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace as altered

from connectors.raw import Tainted
from gateway.app.terms.narrowing import narrow_open
from gateway.booking import SubjectId, TenantId
from gateway.entry import EntryKind
from gateway.errors import KeyUnavailable, Unreadable
from gateway.store.copies import copy_database
from gateway.store.database import Database
from gateway.store.store import Fence
from gateway.store.unlock import unlock
from gateway.subject import Finder, finder
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import Keyring
from gateway.withdrawal.cascade import Cascade
from tests.fakes.crashes import Crash, CrashingKeys, CrashingStore, Fuse
from tests.fakes.enrolled import ALL, BOOKERS, RUBEN, USERS, WENDLA, allow, enrol, enrolled_at, organized
from tests.fakes.filled_store import NOON
from tests.fakes.installation import REGION, Installation, open_installation
from tests.fakes.persons import Person, invitation, open_peopled_site
from tests.fakes.silent_keys import SilentKeys
from tests.fakes.site import AMBER, Site
from tests.gateway.withdrawal.proved import assert_proved

HOUR = timedelta(hours=1)
#: Fence; drop, shred, erase, notify, verify and prove (thrice), each with its mark, but that to drop has no
#: effect; close. To erase is to hide places, to narrow the room's calendar and a person's (or
#: that alone, and take out its booker), and to empty the log.
EFFECTS = 20
PAST_A_LEASE = timedelta(minutes=3)


@dataclass
class Scene:
    """A room with meetings of two of the enrolled, a person's copy of the first one's, and a copy of all."""

    site: Site
    leaving: SubjectId
    staying: SubjectId
    copy: Path


async def settle(installation: Installation, folder: Path, policy: str) -> Scene:
    allow(installation)
    mine, other = organized("event-0", NOON + HOUR, WENDLA), organized("event-1", NOON + 2 * HOUR, RUBEN)
    site = await open_peopled_site(installation, mine, other, policy=policy)
    ana = Person(site, "ana")
    ana.put(altered(invitation("ana", NOON + 3 * HOUR, AMBER), organizer=Tainted(WENDLA)))
    await ana.connect()
    leaving, staying = await enrol(site, WENDLA), await enrol(site, RUBEN)
    await site.later()
    assert all(booking.booker for booking in site.consumer.bookings.values())
    copy = folder / "copy.db"
    await copy_database(installation.store.database, copy)
    return Scene(site, leaving, staying, copy)


async def fence(cascade: Cascade, installation: Installation, tenant: TenantId) -> bool:
    standing = await installation.standing(tenant)
    keys = await unlock(installation.parts.keyring, standing)
    at = Fence(tenant, standing.authorization.id, standing.authorization.epoch)
    found_by = finder(keys.index.identifier, Finder.USER, USERS[WENDLA])
    lease = await cascade.fence_subject(at, keys, found_by, may_object=False)
    if lease is not None:
        await cascade.drive(lease)
    return lease is not None


def doomed(installation: Installation, fuse: Fuse) -> Cascade:
    """A cascade of a process of its own that will not live long."""
    keys, store = CrashingKeys(installation.parts.keys, fuse), CrashingStore(installation.store, fuse)
    keyring = Keyring(keys, region=REGION, clock=installation.clock)
    narrow = partial(narrow_open, replace(installation.parts, store=store, keyring=keyring))
    return Cascade(store, keyring, keys, owner="doomed", narrow=narrow)


async def bookers_in(copy: Path, installation: Installation, tenant: TenantId, subject: SubjectId) -> int:
    """How many bookers of a database open by what the key service still has of a subject."""
    with closing(sqlite3.connect(copy)) as connection:
        bookers = "SELECT id, epoch, booker FROM bookings WHERE booker IS NOT NULL"
        rows = connection.execute(bookers).fetchall()
    try:
        keyring = Keyring(installation.parts.keys, region=REGION, clock=installation.clock)
        column = (await keyring.tenant(tenant, subject)).column("bookings", "booker")
    except KeyUnavailable:
        return 0
    return sum(opens(column, *row) for row in rows)


def opens(column: SealedColumn, name: str, epoch: int, booker: bytes) -> bool:
    try:
        column.open(name, epoch, booker)
    except Unreadable:
        return False
    return True


async def assert_gone(installation: Installation, scene: Scene, folder: Path) -> None:
    """Consumers are told last that somebody is erased, after what is told anew of their bookings."""
    assert (await assert_erased(installation, scene, folder))[-1] is EntryKind.SUBJECT_ERASED


async def assert_erased(installation: Installation, scene: Scene, folder: Path) -> list[EntryKind]:
    """Nothing is left of them; what was told until then, be it read meanwhile."""
    site, after = scene.site, folder / "after.db"
    site.installation = installation
    assert await enrolled_at(site) == [scene.staying]
    await copy_database(installation.store.database, after)
    for copy in (scene.copy, after):
        assert await bookers_in(copy, installation, site.tenant, scene.leaving) == 0
    assert await bookers_in(scene.copy, installation, site.tenant, scene.staying) == 1
    told = await site.news()
    assert told.count(EntryKind.SUBJECT_ERASED) == 1
    assert set(told) == {EntryKind.BOOKING_PUT, EntryKind.SUBJECT_ERASED}
    assert_nothing_is_told(site)
    await site.later()
    assert len(site.consumer.bookings) == 3
    assert_nothing_is_told(site)
    assert site.booking("event-1").booker is not None
    assert await site.later() == []
    proof = await assert_proved(installation, site.tenant)
    assert (proof["scope"], proof["subject"]) == ("subject", scene.leaving)
    return told


def assert_nothing_is_told(site: Site) -> None:
    told = [one for one in site.consumer.bookings.values() if one.id != site.id("event-1")]
    assert {(one.booker, one.people, one.title) for one in told} == {(None, None, None)}


@pytest.mark.parametrize("policy", [ALL, BOOKERS])
async def test_it_has_so_many_effects(installation: Installation, tmp_path: Path, policy: str) -> None:
    scene = await settle(installation, tmp_path, policy)
    fuse = Fuse(EFFECTS)
    assert await fence(doomed(installation, fuse), installation, scene.site.tenant)
    with pytest.raises(Crash):
        fuse.before()
    await assert_gone(installation, scene, tmp_path)


async def test_silence_is_not_taken_for_destruction(installation: Installation, tmp_path: Path) -> None:
    scene = await settle(installation, tmp_path, BOOKERS)
    parts = replace(installation.parts, keys=SilentKeys(tmp_path / "keys"))
    narrow = partial(narrow_open, parts)
    cascade = Cascade(parts.store, parts.keyring, parts.keys, owner="silent", narrow=narrow)
    with pytest.raises(KeyUnavailable):
        await fence(cascade, installation, scene.site.tenant)
    installation.clock.move(PAST_A_LEASE)
    await installation.cascade().resume()
    await assert_gone(installation, scene, tmp_path)


#: Before an effect is after the one before it. On SQLite it is killed at every statement, the first too
#: (``test_killed_anywhere``).
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("effect", range(EFFECTS))
async def test_the_next_process_completes_it(tmp_path: Path, database: Database, effect: int) -> None:
    async with open_installation(tmp_path, database=database) as installation:
        scene = await settle(installation, tmp_path, ALL)
        with pytest.raises(Crash):
            await fence(doomed(installation, Fuse(effect, after=True)), installation, scene.site.tenant)
        providers = installation.providers
    async with open_installation(tmp_path, installation.clock, database) as installation:
        installation.providers = providers
        allow(installation)
        await installation.cascade().resume()
        installation.clock.move(PAST_A_LEASE)
        await installation.cascade().resume()
        await assert_gone(installation, scene, tmp_path)
