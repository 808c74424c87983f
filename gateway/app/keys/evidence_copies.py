"""Copies of evidence keys, in two folders: made, tried, put back, and destroyed with what they copy."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import structlog

from gateway.app.copies.drills import Kind, record_drill
from gateway.app.keys.key_services import open_key_service
from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.errors import ConfigurationError, GatewayError, KeyDestroyed, KeyUnavailable, StoreBusy
from gateway.settings import Settings
from gateway.stopping import stopped_within
from gateway.store.registry import standings
from gateway.vault.evidence_copies import EvidenceCopies, damaged, read_private_key, read_public_key
from gateway.vault.keys import Purpose
from gateway.vault.secret import SecretKey

log = structlog.get_logger()

LOOK_SECONDS = 600.0

Result = TypeVar("Result")


class FolderState(NamedTuple):
    """What a folder lacks, and what it has of destroyed keys. If it is not reached, nobody knows."""

    folder: Path
    is_reached: bool
    missing: frozenset[TenantId] = frozenset()
    to_destroy: frozenset[TenantId] = frozenset()


async def check(parts: Parts) -> None:
    """Raises ConfigurationError where there are folders, and nothing to seal for."""
    if parts.settings.evidence_copies is not None:
        await asyncio.to_thread(read_public_key, Path(parts.settings.evidence_copies.public_key_file))


async def look(parts: Parts) -> list[FolderState]:
    """How the folders stand; none where none are configured. Opens no key that has its copies."""
    return [await _state(parts, folder) for folder in _folders(parts.settings)]


async def copy_missing(parts: Parts) -> list[FolderState]:
    """Copy what has no copy yet, and destroy copies of what was destroyed, wherever a folder is reached."""
    settings = parts.settings.evidence_copies
    if settings is None:
        return []
    public_key = await asyncio.to_thread(read_public_key, Path(settings.public_key_file))
    for state in await look(parts):
        copies = EvidenceCopies(state.folder)
        for tenant in sorted(state.missing):
            key = await parts.keys.open_key(tenant, Purpose.EVIDENCE)
            await _on_disk(copies.folder, partial(copies.put, tenant, key, public_key))
        await _on_disk(copies.folder, partial(copies.remove, sorted(state.to_destroy)))
    return await look(parts)


async def prepare(parts: Parts) -> list[FolderState]:
    """Make the folders ready, copy, and compare what stands there with the keys in use.

    Raises ConfigurationError where none are configured, or one cannot be made; CopyDamaged.
    """
    folders = _folders(parts.settings)
    if not folders:
        raise ConfigurationError(
            "[evidence_copies] names no folders for copies of evidence keys. Nothing was done; "
            "config/README.md says how to name them."
        )
    for folder in folders:
        await _on_disk(folder, EvidenceCopies(folder).prepare)
    states = await copy_missing(parts)
    for state in states:
        await _check(parts, state)
    return states


async def drill(parts: Parts, private_key_file: Path) -> int:
    """Open every copy in both folders, and record what came of it; how many there are in each.

    Raises GatewayError for what is amiss.
    """
    private_key = await asyncio.to_thread(read_private_key, private_key_file)

    async def open_all(folder: Path) -> int:
        copies = EvidenceCopies(folder)
        tenants = sorted(await _on_disk(folder, copies.tenants))
        for tenant in tenants:
            key = await _on_disk(folder, partial(copies.open, tenant, private_key))
            live = await _evidence(parts, tenant)
            if live is not None and live.id != key.id:
                raise damaged(folder, tenant)
        return len(tenants)

    states = await look(parts)
    for state in states:
        if not state.is_reached or state.missing:
            raise ConfigurationError(
                f"{state.folder} is not reached, or lacks copies: 'gateway keys backup' makes those. "
                "Nothing was tried."
            )
    try:
        opened = [await open_all(state.folder) for state in states]
    except GatewayError as error:
        await record_drill(parts, Kind.EVIDENCE_KEYS, 0, failed=type(error).__name__)
        raise
    await record_drill(parts, Kind.EVIDENCE_KEYS, min(opened, default=0))
    return min(opened, default=0)


async def restore(settings: Settings, folder: Path, private_key_file: Path) -> int:
    """Put the evidence keys of one folder into the key service, where there are none; how many it holds.

    Raises ConfigurationError, CopyDamaged, KeyUnavailable.
    """
    private_key = await asyncio.to_thread(read_private_key, private_key_file)
    copies = EvidenceCopies(folder)
    if not copies.is_reached:
        raise ConfigurationError(
            f"{folder} is no folder that 'gateway keys backup' has made. Nothing was done."
        )
    tenants = sorted(await _on_disk(folder, copies.tenants))
    found = {tenant: await _on_disk(folder, partial(copies.open, tenant, private_key)) for tenant in tenants}
    async with open_key_service(settings) as keys:
        for tenant, key in found.items():
            # What was destroyed stays so, and holds up no other.
            with suppress(KeyDestroyed):
                await keys.restore_evidence(tenant, key)
    return len(found)


async def keep_copies(parts: Parts, stop: asyncio.Event) -> None:
    """Copy now and every ten minutes, until told to stop."""
    while not stop.is_set():
        await copy_or_tell(parts)
        await stopped_within(stop, LOOK_SECONDS)


async def copy_or_tell(parts: Parts) -> None:
    """As ``copy_missing``; what cannot be copied now is told, and holds up nobody."""
    try:
        missed = sum(not state.is_reached for state in await copy_missing(parts))
        if missed:
            # Which, 'gateway status' says.
            log.warning("evidence_copies_not_reached", count=missed)
    except (GatewayError, StoreBusy) as error:
        log.warning("evidence_not_copied", code=type(error).__name__)


async def _state(parts: Parts, folder: Path) -> FolderState:
    copies = EvidenceCopies(folder)
    if not await asyncio.to_thread(lambda: copies.is_reached):
        return FolderState(folder, is_reached=False)
    held = await _on_disk(folder, copies.tenants)
    tenants = {standing.tenant for standing in await parts.store.read(standings)}
    missing = {tenant for tenant in tenants - held if await _evidence(parts, tenant) is not None}
    gone = {tenant for tenant in held if await _is_destroyed(parts, tenant)}
    return FolderState(folder, is_reached=True, missing=frozenset(missing), to_destroy=frozenset(gone))


async def _check(parts: Parts, state: FolderState) -> None:
    """Raises CopyDamaged where a copy is not of the key that is in use."""
    copies = EvidenceCopies(state.folder)
    for tenant in sorted(await _on_disk(state.folder, copies.tenants)):
        live = await _evidence(parts, tenant)
        if live is not None and await _on_disk(state.folder, partial(copies.key_id, tenant)) != live.id:
            raise damaged(state.folder, tenant)


async def _evidence(parts: Parts, tenant: TenantId) -> SecretKey | None:
    try:
        return await parts.keys.open_key(tenant, Purpose.EVIDENCE)
    except KeyUnavailable:
        return None


async def _is_destroyed(parts: Parts, tenant: TenantId) -> bool:
    try:
        await parts.keys.open_key(tenant, Purpose.EVIDENCE)
    except KeyDestroyed:
        return True
    except KeyUnavailable:
        return False
    return False


async def _on_disk(folder: Path, work: Callable[[], Result]) -> Result:
    try:
        return await asyncio.to_thread(work)
    except OSError as error:
        raise ConfigurationError(
            f"{folder}, a folder for copies of evidence keys, cannot be read or written ({error.strerror}). "
            "Check that its volume is mounted and writable; it is tried again."
        ) from None


def _folders(settings: Settings) -> list[Path]:
    copies = settings.evidence_copies
    return [] if copies is None else [Path(folder) for folder in copies.folders]
