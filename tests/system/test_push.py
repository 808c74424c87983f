"""A change reaches a consumer long before the next poll, because its provider tells of it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from aiohttp import ClientSession
from msgspec.structs import replace

from connectors.sandbox.calendar import Event, Guest
from connectors.sandbox.graph_notifier import Lifecycle
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider
from connectors.sandbox.world import generate
from gateway.app.parts import open_parts
from gateway.app.signals.transmitters import follow_accounts
from gateway.app.tenants import find_tenant
from gateway.clock import system_clock
from gateway.settings import Listen
from gateway.signals.transmitter import TransmitterKind
from gateway.tenant import Provider as Whose
from gateway.tenant import Tenant
from tests.fakes.identity import one_identity
from tests.system.canary_world import NOW
from tests.system.consumer import Consumer, consumer_of
from tests.system.house import Choice, House, free_port

#: A poll comes after five minutes.
SOON_SECONDS = 10
WATCHED = "SELECT count(*) = sum(expires_at IS NOT NULL) FROM channels"
ENDING_IS_LISTED = "SELECT count(*) = 1 FROM signals WHERE extent = 'watch' AND effect = 'refresh'"
#: Google's answer showed that it tells of accounts, and it pushes to us; its other stream stands, and works.
PROMISED = "SELECT count(*) = 1 FROM transmitters WHERE heard_at IS NOT NULL AND reason IS NULL"
STREAMED = "SELECT count(*) = 1 FROM project_streams WHERE due_at > created_at AND reason IS NULL"
VERIFIED = "SELECT count(*) = 1 FROM project_streams WHERE heard_at IS NOT NULL"
HOUR = timedelta(hours=1)
ONE_MORE = "one-more"


async def test_a_change_is_told_within_seconds(tmp_path: Path) -> None:
    real = system_clock()
    world = generate(5, calendars_per_tenant=12, now=NOW)
    async with Sandbox(world, system_clock(NOW - real()), real, identity=one_identity()) as sandbox:
        house = House.build(sandbox, tmp_path / "house")
        port = free_port()
        house.settings = replace(
            house.settings,
            listen=Listen(port=port, metrics_port=free_port(), public_url=f"http://127.0.0.1:{port}"),
        )
        _let_google_tell(house)
        house.write_config()
        tenants, token = await house.onboard(*map(Choice, house.companies))
        await _follow(house, tenants)
        gateway = house.start("serve")
        async with consumer_of(await gateway.port(), token) as consumer:
            await house.all_read()
            await house.until(WATCHED)
            for told in (PROMISED, STREAMED):
                await house.until(told)
            await sandbox.risc.deliver()
            await house.until(VERIFIED)
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
            # Five said that a channel begins.
            await _counted(house, 'gateway_notifications_total{of="no_news"} 6.0')
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


def _let_google_tell(house: House) -> None:
    """Of the accounts of whoever connects, on the stream of our project."""
    google = house.settings.providers.google
    assert google is not None
    google = replace(google, risc_key_file=google.key_file)
    house.settings = replace(house.settings, providers=replace(house.settings.providers, google=google))


async def _follow(house: House, tenants: Sequence[Tenant]) -> None:
    """Let Google be asked what becomes of its customer's accounts."""
    (of_google,) = (one.id for one in tenants if one.connection.provider is Whose.GOOGLE)
    async with open_parts(house.settings) as parts:
        standing = (await find_tenant(parts, of_google)).standing
        await follow_accounts(parts, standing, TransmitterKind.GOOGLE)


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
