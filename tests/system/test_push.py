"""A change reaches a consumer long before the next poll, because its provider tells of it."""

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec
from aiohttp import ClientSession

from connectors.sandbox.calendar import Event, Guest
from connectors.sandbox.graph_notifier import Lifecycle
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider
from connectors.sandbox.world import generate
from gateway.clock import system_clock
from gateway.settings import Listen
from tests.system.canary_world import NOW
from tests.system.consumer import Consumer, consumer_of
from tests.system.house import Choice, House, free_port

#: A poll comes after five minutes.
SOON_SECONDS = 10
WATCHED = "SELECT count(*) = sum(expires_at IS NOT NULL) FROM channels"
ENDING_IS_LISTED = "SELECT count(*) = 1 FROM signals WHERE extent = 'watch' AND effect = 'refresh'"
HOUR = timedelta(hours=1)
ONE_MORE = "one-more"


async def test_a_change_is_told_within_seconds(tmp_path: Path) -> None:
    real = system_clock()
    world = generate(5, calendars_per_tenant=12, now=NOW)
    async with Sandbox(world, system_clock(NOW - real()), real) as sandbox:
        house = House.build(sandbox, tmp_path / "house")
        port = free_port()
        house.settings = msgspec.structs.replace(
            house.settings,
            listen=Listen(port=port, metrics_port=free_port(), public_url=f"http://127.0.0.1:{port}"),
        )
        house.write_config()
        _, token = await house.onboard(*map(Choice, house.companies))
        gateway = house.start("serve")
        async with consumer_of(await gateway.port(), token) as consumer:
            await house.all_read()
            await house.until(WATCHED)
            await consumer.read_on()
            # Of all that follows nothing depends on it.
            sandbox.notifier.graph.tell(Lifecycle.REAUTHORIZE, [*sandbox.notifier.subscriptions][-1])
            for provider in Provider:
                before = len(consumer.backend.told)
                _put_one_more(sandbox, provider)
                await sandbox.notifier.deliver()
                await _told_of_more(consumer, before)
            looks = sandbox.requests["graph.view"]
            _invite_somebody(sandbox)
            await sandbox.notifier.deliver()
            await _counted(house, 'gateway_notifications_total{of="no_news"} 1.0')
            assert sandbox.requests["graph.view"] == looks
            await house.until(ENDING_IS_LISTED)
        assert (await gateway.stop()).code == 0


def _put_one_more(sandbox: Sandbox, provider: Provider) -> None:
    """One more meeting, like one that is there, at another time."""
    tenant = next(tenant for tenant in sandbox.world.tenants if tenant.provider is provider)
    rooms = (sandbox.world.calendar(room.address) for room in tenant.resources if room.capacity)
    calendar, like = next(
        (room, event) for room in rooms for event in room.events.values() if _is_plain(event)
    )
    calendar.add(like | {"id": ONE_MORE})
    at = NOW + timedelta(days=10)
    calendar.move(ONE_MORE, at, at + HOUR)


def _invite_somebody(sandbox: Sandbox) -> None:
    """What changes of the meeting in the room at Microsoft is nothing that the feed tells."""
    tenant = next(tenant for tenant in sandbox.world.tenants if tenant.provider is Provider.MICROSOFT)
    rooms = (sandbox.world.calendar(room.address) for room in tenant.resources)
    room = next(room for room in rooms if ONE_MORE in room.events)
    room.edit_attendees(ONE_MORE, [Guest("Nele Nagel", "nele.nagel@haldenvoss.example")])


async def _counted(house: House, line: str) -> None:
    """Wait until the metrics say so."""
    url = f"http://127.0.0.1:{house.settings.listen.metrics_port}/metrics"
    async with asyncio.timeout(SOON_SECONDS), ClientSession() as client:
        while True:
            async with client.get(url) as answer:
                if line in (await answer.text()).splitlines():
                    return
            await asyncio.sleep(0.05)


def _is_plain(event: Event) -> bool:
    in_a_series = {"recurrence", "recurringEventId", "seriesMasterId"} & {
        name for name, value in event.items() if value
    }
    is_off = event.get("status") == "cancelled" or event.get("isCancelled")
    return not in_a_series and not is_off and "dateTime" in event.get("start", {})


async def _told_of_more(consumer: Consumer, before: int) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while "booking.put" not in consumer.backend.told[before:]:
            await consumer.read_on()
            await asyncio.sleep(0.05)
