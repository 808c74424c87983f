"""What a notification holds spares its calendar a look where it is known already, and never otherwise."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from connectors.errors import Malformed, Unreachable
from connectors.port import Telling
from connectors.raw import Response
from gateway.app.tenants import withdraw_tenant
from gateway.entry import EntryKind
from gateway.signals.notification import Heard, Notification, Told
from gateway.store.notified import Ringing, recognized
from gateway.store.tables import calendars, channels
from gateway.sync.quiet import CONTENTS_MAX, Quiet, Vouch
from gateway.tenant import Mode
from tests.fakes.enrolled import ALL, RUBEN, WENDLA, allow, enrol, organized, withdraw
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, calendar_of
from tests.fakes.provider import ITEM_BYTES, FakeConnector, meeting
from tests.fakes.site import AMBER, Site, meetings
from tests.gateway.sync.test_channels import open_told
from tests.gateway.sync.test_receipts import BYTES, EVENTS, receipt

PUT = EntryKind.BOOKING_PUT
HOUR = timedelta(hours=1)
#: A content is the id of an event, to the provider that these tests tell of.
KNOWN = b"event-50"

__: type[Telling] = FakeConnector


async def opened(installation: Installation, count: int = 2) -> Site:
    """A room with so many meetings, read, whose provider tells of its changes."""
    site = await open_told(installation)
    site.provider.put(AMBER, *meetings(count, first=50))
    await site.later()
    return site


def vouching(*directories: str) -> Vouch:
    async def vouch(tokens: Sequence[str]) -> frozenset[str]:
        if tuple(tokens) != ("good",):
            raise Malformed("content_unvouched")
        return frozenset(directories)

    return vouch


def directory(site: Site) -> str:
    return site.tenancy.tenant.connection.directory


def told(site: Site, *contents: bytes | None) -> list[Notification]:
    secret = site.provider.secret_of(AMBER)
    return [Notification(secret, Told.CHANGED, content) for content in contents]


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """That a machine is busy is no reason to look."""
    monkeypatch.setattr("gateway.sync.quiet.PATIENCE_SECONDS", 60)


async def quiet(
    site: Site,
    *contents: bytes | None,
    tokens: tuple[str, ...] = ("good",),
    vouch: Vouch | None = None,
) -> bool:
    """Whether the room needs no look for what it is told."""
    here = site.installation
    notifications = told(site, *contents)
    known = await here.store.read(lambda handle: recognized(handle, {one.secret for one in notifications}))
    finder = Quiet(here.store, here.tenancies(), vouch or vouching(directory(site)), here.clock)
    found = await finder.calendars(Heard(tuple(notifications), tokens), known)
    assert found <= set(known.values())
    return bool(found)


async def test_what_is_known_is_no_news(installation: Installation) -> None:
    site = await opened(installation)
    assert await quiet(site, KNOWN)
    assert await quiet(site, KNOWN, b"event-51", KNOWN)


async def test_what_nobody_sees_is_no_news(installation: Installation) -> None:
    """Somebody is invited, or the title changes: the room is taken as before."""
    site = await opened(installation)
    before = site.provider.items(AMBER)["event-50"]
    site.provider.put(AMBER, meeting("event-50", NOON + timedelta(hours=50)))
    assert site.provider.items(AMBER)["event-50"] is not before
    assert await quiet(site, KNOWN)


async def test_what_is_declined_and_was_never_told_is_no_news(installation: Installation) -> None:
    site = await opened(installation)
    site.provider.put(AMBER, meeting("event-9", NOON + HOUR, response=None), _declined("event-60"))
    assert await quiet(site, b"event-60")
    assert not await quiet(site, b"event-60", b"event-9")


def _declined(event: str) -> Any:
    return meeting(event, NOON + HOUR, response=Response.DECLINED)


@pytest.mark.parametrize(
    "change",
    [
        lambda site: site.provider.put(AMBER, meeting("event-50", NOON + 51 * HOUR)),
        lambda site: site.provider.put(AMBER, meeting("event-50", NOON + 50 * HOUR, hours=2)),
        lambda site: site.provider.put(AMBER, _declined("event-50")),
        lambda site: site.provider.put(AMBER, meeting("event-50", NOON + timedelta(days=400))),
        lambda site: site.provider.blur(AMBER, "event-50"),
        lambda site: site.provider.delete(AMBER, "event-50"),
    ],
)
async def test_what_differs_is_news(installation: Installation, change: Any) -> None:
    site = await opened(installation)
    change(site)
    assert not await quiet(site, KNOWN)


async def test_another_organizer_is_news_where_one_is_recognized_or_has_objected(
    installation: Installation,
) -> None:
    allow(installation)
    site, at = await open_told(installation, policy=ALL), NOON + 50 * HOUR
    site.provider.put(AMBER, organized("event-50", at, WENDLA))
    await enrol(site, WENDLA)
    await withdraw(site, address=RUBEN)
    await site.later()
    assert await quiet(site, KNOWN)
    for other in ("stranger@elsewhere.example", RUBEN):
        site.provider.put(AMBER, organized("event-50", at, other))
        assert not await quiet(site, KNOWN)
    await site.later()
    assert await quiet(site, KNOWN)
    site.provider.put(AMBER, organized("event-50", at, WENDLA))
    assert not await quiet(site, KNOWN)


async def test_what_is_new_is_news(installation: Installation) -> None:
    site = await opened(installation)
    site.provider.put(AMBER, meeting("event-60", NOON + 60 * HOUR))
    assert not await quiet(site, b"event-60")
    assert not await quiet(site, KNOWN, b"event-60")
    await site.later()
    assert await quiet(site, KNOWN, b"event-60")


async def test_a_hint_is_news_whatever_comes_with_it(installation: Installation) -> None:
    site = await opened(installation)
    assert not await quiet(site, None)
    assert not await quiet(site, KNOWN, None)
    assert not await quiet(site)


@pytest.mark.parametrize("tokens", [(), ("bad",), ("good", "bad")])
async def test_what_nobody_vouches_for_is_news(installation: Installation, tokens: tuple[str, ...]) -> None:
    site = await opened(installation)
    assert not await quiet(site, KNOWN, tokens=tokens)


async def test_what_is_vouched_for_elsewhere_is_news(installation: Installation) -> None:
    site = await opened(installation)
    assert not await quiet(site, KNOWN, vouch=vouching("00000000-0000-4000-8000-00000000000f"))
    assert not await quiet(site, KNOWN, vouch=vouching())
    assert await quiet(site, KNOWN, vouch=vouching("elsewhere", directory(site)))


async def test_keys_that_cannot_be_had_keep_nobody_waiting(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = await opened(installation)
    monkeypatch.setattr("gateway.sync.quiet.PATIENCE_SECONDS", 0.1)

    async def unreachable(_: Sequence[str]) -> frozenset[str]:
        raise Unreachable("network")

    async def silent(_: Sequence[str]) -> frozenset[str]:
        await asyncio.Event().wait()
        return frozenset()

    assert not await quiet(site, KNOWN, vouch=unreachable)
    async with asyncio.timeout(10):
        assert not await quiet(site, KNOWN, vouch=silent)


async def test_what_strangers_tell_beside_is_passed_over(installation: Installation) -> None:
    site = await opened(installation)
    ringing = Ringing(site.tenant, calendar_of(site.tenancy, AMBER))
    (ours,) = told(site, KNOWN)
    strange = Notification("a stranger's", Told.CHANGED, KNOWN)
    finder = Quiet(
        installation.store, installation.tenancies(), vouching(directory(site)), installation.clock
    )
    heard = Heard((strange, ours, strange), ("good",))
    assert await finder.calendars(heard, {ours.secret: ringing}) == {ringing}
    assert await finder.calendars(heard, {}) == frozenset()


async def test_too_much_at_once_is_news(installation: Installation) -> None:
    site = await opened(installation)
    assert await quiet(site, *[KNOWN] * CONTENTS_MAX)
    assert not await quiet(site, *[KNOWN] * (CONTENTS_MAX + 1))


async def test_a_broken_content_is_news_and_so_is_all_that_comes_with_it(installation: Installation) -> None:
    site = await opened(installation)
    assert not await quiet(site, KNOWN, b"broken")


@pytest.mark.parametrize(
    "values",
    [
        {"lease_until": 10**15},
        {"reason": "network"},
        {"completed_at": None},
    ],
)
async def test_a_calendar_that_is_not_known_well_is_looked_at(
    installation: Installation, values: dict[str, Any]
) -> None:
    """A round under way may have read what was before, and would store it last."""
    site = await opened(installation)
    await installation.store.administer(
        lambda registry: registry.handle.execute(update(calendars).values(**values))
    )
    assert not await quiet(site, KNOWN)


async def test_a_channel_that_is_lost_opens_nothing(installation: Installation) -> None:
    site = await opened(installation)
    await installation.store.administer(
        lambda registry: registry.handle.execute(update(channels).values(watch=None))
    )
    assert not await quiet(site, KNOWN)


async def test_of_a_tenant_that_has_withdrawn_nothing_is_opened(installation: Installation) -> None:
    site = await opened(installation)
    known = {one.secret: Ringing(site.tenant, calendar_of(site.tenancy, AMBER)) for one in told(site, KNOWN)}
    finder = Quiet(
        installation.store, installation.tenancies(), vouching(directory(site)), installation.clock
    )
    heard = Heard(tuple(told(site, KNOWN)), ("good",))
    assert await finder.calendars(heard, known)
    await withdraw_tenant(installation.parts, site.tenant)
    before = await receipt(installation, site.tenant)
    assert not await finder.calendars(heard, known)
    assert await receipt(installation, site.tenant) == before


async def test_what_has_crossed_the_wire_is_in_the_receipt(installation: Installation) -> None:
    site = await opened(installation)
    before = await receipt(installation, site.tenant)
    await quiet(site, KNOWN, b"event-51")
    after = await receipt(installation, site.tenant)
    assert (after[EVENTS] - before[EVENTS], after[BYTES] - before[BYTES]) == (2, 2 * ITEM_BYTES)


async def test_nothing_of_it_becomes_a_booking(installation: Installation) -> None:
    site = await opened(installation)
    site.provider.put(AMBER, meeting("event-60", NOON + 60 * HOUR))
    assert not await quiet(site, b"event-60")
    assert await site.news() == []
    assert await site.later() == [PUT]


async def test_the_provider_is_asked_for_no_more_than_the_policy_shows(installation: Installation) -> None:
    site = await opened(installation)
    (watched,) = site.provider.watches.values()
    assert watched.target.content in site.provider.projections
    assert watched.target.content is not None
    assert not watched.target.content.title
    assert site.tenancy.tenant.connection.mode is Mode.SNAPSHOT
