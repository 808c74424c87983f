"""What is forgotten is missed by nobody: whoever was not told of it starts again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.booking import CalendarId, TenantId
from gateway.store.forgetting import REMOVALS_KEPT_DAYS
from gateway.store.tables import channels, resources
from tests.fakes.filled_store import FilledStore, a_booking, a_resource
from tests.gateway.web.served import Served

PAST_REMOVALS = timedelta(days=REMOVALS_KEPT_DAYS, minutes=1)


@pytest.fixture
async def tenant(filled: FilledStore) -> TenantId:
    tenant = await filled.add_tenant("harbour")
    for room in ("north", "south"):
        await filled.put_resource(tenant, a_resource(room))
    await filled.put(tenant, a_booking("one", "north"))
    return tenant


async def later(filled: FilledStore, tenant: TenantId, after: timedelta = PAST_REMOVALS) -> None:
    filled.clock.move(after)
    await filled.forget_old(tenant)


async def places(filled: FilledStore) -> set[str]:
    return await filled.store.read(lambda handle: set(handle.execute(select(resources.c.id)).scalars()))


async def test_who_was_not_told_that_a_place_was_removed_starts_again(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    before = await served.page(token)
    await filled.remove_resource(tenant, "north")
    after = await served.page(token, after=before["next"])
    assert [entry["type"] for entry in after["entries"]] == ["resource.removed"]
    await later(filled, tenant)
    assert await places(filled) == {"south"}
    assert (await served.feed(token, after=before["next"])).status == 410
    assert await served.types(token, after=after["next"]) == []
    assert await served.types(token) == ["resource.put", "resource.state"]


async def test_of_a_place_that_came_back_the_removal_alone_is_forgotten(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    before = await served.page(token)
    await filled.remove_resource(tenant, "north")
    filled.clock.move(timedelta(days=1))
    await filled.put_resource(tenant, a_resource("north"))
    await later(filled, tenant, PAST_REMOVALS - timedelta(days=1))
    assert await places(filled) == {"north", "south"}
    assert (await served.feed(token, after=before["next"])).status == 410
    assert await served.types(token) == ["resource.put", "resource.state"] * 2


async def test_a_suspension_that_holds_is_told_for_as_long_as_it_does(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    await filled.suspend(tenant)
    await later(filled, tenant)
    assert await served.types(token) == ["tenant.suspended"]


async def test_one_that_has_passed_is_forgotten_and_whoever_hid_the_tenant_starts_again(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    read = await served.page(token)
    await filled.suspend(tenant)
    hidden = await served.page(token, after=read["next"])
    assert [entry["type"] for entry in hidden["entries"]] == ["tenant.suspended"]
    await filled.resume(tenant)
    shown = await served.page(token, after=hidden["next"])
    assert [entry["type"] for entry in shown["entries"]] == ["tenant.resumed"]
    await later(filled, tenant)
    assert (await served.feed(token, after=hidden["next"])).status == 410
    assert await served.types(token, after=shown["next"]) == []
    assert "tenant.suspended" not in await served.types(token)


@pytest.mark.parametrize(("held", "left"), [(True, 1), (False, 0)])
async def test_a_channel_that_somebody_is_closing_is_left_to_them(
    filled: FilledStore, tenant: TenantId, *, held: bool, left: int
) -> None:
    await filled.turn(tenant, lambda transaction: transaction.channels.add(CalendarId("gone")))
    if held:
        await filled.store.claim(channels, tenant=tenant, owner="worker", limit=1)
    await filled.forget_old(tenant)
    found = await filled.store.read(lambda handle: handle.execute(select(channels)).all())
    assert len(found) == left
