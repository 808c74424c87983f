"""GET /v1/feed: what an authorization's state, its keys and the store's age allow."""

import shutil
from datetime import timedelta
from pathlib import Path

from structlog.testing import capture_logs

from gateway.booking import TenantId
from gateway.vault.key_cache import LIFETIME
from tests.fakes.filled_store import FilledStore, a_booking, a_resource, open_filled_store
from tests.fakes.transit import Transit
from tests.gateway.web.served import Served, serve


async def a_harbour(filled: FilledStore) -> TenantId:
    tenant = await filled.add_tenant("harbour")
    await filled.put_resource(tenant, a_resource("north"))
    await filled.put(tenant, a_booking("one", "north"))
    return tenant


async def test_a_suspended_tenant_is_told_as_such_and_nothing_else(
    filled: FilledStore, served: Served
) -> None:
    tenant = await a_harbour(filled)
    token = await filled.add_consumer(tenant)
    await filled.suspend(tenant)
    page = await served.page(token)
    assert [entry["data"] for entry in page["entries"]] == [{"reason": "access_lost"}]
    assert await served.types(token, after=page["next"]) == []


async def test_nothing_is_lost_by_a_suspension(filled: FilledStore, served: Served) -> None:
    tenant = await a_harbour(filled)
    token = await filled.add_consumer(tenant)
    await filled.suspend(tenant)
    page = await served.page(token)
    await filled.resume(tenant)
    await filled.put(tenant, a_booking("two", "north"))
    assert await served.types(token, after=page["next"]) == [
        "resource.put",
        "resource.state",
        "booking.put",
        "tenant.resumed",
        "booking.put",
    ]


async def test_a_resumption_that_holds_no_more_is_not_told(filled: FilledStore, served: Served) -> None:
    tenant = await a_harbour(filled)
    token = await filled.add_consumer(tenant)
    await filled.suspend(tenant)
    page = await served.page(token)
    await filled.resume(tenant)
    await filled.suspend(tenant)
    page = await served.page(token, after=page["next"])
    assert [entry["type"] for entry in page["entries"]] == ["tenant.suspended"]
    await filled.resume(tenant)
    told = await served.types(token, after=page["next"])
    assert told == ["resource.put", "resource.state", "booking.put", "tenant.resumed"]


async def test_what_is_hidden_is_not_shown_once_its_tenant_is_withdrawn(
    filled: FilledStore, served: Served
) -> None:
    tenant = await a_harbour(filled)
    token = await filled.add_consumer(tenant)
    await filled.suspend(tenant)
    page = await served.page(token)
    await filled.resume(tenant)
    await filled.fence(tenant)
    assert await served.types(token, after=page["next"]) == []


async def test_an_erased_tenant_is_told_once(filled: FilledStore, served: Served) -> None:
    tenant = await a_harbour(filled)
    token = await filled.add_consumer(tenant)
    before = await served.page(token)
    erasure = await filled.withdraw(tenant)
    page = await served.page(token, after=before["next"])
    assert [(entry["type"], entry["data"]) for entry in page["entries"]] == [
        ("tenant.erased", {"erasure": erasure})
    ]
    assert await served.types(token, after=page["next"]) == []


async def test_a_tenant_without_keys_is_not_told_and_holds_up_nobody(
    filled: FilledStore, served: Served
) -> None:
    harbour, quarry = await a_harbour(filled), await filled.add_tenant("quarry")
    await filled.put_resource(quarry, a_resource("south"))
    token = await filled.add_consumer(harbour, quarry)
    await filled.keys.destroy_tenant_keys(harbour)
    filled.keyring.drop(harbour)
    with capture_logs() as logs:
        page = await served.page(token)
    assert {entry["source"] for entry in page["entries"]} == {f"/v1/tenants/{quarry}"}
    assert page["more"] is False
    assert page["unavailable"] == [harbour]
    (line,) = logs
    assert (line["event"], line["tenant"]) == ("tenant_not_served", harbour)


async def test_nothing_is_told_while_the_key_service_holds_keys_back(
    transit: Transit, tmp_path: Path
) -> None:
    async with open_filled_store(tmp_path, transit.service()) as filled, serve(filled) as served:
        token = await filled.add_consumer(await a_harbour(filled))
        before = (await served.page(token))["entries"]
        filled.clock.move(LIFETIME)
        with capture_logs() as logs, transit.openbao.sealed():
            answer = await served.feed(token)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert {(line["event"], line["status"]) for line in logs} == {("key_service_refuses", 503)}
        assert (await served.page(token))["entries"] == before


async def test_a_store_behind_its_key_service_tells_nothing(filled: FilledStore, served: Served) -> None:
    tenant = await a_harbour(filled)
    token = await filled.add_consumer(tenant)
    authorization = (await filled.standing(tenant)).authorization
    await filled.keys.raise_epoch(tenant, authorization.id, authorization.epoch + 1)
    assert await served.types(token) == []


async def test_a_cursor_behind_forgotten_removals_is_gone(filled: FilledStore, served: Served) -> None:
    tenant = await a_harbour(filled)
    token = await filled.add_consumer(tenant)
    before = await served.page(token)
    await filled.remove(tenant, "north", "one")
    filled.clock.move(timedelta(minutes=2))
    await filled.forget_removed(tenant)

    answer = await served.feed(token, after=before["next"])
    assert answer.status == 410
    assert answer.json["type"] == "/v1/problems/cursor-too-old"
    assert answer.json["restart"] == "/v1/feed"
    assert await served.types(token) == ["resource.put", "resource.state"]


async def test_a_cursor_of_a_longer_log_is_gone(tmp_path: Path) -> None:
    async with open_filled_store(tmp_path) as filled:
        tenant = await a_harbour(filled)
        token = await filled.add_consumer(tenant)
    shutil.copytree(tmp_path / "store", tmp_path / "backup")
    async with open_filled_store(tmp_path) as filled, serve(filled) as served:
        await filled.put(tenant, a_booking("two", "north"))
        cursor = (await served.page(token))["next"]
    shutil.rmtree(tmp_path / "store")
    (tmp_path / "backup").rename(tmp_path / "store")
    async with open_filled_store(tmp_path) as filled, serve(filled) as served:
        assert (await served.feed(token, after=cursor)).status == 410


async def test_a_tenant_that_joins_the_scope_begins_with_its_current_state(
    filled: FilledStore, served: Served
) -> None:
    tenant, quarry = await a_harbour(filled), await filled.add_tenant("quarry")
    token = await filled.add_consumer(tenant)
    before = await served.page(token)
    await filled.put_resource(quarry, a_resource("south"))
    await filled.rescope(token, tenant, quarry)
    after = await served.page(token, after=before["next"])
    assert {entry["source"] for entry in after["entries"]} == {f"/v1/tenants/{quarry}"}


async def test_a_tenant_that_is_not_there_is_passed_over(filled: FilledStore, served: Served) -> None:
    tenant = await a_harbour(filled)
    token = await filled.add_consumer(tenant, TenantId("ten_nobody"))
    assert len(await served.types(token)) == 3
