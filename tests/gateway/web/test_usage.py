"""GET /v1/usage: what was released of a month, to whom it is in scope for, and the same each time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.app.consumers.overview import add_consumer
from gateway.app.tenants import withdraw_tenant
from gateway.client import FeedClient, FeedRefused
from gateway.minimization.purposes import purposes
from gateway.store.pulse import Pulse
from gateway.store.registry import Standing
from gateway.web.description import description
from gateway.web.operations import OPERATIONS
from gateway.web.parts import Parts
from tests.fakes.counted import (
    MARCH,
    a_day,
    count_month,
    enrol_many,
    exact,
    open_listed,
    release_month,
    rooms,
    told_bytes,
)
from tests.fakes.installation import Installation, lose_access, open_installation
from tests.fakes.rows import rows_of
from tests.fakes.site import Site
from tests.gateway.web.served import Answer, Served, serve_parts

TEN = rooms(10)


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path) as installation:
        yield installation


@dataclass
class Bridge:
    """A consumer of a tenant, and what answers it."""

    site: Site
    served: Served
    token: str

    async def usage(self, token: str | None = None, **query: str) -> Answer:
        asked = {"tenant": self.site.tenant, "month": "2026-03"} | query
        return await self.served.ask("GET", "/v1/usage", token or self.token, params=asked)


@asynccontextmanager
async def bridge(installation: Installation) -> AsyncIterator[Bridge]:
    site = await open_listed(installation, TEN)
    await count_month(site, MARCH, dict.fromkeys(TEN, a_day()))
    await enrol_many(site)
    parts = installation.parts

    async def obey_fence(standing: Standing) -> None:
        parts.keyring.drop(standing.tenant)

    web = Parts(
        parts.store,
        parts.keyring,
        Pulse(parts.store, obey_fence),
        parts.metrics,
        parts.clock,
        purposes(parts.rules.policies),
    )
    _, token = await add_consumer(parts, "flexo", [site.tenant], purpose="occupancy")
    async with serve_parts(web) as served:
        yield Bridge(site, served, token)


@pytest.fixture
async def bridged(installation: Installation) -> AsyncIterator[Bridge]:
    async with bridge(installation) as found:
        yield found


def problem(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"].rpartition("/")[2]


async def test_what_was_released_is_told_byte_for_byte_and_reading_writes_nothing(bridged: Bridge) -> None:
    await release_month(bridged.site, MARCH, exact)
    before = await rows_of(bridged.site.installation.store)
    first, again = await bridged.usage(), await bridged.usage()
    assert first.status == 200
    assert first.body == again.body == await told_bytes(bridged.site)
    assert first.json["tenant"] == bridged.site.tenant
    assert first.json["aggregated"]["groups"][0]["resources"] == 10
    assert first.json["anonymous"]["sites"] == [{"site": "Harbour", "bookers": 0}]
    assert await rows_of(bridged.site.installation.store) == before


async def test_until_it_is_released_it_is_said_so(bridged: Bridge) -> None:
    client = FeedClient(bridged.served.client, str(bridged.served.client._base_url), bridged.token)
    with pytest.raises(FeedRefused):
        await client.usage(bridged.site.tenant, "2026-03")
    assert problem(await bridged.usage()) == (404, "not-released")
    await release_month(bridged.site, MARCH)
    assert await client.usage(bridged.site.tenant, "2026-03") == (await bridged.usage()).json
    assert problem(await bridged.usage(month="2026-02")) == (404, "not-released")


async def test_what_is_out_of_scope_looks_like_what_is_not_there(
    installation: Installation, bridged: Bridge
) -> None:
    await release_month(bridged.site, MARCH)
    other = await open_listed(installation, TEN)
    _, token = await add_consumer(installation.parts, "other", [other.tenant], purpose="occupancy")
    theirs, nobodys = await bridged.usage(token), await bridged.usage(token, tenant="ten_1")
    assert problem(theirs) == problem(nobodys) == (404, "not-found")
    assert theirs.body == nobodys.body


@pytest.mark.parametrize("how", ["suspended", "withdrawn"])
async def test_nothing_is_told_of_whom_is_not_served(bridged: Bridge, how: str) -> None:
    site = bridged.site
    await release_month(site, MARCH)
    if how == "suspended":
        # A grant that has not arrived yet is waited for.
        await site.installation.sync()
        await lose_access(site.installation.store, site.tenancy)
    else:
        await withdraw_tenant(site.installation.parts, site.tenant)
    assert problem(await bridged.usage()) == (404, "not-found")


async def test_what_cannot_be_asked_is_refused(bridged: Bridge) -> None:
    for named, value in (("month", "2026-3"), ("month", ""), ("month", "2026-13"), ("site", "Harbour")):
        answer = await bridged.usage(**{named: value})
        assert (*problem(answer), answer.json["parameter"]) == (400, "invalid-parameter", named)
    missing = await bridged.served.ask("GET", "/v1/usage", bridged.token, params={"month": "2026-03"})
    assert missing.json["parameter"] == "tenant"


async def test_without_keys_nothing_is_told(bridged: Bridge) -> None:
    site = bridged.site
    await release_month(site, MARCH)
    await site.installation.parts.keys.destroy_tenant_keys(site.tenant)
    site.installation.parts.keyring.drop(site.tenant)
    assert problem(await bridged.usage()) == (503, "unavailable")


async def test_who_has_no_token_is_not_admitted(bridged: Bridge) -> None:
    assert problem(await bridged.usage("none")) == (401, "unauthorized")
    assert problem(await bridged.served.ask("GET", "/v1/usage?month=none")) == (401, "unauthorized")


def test_each_word_is_used_for_its_own_numbers_alone() -> None:
    schemas = description(OPERATIONS)["components"]["schemas"]
    using = {
        word: {name for name, schema in schemas.items() if word in repr(schema).lower()}
        for word in ("aggregated", "anonymous")
    }
    # The whole names both of its parts.
    assert using == {"aggregated": {"AggregatedUsage", "Usage"}, "anonymous": {"AnonymousUsage", "Usage"}}
