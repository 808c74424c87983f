"""The stand-ins, a gateway beside them, and one tenant whose calendars can be read."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from connectors.sandbox.identity import Identity
from connectors.sandbox.ledger import Tally
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider as Whose
from connectors.sandbox.truth import Tenant as Company
from connectors.sandbox.world import generate
from gateway.app.census import read_again
from gateway.app.parts import Parts, open_parts
from gateway.app.service import sync_once
from gateway.app.standins import CONTROLLER, installation
from gateway.app.tenants import add_tenant
from gateway.booking import TenantId
from gateway.clock import milliseconds, system_clock
from gateway.metrics import Metrics
from gateway.store.registry import Terms
from gateway.tenant import Connection, Mode, Places, Provider, Registration, Trial
from tests.fakes.blank_store import lay_tables

#: Every way to read.
WAYS = [(Whose.MICROSOFT, Mode.SNAPSHOT), (Whose.MICROSOFT, Mode.DELTA), (Whose.GOOGLE, Mode.SNAPSHOT)]
_GRANTS = {Whose.MICROSOFT: "scoped", Whose.GOOGLE: "shared"}
#: Kinds of requests that are not sent by connectors: tokens.
_TOKENS = ("entra.", "google.token")

NOW = datetime(2027, 3, 4, 8, tzinfo=UTC)


class Scene(NamedTuple):
    """The stand-ins, a gateway beside them, and one tenant, not read yet."""

    sandbox: Sandbox
    parts: Parts
    company: Company
    tenant: TenantId

    @property
    def ledger(self) -> Tally:
        """What the stand-ins counted so far."""
        return self.sandbox.crossed.get(self.company.name, Tally())

    @property
    def requests(self) -> int:
        """All that connectors have asked so far."""
        kinds = self.sandbox.requests
        return sum(number for kind, number in kinds.items() if not kind.startswith(_TOKENS))

    async def sync(self) -> None:
        await read_again(self.parts, self.tenant)
        await sync_once(self.parts, _nothing)

    def counted(self, name: str) -> dict[tuple[str, str], float]:
        return counted(self.parts.metrics, name)


def counted(metrics: Metrics, name: str) -> dict[tuple[str, str], float]:
    """A counter's values by provider and outcome, which are all its labels."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    (found,) = (family for family in families if family.name == name)
    assert all(sample.labels.keys() == {"provider", "outcome"} for sample in found.samples)
    return {(sample.labels["provider"], sample.labels["outcome"]): sample.value for sample in found.samples}


async def _nothing() -> None:
    """Told after every turn."""


@asynccontextmanager
async def scene(
    folder: Path,
    identity: Identity,
    provider: Whose,
    mode: Mode,
    policy: str = "occupancy",
    *,
    personal: bool = False,
    trial: Callable[[Company], tuple[str, ...]] | None = None,
) -> AsyncIterator[Scene]:
    """``personal``: whether the admin says of every place that it is somebody's own.

    ``trial`` says which calendars are looked at in one, of a week.
    """
    real = system_clock()
    # The same week on every day, so that the same calendar is the fullest.
    clock = system_clock(NOW - real())
    world = generate(7, calendars_per_tenant=4, now=NOW)
    company = next(one for one in world.tenants if one.provider is provider)
    world.consents[company.id].reach = frozenset(place.address for place in company.resources)
    async with Sandbox(world, clock, real, identity=identity) as sandbox:
        settings, _ = installation(sandbox, folder, port=0)
        lay_tables(folder / "store")
        async with open_parts(settings) as parts:
            reach = Connection(
                provider=Provider(provider.value), directory=company.id, grant=_GRANTS[provider], mode=mode
            )
            own = frozenset(place.id for place in company.resources) if personal else frozenset[str]()
            choice = Registration(
                name=company.name,
                policy=policy,
                zone="UTC",
                basis="f",
                places=Places(personal=own),
                trial=None if trial is None else Trial(calendars=trial(company)),
            )
            ends = None if trial is None else milliseconds(parts.clock() + timedelta(days=7))
            tenant = await add_tenant(parts, reach, choice, controller=CONTROLLER, terms=Terms(ends))
            yield Scene(sandbox, parts, company, tenant.id)


def grown(before: Tally, after: Tally) -> tuple[int, int, Counter[str]]:
    return after.bytes - before.bytes, after.events - before.events, after.crossed - before.crossed


def copied(tally: Tally) -> Tally:
    return Tally(tally.bytes, tally.events, tally.held.copy(), tally.crossed.copy())
