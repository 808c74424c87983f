"""A small world behind a running sandbox, and callers with tokens for it."""

import ssl
from collections.abc import AsyncIterator

import aiohttp
import pytest

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.identity import Identity
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import World
from connectors.sandbox.world import generate
from tests.connectors.sandbox.callers import (
    DIRECTORY,
    NOW,
    READING,
    WALL_CLOCK,
    Caller,
    google_caller,
    graph_caller,
)
from tests.connectors.sandbox.fault_scenes import Stage, staged
from tests.connectors.sandbox.receivers import Receiver, Time, listening


@pytest.fixture(scope="session")
def identity() -> Identity:
    """Keys take long to make; one set does for all."""
    return Identity(WALL_CLOCK())


@pytest.fixture
def world() -> World:
    return generate(7, calendars_per_tenant=2, now=NOW)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def sandbox(world: World, identity: Identity, time: Time) -> AsyncIterator[Sandbox]:
    async with Sandbox(world, time, WALL_CLOCK, identity=identity) as running:
        yield running


@pytest.fixture
async def receiver(identity: Identity, time: Time) -> AsyncIterator[Receiver]:
    async with listening(time, identity.authority.server_context()) as running:
        yield running


@pytest.fixture
async def anyone(sandbox: Sandbox) -> AsyncIterator[Caller]:
    """Trusts the sandbox's authority and holds no token."""
    context = ssl.create_default_context(cadata=sandbox.identity.authority.pem.decode())
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session:
        yield Caller(session, sandbox)


@pytest.fixture
async def graph(anyone: Caller) -> Caller:
    return await graph_caller(anyone)


@pytest.fixture
async def google(anyone: Caller) -> Caller:
    return await google_caller(anyone, READING, DIRECTORY)


@pytest.fixture
async def stage(anyone: Caller) -> Stage:
    return await staged(anyone._session, anyone.sandbox)


@pytest.fixture
def graph_room(sandbox: Sandbox) -> Calendar:
    return sandbox.world.calendar("room.001@haldenvoss.example")


@pytest.fixture
def google_room(sandbox: Sandbox) -> Calendar:
    return sandbox.world.calendar("room.001@kestrel.example")
