"""A process that dies while a hold is placed or lifted leaves no key without its row, nor the reverse."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from gateway.app.holds.overview import every_hold
from gateway.app.holds.reviews import Reviews
from gateway.app.parts import Parts
from gateway.app.tenants import withdraw_tenant
from gateway.legal_hold import HoldId, HoldState
from gateway.proposal import Lift
from gateway.store.database import Database
from gateway.store.legal_holds import holds_of
from gateway.store.tables import holds
from gateway.vault.keyring import Keyring
from gateway.vault.keys import Purpose
from tests.fakes.crashes import Crash, CrashingKeys, CrashingStore, Fuse
from tests.fakes.holds import ANNA, BEN, ORDER, confirmed, found_officers, place_at
from tests.fakes.installation import REGION, Installation, open_installation
from tests.fakes.rows import tenants_rows
from tests.fakes.site import Site, meetings, open_site
from tests.gateway.withdrawal.proved import proof_of, rows_of_proofs

#: Its row, its key, what it keeps, that it stands, and that the key service knows.
PLACING = 5
#: That it is lifted, its key, what it kept, and those bytes; its certificate, how large the log is, its end.
LIFTING = 7
PAST_ANY_PATIENCE = timedelta(minutes=11)
BOOKINGS = 3


def crashes(effects: int) -> list[tuple[str, int, bool]]:
    """Before an effect is after the one before it, but before the first."""
    each = ((0, False), *((effect, True) for effect in range(effects)))
    return [(database, *crash) for database in ("sqlite", "postgresql") for crash in each]


def doomed(parts: Parts, fuse: Fuse) -> Parts:
    """Those of a process that will not live long."""
    keys = CrashingKeys(parts.keys, fuse)
    keyring = Keyring(keys, region=REGION, clock=parts.clock)
    return replace(parts, store=CrashingStore(parts.store, fuse), keys=keys, keyring=keyring)


async def dying(site: Site, fuse: Fuse) -> Site:
    return replace(site, installation=replace(site.installation, parts=doomed(site.installation.parts, fuse)))


async def settled(installation: Installation) -> None:
    """Whoever serves comes by, once at once and once when nobody can be at it any more."""
    await Reviews(installation.parts).visit()
    installation.clock.move(PAST_ANY_PATIENCE)
    await Reviews(installation.parts).visit()


async def held_keys(installation: Installation, site: Site) -> int:
    remaining = await installation.parts.keys.remaining(site.tenant)
    return sum(key.purpose is Purpose.HOLD for key in remaining)


async def states(installation: Installation) -> list[HoldState]:
    return [row.state for row in await installation.store.read(holds_of)]


async def test_placing_has_so_many_effects(installation: Installation) -> None:
    await found_officers(installation.parts, ANNA, BEN)
    site, fuse = await open_site(installation, *meetings(BOOKINGS)), Fuse(PLACING)
    await place_at(await dying(site, fuse))
    with pytest.raises(Crash):
        fuse.before()


@pytest.mark.parametrize(("database", "effect", "after"), crashes(PLACING), indirect=["database"])
async def test_a_hold_stands_whole_or_leaves_nothing(
    tmp_path: Path, database: Database, effect: int, *, after: bool
) -> None:
    async with open_installation(tmp_path, database=database) as installation:
        await found_officers(installation.parts, ANNA, BEN)
        site = await open_site(installation, *meetings(BOOKINGS))
        before = await tenants_rows(installation.store, site.tenant)
        with pytest.raises(Crash):
            await place_at(await dying(site, Fuse(effect, after=after)))
        # A key that is there has a row that names it.
        assert await held_keys(installation, site) <= len(await states(installation))
    async with open_installation(tmp_path, installation.clock, database) as installation:
        await settled(installation)
        stands = after and effect >= PLACING - 2
        assert await states(installation) == [HoldState.STANDING] * stands
        assert await held_keys(installation, site) == stands
        rows = await tenants_rows(installation.store, site.tenant)
        assert len(rows["held"]) == BOOKINGS * stands
        if not stands:
            assert rows == before
        for row in await installation.store.read(holds_of):
            assert await installation.parts.keys.epoch(site.tenant, row.id) == 1


async def test_one_that_is_being_placed_is_left_alone(installation: Installation) -> None:
    await found_officers(installation.parts, ANNA, BEN)
    site = await open_site(installation, *meetings(BOOKINGS))
    with pytest.raises(Crash):
        await place_at(await dying(site, Fuse(2, after=True)))
    await Reviews(installation.parts).visit()
    assert await states(installation) == [HoldState.PLACING]
    assert await held_keys(installation, site) == 1


async def test_what_was_cut_off_is_undone_also_once_its_tenant_is_gone(installation: Installation) -> None:
    await found_officers(installation.parts, ANNA, BEN)
    site = await open_site(installation, *meetings(BOOKINGS))
    with pytest.raises(Crash):
        await place_at(await dying(site, Fuse(2, after=True)))
    await withdraw_tenant(installation.parts, site.tenant)
    await settled(installation)
    assert await states(installation) == []
    assert await held_keys(installation, site) == 0
    assert (await tenants_rows(installation.store, site.tenant))["held"] == []


async def test_a_copy_from_while_it_was_placed_takes_nothing_from_a_newer_one(
    installation: Installation,
) -> None:
    site = await open_site(installation, *meetings(BOOKINGS))
    await place_at(site)
    restored = update(holds).values(state=HoldState.PLACING, due_at=0)
    await installation.store.administer(lambda registry: registry.handle.execute(restored).rowcount)
    await settled(installation)
    assert await states(installation) == []
    assert await held_keys(installation, site) == 1


async def lift(site: Site, hold: HoldId, fuse: Fuse) -> None:
    await confirmed(doomed(site.installation.parts, fuse), Lift, hold=hold, reference=ORDER)


async def test_lifting_has_so_many_effects(installation: Installation) -> None:
    await found_officers(installation.parts, ANNA, BEN)
    site, fuse = await open_site(installation, *meetings(BOOKINGS)), Fuse(LIFTING)
    await lift(site, await place_at(site), fuse)
    with pytest.raises(Crash):
        fuse.before()


@pytest.mark.parametrize(("database", "effect", "after"), crashes(LIFTING), indirect=["database"])
async def test_a_hold_that_is_being_lifted_ends(
    tmp_path: Path, database: Database, effect: int, *, after: bool
) -> None:
    async with open_installation(tmp_path, database=database) as installation:
        await found_officers(installation.parts, ANNA, BEN)
        site = await open_site(installation, *meetings(BOOKINGS))
        hold = await place_at(site)
        with pytest.raises(Crash):
            await lift(site, hold, Fuse(effect, after=after))
    async with open_installation(tmp_path, installation.clock, database) as installation:
        await settled(installation)
        ends = (effect, after) != (0, False)
        assert await states(installation) == [HoldState.LIFTED if ends else HoldState.STANDING]
        assert await held_keys(installation, site) == (not ends)
        rows = await tenants_rows(installation.store, site.tenant)
        assert len(rows["held"]) == BOOKINGS * (not ends)
        (found,) = await every_hold(installation.parts)
        assert len(found.record.journal) == 1 + ends
        if ends:
            proof = (await proof_of(installation, site.tenant, hold)).certificate
            assert proof["format"] == "calendar-gateway/lifted-hold@v1"
            assert await rows_of_proofs(installation) == (1, 1)
            assert await installation.parts.keys.log_size(1) == 1
