"""POST /v1/erasures/{erasure}/acknowledgement."""

from functools import partial

import pytest

from gateway.booking import TenantId
from gateway.store.acknowledgements import acknowledgements_of
from gateway.withdrawal.cascade import Cascade
from tests.fakes.filled_store import FilledStore, nothing_narrower
from tests.gateway.web.served import Answer, Served


async def acknowledge(served: Served, token: str | None, erasure: str, **options: object) -> Answer:
    return await served.ask("POST", f"/v1/erasures/{erasure}/acknowledgement", token, **options)


async def acknowledged_by(filled: FilledStore, tenant: TenantId, erasure: str) -> list[str]:
    told = partial(acknowledgements_of, tenant=tenant, erasure=erasure)
    return [row.consumer for row in await filled.store.read(told)]


async def test_an_acknowledgement_is_recorded_once(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant)
    erasure = await filled.withdraw(tenant)
    for _ in range(2):
        answer = await acknowledge(served, token, erasure)
        assert (answer.status, answer.body) == (204, b"")
    assert await acknowledged_by(filled, tenant, erasure) == [token.partition(".")[0]]


async def test_a_body_is_not_read(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant)
    erasure = await filled.withdraw(tenant)
    assert (await acknowledge(served, token, erasure, data=b"\0" * 1_000_000)).status == 204


@pytest.mark.parametrize("erasure", ["era_unknown", "%00", "%FF", "a" * 3000])
async def test_an_unknown_erasure_is_not_there(filled: FilledStore, served: Served, erasure: str) -> None:
    tenant = await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant, TenantId("ten_nobody"))
    await filled.withdraw(tenant)
    answer = await acknowledge(served, token, erasure)
    assert (answer.status, answer.json["type"]) == (404, "/v1/problems/not-found")


async def test_an_erasure_outside_the_scope_is_not_there(filled: FilledStore, served: Served) -> None:
    tenant, other = await filled.add_tenant("harbour"), await filled.add_tenant("quarry")
    token = await filled.add_consumer(other)
    erasure = await filled.withdraw(tenant)
    assert (await acknowledge(served, token, erasure)).status == 404
    assert await acknowledged_by(filled, tenant, erasure) == []


async def test_an_erasure_that_nobody_was_told_of_is_not_there(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant)
    lease = await Cascade(
        filled.store, filled.keyring, filled.keys, owner="test", narrow=nothing_narrower
    ).fence(tenant)
    assert lease is not None
    assert (await acknowledge(served, token, lease.id)).status == 404


async def test_an_acknowledgement_needs_a_token(served: Served) -> None:
    assert (await acknowledge(served, None, "era_1")).status == 401
    assert (await acknowledge(served, "con_nobody.secret", "era_1")).status == 401


async def test_an_acknowledgement_takes_no_parameters(filled: FilledStore, served: Served) -> None:
    token = await filled.add_consumer(await filled.add_tenant("harbour"))
    answer = await acknowledge(served, token, "era_1", params={"force": "1"})
    assert (answer.status, answer.json["parameter"]) == (400, "force")
