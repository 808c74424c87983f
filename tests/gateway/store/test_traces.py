"""Traces: rows of what bookings have left behind in the log, and that none outlives its booking."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from gateway.booking import Booking, BookingId, CalendarId, TenantId
from gateway.drafting import draft
from gateway.minimization.lattice import WIDEST, levels_of
from gateway.purpose import ALL_FACETS
from gateway.store.bookings import Placement
from gateway.store.facets import ROOM
from gateway.store.tables import bookings, traces
from gateway.store.told import SILENT
from gateway.store.unlock import unlock
from tests.fakes.filled_store import FilledStore, a_booking, a_resource


@pytest.fixture
async def tenant(filled: FilledStore) -> TenantId:
    """A tenant whose one booking has moved in its people, in its title, and in its people again."""
    tenant = await filled.add_tenant("harbour")
    await filled.put_resource(tenant, a_resource("north"))
    for people, title in ((1, None), (3, None), (3, "review"), (8, "review")):
        await filled.put(tenant, booking(people, title))
    return tenant


def booking(people: int, title: str | None) -> Booking:
    return replace(a_booking("one", "north", people=people), title=title)


async def left(filled: FilledStore) -> list[tuple[int, int, int]]:
    """Of each trace its position, what moved there last, and what moved later."""
    columns = select(traces.c.position, traces.c.moved, traces.c.later).order_by(traces.c.position)
    return [tuple(row) for row in await filled.store.read(lambda handle: handle.execute(columns).all())]


async def test_every_facet_stands_in_one_place(filled: FilledStore, tenant: TenantId) -> None:
    newest = select(bookings.c.position, bookings.c.moved, bookings.c.whole)
    position, moved, whole = await filled.store.read(lambda handle: handle.execute(newest).one())
    (first, stood_still, later), (second, titled, after) = await left(filled)
    assert (first, second, position, whole) == (3 * ROOM, 3 * ROOM + 2, 3 * ROOM + 3, 3 * ROOM)
    assert stood_still ^ titled ^ moved == stood_still | titled | moved == ALL_FACETS
    assert (later, after) == (titled | moved, moved)


async def test_a_booking_that_moves_as_a_whole_leaves_nothing(filled: FilledStore, tenant: TenantId) -> None:
    later = replace(booking(8, "review"), end=a_booking("one", "north").end + timedelta(hours=1))
    await filled.put(tenant, later)
    assert await left(filled) == []


async def test_nothing_is_left_of_what_is_removed(filled: FilledStore, tenant: TenantId) -> None:
    await filled.remove(tenant, "north", "one")
    assert await left(filled) == []


async def test_what_aged_out_keeps_its_places_until_it_is_forgotten(
    filled: FilledStore, tenant: TenantId
) -> None:
    before = await left(filled)
    await filled.forget(tenant, "north", "one")
    assert await left(filled) == before
    filled.clock.move(timedelta(minutes=2))
    await filled.forget_removed(tenant)
    assert await left(filled) == []


async def test_what_aged_out_and_comes_again_leaves_nothing(filled: FilledStore, tenant: TenantId) -> None:
    await filled.forget(tenant, "north", "one")
    await filled.put(tenant, booking(8, "review"))
    assert await left(filled) == []


async def test_what_another_copy_tells_is_told_nowhere(filled: FilledStore, tenant: TenantId) -> None:
    await filled.forget(tenant, "north", "one")
    index = (await unlock(filled.keyring, await filled.standing(tenant))).index
    silent = draft(index, BookingId("one"), booking(8, "review"), levels_of(WIDEST))
    at = Placement(CalendarId("calendar-of-north"), 1)
    await filled.turn(tenant, lambda transaction: transaction.bookings.put_at(at, [silent], [SILENT]))
    assert await left(filled) == []


async def test_nothing_is_left_of_a_resource_that_goes(filled: FilledStore, tenant: TenantId) -> None:
    await filled.put_resource(tenant, a_resource("south"))
    await filled.put(tenant, replace(a_booking("two", "south", people=1)))
    await filled.put(tenant, replace(a_booking("two", "south", people=8)))
    of_all = await left(filled)
    await filled.remove_resource(tenant, "north")
    assert await left(filled) == of_all[2:]


async def test_nothing_is_left_of_a_tenant_that_withdraws(filled: FilledStore, tenant: TenantId) -> None:
    other = await filled.add_tenant("quarry")
    await filled.put_resource(other, a_resource("north"))
    for people in (1, 8):
        await filled.put(other, booking(people, None))
    of_both = await left(filled)
    await filled.withdraw(tenant)
    assert len(of_both) == 3
    assert len(await left(filled)) == 1
