"""What every command opens: the store, the keys and the rules."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from gateway.app.databases import data_directory, database_of
from gateway.app.keys.key_services import open_key_service
from gateway.app.rules import Rules, load_rules
from gateway.authorization import State
from gateway.clock import Clock, system_clock
from gateway.errors import ConfigurationError
from gateway.metrics import Metrics
from gateway.settings import Settings
from gateway.store.database import Database
from gateway.store.registry import standings
from gateway.store.store import Store, open_store
from gateway.vault.key_directory import holds_tenants, share_file_system
from gateway.vault.keyring import Keyring
from gateway.vault.keys import KeyService

log = structlog.get_logger()

#: Where the clock may stand.
YEARS = range(1970, 2201)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that stay the same for a process."""

    settings: Settings
    clock: Clock
    store: Store
    keys: KeyService
    keyring: Keyring
    rules: Rules
    metrics: Metrics


@asynccontextmanager
async def open_parts(settings: Settings) -> AsyncIterator[Parts]:
    """Open everything, and close it in the opposite order. Raises ConfigurationError."""
    rules = load_rules(settings)
    clock = system_clock(timedelta(seconds=settings.clock_offset_seconds))
    database = database_of(settings)
    _refuse_far_times(clock)
    _refuse_shared_volume(settings)
    await _refuse_lost_keys(settings, database, clock)
    async with open_key_service(settings) as keys, open_store(database, clock) as store:
        await _refuse_other_regions(settings, store)
        yield Parts(
            settings=settings,
            clock=clock,
            store=store,
            keys=keys,
            keyring=Keyring(keys, region=settings.region, clock=clock),
            rules=rules,
            metrics=Metrics(),
        )


def warn_of_shared_volume(parts: Parts) -> None:
    """Say, where it is allowed, that one snapshot of a volume would hold both keys and data."""
    if shares_volume(parts.settings):
        log.warning("keys_and_data_share_a_file_system")


def _refuse_far_times(clock: Clock) -> None:
    # Before 1970 nothing would ever be due; calendars end before years do.
    if clock().year not in YEARS:
        raise ConfigurationError(
            f"clock_offset_seconds moves the clock out of the years {YEARS.start} to {YEARS.stop - 1}. "
            "Choose a smaller one, or remove it."
        )


async def _refuse_lost_keys(settings: Settings, database: Database, clock: Clock) -> None:
    """Raises ConfigurationError where there are tenants, and the key directory never held keys of any."""
    if holds_tenants(Path(settings.keys)) or not database.may_hold_tenants():
        return
    async with open_store(database, clock) as store:
        found = await store.read(standings)
    if any(standing.authorization.state is not State.ERASED for standing in found):
        raise ConfigurationError(
            f"The store holds tenants, and the key directory {settings.keys} holds no keys of any: is the "
            "key volume mounted? Nothing was started, and no key was made. Mount it, or let 'keys' name the "
            "directory that holds them."
        )


async def _refuse_other_regions(settings: Settings, store: Store) -> None:
    """Raises ConfigurationError where a tenant is pinned to another region than this process serves."""
    elsewhere = sorted({one.region for one in await store.read(standings)} - {settings.region})
    if elsewhere:
        raise ConfigurationError(
            f"The store holds tenants that are pinned to {', '.join(elsewhere)}, and this process serves "
            f"{settings.region}. Nothing was started, read or served. Let 'region' name theirs, or let "
            "'store' name the store of this one."
        )


def _refuse_shared_volume(settings: Settings) -> None:
    if settings.production and shares_volume(settings):
        raise ConfigurationError(
            "The key directory and the data directory share a file system: one snapshot would hold both, and "
            "erased data could be read from it. Put the keys on a volume of their own, or set "
            "production = false."
        )


def shares_volume(settings: Settings) -> bool:
    """Whether one snapshot of a volume would hold both keys and data."""
    data = data_directory(settings)
    return data is not None and share_file_system(Path(settings.keys), data)
