from collections.abc import AsyncIterator

import pytest

from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import World
from connectors.sandbox.world import generate
from tests.connectors.sandbox.callers import NOW, WALL_CLOCK, Caller

PLACES = "/graph/v1.0/places/microsoft.graph."


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Many places, and nothing happening in them."""
    world = generate(3, calendars_per_tenant=0, now=NOW)
    places = generate(3, calendars_per_tenant=26, now=NOW).tenants[0]
    company = World(NOW, [places], {})
    assert world.tenants
    async with Sandbox(company, lambda: NOW, WALL_CLOCK) as running:
        yield running


async def test_rooms_come_a_hundred_to_a_page(graph: Caller) -> None:
    page = await graph.get(PLACES + "room", {"$top": "5"})
    assert len(page.body["value"]) == 5
    rest = await graph.get(page.body["@odata.nextLink"])
    assert not {room["id"] for room in rest.body["value"]} & {room["id"] for room in page.body["value"]}
