"""The transparency log is appended to without looking at all of it, never on top of what was not signed."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from gateway.clock import milliseconds
from gateway.proof.merkle import Frontier, leaf_hash, root
from gateway.proof.offline import open_checkpoint
from gateway.store.database import Database
from gateway.store.leaves import LogHead, checkpoint_of, leaves_of
from gateway.store.registry import Registry
from gateway.store.sqlite import DATABASE
from gateway.withdrawal.log import LogDamaged, Seen, append_leaf, open_log
from tests.fakes.installation import Installation, open_installation

A_DAY = timedelta(days=1)


@pytest.fixture
async def installation(tmp_path: Path, sqlite: Database) -> AsyncIterator[Installation]:
    """On one database: the tree is the same, wherever leaves stand."""
    async with open_installation(tmp_path, database=sqlite) as opened:
        yield opened


async def appended(here: Installation, number: int, seen: Seen | None) -> Seen:
    """What a process has seen by then that appends a leaf."""
    log, leaf = await open_log(here.store, here.parts.keys), leaf_hash(number.to_bytes(2))
    now = milliseconds(here.clock())

    def write(registry: Registry) -> tuple[LogHead, Seen]:
        return append_leaf(registry.handle, log, leaf, seen, now)

    head, found = await here.store.administer(write)
    await here.parts.keys.raise_log_size(*head)
    leaves = await here.store.read(partial(leaves_of, log=head.log))
    checkpoint = await here.store.read(partial(checkpoint_of, head=head))
    signer = log.signer(head.log)
    assert checkpoint is not None
    assert open_checkpoint(checkpoint, signer.key) == (signer.key.name, head.size, root(leaves))
    assert found.tree == Frontier().grown(leaves[:-1])
    return found


def alter_the_first(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "store" / DATABASE)) as database, database:
        altered = database.execute("UPDATE leaves SET leaf = zeroblob(32) WHERE position = 0")
        assert altered.rowcount == 1


async def test_two_that_append_in_turn_sign_one_tree(installation: Installation) -> None:
    one: Seen | None = None
    other: Seen | None = None
    for number in range(0, 20, 4):
        one = await appended(installation, number, one)
        other = await appended(installation, number + 1, other)
        other = await appended(installation, number + 2, other)
        # Who has seen nothing, as each new process.
        await appended(installation, number + 3, None)


async def test_what_was_seen_is_not_believed(installation: Installation) -> None:
    seen = await appended(installation, 0, None)
    for number, tree in enumerate((Frontier(), Frontier().grown([leaf_hash(b"another")])), 1):
        await appended(installation, number, seen._replace(tree=tree))
    # Of a commit that was lost, or another log.
    await appended(installation, 3, seen._replace(tree=Frontier().grown([leaf_hash(b"lost")] * 9)))
    await appended(installation, 4, seen._replace(log=7))


async def test_all_of_it_is_looked_at_again_after_a_day(installation: Installation, tmp_path: Path) -> None:
    seen = await appended(installation, 0, None)
    seen = await appended(installation, 1, seen)
    alter_the_first(tmp_path)
    with pytest.raises(LogDamaged):
        await appended(installation, 2, None)
    installation.clock.move(A_DAY)
    with pytest.raises(LogDamaged):
        await appended(installation, 2, seen)
    # A clock that was set back tells nothing of how long ago that was.
    installation.clock.move(-2 * A_DAY)
    with pytest.raises(LogDamaged):
        await appended(installation, 2, seen)


async def test_only_what_is_behind_is_looked_at_within_a_day(
    installation: Installation, tmp_path: Path
) -> None:
    seen = await appended(installation, 0, None)
    seen = await appended(installation, 1, seen)
    alter_the_first(tmp_path)
    with pytest.raises(AssertionError):
        # It was signed over what had been seen, and not over what stands there.
        await appended(installation, 2, seen)
