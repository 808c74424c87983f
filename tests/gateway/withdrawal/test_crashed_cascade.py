"""A process that dies anywhere in a cascade leaves what the next one completes: on PostgreSQL, by effects.

On SQLite it is killed at every statement (``test_killed_anywhere``).
"""

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.authorization import State
from gateway.store.database import Database
from gateway.vault.keyring import Keyring
from gateway.withdrawal.cascade import Cascade
from tests.fakes.crashes import Crash, CrashingKeys, CrashingStore, Fuse
from tests.fakes.filled_store import nothing_narrower
from tests.fakes.installation import REGION, Installation, open_installation
from tests.fakes.rows import tenants_rows
from tests.gateway.withdrawal.withdrawn import Neighbours, assert_withdrawn, settle, withdrawal_of

#: Fence; drop, shred (twice), erase (twice), notify, verify (no effect), prove (twice), each with its mark;
#: close.
EFFECTS = 18
#: Before an effect is after the one before it, but before the first.
CRASHES = [("postgresql", 0, False), *(("postgresql", effect, True) for effect in range(EFFECTS))]
PAST_A_LEASE = timedelta(minutes=3)


def doomed(installation: Installation, fuse: Fuse) -> Cascade:
    """A cascade of a process of its own that will not live long."""
    keys = CrashingKeys(installation.parts.keys, fuse)
    keyring = Keyring(keys, region=REGION, clock=installation.clock)
    return Cascade(
        CrashingStore(installation.store, fuse), keyring, keys, owner="doomed", narrow=nothing_narrower
    )


async def withdraw(cascade: Cascade, neighbours: Neighbours) -> None:
    lease = await cascade.fence(neighbours.site.tenant)
    assert lease is not None
    await cascade.drive(lease)


async def test_a_cascade_has_so_many_effects(installation: Installation, tmp_path: Path) -> None:
    neighbours = await settle(installation, tmp_path)
    fuse = Fuse(EFFECTS)
    await withdraw(doomed(installation, fuse), neighbours)
    with pytest.raises(Crash):
        fuse.before()


@pytest.mark.parametrize(("database", "effect", "after"), CRASHES, indirect=["database"])
async def test_the_next_process_completes_it(
    tmp_path: Path, database: Database, effect: int, *, after: bool
) -> None:
    async with open_installation(tmp_path, database=database) as installation:
        neighbours = await settle(installation, tmp_path)
        other = neighbours.other.tenant
        rows, keys = await tenants_rows(installation.store, other), neighbours.key_files(other)
        with pytest.raises(Crash):
            await withdraw(doomed(installation, Fuse(effect, after=after)), neighbours)
    async with open_installation(tmp_path, installation.clock, database) as installation:
        await installation.cascade().resume()
        installation.clock.move(PAST_A_LEASE)
        await installation.cascade().resume()
        if await withdrawal_of(installation, neighbours.site.tenant) is None:
            assert (effect, after) == (0, False)
            assert (await installation.standing(neighbours.site.tenant)).authorization.state is State.ACTIVE
            await withdraw(installation.cascade(), neighbours)
        await assert_withdrawn(installation, neighbours)
        assert await tenants_rows(installation.store, other) == rows
        assert neighbours.key_files(other) == keys
