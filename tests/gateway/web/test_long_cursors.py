"""Cursors of more tenants than fit into an address."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from gateway.booking import TenantId
from gateway.feed import cursor
from gateway.store import cursors as kept
from gateway.store.cursors import KEPT_DAYS, forget_cursors
from gateway.store.tables import cursors
from tests.fakes.backend import Backend
from tests.fakes.filled_store import FilledStore, a_booking, a_resource
from tests.gateway.web.served import Answer, Served

#: The longest that proxies and logs are sure to let pass.
TEXT_MAX = 512


@pytest.fixture(autouse=True)
def _two_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cursor, "TENANTS_MAX", 1)


async def two_tenants(filled: FilledStore) -> tuple[list[TenantId], str]:
    tenants = [await filled.add_tenant(name) for name in ("harbour", "quarry")]
    for tenant, room in zip(tenants, ("north", "south"), strict=True):
        await filled.put_resource(tenant, a_resource(room))
    return tenants, await filled.add_consumer(*tenants)


async def rows(filled: FilledStore) -> int:
    count = select(func.count()).select_from(cursors)
    return await filled.store.read(lambda handle: int(handle.execute(count).scalar_one()))


def problem(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"]


async def test_reading_goes_on_from_one(filled: FilledStore, served: Served) -> None:
    tenants, token = await two_tenants(filled)
    backend = Backend()
    while backend.take((await served.feed(token, limit=1, **_after(backend))).body):
        pass
    await filled.put(tenants[1], a_booking("one", "south"))
    assert not backend.take((await served.feed(token, **_after(backend))).body)
    assert [len(backend.view(tenant).bookings) for tenant in tenants] == [0, 1]
    assert len(backend.cursor or "") < TEXT_MAX


def _after(backend: Backend) -> dict[str, str]:
    return {} if backend.cursor is None else {"after": backend.cursor}


async def test_who_waits_for_news_fills_no_table(filled: FilledStore, served: Served) -> None:
    _, token = await two_tenants(filled)
    first = (await served.page(token))["next"]
    before = await rows(filled)
    assert before > 0
    for _ in range(3):
        assert (await served.page(token, after=first))["next"] == first
    assert await rows(filled) == before


async def test_a_snapshot_gives_one(filled: FilledStore, served: Served) -> None:
    tenants, token = await two_tenants(filled)
    listed = (await served.ask("GET", "/v1/resources", token)).json["cursor"]
    await filled.put(tenants[0], a_booking("one", "north"))
    assert await served.types(token, after=listed) == ["booking.put"]
    booked = (await served.ask("GET", "/v1/resources/north/bookings", token)).json["cursor"]
    assert await served.types(token, after=booked) == []


async def test_anothers_is_unknown(filled: FilledStore, served: Served) -> None:
    tenants, token = await two_tenants(filled)
    other = await filled.add_consumer(*tenants)
    answer = await served.feed(other, after=(await served.page(token))["next"])
    assert problem(answer) == (400, "/v1/problems/unknown-cursor")


async def test_a_row_in_anothers_place_is_unknown(filled: FilledStore, served: Served) -> None:
    tenants, token = await two_tenants(filled)
    first = (await served.page(token))["next"]
    await filled.put(tenants[0], a_booking("one", "north"))
    await served.page(token, after=first)
    newest = select(cursors.c.record).order_by(cursors.c.given_at.desc()).limit(1).scalar_subquery()
    await filled.store.administer(lambda rows: rows.handle.execute(update(cursors).values(record=newest)))
    assert problem(await served.feed(token, after=first)) == (400, "/v1/problems/unknown-cursor")


async def test_one_that_is_forgotten_is_too_old(filled: FilledStore, served: Served) -> None:
    _, token = await two_tenants(filled)
    first = (await served.page(token))["next"]
    filled.clock.move(timedelta(days=KEPT_DAYS, minutes=1))
    await filled.store.administer(lambda rows: forget_cursors(rows.handle, rows.now))
    answer = await served.feed(token, after=first)
    assert problem(answer) == (410, "/v1/problems/cursor-too-old")
    assert answer.json["restart"] == "/v1/feed"


async def test_of_many_the_newest_are_kept(
    filled: FilledStore, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEPT_MAX", 2)
    tenants, token = await two_tenants(filled)
    others = await filled.add_consumer(*tenants)
    theirs, given = (await served.page(others))["next"], [(await served.page(token))["next"]]
    for number in range(3):
        filled.clock.move(timedelta(seconds=1))
        await filled.put(tenants[0], a_booking("one", "north", number + 1))
        given.append((await served.page(token, after=given[-1]))["next"])
    told = [(await served.feed(token, after=one)).status for one in given]
    assert told == [410, 410, 200, 200]
    assert (await served.feed(others, after=theirs)).status == 200


async def test_a_clock_that_goes_back_or_stands_still_forgets_no_newer_ones(
    filled: FilledStore, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEPT_MAX", 2)
    tenants, token = await two_tenants(filled)
    given = [(await served.page(token))["next"]]
    for moved in (1, -3600, 0, 0, 0):
        filled.clock.move(timedelta(seconds=moved))
        await filled.put(tenants[0], a_booking("one", "north", len(given)))
        given.append((await served.page(token, after=given[-1]))["next"])
    told = [(await served.feed(token, after=one)).status for one in given]
    assert told == [410, 410, 410, 410, 200, 200]


async def test_who_looks_at_a_glance_again_and_again_loses_no_place_in_the_feed(
    filled: FilledStore, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEPT_MAX", 2)
    _, token = await two_tenants(filled)
    first = (await served.page(token))["next"]
    listed = list[str]()
    for _ in range(4):
        filled.clock.move(timedelta(seconds=1))
        listed.append((await served.ask("GET", "/v1/resources", token)).json["cursor"])
    assert {(await served.feed(token, after=one)).status for one in (first, *listed)} == {200}
