"""A change reaches a consumer long before the next poll, because the provider tells of it."""

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec

from connectors.sandbox.calendar import Event
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
HOUR = timedelta(hours=1)


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
            for provider in Provider:
                before = len(consumer.backend.told)
                _put_one_more(sandbox, provider)
                await sandbox.notifier.deliver()
                await _told_of_more(consumer, before)
        assert (await gateway.stop()).code == 0


def _put_one_more(sandbox: Sandbox, provider: Provider) -> None:
    """One more meeting, like one that is there, at another time."""
    tenant = next(tenant for tenant in sandbox.world.tenants if tenant.provider is provider)
    rooms = (sandbox.world.calendar(room.address) for room in tenant.resources if room.capacity)
    calendar, like = next(
        (room, event) for room in rooms for event in room.events.values() if _is_plain(event)
    )
    calendar.add(like | {"id": "one-more"})
    at = NOW + timedelta(days=10)
    calendar.move("one-more", at, at + HOUR)


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
