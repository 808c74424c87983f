"""Store, feed and operations: P123 to P132."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.errors import Unreachable
from gateway.app.standins import CONTROLLER
from gateway.app.tenants import add_tenant
from gateway.booking import Freshness
from gateway.errors import ConfigurationError, Unreadable
from gateway.store.sqlite import DATABASE
from gateway.sync.upkeep import Upkeep
from gateway.tenant import Connection, Provider, Registration
from tests.fakes.filled_store import a_booking, a_resource, open_filled_store
from tests.fakes.installation import PAST_A_POLL, Installation
from tests.fakes.site import AMBER, meetings, open_site
from tests.gateway.web.served import serve
from tests.pitfalls.hosted import DELTA, EVERY, SNAPSHOT, SYNC, Hosted, read_as

BOUND_SECONDS = 5
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def test_p123_a_cursor_from_before_forgotten_removals_is_told_to_start_again(tmp_path: Path) -> None:
    async with open_filled_store(tmp_path) as filled, serve(filled) as served:
        tenant = await filled.add_tenant("harbour")
        await filled.put_resource(tenant, a_resource("north"))
        await filled.put(tenant, a_booking("one", "north"))
        token = await filled.add_consumer(tenant)
        cursor = (await served.page(token))["next"]
        await filled.remove(tenant, "north", "one")
        filled.clock.move(timedelta(hours=1))
        await filled.forget_removed(tenant)
        answer = await served.feed(token, after=cursor)
    assert (answer.status, answer.json["restart"]) == (410, "/v1/feed")


async def test_p124_what_was_not_read_grows_stale_and_then_unknown(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3))
    upkeep = Upkeep(installation.store, installation.parts.keyring, installation.clock)
    seen = []
    for after in (14 * MINUTE, 2 * MINUTE, DAY):
        installation.clock.move(after)
        await upkeep.visit_all()
        await site.news()
        seen.append(site.freshness())
    assert seen == [Freshness.FRESH, Freshness.STALE, Freshness.UNKNOWN]
    assert len(site.consumer.bookings) == 3


async def test_p124_a_reading_that_fails_keeps_what_was_told(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3))
    site.provider.fail(1, Unreachable("network"))
    assert await site.later() == []
    assert len(site.consumer.bookings) == 3


@read_as(*EVERY)
async def test_p126_what_did_not_change_is_not_written(hosted: Hosted) -> None:
    await hosted.hold(*hosted.words.meetings(5))
    head = (await hosted.installation.standing(hosted.tenant)).head
    hosted.sandbox.expire_sync_tokens()
    if hosted.way == SYNC:
        hosted.fault("etags-changed")
    for _ in range(3):
        assert await hosted.later() == []
    assert (await hosted.installation.standing(hosted.tenant)).head == head


@pytest.mark.parametrize("incremental", [False, True])
async def test_p127_no_transaction_is_open_while_a_provider_is_asked(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(3), incremental=incremental)
    wrote = list[int]()

    async def write() -> None:
        async with asyncio.timeout(BOUND_SECONDS):
            wrote.append(await installation.store.administer(lambda registry: registry.now))

    site.provider.meanwhile(1, write)
    await site.later()
    assert len(wrote) == 1


async def test_p128_a_calendar_that_takes_long_holds_up_no_other(installation: Installation) -> None:
    large, small = await open_site(installation, *meetings(3)), await open_site(installation, *meetings(1))
    small.provider.put(AMBER, *meetings(2, first=1))
    others_are_read = asyncio.Event()
    large.provider.meanwhile(1, lambda: _wait(others_are_read))

    async def read() -> None:
        others_are_read.set()

    installation.clock.move(PAST_A_POLL)
    small.provider.meanwhile(1, read)
    async with asyncio.timeout(BOUND_SECONDS):
        await installation.sync()
    await small.news()
    assert len(small.told) == 3


async def _wait(until: asyncio.Event) -> None:
    await until.wait()


@read_as(SNAPSHOT, SYNC)
async def test_p129_metrics_name_no_calendar_and_no_tenant(hosted: Hosted) -> None:
    await hosted.hold(*hosted.words.meetings(3))
    hosted.fault("html-error", times=3)
    await hosted.later()
    assert 'gateway_events_total{outcome="booking"} 3.0' in hosted.counted
    place, company = hosted.place, hosted.company
    for name in (place.address, place.place_id, place.name, company.id, company.name, hosted.tenant, "@"):
        assert name not in hosted.counted


@read_as(SNAPSHOT, SYNC)
async def test_p130_a_redirect_is_not_followed(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.fault("redirected")
    assert await hosted.later() == []
    reason = "google_unreadable" if hosted.way == SYNC else "graph_unexpected_status"
    assert (await hosted.row()).reason == reason


@read_as(SNAPSHOT, DELTA)
@pytest.mark.parametrize("fault", ["link-foreign-host", "link-http"])
async def test_p130_no_link_leads_our_token_elsewhere(hosted: Hosted, fault: str) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.fault(fault)
    assert await hosted.later() == []
    assert (await hosted.row()).reason == "foreign_link"


async def test_p131_a_row_that_comes_instead_of_another_does_not_open(
    installation: Installation, tmp_path: Path
) -> None:
    site = await open_site(installation, *meetings(2))
    one, other = site.id("event-0"), site.id("event-1")
    with closing(sqlite3.connect(tmp_path / "store" / DATABASE)) as connection:
        (body,) = connection.execute("SELECT body FROM bookings WHERE id = ?", [other]).fetchone()
        connection.execute("UPDATE bookings SET body = ? WHERE id = ?", [body, one])
        connection.commit()
    with pytest.raises(Unreadable):
        await installation.entries(site.tenant)


async def test_p132_a_directory_is_onboarded_once(installation: Installation) -> None:
    connection = Connection(provider=Provider.MICROSOFT, directory="directory.example")
    choices = [
        Registration(name=name, policy="occupancy", zone="Europe/Berlin", basis="f")
        for name in ("Harbour Works", "Harbour Works again")
    ]
    await add_tenant(installation.parts, connection, choices[0], controller=CONTROLLER)
    with pytest.raises(ConfigurationError):
        await add_tenant(installation.parts, connection, choices[1], controller=CONTROLLER)
