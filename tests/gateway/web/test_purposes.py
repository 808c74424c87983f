"""Consumers read for purposes: who sees what of the same bookings, and when anybody is told."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.app.rules import load_rules
from gateway.booking import Booking, TenantId
from gateway.minimization.lattice import WIDEST, People, Title
from gateway.minimization.purposes import purpose, purposes
from tests.fakes.filled_store import ALL_OF_IT, FilledStore, a_booking, a_resource
from tests.gateway.web.served import Served, until

IN_WORDS = replace(WIDEST, title=Title.VOCABULARY)


@pytest.fixture
async def tenant(filled: FilledStore) -> TenantId:
    tenant = await filled.add_tenant("harbour")
    await filled.put_resource(tenant, a_resource("north"))
    return tenant


def review(people: int = 3, title: str | None = "review") -> Booking:
    return replace(a_booking("one", "north", people=people), title=title)


async def shown(served: Served, token: str) -> dict[str, Any]:
    """What a consumer is told of the one booking, but for what is never hidden."""
    told = (await served.page(token))["entries"][-1]["data"]["booking"]
    return {name: told[name] for name in ("people", "title")}


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("occupancy", {"people": None, "title": None}),
        ("capacity", {"people": "2-5", "title": None}),
        ("signage", {"people": None, "title": "review"}),
        (ALL_OF_IT, {"people": 3, "title": "review"}),
    ],
)
async def test_a_consumer_sees_no_more_than_its_purpose(
    filled: FilledStore, served: Served, tenant: TenantId, name: str, seen: dict[str, Any]
) -> None:
    await filled.put(tenant, review(), made=IN_WORDS)
    assert await shown(served, await filled.add_consumer(tenant, purpose=name)) == seen


@pytest.mark.parametrize(("title", "seen"), [("Budget, part two", None), ("meeting", "meeting")])
async def test_what_was_told_as_it_is_written_does_not_pass_for_words(
    filled: FilledStore, served: Served, tenant: TenantId, title: str, seen: str | None
) -> None:
    await filled.put(tenant, review(title=title), made=WIDEST)
    assert await shown(served, await filled.add_consumer(tenant, purpose="signage")) == {
        "people": None,
        "title": seen,
    }


async def test_what_a_purpose_hides_wakes_nobody_who_reads_for_it(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    door, planner = [await filled.add_consumer(tenant, purpose=name) for name in ("signage", "capacity")]
    await filled.put(tenant, review(), made=IN_WORDS)
    cursor = (await served.page(door))["next"]
    behind = (await served.page(planner))["next"]
    await served.parts.pulse.beat()
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(served.page(door, after=cursor, wait=30))
        await until(lambda: served.waiting == 1)
        await filled.put(tenant, review(people=8), made=IN_WORDS)
        await served.parts.pulse.beat()
        await until(lambda: served.waiting == 1)
        assert await served.types(planner, after=behind) == ["booking.put"]
        idle = await served.page(door, after=cursor)
        assert idle == {"entries": [], "next": cursor, "more": False, "unavailable": []}
        await filled.put(tenant, review(people=8, title="retrospective"), made=IN_WORDS)
        await served.parts.pulse.beat()
    (entry,) = answer.result()["entries"]
    assert entry["data"]["booking"]["title"] == "retrospective"


async def test_hidden_changes_neither_empty_a_page_nor_show_in_numbers(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    door, other = [await filled.add_consumer(tenant, purpose="signage") for _ in range(2)]
    await filled.put(
        tenant, *(replace(review(), id=f"quiet-{number}") for number in range(20)), made=IN_WORDS
    )
    await filled.put(tenant, review(), made=IN_WORDS)
    before = (await served.page(door))["entries"]
    for number in range(20):
        quiet = replace(review(people=8 + number), id=f"quiet-{number}")
        await filled.put(tenant, quiet, made=IN_WORDS)
    pages = [page := await served.page(other, limit=5)]
    while page["more"]:
        pages.append(page := await served.page(other, limit=5, after=page["next"]))
    assert [len(page["entries"]) for page in pages] == [5, 5, 5, 5, 3]
    assert [entry for page in pages for entry in page["entries"]] == before


@pytest.mark.parametrize("level", People)
async def test_a_purpose_that_has_changed_begins_anew(
    filled: FilledStore, served: Served, tenant: TenantId, level: People
) -> None:
    token = await filled.add_consumer(tenant, purpose="capacity")
    before = await served.page(token)
    capacity = load_rules().policies["capacity"].disclosure
    changed = purpose("capacity", replace(capacity, people=level))
    served.parts.purposes.update({"capacity": changed})  # type: ignore[attr-defined]
    after = await served.page(token, after=before["next"])
    if level is capacity.people:
        assert after == {"entries": [], "next": before["next"], "more": False, "unavailable": []}
    else:
        reset, *anew = after["entries"]
        assert (reset["type"], reset["data"]) == ("feed.reset", {"reason": "purpose"})
        assert anew == before["entries"]
        assert await served.types(token, after=after["next"]) == []


async def test_without_its_purpose_a_consumer_is_told_nothing(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    answer = await served.feed(await filled.add_consumer(tenant, purpose="retired"))
    assert (answer.status, answer.json["type"]) == (503, "/v1/problems/no-purpose")


def test_a_site_is_no_purpose() -> None:
    policies = load_rules().policies
    by_site = replace(policies["occupancy"], disclosure=replace(policies["occupancy"].disclosure, place=1))
    assert purposes({"sites": by_site, "occupancy": policies["occupancy"]}).keys() == {"occupancy"}
