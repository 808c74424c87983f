"""A running gateway obeys whoever may stop it: a fence that another process commits, and SIGTERM."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from connectors.sandbox.files import load_world
from connectors.sandbox.truth import Provider
from connectors.sandbox.world import generate
from gateway.sync.worker import TURNS_AT_ONCE
from tests.system.canaries import Canaries
from tests.system.canary_world import NOW, CanaryWorld
from tests.system.consumer import consumer_of
from tests.system.gateways import PATIENCE_SECONDS
from tests.system.house import Choice, House
from tests.system.standins import Slow, WatchedSandbox

#: From the commit of a fence to the last request for data.
OBEYED_WITHIN_SECONDS = 1
STOPPED_WITHIN_SECONDS = 10
#: On a busy machine a turn may wait so long between two pages.
SWING_SECONDS = 1
#: So many pages mean that turns are in full swing.
SOME = 20


async def test_a_fence_of_the_command_line_stops_all_requests_within_a_second(tmp_path: Path) -> None:
    slow = Slow(0.02)
    slow.gate.set()
    async with WatchedSandbox(generate(7, calendars_per_tenant=12, now=NOW), slow) as sandbox:
        house = House.build(sandbox, tmp_path / "house")
        (leaving, staying), token = await house.onboard(*map(Choice, house.companies))
        gateway = house.start("serve")
        async with consumer_of(await gateway.port(), token) as consumer, asyncio.TaskGroup() as group:
            await house.all_read()
            await consumer.read_on()
            # From now on a turn takes much longer than a fence may.
            slow.endless = True
            reading = group.create_task(_keep_due(house))
            await _until(lambda: slow.links > SOME)
            withdrawing = group.create_task(house.call("tenant", "withdraw", leaving.id))
            stood = await _stood_until(house, leaving.id)
            told = consumer.backend.told_of[f"/v1/tenants/{leaving.id}"]
            told.clear()
            await consumer.until_told("tenant.erased")
            assert told == ["tenant.erased"]
            assert (await withdrawing).code == 0
            fenced = stood + OBEYED_WITHIN_SECONDS
            await _until(lambda: any(at > fenced + 0.5 for at in slow.of("google")))
            reading.cancel()
        assert (await gateway.stop()).code == 0
    assert any(stood - SWING_SECONDS < at < stood for at in slow.of("graph")), "nothing was asked for before"
    assert not [at - stood for at in slow.of("graph") if at > fenced]
    view = consumer.backend.view(staying.id)
    assert view.bookings
    assert set(view.states.values()) == {"fresh"}
    assert consumer.backend.view(leaving.id).erasure


async def test_stopping_in_the_middle_of_turns_loses_nothing(tmp_path: Path) -> None:
    expected, slow = CanaryWorld(Canaries()), Slow()
    providers = {"north": Provider.MICROSOFT, "east": Provider.GOOGLE, "south": Provider.MICROSOFT}
    expected.write(tmp_path / "world", providers)
    async with WatchedSandbox(load_world(tmp_path / "world"), slow) as sandbox:
        house = House.build(sandbox, tmp_path / "house")
        _, token = await house.onboard(*map(Choice, house.companies))
        await _stop_in_the_middle(house, slow)
        counts = "SELECT sum(lease_until > 0), sum(completed_at > 0), count(*) FROM calendars"
        assert house.execute(counts) == [(0, TURNS_AT_ONCE, len(expected.bookings) + len(expected.unnamed))]
        gateway = house.start("serve")
        async with consumer_of(await gateway.port(), token) as consumer:
            await house.all_read()
            await consumer.read_on()
            standing = consumer.standing()
        assert (await gateway.stop()).code == 0
    assert expected.is_told(standing)


async def _stop_in_the_middle(house: House, slow: Slow) -> None:
    """Stop while as many calendars as possible are being read; then let their provider answer."""
    gateway = house.start("serve")
    await _until(lambda: slow.at_the_gate == TURNS_AT_ONCE)
    gateway.send(signal.SIGTERM)
    await asyncio.sleep(0.5)
    assert gateway.process.is_alive()
    slow.gate.set()
    async with asyncio.timeout(STOPPED_WITHIN_SECONDS):
        stopped = await gateway.finished()
    assert stopped.code == 0
    assert "Traceback" not in stopped.complaint


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110  another process rings no event here
            await asyncio.sleep(0.01)


async def _keep_due(house: House) -> None:
    """Let everything be read over and over."""
    while True:
        house.make_due()
        await asyncio.sleep(0.1)


async def _stood_until(house: House, tenant: str) -> float:
    """The last time, on the loop's clock, that an authorization was seen to stand: its fence came later."""
    loop = asyncio.get_running_loop()
    stood = loop.time()
    while True:
        now = loop.time()
        ((state,),) = house.execute("SELECT state FROM authorizations WHERE tenant = ?", tenant)
        if state != "active":
            return stood
        stood = now
        await asyncio.sleep(0.005)
