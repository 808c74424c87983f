"""A page is read as its tenants stand in one transaction, with keys that were asked for before it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import msgspec
import pytest

from gateway.booking import TenantId
from gateway.feed.page import Page
from gateway.vault.keyring import Keyring, TenantKeys
from gateway.vault.keys import DataKeyOwner
from gateway.web import unlocking
from gateway.web.authentication import Credentials
from gateway.web.feed_reader import read_page
from tests.fakes.filled_store import REGION, FilledStore, a_booking, a_resource
from tests.gateway.web.served import PATIENCE_SECONDS, parts_of

Happening = Callable[[TenantId], Awaitable[None]]


class EventfulKeyring(Keyring):
    """Something happens while keys are asked for."""

    def __init__(self, filled: FilledStore, happens: Happening) -> None:
        super().__init__(filled.keys, region=REGION, clock=filled.clock)
        self._happens = happens

    async def tenant(self, tenant: TenantId, owner: DataKeyOwner) -> TenantKeys:
        await self._happens(tenant)
        return await super().tenant(tenant, owner)


async def a_place(filled: FilledStore, name: str) -> TenantId:
    tenant = await filled.add_tenant(name)
    await filled.put_resource(tenant, a_resource("north"))
    await filled.put(tenant, a_booking("one", "north"))
    return tenant


async def read(filled: FilledStore, token: str, happens: Happening) -> Page:
    parts = replace(parts_of(filled), keyring=EventfulKeyring(filled, happens))
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await read_page(parts, Credentials(token), None, 100)


@pytest.mark.parametrize("times", [1, 2])
async def test_a_tenant_that_moves_on_meanwhile_is_told_of_as_it_is_then(
    filled: FilledStore, times: int
) -> None:
    tenant = await a_place(filled, "harbour")
    token = await filled.add_consumer(tenant)
    left = times

    async def move_on(_: TenantId) -> None:
        nonlocal left
        if left:
            left -= 1
            await filled.suspend(tenant)
            await filled.resume(tenant)

    page = msgspec.json.decode((await read(filled, token, move_on)).body)
    told = [entry["type"] for entry in page["entries"]]
    assert told.count("booking.put") == 1
    assert told.count("tenant.resumed") == times
    assert page["unavailable"] == []


async def test_a_tenant_that_never_stands_still_is_read_by_the_next_request(filled: FilledStore) -> None:
    tenant = await a_place(filled, "harbour")
    token = await filled.add_consumer(tenant)

    async def move_on(_: TenantId) -> None:
        await filled.suspend(tenant)
        await filled.resume(tenant)

    with pytest.raises(TimeoutError):
        await read(filled, token, move_on)


async def test_a_tenant_whose_keys_are_late_does_not_hold_up_others(
    filled: FilledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unlocking, "KEYS_TIMEOUT_SECONDS", 0.05)
    late, other = await a_place(filled, "harbour"), await a_place(filled, "quarry")
    token = await filled.add_consumer(late, other)

    async def hang(tenant: TenantId) -> None:
        if tenant == late:
            await asyncio.Event().wait()

    page = msgspec.json.decode((await read(filled, token, hang)).body)
    assert page["unavailable"] == [late]
    assert {entry["source"] for entry in page["entries"]} == {f"/v1/tenants/{other}"}
