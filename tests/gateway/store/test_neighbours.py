"""Tenants whose rows lie in one bucket: whatever becomes of one leaves every row of the other as it was."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from gateway.app.accountability.history import history
from gateway.app.persons.links import withdraw_link
from gateway.app.reconnecting import reconnect, withdraw_credentials
from gateway.app.tenants import resume_tenant, withdraw_tenant
from gateway.app.terms.deadlines import renew
from gateway.app.terms.policies import pass_to
from gateway.store.tables import schema
from gateway.store.withdrawals import withdrawals_of
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.enrolled import ALL, WENDLA, allow, enrol, withdraw
from tests.fakes.filled_store import NOON
from tests.fakes.full_site import open_full_site
from tests.fakes.installation import Installation, lose_access, open_installation
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.rows import tenants_rows
from tests.fakes.site import AMBER, Site


@pytest.fixture
async def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Installation]:
    monkeypatch.setattr(schema, "BUCKETS", 1)
    async with open_installation(tmp_path) as opened:
        yield opened


def silent(_done: int, _of: int) -> None:
    """Told how far it is, and content with it."""


async def live(site: Site) -> None:
    """Everything that becomes of a tenant, to its end."""
    here, tenant = site.installation, site.tenant
    ana = Person(site, "ana")
    ana.put(invitation("hers", NOON, AMBER))
    await ana.connect()
    await enrol(site, WENDLA)
    await here.sync()
    await pass_to(here.parts, tenant, "strict", silent)
    await renew(here.parts, tenant, 4_000_000_000_000)
    await lose_access(here.store, await here.tenancy(tenant))
    await resume_tenant(here.parts, tenant)
    await withdraw_credentials(here.parts, tenant)
    await reconnect(here.parts, tenant, grant=None, read_as=None)
    await withdraw(site, address=WENDLA)
    (link,) = await links_at(site)
    await withdraw_link(here.parts, tenant, link.authorization, nothing_to_revoke)
    await withdraw_tenant(here.parts, tenant)


async def test_whatever_becomes_of_one_leaves_every_row_of_the_other(installation: Installation) -> None:
    allow(installation)
    site = await open_peopled_site(installation, policy=ALL)
    other = await open_full_site(installation)
    before = await tenants_rows(installation.store, other.tenant)
    await live(site)
    after = await tenants_rows(installation.store, other.tenant)
    assert {name for name in before if before[name] != after[name]} == set()
    for one, count in ((site, 4), (other, 2)):
        rows = await installation.store.read(partial(withdrawals_of, tenant=one.tenant))
        assert [row.tenant for row in rows] == [one.tenant] * count
        numbers = [row.number for row in await history(installation.parts, one.tenant)]
        # None is missing between: rows are added, and never deleted.
        assert numbers == list(range(1, len(numbers) + 1))
