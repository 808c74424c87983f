"""Being told of changes: asked for, renewed, ended; and whatever goes wrong, calendars are polled."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from connectors.errors import (
    AccessDoubtful,
    ConnectorError,
    CredentialRefused,
    PushRefused,
    Throttled,
    Unreachable,
    WatchLost,
)
from gateway.authorization import State
from gateway.booking import Freshness
from gateway.clock import milliseconds
from gateway.entry import EntryKind
from gateway.store.census import Telling, telling
from gateway.store.notified import Ringing, coverage, make_due, recognized, ring
from gateway.store.tables import calendars
from gateway.sync import schedule
from gateway.sync.contact import refused
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, calendar_of, lose_access
from tests.fakes.log_fold import LogFold
from tests.fakes.provider import WATCHING, FakeProvider, meeting, room
from tests.fakes.site import AMBER, Site, meetings, open_site

URL = "https://gateway.example/v1/notifications/graph"
PAST_A_DAY = timedelta(days=1, minutes=6)
SECOND = timedelta(seconds=1)
ECHO = timedelta(milliseconds=schedule.ECHO_MILLISECONDS)
PUT = EntryKind.BOOKING_PUT


async def open_told(
    installation: Installation, *, incremental: bool = False, policy: str = "occupancy"
) -> Site:
    """A room that has been read and whose provider tells of its changes."""
    installation.notify_url = URL
    return await open_site(installation, *meetings(1, first=50), incremental=incremental, policy=policy)


async def tell(site: Site, secret: str | None = None) -> bool:
    """What a notification does; whether anything was done."""
    store, said = site.installation.store, secret or site.provider.secret_of(AMBER)
    known = await store.read(lambda handle: recognized(handle, [said]))
    now = milliseconds(site.installation.clock())
    await store.administer(lambda registry: ring(registry.handle, set(known.values()), now))
    return bool(known)


async def told(site: Site) -> int:
    now = milliseconds(site.installation.clock())
    return (await site.installation.store.read(lambda handle: coverage(handle, now))).told


async def told_of(site: Site) -> Telling:
    now = milliseconds(site.installation.clock())
    return await site.installation.store.read(lambda handle: telling(handle, site.tenant, now))


async def test_a_calendar_that_is_new_is_watched(installation: Installation) -> None:
    site = await open_told(installation)
    (watched,) = site.provider.watches.values()
    assert (watched.address, watched.target.url) == (AMBER.address, URL)
    assert len(watched.target.secret) <= 128
    assert await told(site) == 1


async def test_nobody_is_asked_where_there_is_nowhere_to_tell(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    await site.later(PAST_A_DAY)
    assert site.provider.asked["watch"] == 0
    assert await told(site) == 0


async def test_what_is_told_of_a_tenant_is_counted(installation: Installation) -> None:
    site = await open_told(installation)
    await open_told(installation)
    assert await told_of(site) == Telling(channels=1, living=1, heard=0, reasons={})
    await tell(site)
    assert (await told_of(site)).heard == 1
    site.provider.fail(WATCHING, PushRefused("graph_push_denied"))
    await site.later(timedelta(days=8))
    assert await told_of(site) == Telling(channels=1, living=0, heard=0, reasons={"graph_push_denied": 1})


async def test_what_is_told_of_is_read_before_its_poll(installation: Installation) -> None:
    site = await open_told(installation)
    site.provider.put(AMBER, meeting("event-51", NOON + timedelta(days=3)))
    assert await site.later(SECOND) == []
    assert await tell(site)
    assert await site.later(SECOND) == [PUT]


async def test_and_once_more_a_minute_later(installation: Installation) -> None:
    """A notification may come before what it tells of can be read."""
    site = await open_told(installation)
    await tell(site)
    assert await site.later(SECOND) == []
    site.provider.put(AMBER, meeting("event-51", NOON + timedelta(days=3)))
    asked = site.provider.asked["page"]
    assert await site.later(ECHO) == [PUT]
    await site.later(ECHO)
    assert site.provider.asked["page"] == asked + 1


@pytest.mark.parametrize("incremental", [False, True])
async def test_what_is_told_while_a_round_reads_is_not_lost(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_told(installation, incremental=incremental)

    async def change_and_tell() -> None:
        installation.clock.move(SECOND)
        assert await tell(site)

    site.provider.meanwhile(1, change_and_tell)
    await site.later()
    site.provider.put(AMBER, meeting("event-51", NOON + timedelta(days=3)))
    assert await site.later(SECOND) == [PUT]


async def test_a_provider_that_asked_us_to_wait_is_not_asked_sooner(installation: Installation) -> None:
    site = await open_told(installation)
    site.provider.fail(1, Throttled("throttled", 600))
    await site.later()
    asked = site.provider.asked["page"]
    await tell(site)
    await site.later(SECOND)
    assert site.provider.asked["page"] == asked


@pytest.mark.parametrize(
    "forge",
    [
        lambda secret: secret[:-1],
        lambda secret: secret + "x",
        lambda secret: secret.rpartition(".")[0] + ".",
        lambda secret: secret.rpartition(".")[0],
        lambda secret: secret.swapcase(),
        lambda _: "..",
        lambda _: "\ud800.\ud800.\ud800",
    ],
)
async def test_who_does_not_know_the_secret_makes_nothing_due(
    installation: Installation, forge: Callable[[str], str]
) -> None:
    site = await open_told(installation)
    assert not await tell(site, forge(site.provider.secret_of(AMBER)))


async def test_before_anything_is_promised_nobody_is_believed(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    calendar = calendar_of(site.tenancy, AMBER)
    for random in ("", "x"):
        assert not await tell(site, f"{site.tenant}.{calendar}.{random}")


async def test_each_calendar_has_a_secret_of_its_own(installation: Installation) -> None:
    installation.notify_url = URL
    birch = room("birch")
    provider = FakeProvider(AMBER, birch)
    tenant = await installation.onboard(provider)
    await installation.sync()
    secrets = {place.place_id: provider.secret_of(place) for place in (AMBER, birch)}
    known = await installation.store.read(lambda handle: recognized(handle, secrets.values()))
    tenancy = await installation.tenancy(tenant)
    assert known == {
        secrets[place.place_id]: Ringing(tenant, calendar_of(tenancy, place)) for place in (AMBER, birch)
    }


@pytest.mark.parametrize("replaces", [False, True])
async def test_a_watch_is_renewed_before_it_ends(installation: Installation, *, replaces: bool) -> None:
    site = await open_told(installation)
    site.provider.replaces_watches = replaces
    for _ in range(21):
        await site.later(timedelta(days=1))
        assert await told(site) == 1
        assert await tell(site)
    assert site.provider.asked["watch"] in range(4, 9)
    assert len(site.provider.ended) == (site.provider.asked["watch"] - 1 if replaces else 0)


async def test_while_one_watch_takes_anothers_place_both_are_heard(installation: Installation) -> None:
    site = await open_told(installation)
    site.provider.replaces_watches = True
    former = site.provider.secret_of(AMBER)

    async def tell_by_the_former() -> None:
        assert await tell(site, former)

    site.provider.meanwhile(WATCHING, tell_by_the_former)
    await site.later(timedelta(days=6))
    assert site.provider.ended == ["watch-1"]
    assert await tell(site)
    assert not await tell(site, former)


async def test_a_short_promise_is_renewed_in_time(installation: Installation) -> None:
    installation.notify_url = URL
    provider = FakeProvider(AMBER)
    provider.watch_life = timedelta(minutes=45)
    tenant = await installation.onboard(provider)
    await installation.sync()
    for _ in range(6):
        await installation.sync_later(timedelta(minutes=15))
        now = milliseconds(installation.clock())
        assert (await installation.store.read(lambda handle: coverage(handle, now))).told == 1  # noqa: B023
    assert tenant in installation.providers


async def test_a_watch_that_the_provider_forgot_is_asked_for_anew(installation: Installation) -> None:
    site = await open_told(installation)
    former = site.provider.secret_of(AMBER)
    site.provider.watches.clear()
    await site.later(timedelta(days=6))
    await site.later(SECOND)
    assert len(site.provider.watches) == 1
    assert not await tell(site, former)
    assert await tell(site)


@pytest.mark.parametrize(
    ("failure", "again_after"),
    [
        (Unreachable("network"), timedelta(minutes=1)),
        (Throttled("throttled", 600), timedelta(minutes=11)),
        (PushRefused("push_not_supported"), timedelta(minutes=11)),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
async def test_where_it_fails_the_calendar_is_polled_and_it_is_tried_again(
    installation: Installation, failure: ConnectorError, again_after: timedelta
) -> None:
    installation.notify_url = URL
    provider = FakeProvider(AMBER)
    provider.put(AMBER, *meetings(1, first=50))
    provider.fail(WATCHING, failure)
    tenant = await installation.onboard(provider)
    await installation.sync()
    assert provider.watches == {}
    assert len(await installation.entries(tenant)) == 3
    await installation.sync_later(SECOND)
    assert provider.watches == {}
    await installation.sync_later(again_after)
    assert len(provider.watches) == 1


async def test_a_place_that_is_gone_is_told_of_no_more(installation: Installation) -> None:
    site = await open_told(installation)
    secret = site.provider.secret_of(AMBER)
    site.provider.places = {}
    await site.later(PAST_A_DAY)
    await site.later(SECOND)
    assert site.provider.ended == ["watch-1"]
    assert not await tell(site, secret)
    asked = site.provider.asked["watch"]
    await site.later(timedelta(days=6))
    assert site.provider.asked["watch"] == asked


async def test_a_watch_lost_while_it_is_ended_is_no_error(installation: Installation) -> None:
    site = await open_told(installation)
    site.provider.places = {}
    site.provider.fail(WATCHING, WatchLost("watch_lost"))
    await site.later(timedelta(days=6))
    await site.later(SECOND)
    assert site.provider.asked["watch"] in (2, 3)


async def test_a_place_that_comes_back_while_its_channel_is_closed_has_another(
    installation: Installation,
) -> None:
    site = await open_told(installation)
    places, site.provider.places = site.provider.places, {}

    async def come_back() -> None:
        site.provider.places = places
        installation.clock.move(PAST_A_DAY)
        await site.look_at_directory()

    site.provider.meanwhile(WATCHING, come_back)
    for _ in range(3):
        await site.later(PAST_A_DAY)
    assert len(site.provider.watches) == 1
    assert await tell(site)


async def end(site: Site, *, ended: bool) -> None:
    """What a lifecycle notification does."""
    calls = {Ringing(site.tenant, calendar_of(site.tenancy, AMBER))}
    await site.installation.store.administer(
        lambda registry: make_due(registry.handle, calls, registry.now, ended=ended)
    )


async def test_an_end_that_is_told_while_a_watch_is_renewed_is_believed(installation: Installation) -> None:
    site = await open_told(installation)

    async def be_ended() -> None:
        await end(site, ended=True)

    site.provider.meanwhile(WATCHING, be_ended)
    await site.later(timedelta(days=6))
    former, renewed = site.provider.watches.values()
    assert not await tell(site, former.target.secret)
    assert await tell(site, renewed.target.secret)


async def test_who_ends_watches_again_and_again_is_asked_once_a_minute(installation: Installation) -> None:
    site = await open_told(installation)
    asked = site.provider.asked["watch"]
    for _ in range(30):
        site.provider.watches.clear()
        await end(site, ended=True)
        await site.later(SECOND)
    assert site.provider.asked["watch"] - asked <= 2


async def test_a_provider_that_wants_to_be_left_alone_is_not_asked_to_renew(
    installation: Installation,
) -> None:
    site = await open_told(installation)
    site.provider.fail(WATCHING, Throttled("throttled", 3600))
    await site.later(timedelta(days=6))
    asked = site.provider.asked["watch"]
    await end(site, ended=False)
    await site.later(timedelta(minutes=5))
    assert site.provider.asked["watch"] == asked


async def test_a_promise_is_believed_no_longer_than_it_was_asked_for(installation: Installation) -> None:
    installation.notify_url = URL
    provider = FakeProvider(AMBER)
    provider.promises_more = timedelta(days=9999)
    await installation.onboard(provider)
    await installation.sync()
    await installation.sync_later(timedelta(days=7))
    assert provider.asked["watch"] == 2


async def test_push_that_is_refused_says_nothing_of_what_may_be_read(installation: Installation) -> None:
    site = await open_told(installation)
    for _ in range(3):
        site.provider.watches.clear()
        await end(site, ended=True)
        site.provider.fail(WATCHING, AccessDoubtful("token_refused"))
        await site.later(timedelta(minutes=3))
    authorization = (await installation.standing(site.tenant)).authorization
    assert (authorization.state, authorization.epoch) == (State.ACTIVE, 1)


async def test_a_channel_that_asks_nobody_is_no_answer(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    site.provider.places = {}
    await site.later(PAST_A_DAY)
    await refused(installation.store, site.tenancy, CredentialRefused("ours"))
    installation.notify_url = URL
    await site.later(SECOND)
    assert (await installation.standing(site.tenant)).authorization.state is State.DEGRADED


async def test_all_channels_and_all_calendars_are_served_in_one_run(installation: Installation) -> None:
    installation.notify_url = URL
    rooms = [room(f"room{number}") for number in range(30)]
    provider = FakeProvider(*rooms)
    tenant = await installation.onboard(provider)
    await installation.sync()
    assert len(provider.watches) == 30
    assert len(await installation.entries(tenant)) == 60
    freshness = LogFold().take(await installation.entries(tenant)).states.values()
    assert {state.freshness for state in freshness} == {Freshness.FRESH}


async def test_loud_calendars_leave_the_quiet_ones_their_polls(installation: Installation) -> None:
    installation.notify_url = URL
    rooms = [room(f"room{number:02}") for number in range(12)]
    provider = FakeProvider(*rooms)
    tenant = await installation.onboard(provider)
    await installation.sync()
    tenancy = await installation.tenancy(tenant)
    loud = {Ringing(tenant, calendar_of(tenancy, place)) for place in rooms[:8]}
    worker = installation.worker()
    for _ in range(120):
        installation.clock.move(timedelta(seconds=15))
        await installation.store.administer(lambda registry: ring(registry.handle, loud, registry.now))
        async with asyncio.TaskGroup() as group:
            await worker.start_due(group)
    columns = select(calendars.c.completed_at)
    read_at = await installation.store.read(lambda handle: handle.execute(columns).scalars().all())
    assert milliseconds(installation.clock()) - min(read_at) < schedule.UNKNOWN_AFTER_MILLISECONDS
    assert milliseconds(installation.clock()) - min(read_at) < 2 * schedule.STALE_AFTER_MILLISECONDS


async def test_who_lost_access_is_told_nothing_and_asks_nothing(installation: Installation) -> None:
    site = await open_told(installation)
    await lose_access(installation.store, site.tenancy)
    # Not even when it changed is known of who has lost access.
    assert not await tell(site)
    asked = dict(site.provider.asked)
    await installation.sync_later(timedelta(days=6))
    assert site.provider.asked == asked
