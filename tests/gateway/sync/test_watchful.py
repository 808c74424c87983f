"""Where who tells that an authorization is over is silent, more is asked, and nothing is told as fresh."""

from datetime import timedelta
from functools import partial

from sqlalchemy import select
from structlog.testing import capture_logs

from connectors.errors import Throttled, Unreachable
from gateway.app.reconnecting import withdraw_credentials
from gateway.app.tenants import resume_tenant
from gateway.booking import Freshness
from gateway.clock import MINUTE_MILLISECONDS, milliseconds
from gateway.entry import EntryKind
from gateway.store.handle import Handle
from gateway.store.registry import Registry
from gateway.store.scope import TenantScope
from gateway.store.tables import calendars, transmitters
from gateway.store.transmitters import TransmitterRow, transmitters_of, visited
from gateway.sync.upkeep import Upkeep
from tests.fakes.filled_store import NOON
from tests.fakes.heard import STREAM, hear, let_tell
from tests.fakes.installation import Installation, lose_access
from tests.fakes.persons import Person, invitation, open_peopled_site
from tests.fakes.site import AMBER, Site, meetings, open_site

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AN_INSTANT = timedelta(milliseconds=1)
GRAPH = "trm_graph"
SILENT = Freshness.STALE, "signals_silent"


async def look_after(site: Site) -> list[EntryKind]:
    """As a process does that has just started; what the consumer is told then."""
    here = site.installation
    await Upkeep(here.store, here.parts.keyring, here.clock).visit_all()
    return await site.news()


def told(site: Site) -> tuple[Freshness, str | None]:
    return site.freshness(), site.state.reason


async def silent_site(installation: Installation) -> Site:
    """Of which nobody has told anything for a day, though it was read just now."""
    site = await open_site(installation, *meetings(1))
    await let_tell(site)
    await site.later(DAY)
    assert told(site) == (Freshness.FRESH, None)
    assert await look_after(site) == []
    installation.clock.move(AN_INSTANT)
    return site


async def test_after_a_day_of_silence_nothing_is_fresh_until_it_is_heard(installation: Installation) -> None:
    site = await silent_site(installation)
    assert await look_after(site) == [EntryKind.RESOURCE_STATE]
    assert told(site) == SILENT
    assert site.state.since == milliseconds(NOON)
    # Whoever reads the calendar hears nobody.
    for _ in range(2):
        assert await site.later() == []
        assert await look_after(site) == []
    await hear(site)
    assert await look_after(site) == [EntryKind.RESOURCE_STATE]
    assert told(site) == (Freshness.FRESH, None)
    assert await look_after(site) == []


async def test_what_is_read_for_the_first_time_is_not_fresh_either(installation: Installation) -> None:
    site = await silent_site(installation)
    site.provider.fail(1, Unreachable("network"))
    site.provider.clear(AMBER)
    await look_after(site)
    await site.later(HOUR)
    installation.clock.move(HOUR)
    await look_after(site)
    assert told(site) == (Freshness.STALE, "polls_missed")
    # What is worse is told; and once it is over, what is left.
    await site.later()
    assert told(site) == SILENT


async def test_one_of_two_that_is_silent_is_enough(installation: Installation) -> None:
    site = await silent_site(installation)
    await let_tell(site, "trm_other")
    assert EntryKind.RESOURCE_STATE in await look_after(site)
    assert told(site) == SILENT


async def test_who_is_believed_no_more_counts_no_more(installation: Installation) -> None:
    site = await silent_site(installation)
    await look_after(site)
    assert told(site) == SILENT
    await installation.store.turn(
        site.tenancy.fence, site.tenancy.keys, lambda to: to.transmitters.remove(STREAM)
    )
    await look_after(site)
    assert told(site) == (Freshness.FRESH, None)


async def test_who_comes_when_there_is_something_is_never_silent(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    await let_tell(site, kind="okta")
    await site.later(30 * DAY)
    await look_after(site)
    assert told(site) == (Freshness.FRESH, None)
    (row,) = await rows(site)
    assert row.silent_at is None


async def test_what_was_heard_by_a_clock_that_was_wrong_was_not_heard(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    await let_tell(site)
    installation.clock.move(40 * DAY)
    await hear(site)
    installation.clock.move(-10 * DAY)
    await site.later()
    await look_after(site)
    assert told(site) == SILENT
    await hear(site)
    await look_after(site)
    assert told(site) == (Freshness.FRESH, None)


async def test_it_is_logged_once_for_each_silence(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    await let_tell(site)
    with capture_logs() as logs:
        for after in (3 * HOUR, AN_INSTANT, HOUR):
            installation.clock.move(after)
            await look_after(site)
        await hear(site)
        installation.clock.move(4 * HOUR)
        await look_after(site)
    silent = [log["transmitter"] for log in logs if log["event"] == "transmitter_silent"]
    assert silent == [STREAM] * 2


async def test_nobody_is_called_silent_who_could_not_be_asked(installation: Installation) -> None:
    """What is read again after a suspension is not fresh until its provider was asked, all the same."""
    site = await open_site(installation, *meetings(1))
    await let_tell(site)
    await lose_access(installation.store, site.tenancy)
    installation.clock.move(2 * DAY)
    await resume_tenant(installation.parts, site.tenant)
    await installation.sync()
    await look_after(site)
    (row,) = await rows(site)
    assert (told(site), row.silent_at) == (SILENT, None)
    installation.clock.move(3 * HOUR + AN_INSTANT)
    await look_after(site)
    (row,) = await rows(site)
    assert row.silent_at == milliseconds(installation.clock())


async def rows(site: Site) -> list[TransmitterRow]:
    return await site.installation.store.read(partial(transmitters_of, tenant=site.tenant))


async def due(site: Site) -> dict[str, int]:
    """In how many minutes each is due: a person's calendar, a place's, and who tells."""
    now = milliseconds(site.installation.clock())

    def read(handle: Handle) -> dict[str, int]:
        found = {
            "person" if row.resource is None else "place": row.due_at
            for row in handle.execute(select(calendars.c.resource, calendars.c.due_at))
        }
        found |= {
            row.id: row.due_at for row in handle.execute(select(transmitters.c.id, transmitters.c.due_at))
        }
        return {name: round((at - now) / MINUTE_MILLISECONDS) for name, at in found.items()}

    return await site.installation.store.read(read)


async def visit(site: Site, name: str, after: timedelta) -> None:
    """Whoever visits transmitters has been at this one, and comes again after so long."""
    here = site.installation
    (lease,) = await here.store.claim(transmitters, tenant=site.tenant, owner="visitor", limit=1)
    assert lease.id == name

    def write(registry: Registry) -> None:
        scope = TenantScope(handle=registry.handle, tenant=site.tenant, now=registry.now)
        visited(scope, lease, due_at=milliseconds(here.clock() + after), reason=None)

    await here.store.administer(write)


async def test_what_shows_by_itself_that_it_is_over_is_asked_more_often(installation: Installation) -> None:
    site = await open_peopled_site(installation)
    ana = Person(site, "ana")
    ana.put(invitation("ana", NOON + 3 * HOUR, AMBER))
    await ana.connect()
    await let_tell(site)
    await visit(site, STREAM, 10 * DAY)
    await let_tell(site, GRAPH, "graph")
    await visit(site, GRAPH, 10 * DAY)
    await site.later(3 * HOUR)
    before = await due(site)
    await look_after(site)
    assert await due(site) == before
    installation.clock.move(AN_INSTANT)
    await hear(site, GRAPH)
    await look_after(site)
    # One look of upkeep's later: the place's calendar, which shows nothing, and the stream are left.
    after = await due(site)
    assert (after["person"], after[GRAPH]) == (1, 1)
    assert (after["place"], after[STREAM]) == (before["place"], before[STREAM])
    assert before["person"] > 1
    assert told(site) == (Freshness.FRESH, None)


async def test_nobody_is_hastened_whom_a_provider_keeps_away(installation: Installation) -> None:
    site = await open_peopled_site(installation)
    ana = Person(site, "ana")
    await ana.connect()
    await site.later()
    await let_tell(site)
    installation.clock.move(4 * HOUR)
    ana.refuse(Throttled("throttled", retry_after_seconds=3600))
    await site.later()
    before = await due(site)
    await look_after(site)
    assert (await due(site))["person"] == before["person"] > 50


async def test_nobody_is_called_silent_while_there_is_nothing_to_ask_by(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    await let_tell(site)
    await withdraw_credentials(installation.parts, site.tenant)
    installation.clock.move(4 * HOUR)
    await look_after(site)
    (row,) = await rows(site)
    assert row.silent_at is None
