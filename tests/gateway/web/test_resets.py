"""feed.reset: what a consumer has of a tenant is void, since its scope or its purpose has changed."""

import pytest

from gateway.booking import TenantId
from tests.fakes.backend import Backend
from tests.fakes.filled_store import FilledStore, a_booking, a_resource
from tests.gateway.web.served import Served


@pytest.fixture
async def tenants(filled: FilledStore) -> tuple[TenantId, TenantId]:
    """Two tenants with a resource and a booking each."""
    found = await filled.add_tenant("harbour"), await filled.add_tenant("quarry")
    for tenant in found:
        await filled.put_resource(tenant, a_resource("north"))
        await filled.put(tenant, a_booking("one", "north"))
    return found


async def take_all(served: Served, token: str, backend: Backend, limit: int = 100) -> list[str]:
    """Read to the end; the types told."""
    before, more = len(backend.told), True
    while more:
        after = {} if backend.cursor is None else {"after": backend.cursor}
        more = backend.take((await served.feed(token, limit=limit, **after)).body)
    return backend.told[before:]


async def test_a_tenant_that_leaves_the_scope_ends_with_a_reset(
    filled: FilledStore, served: Served, tenants: tuple[TenantId, TenantId]
) -> None:
    harbour, quarry = tenants
    token, backend = await filled.add_consumer(*tenants), Backend()
    await take_all(served, token, backend)
    await filled.rescope(token, harbour)
    assert await take_all(served, token, backend) == ["feed.reset"]
    assert backend.tenants.keys() == {f"/v1/tenants/{harbour}"}
    await filled.put(quarry, a_booking("two", "north"))
    assert await take_all(served, token, backend) == []


async def test_it_says_which_tenant_and_why(
    filled: FilledStore, served: Served, tenants: tuple[TenantId, TenantId]
) -> None:
    token = await filled.add_consumer(*tenants)
    cursor = (await served.page(token))["next"]
    await filled.rescope(token, tenants[0])
    first, again = [await served.page(token, after=cursor) for _ in range(2)]
    (reset,) = first["entries"]
    assert reset["source"] == f"/v1/tenants/{tenants[1]}"
    assert (reset["type"], reset["data"]) == ("feed.reset", {"reason": "scope"})
    assert "subject" not in reset
    # At least once, and by the same name each time.
    assert again["entries"] == first["entries"]


async def test_a_tenant_that_comes_into_the_scope_begins_with_what_is(
    filled: FilledStore, served: Served, tenants: tuple[TenantId, TenantId]
) -> None:
    token, backend = await filled.add_consumer(tenants[0]), Backend()
    await take_all(served, token, backend)
    await filled.rescope(token, *tenants)
    assert await take_all(served, token, backend) == ["resource.put", "resource.state", "booking.put"]
    assert set(backend.view(tenants[1]).bookings) == {"one"}


async def test_a_tenant_that_comes_back_begins_anew(
    filled: FilledStore, served: Served, tenants: tuple[TenantId, TenantId]
) -> None:
    token, backend = await filled.add_consumer(*tenants), Backend()
    await take_all(served, token, backend)
    await filled.rescope(token, tenants[0])
    await take_all(served, token, backend)
    await filled.remove(tenants[1], "north", "one")
    await filled.rescope(token, *tenants)
    assert await take_all(served, token, backend) == ["resource.put", "resource.state"]
    assert not backend.view(tenants[1]).bookings


async def test_resets_are_told_at_once_however_little_is_asked_for(
    filled: FilledStore, served: Served, tenants: tuple[TenantId, TenantId]
) -> None:
    token, backend = await filled.add_consumer(*tenants), Backend()
    await take_all(served, token, backend)
    await filled.rescope(token)
    assert await take_all(served, token, backend, limit=1) == ["feed.reset", "feed.reset"]
    assert not backend.tenants


async def test_a_suspended_tenant_that_leaves_the_scope_is_void_as_well(
    filled: FilledStore, served: Served, tenants: tuple[TenantId, TenantId]
) -> None:
    token, backend = await filled.add_consumer(*tenants), Backend()
    await take_all(served, token, backend)
    await filled.suspend(tenants[1])
    await take_all(served, token, backend)
    await filled.rescope(token, tenants[0])
    assert await take_all(served, token, backend) == ["feed.reset"]
