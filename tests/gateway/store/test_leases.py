"""Leases: who may work on a due row. Two never hold the same one."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from gateway.booking import TenantId
from gateway.store.leases import LEASE_MILLISECONDS, Lease
from gateway.store.store import Store, open_store
from gateway.store.tables import calendars, directories, withdrawals
from gateway.sync.directory import DirectoryLook
from tests.fakes.installation import Installation, calendar_of
from tests.fakes.provider import FakeProvider, room
from tests.fakes.site import open_site

LEASE = timedelta(milliseconds=LEASE_MILLISECONDS)
A_MOMENT = timedelta(milliseconds=1)


async def due_calendars(installation: Installation, count: int) -> TenantId:
    tenant = await installation.onboard(FakeProvider(*(room(f"room{number}") for number in range(count))))
    await installation.sync()
    installation.clock.move(timedelta(minutes=6))
    return tenant


async def test_what_is_due_is_taken_once(installation: Installation) -> None:
    tenant = await due_calendars(installation, 3)
    claim = installation.store.claim
    first = await claim(calendars, tenant=tenant, owner="one", limit=2)
    second = await claim(calendars, tenant=tenant, owner="two", limit=2)
    assert (len(first), len(second)) == (2, 1)
    assert await claim(calendars, tenant=tenant, owner="three", limit=2) == []
    assert len({lease.id for lease in first + second}) == 3


async def test_what_is_not_due_is_left(installation: Installation) -> None:
    site = await open_site(installation)
    for table in (calendars, directories):
        assert await installation.store.claim(table, tenant=site.tenant, owner="one", limit=9) == []
        assert await installation.store.tenants_with_due(table) == set()
    assert await installation.store.tenants_with_due(withdrawals) == set()


async def test_the_longest_due_comes_first(installation: Installation) -> None:
    tenant = await due_calendars(installation, 1)
    installation.clock.move(timedelta(days=1))
    installation.providers[tenant].add_place(room("new"))
    tenancy = await installation.tenancy(tenant)
    (lease,) = await installation.store.claim(directories, tenant=tenant, owner="one", limit=1)
    assert (lease.tenant, lease.id) == (tenant, tenant)
    await DirectoryLook(installation.store, tenancy, installation.clock).take(lease, 0.5)
    for name in ("room0", "new"):
        (first,) = await installation.store.claim(calendars, tenant=tenant, owner="one", limit=1)
        assert first.id == calendar_of(tenancy, room(name))


async def test_a_lease_that_ran_out_is_taken_over_under_a_new_number(installation: Installation) -> None:
    site = await open_site(installation)
    installation.clock.move(timedelta(minutes=6))
    claim = installation.store.claim
    (first,) = await claim(calendars, tenant=site.tenant, owner="one", limit=1)
    installation.clock.move(LEASE)
    assert await claim(calendars, tenant=site.tenant, owner="two", limit=1) == []
    assert await installation.store.tenants_with_due(calendars) == set()
    installation.clock.move(A_MOMENT)
    assert await installation.store.tenants_with_due(calendars) == {site.tenant}
    (second,) = await claim(calendars, tenant=site.tenant, owner="two", limit=1)
    assert second == first._replace(fencing=first.fencing + 1, attempts=first.attempts + 1)


async def test_processes_that_claim_at_once_share_the_work(
    installation: Installation, tmp_path: Path
) -> None:
    tenant = await due_calendars(installation, 12)
    async with AsyncExitStack() as stack:
        stores = [
            await stack.enter_async_context(open_store(installation.store.database, installation.clock))
            for _ in range(3)
        ]

        async def claim(store: Store) -> list[Lease]:
            return await store.claim(calendars, tenant=tenant, owner="one of them", limit=1)

        taken = await asyncio.gather(*(claim(store) for store in stores for _ in range(6)))
    ids = [lease.id for leases in taken for lease in leases]
    assert len(ids) == len(set(ids)) == 12
