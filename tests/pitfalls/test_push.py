"""Push, channels and what providers tell of grants: P88 to P105."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.errors import PushRefused
from connectors.microsoft.subscriptions import asked, refusal
from connectors.port import CalendarAddress, Target
from connectors.transport import Answer
from gateway.clock import milliseconds
from gateway.entry import EntryKind
from gateway.store.notified import coverage
from gateway.sync import schedule
from gateway.web.notifications import VALIDATION_LENGTH_MAX
from tests.fakes.filled_store import open_filled_store
from tests.fakes.installation import Installation
from tests.fakes.provider import WATCHING, FakeProvider, meeting, room
from tests.fakes.site import AMBER, Site, meetings, open_site
from tests.gateway.sync.test_channels import URL, open_told, tell
from tests.gateway.web.test_notifications import ACCEPTED, Scene, opened
from tests.pitfalls.hosted import REMOVED, SNAPSHOT, SYNC, Hosted, read_as

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ECHO = timedelta(milliseconds=schedule.ECHO_MILLISECONDS)
PUT = EntryKind.BOOKING_PUT


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_filled_store(tmp_path) as filled, opened(filled) as scene:
        yield scene


async def living(installation: Installation) -> int:
    """How many calendars providers have promised to tell of now."""
    now = milliseconds(installation.clock())
    return (await installation.store.read(lambda handle: coverage(handle, now))).told


async def change(site: Site) -> None:
    """Something that a consumer would be told."""
    site.provider.put(AMBER, meeting("event-60", site.installation.clock() + timedelta(hours=9)))


async def test_p88_a_thousand_entries_are_answered_within_seconds(scene: Scene) -> None:
    async with asyncio.timeout(3):
        assert await scene.graph(*[scene.item()] * 1000) == ACCEPTED


async def test_p89_what_is_acknowledged_is_durable(scene: Scene) -> None:
    assert await scene.graph(scene.item(), {"clientState": 7}, "odd") == ACCEPTED
    called, _, _ = await scene.due()
    assert called


async def test_p90_each_entry_of_a_batch_shows_its_own_secret(scene: Scene) -> None:
    forged = [scene.item(clientState=said) for said in ("", "x", scene.secret[:-1], None)]
    assert await scene.graph(*forged) == ACCEPTED
    assert await scene.due() == (False, False, True)
    assert await scene.graph(*forged, scene.item()) == ACCEPTED
    assert await scene.due() == (True, False, True)


async def test_p91_a_secret_outlives_a_renewal(installation: Installation) -> None:
    site = await open_told(installation)
    for _ in range(8):
        await site.later(DAY)
    await change(site)
    assert site.provider.asked["watch"] > 1
    assert not await tell(site, "x" * 64)
    assert await tell(site)
    assert await site.later(SECOND) == [PUT]


async def test_p92_what_is_repeated_is_plain_and_short(scene: Scene) -> None:
    path = "/v1/notifications/graph"
    async with scene.client.post(path, params={"validationToken": "<b>"}) as answer:
        assert (await answer.text(), answer.content_type) == ("<b>", "text/plain")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    async with scene.client.post(
        path, params={"validationToken": "x" * (VALIDATION_LENGTH_MAX + 1)}
    ) as answer:
        assert answer.status == 400


def test_p93_who_is_told_of_changes_is_told_of_its_channel_too() -> None:
    body = asked(CalendarAddress(AMBER.address), Target(URL, "secret"), "2026-03-09T00:00:00Z")
    assert body["lifecycleNotificationUrl"] == body["notificationUrl"] == URL


@pytest.mark.parametrize(
    ("said", "has_watch"), [("reauthorizationRequired", True), ("subscriptionRemoved", False)]
)
async def test_p94_a_channel_in_danger_is_looked_after_at_once(
    scene: Scene, said: str, *, has_watch: bool
) -> None:
    assert await scene.graph(scene.item(lifecycleEvent=said)) == ACCEPTED
    _, channel_is_due, kept = await scene.due()
    assert (channel_is_due, kept) == (True, has_watch)


async def test_p95_a_channel_lasts_as_long_as_its_provider_says(installation: Installation) -> None:
    installation.notify_url = URL
    provider = FakeProvider(AMBER)
    provider.watch_life = timedelta(minutes=45)
    await installation.onboard(provider)
    await installation.sync()
    assert await living(installation) == 1
    installation.clock.move(timedelta(minutes=46))
    assert await living(installation) == 0


@pytest.mark.parametrize(
    ("status", "sentence", "code"),
    [
        (403, "The maximum number of subscriptions is reached.", "graph_push_quota"),
        (409, "Subscription Id <none> already exists.", "graph_watch_duplicate"),
    ],
)
def test_p96_one_channel_too_many_is_a_refusal_of_push_alone(status: int, sentence: str, code: str) -> None:
    body = {"error": {"code": "ExtensionError", "message": sentence}}
    refused = refusal(Answer(status, json.dumps(body).encode()))
    assert isinstance(refused, PushRefused)
    assert refused.code == code


async def test_p97_how_many_calendars_are_told_of_is_counted(installation: Installation) -> None:
    installation.notify_url = URL
    provider = FakeProvider(AMBER, room("birch"))
    provider.fail(WATCHING, PushRefused("push_refused"))
    await installation.onboard(provider)
    await installation.sync()
    found = await installation.store.read(lambda handle: coverage(handle, milliseconds(installation.clock())))
    assert (found.calendars, found.told) == (2, 1)


async def test_p98_an_opening_is_no_change(scene: Scene) -> None:
    headers = {"X-Goog-Channel-Token": scene.secret, "X-Goog-Resource-State": "sync"}
    async with scene.client.post("/v1/notifications/google", headers=headers) as answer:
        assert answer.status == 202
    assert (await scene.due())[0] is False
    async with scene.client.post(
        "/v1/notifications/google", headers=headers | {"X-Goog-Resource-State": "exists"}
    ) as answer:
        assert answer.status == 202
    assert (await scene.due())[0] is True


@read_as(SNAPSHOT, SYNC)
async def test_p99_a_change_that_nobody_told_of_is_found_by_the_next_poll(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.calendar.delete("one")
    assert await hosted.later() == [REMOVED]


async def test_p19_p100_what_comes_too_early_or_in_a_row_is_read_in_the_end(
    installation: Installation,
) -> None:
    site = await open_told(installation)
    await tell(site)
    await tell(site)
    assert await site.later(SECOND) == []
    # The change that was told of can only be read by now.
    await change(site)
    assert await site.later(ECHO) == [PUT]


async def test_p101_a_calendar_that_cannot_be_watched_is_polled(installation: Installation) -> None:
    installation.notify_url = URL
    provider = FakeProvider(AMBER)
    provider.fail(WATCHING, PushRefused("push_refused"))
    tenant = await installation.onboard(provider)
    await installation.sync()
    assert await living(installation) == 0
    provider.put(AMBER, *meetings(1))
    await installation.sync_later()
    assert PUT in [entry.kind for entry in await installation.entries(tenant)]


async def test_p102_what_a_notification_names_is_not_asked_for(installation: Installation) -> None:
    site = await open_told(installation, incremental=True)
    site.provider.delete(AMBER, "event-50")
    assert await tell(site)
    assert await site.later(SECOND) == [EntryKind.BOOKING_REMOVED]
    assert site.provider.asked["event"] == 0


async def test_p103_a_room_is_watched_from_the_start_and_let_go_at_its_end(
    installation: Installation,
) -> None:
    site = await open_told(installation)
    assert len(site.provider.watches) == 1
    site.provider.places = {}
    await site.later(DAY + timedelta(minutes=6))
    # It is renewed no more.
    await site.later(6 * DAY)
    assert (site.provider.watches, site.provider.ended) == ({}, ["watch-1"])


async def test_p105_what_is_withdrawn_here_is_asked_for_no_more_whatever_still_works_there(
    installation: Installation,
) -> None:
    site = await open_site(installation, *meetings(2))
    assert await installation.cascade().fence(site.tenant) is not None
    before = site.provider.asked.copy()
    await installation.sync_later(DAY)
    assert site.provider.asked == before
