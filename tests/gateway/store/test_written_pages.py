"""A page of bookings is written as its rows would be one by one."""

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from gateway.booking import BookingId, CalendarId, EventUid, SeriesId, TenantId
from gateway.drafting import draft
from gateway.minimization.lattice import WIDEST, levels_of
from gateway.store.bookings import Draft, Placement
from gateway.store.statements import ROWS_AT_ONCE
from gateway.store.tables import bookings
from gateway.store.unlock import unlock
from tests.fakes.filled_store import FilledStore, a_booking, a_resource

PAGE = 2 * ROWS_AT_ONCE + 1
AT = Placement(CalendarId("calendar-of-north"), 1)


@pytest.fixture
async def tenant(filled: FilledStore) -> TenantId:
    tenant = await filled.add_tenant("harbour")
    await filled.put_resource(tenant, a_resource("north"))
    return tenant


async def drafts(filled: FilledStore, tenant: TenantId, people: int, *, members: bool) -> list[Draft]:
    """A page, every third row of which is of a series, and every fifth known elsewhere, if ``members``."""
    index = (await unlock(filled.keyring, await filled.standing(tenant))).index
    return [
        draft(
            index,
            BookingId(f"{number:04}"),
            a_booking(f"{number:04}", "north", people=people),
            levels_of(WIDEST),
            SeriesId(f"series-{number}") if members and number % 3 == 0 else None,
            EventUid(f"uid-{number}") if members and number % 5 == 0 else None,
        )
        for number in range(PAGE)
    ]


async def written(filled: FilledStore) -> list[tuple[object, ...]]:
    names = ("id", "fingerprint", "series", "uid", "told_as", "subject", "booker")
    rows = select(*(bookings.c[name] for name in names)).order_by(bookings.c.id)
    return [tuple(row) for row in await filled.store.read(lambda handle: handle.execute(rows).all())]


def as_drafted(page: list[Draft], members: list[Draft]) -> list[tuple[object, ...]]:
    return [
        (one.id, one.fingerprint, known.series, known.uid, None, None, None)
        for one, known in zip(page, members, strict=True)
    ]


@pytest.mark.parametrize("members", [True, False])
async def test_every_row_is_its_drafts(filled: FilledStore, tenant: TenantId, *, members: bool) -> None:
    page = await drafts(filled, tenant, 1, members=members)
    await filled.turn(tenant, lambda transaction: transaction.bookings.put(AT, page))
    assert await written(filled) == as_drafted(page, page)
    bodies = await filled.turn(tenant, lambda transaction: transaction.bookings.bodies(AT.calendar))
    assert bodies == {one.id: one.minimized for one in page}


async def test_a_page_without_members_leaves_those_that_stay(filled: FilledStore, tenant: TenantId) -> None:
    first = await drafts(filled, tenant, 1, members=True)
    await filled.turn(tenant, lambda transaction: transaction.bookings.put(AT, first))
    again = await drafts(filled, tenant, 8, members=False)
    await filled.turn(tenant, lambda transaction: transaction.bookings.put(AT, again))
    assert await written(filled) == as_drafted(again, first)


async def test_a_page_without_bookers_leaves_none(filled: FilledStore, tenant: TenantId) -> None:
    booked = replace(a_booking("one", "north", people=1), booker="marta")
    await filled.put(tenant, booked, enrolled=True)
    ((*_, subject, sealed),) = await written(filled)
    assert subject is not None
    assert sealed is not None
    await filled.put(tenant, replace(booked, booker=None))
    ((*_, subject, sealed),) = await written(filled)
    assert (subject, sealed) == (None, None)
