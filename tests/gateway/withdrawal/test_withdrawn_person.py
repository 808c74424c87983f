"""One person withdraws: nothing of theirs opens in any copy, and everything else does, whatever crashes."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.authorization import AuthorizationId, State
from gateway.entry import EntryKind
from gateway.errors import KeyUnavailable
from gateway.proof.wording import GIVEN_BACK
from gateway.store.copies import Readable, copy_database, count_readable
from gateway.store.database import Database
from gateway.store.registry import standing_under
from gateway.vault.keyring import Keyring
from gateway.withdrawal.cascade import Cascade
from tests.fakes.crashes import Crash, CrashingKeys, CrashingStore, Fuse
from tests.fakes.filled_store import NOON, nothing_narrower
from tests.fakes.installation import REGION, Installation, open_installation
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.provider import meeting
from tests.fakes.silent_keys import SilentKeys
from tests.fakes.site import AMBER, Site
from tests.gateway.withdrawal.proved import assert_proved

HOUR = timedelta(hours=1)
#: Fence; drop, shred, erase (twice), notify, verify and prove (thrice), each with its mark; close.
EFFECTS = 19
#: Before an effect is after the one before it, but before the first. On SQLite it is killed at every
#: statement (``test_killed_anywhere``).
CRASHES = [("postgresql", 0, False), *(("postgresql", effect, True) for effect in range(0, EFFECTS, 3))]
PAST_A_LEASE = timedelta(minutes=3)


@dataclass
class Household:
    """Two persons at a site, the first of whom withdraws, and a copy from when both were there."""

    site: Site
    leaving: AuthorizationId
    staying: AuthorizationId
    copy: Path


async def settle(installation: Installation, folder: Path) -> Household:
    site = await open_peopled_site(installation, meeting("event-1", NOON + HOUR))
    for number, name in enumerate(("ana", "ben"), 2):
        person = Person(site, name)
        person.put(invitation(name, NOON + number * HOUR, AMBER))
        await person.connect()
        await site.later()
    copy = folder / "copy.db"
    await copy_database(installation.store.database, copy)
    leaving, staying = (row.authorization for row in await links_at(site))
    return Household(site, leaving, staying, copy)


async def withdraw(cascade: Cascade, house: Household) -> None:
    lease = await cascade.fence_person(house.site.tenant, house.leaving)
    assert lease is not None
    await cascade.drive(lease)


async def assert_gone(installation: Installation, house: Household, folder: Path) -> None:
    site, after = house.site, folder / "after.db"
    site.installation = installation
    assert [row.authorization for row in await links_at(site)] == [house.staying]
    ended = await installation.store.read(lambda handle: standing_under(handle, site.tenant, house.leaving))
    assert ended is not None
    assert ended.authorization.state is State.ERASED
    readable = await count_readable(house.copy, installation.parts.keys)
    assert readable == {site.tenant: Readable(opened=2, records=3)}
    await copy_database(installation.store.database, after)
    readable = await count_readable(after, installation.parts.keys)
    assert readable == {site.tenant: Readable(opened=2, records=2)}
    assert await site.news() == [EntryKind.BOOKING_REMOVED]
    assert len(site.consumer.bookings) == 2
    assert await site.later() == []
    proof = await assert_proved(installation, site.tenant)
    assert (proof["scope"], proof["authorization"], proof["subject"]) == ("person", house.leaving, None)
    assert proof["at_provider"] == [f"grants of people's own calendars (1): {GIVEN_BACK}"]


def doomed(installation: Installation, fuse: Fuse) -> Cascade:
    """A cascade of a process of its own that will not live long."""
    keys = CrashingKeys(installation.parts.keys, fuse)
    keyring = Keyring(keys, region=REGION, clock=installation.clock)
    return Cascade(
        CrashingStore(installation.store, fuse), keyring, keys, owner="doomed", narrow=nothing_narrower
    )


async def test_it_has_so_many_effects(installation: Installation, tmp_path: Path) -> None:
    house = await settle(installation, tmp_path)
    fuse = Fuse(EFFECTS)
    await withdraw(doomed(installation, fuse), house)
    with pytest.raises(Crash):
        fuse.before()
    await assert_gone(installation, house, tmp_path)


async def test_silence_is_not_taken_for_destruction(installation: Installation, tmp_path: Path) -> None:
    house = await settle(installation, tmp_path)
    keys = SilentKeys(tmp_path / "keys")
    keyring = installation.parts.keyring
    cascade = Cascade(installation.store, keyring, keys, owner="silent", narrow=nothing_narrower)
    with pytest.raises(KeyUnavailable):
        await withdraw(cascade, house)
    installation.clock.move(PAST_A_LEASE)
    await installation.cascade().resume()
    await assert_gone(installation, house, tmp_path)


@pytest.mark.parametrize(("database", "effect", "after"), CRASHES, indirect=["database"])
async def test_the_next_process_completes_it(
    tmp_path: Path, database: Database, effect: int, *, after: bool
) -> None:
    async with open_installation(tmp_path, database=database) as installation:
        house = await settle(installation, tmp_path)
        with pytest.raises(Crash):
            await withdraw(doomed(installation, Fuse(effect, after=after)), house)
        providers = installation.providers
    async with open_installation(tmp_path, installation.clock, database) as installation:
        installation.providers = providers
        await installation.cascade().resume()
        installation.clock.move(PAST_A_LEASE)
        await installation.cascade().resume()
        if (effect, after) == (0, False):
            await withdraw(installation.cascade(), house)
        await assert_gone(installation, house, tmp_path)
