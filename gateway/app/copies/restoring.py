"""Copies of the store: taken, tried, put back; and what has to be withdrawn again then."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from gateway.app.cascades import open_cascade
from gateway.app.consumers.webhooks import begin_anew
from gateway.app.copies.drills import Kind, record_drill
from gateway.app.databases import data_directory, database_of
from gateway.app.keys.key_services import open_key_service
from gateway.app.parts import Parts, open_parts
from gateway.authorization import State
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError, UnknownName
from gateway.settings import Settings
from gateway.store.backups import backup_id, publish, put_back, remove, write_copy
from gateway.store.copies import Readable, count_by_authorization
from gateway.store.registry import states
from gateway.store.sqlite import DATABASE
from gateway.vault.keys import KeyService, KnownBackup
from gateway.withdrawal.giving_back import Revoke, nothing_to_revoke
from gateway.withdrawal.replaying import Replay


class Drill(NamedTuple):
    """What of a copy opens with the keys of now: of those who have withdrawn, and of all others."""

    withdrawn: Readable
    others: Readable


async def replay(parts: Parts, revoke: Revoke = nothing_to_revoke) -> int:
    """Withdraw again what a restored store still has; how much that was. Comes before anything is served."""
    return await Replay(parts.store, parts.keyring, parts.keys, open_cascade(parts, revoke)).run()


async def take(parts: Parts, target: Path) -> str:
    """Copy the store while it is in use, and register the copy with the key service; returns its id.

    It holds no key. Raises ConfigurationError where the file is there already or cannot be written.
    """
    part = await asyncio.to_thread(write_copy, parts.store.database, target)
    try:
        backup = await asyncio.to_thread(backup_id, part)
        # Before it has its name, so that no copy is used of which nothing is known.
        await parts.keys.register_backup(backup, milliseconds(parts.clock()))
    except BaseException:
        remove(part)
        raise
    await asyncio.to_thread(publish, part, target)
    return backup


async def registered(parts: Parts) -> Mapping[str, KnownBackup]:
    """Every copy that was registered, by its id."""
    return await parts.keys.backups()


async def forget(parts: Parts, backup: str) -> None:
    """Record that a copy is said to be destroyed: it cannot be put back any more. Raises UnknownName."""
    if backup not in await _there(parts.keys):
        raise UnknownName("No copy of that id is registered. 'gateway backup list' shows those that are.")
    await parts.keys.record_destruction(backup, milliseconds(parts.clock()))


async def drill(parts: Parts, copy: Path) -> Drill:
    """Try a copy with the keys of now, in a folder of its own, and record what came of it.

    Raises ConfigurationError where it is no registered copy, of which nothing is recorded, or opens what was
    withdrawn, or does not open what was not: that it failed is recorded.
    """
    backup = await _known(parts.keys, copy)
    before = await parts.store.read(states)
    with TemporaryDirectory(dir=data_directory(parts.settings)) as folder:
        tried = Path(folder) / DATABASE
        await asyncio.to_thread(put_back, copy, tried)
        counts = await count_by_authorization(tried, parts.keys)
    after, found = await parts.store.read(states), Drill(Readable(0, 0), Readable(0, 0))
    for read, count in counts.items():
        # Who withdraws just now is neither: keys may have been destroyed while they were tried.
        if after.get(read, State.ERASED).is_open:
            found = found._replace(others=found.others.and_of(count))
        elif before.get(read, State.ERASED) is State.ERASED:
            found = found._replace(withdrawn=found.withdrawn.and_of(count))
    opened = found.others.opened
    try:
        _refuse(found)
    except ConfigurationError:
        await record_drill(parts, Kind.BACKUP, opened, failed=_failed(found))
        raise
    await record_drill(parts, Kind.BACKUP, opened)
    await parts.keys.record_drill(backup, milliseconds(parts.clock()))
    return found


async def restore(settings: Settings, copy: Path) -> int:
    """Put a copy in the place of a store that is gone, and withdraw again what was withdrawn since.

    Webhooks are told anew. Returns how much was withdrawn. Raises ConfigurationError where it is no
    registered copy, or a store is there.
    """
    async with open_key_service(settings) as keys:
        await _known(keys, copy)
    database = database_of(settings)
    database.prepare()
    await asyncio.to_thread(database.put_back, copy)
    async with open_parts(settings) as parts:
        await begin_anew(parts)
        return await replay(parts)


async def _there(keys: KeyService) -> set[str]:
    """The copies that nobody has said to be destroyed."""
    return {name for name, backup in (await keys.backups()).items() if backup.destroyed_at is None}


async def _known(keys: KeyService, copy: Path) -> str:
    try:
        backup = await asyncio.to_thread(backup_id, copy)
    except OSError as error:
        raise ConfigurationError(
            f"{copy} cannot be read ({error.strerror}). Name a file that 'gateway backup take' has written."
        ) from None
    if backup not in await _there(keys):
        raise ConfigurationError(
            f"{copy} is no copy that is registered with these keys, or it has changed since it was taken. "
            "Nothing was done. 'gateway backup list' shows those that are."
        )
    return backup


def _failed(found: Drill) -> str:
    return "withdrawn_opens" if found.withdrawn.opened else "does_not_open"


def _refuse(found: Drill) -> None:
    if found.withdrawn.opened:
        raise ConfigurationError(
            f"{found.withdrawn.opened:,} records of the copy open that were withdrawn. Something holds "
            "keys that were to be destroyed: look for copies of the key directory. That is recorded."
        )
    if found.others.opened != found.others.records:
        raise ConfigurationError(
            f"Only {found.others.opened:,} of {found.others.records:,} records of those who have not "
            "withdrawn open. Is the key service there, and are these its keys? That is recorded."
        )
