"""A small world behind running stand-ins, for the providers' own clients."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.handout import Handout, write_credentials
from connectors.sandbox.identity import Identity
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import generate
from tests.connectors.sandbox.callers import NOW, WALL_CLOCK
from tests.connectors.sandbox.receivers import Receiver, Time, listening


@pytest.fixture(scope="session")
def identity() -> Identity:
    """Keys take long to make; one set does for all."""
    return Identity(WALL_CLOCK())


@pytest.fixture
async def sandbox(identity: Identity) -> AsyncIterator[Sandbox]:
    """Places of each kind, and enough of them that a listing has pages."""
    world = generate(7, calendars_per_tenant=5, now=NOW)
    async with Sandbox(world, Time(), WALL_CLOCK, identity=identity) as running:
        yield running


@pytest.fixture
def handout(sandbox: Sandbox, tmp_path: Path) -> Handout:
    return write_credentials(sandbox, tmp_path)


@pytest.fixture
async def receiver(identity: Identity) -> AsyncIterator[Receiver]:
    async with listening(Time(), identity.authority.server_context()) as running:
        yield running


@pytest.fixture
def graph_room(sandbox: Sandbox) -> Calendar:
    return sandbox.world.calendar("room.001@haldenvoss.example")


@pytest.fixture
def google_room(sandbox: Sandbox) -> Calendar:
    return sandbox.world.calendar("room.001@kestrel.example")
