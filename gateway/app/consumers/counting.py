"""Statistics of how places are used: whether a tenant has them, and what makes them anonymous."""

import asyncio
from functools import cache, partial

from msgspec.structs import replace

from gateway.app.parts import Parts
from gateway.app.rules import Rules, disclosure_of
from gateway.app.terms.amending import amend, nothing_else
from gateway.booking import TenantId
from gateway.errors import ConfigurationError, UnknownName
from gateway.minimization.lattice import Booker
from gateway.store.registry import Registry, Standing
from gateway.store.scope import TenantScope
from gateway.store.unlock import unlock
from gateway.store.usage import released, stop_counting
from gateway.sync.releasing import Noise
from gateway.sync.usage import Statistics
from gateway.tenant import Registration, Tenant
from gateway.usage import EPSILON, month_named
from gateway.vault.columns import SealedColumn


def open_statistics(parts: Parts) -> Statistics:
    """What counts days and releases months."""
    tells_bookers = partial(_tells_bookers, parts.rules)
    return Statistics(
        parts.store,
        parts.keyring,
        parts.keys,
        parts.clock,
        tells_bookers=tells_bookers,
        load_noise=load_noise,
    )


async def load_noise() -> Noise | None:
    """What makes counts of people anonymous; None: the extra is not installed."""
    return await asyncio.to_thread(_noise)


async def is_anonymous() -> bool:
    """Whether counts of people can be made anonymous here."""
    return await load_noise() is not None


async def count_usage(parts: Parts, tenant: TenantId, *, is_counted: bool) -> None:
    """Let it be counted from now on how a tenant's places are used, or no more.

    Then whatever was counted and not released is gone. Raises as ``amend`` does.
    """
    await amend(
        parts,
        tenant,
        lambda choice: replace(choice, statistics=is_counted),
        also=nothing_else if is_counted else _stop,
    )


async def released_usage(parts: Parts, standing: Standing, month: str) -> bytes:
    """What consumers can read of a month (``YYYY-MM``), as JSON.

    Raises UnknownName where nothing was released of it, ConfigurationError for what is no month,
    KeyUnavailable.
    """
    try:
        number = month_named(month)
    except ValueError:
        raise ConfigurationError("That is no month. Give it as YYYY-MM, such as 2027-03.") from None
    keys = await unlock(parts.keyring, standing)
    body = await parts.store.read(partial(released, standing=standing, keys=keys, month=number))
    if body is None:
        raise UnknownName(
            f"Of {month} nothing was released. A month is on the second day after it, where the tenant had "
            "statistics while it lasted ('gateway tenant statistics'), and is kept for 400 days."
        )
    return body


def _stop(registry: Registry, standing: Standing, _choice: Registration, _: SealedColumn) -> None:
    stop_counting(TenantScope(handle=registry.handle, tenant=standing.tenant, now=registry.now))


def _tells_bookers(rules: Rules, tenant: Tenant) -> bool:
    return disclosure_of(rules, tenant).booker is not Booker.NONE


@cache
def _noise() -> Noise | None:
    try:
        from gateway.noise import Laplace  # noqa: PLC0415  slow to load, and not everybody has it
    except ModuleNotFoundError:
        return None
    return Laplace(EPSILON)
