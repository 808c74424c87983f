"""A hold and a withdrawal at once: the fence decides. Either the copy is whole, or it is too late."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from sqlalchemy import update

from gateway.app.holds.overview import Asked, every_hold
from gateway.app.holds.reviews import Reviews
from gateway.app.tenants import withdraw_tenant
from gateway.errors import Fenced, GatewayError, UnknownName
from gateway.legal_hold import HoldState
from gateway.store.store import Fence
from gateway.store.tables import holds
from gateway.store.transaction import Transaction
from gateway.vault.keyring import TenantKeys
from gateway.vault.keys import Purpose
from tests.fakes.crashes import CrashingStore, Fuse
from tests.fakes.enrolled import ALL, WENDLA, allow, enrol, organized, withdraw
from tests.fakes.filled_store import NOON
from tests.fakes.holds import ALL_PLACES, place_at
from tests.fakes.installation import Installation
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.rows import tenants_rows
from tests.fakes.site import AMBER, Site, meetings, open_site

Result = TypeVar("Result")

Happening = Callable[[], Awaitable[object]]
#: Of the transactions that place a hold: what is found; its row; what it keeps; that it stands.
TURNS = 4


class Meanwhile(CrashingStore):
    """A store in which something happens right before the transaction of that number."""

    def __init__(self, site: Site, number: int, happening: Happening) -> None:
        super().__init__(site.installation.store, Fuse(1_000))
        self._number = number
        self._happening = happening

    async def look(self, fence: Fence, keys: TenantKeys, work: Callable[[Transaction], Result]) -> Result:
        await self._count()
        return await super().look(fence, keys, work)

    async def turn(self, fence: Fence, keys: TenantKeys, work: Callable[[Transaction], Result]) -> Result:
        await self._count()
        return await super().turn(fence, keys, work)

    async def _count(self) -> None:
        self._number -= 1
        if self._number == -1:
            await self._happening()


async def place_while(site: Site, number: int, happening: Happening, asked: Asked = ALL_PLACES) -> None:
    here = site.installation
    parts = replace(here.parts, store=Meanwhile(site, number, happening))
    await place_at(replace(site, installation=replace(here, parts=parts)), asked)


async def nothing_is_held(site: Site) -> None:
    parts = site.installation.parts
    assert await every_hold(parts) == []
    assert (await tenants_rows(parts.store, site.tenant))["held"] == []
    assert Purpose.HOLD not in {key.purpose for key in await parts.keys.remaining(site.tenant)}


@pytest.mark.parametrize("number", range(TURNS))
async def test_a_fence_that_falls_first_leaves_nothing_held(installation: Installation, number: int) -> None:
    site = await open_site(installation, *meetings(3))
    with pytest.raises(UnknownName, match="too late"):
        await place_while(site, number, lambda: withdraw_tenant(installation.parts, site.tenant))
    await nothing_is_held(site)


async def test_there_are_so_many_transactions(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3))

    async def never() -> None:
        raise AssertionError

    await place_while(site, TURNS, never)


@pytest.mark.parametrize("number", range(TURNS))
@pytest.mark.parametrize("asked", [ALL_PLACES, Asked(address=WENDLA)])
async def test_whoever_withdraws_first_is_not_held(
    installation: Installation, number: int, asked: Asked
) -> None:
    allow(installation)
    site = await open_site(installation, policy=ALL, basis="b")
    await enrol(site, WENDLA)
    site.provider.put(AMBER, organized("event-0", NOON, WENDLA))
    await site.later()
    is_found_first = number > 0
    if asked == ALL_PLACES and not is_found_first:
        # What is found then is without them.
        await place_while(site, number, lambda: withdraw(site, address=WENDLA), asked)
        ((_, record),) = await every_hold(installation.parts)
        assert record.subjects == {}
        return
    with pytest.raises((Fenced, UnknownName)) as told:
        await place_while(site, number, lambda: withdraw(site, address=WENDLA), asked)
    assert isinstance(told.value, GatewayError)
    await nothing_is_held(site)


async def test_one_that_another_process_is_undoing_does_not_stand(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3))

    async def undo() -> None:
        undoing = update(holds).values(state=HoldState.UNDOING, due_at=0)
        await installation.store.administer(lambda registry: registry.handle.execute(undoing).rowcount)

    with pytest.raises(Fenced):
        await place_while(site, TURNS - 1, undo)
    await Reviews(installation.parts).visit()
    await nothing_is_held(site)


async def test_of_whose_fence_fell_nothing_is_held_though_rows_and_key_are_there(
    installation: Installation,
) -> None:
    site = await open_peopled_site(installation, *meetings(1, first=5))
    person = Person(site, "ana")
    person.put(invitation("of ana", NOON, AMBER))
    await person.connect()
    await site.later()
    (link,) = await links_at(site)
    assert await installation.cascade().fence_person(site.tenant, link.authorization) is not None
    await place_at(site)
    ((_, record),) = await every_hold(installation.parts)
    assert (record.bookings, record.persons) == (1, ())
