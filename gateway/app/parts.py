"""What every command opens: the store, the keys and the rules."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from gateway.clock import Clock, system_clock
from gateway.errors import ConfigurationError
from gateway.metrics import Metrics
from gateway.minimization.policy import Legal, Policy, load_legal, load_policies
from gateway.settings import Settings, shipped_config
from gateway.store.store import Store, open_store
from gateway.vault.keyring import Keyring
from gateway.vault.local import LocalKeyService

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be seen: employers' policies and the ceilings of legal bases."""

    policies: Mapping[str, Policy]
    legal: Legal


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that stay the same for a process."""

    settings: Settings
    clock: Clock
    store: Store
    keys: LocalKeyService
    keyring: Keyring
    rules: Rules
    metrics: Metrics


def load_rules(settings: Settings | None = None) -> Rules:
    """The rules of a configuration, or those that the product ships. Raises ConfigurationError."""
    chosen = settings.config if settings is not None else None
    folder = Path(chosen) if chosen is not None else shipped_config()
    return Rules(load_policies(folder / "policies"), load_legal(folder / "legal.toml"))


@asynccontextmanager
async def open_parts(settings: Settings) -> AsyncIterator[Parts]:
    """Open everything, and close it in the opposite order. Raises ConfigurationError."""
    rules = load_rules(settings)
    clock = system_clock(timedelta(seconds=settings.clock_offset_seconds))
    data = Path(settings.store)
    keys = LocalKeyService(Path(settings.keys), data)
    async with open_store(data, clock) as store:
        _refuse_shared_volume(settings, keys, data)
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
    if parts.keys.shares_file_system(Path(parts.settings.store)):
        log.warning("keys_and_data_share_a_file_system")


def _refuse_shared_volume(settings: Settings, keys: LocalKeyService, data: Path) -> None:
    if settings.production and keys.shares_file_system(data):
        raise ConfigurationError(
            "The key directory and the data directory share a file system: one snapshot would hold both, and "
            "erased data could be read from it. Put the keys on a volume of their own, or set "
            "production = false."
        )
