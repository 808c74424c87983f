"""Whoever names a link of theirs: their calendar is left alone meanwhile, and what is kept is handed out."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest

from gateway.app.requests.steps import close_request
from gateway.authorization import State, SuspensionReason
from gateway.entry import EntryKind
from gateway.errors import NotConnected, UnknownName
from gateway.request import RequestKind
from gateway.store.links import become
from gateway.store.registry import Registry, known_standing_under
from gateway.store.tables import calendars
from gateway.withdrawal.clocks import Clocks
from tests.fakes.asking import ask, carry, refuse
from tests.fakes.enrolled import WENDLA
from tests.fakes.filled_store import NOON
from tests.fakes.full_site import rows_of
from tests.fakes.installation import Installation
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.site import AMBER
from tests.gateway.app.test_subjects import HOUR, open_scene

DAY = timedelta(days=1)


async def test_their_own_calendar_is_left_alone_and_not_erased(installation: Installation) -> None:
    site = await open_peopled_site(installation)
    ana = Person(site, "ana")
    ana.put(invitation("theirs", NOON, AMBER))
    await ana.connect()
    await site.later()
    (link,) = await links_at(site)
    request = await ask(site, RequestKind.RESTRICTION, WENDLA, link=link.authorization)
    assert await site.news() == [EntryKind.BOOKING_REMOVED]
    (held,) = await links_at(site)
    assert (held.state, held.reason) == (State.SUSPENDED, SuspensionReason.RESTRICTED)
    ana.put(invitation("more", NOON + HOUR, AMBER))
    assert await site.later() == []
    with pytest.raises(NotConnected, match="left alone"):
        await ana.connect()
    clocks = Clocks(
        installation.store, installation.parts.keyring, installation.cascade(), installation.clock
    )
    for days in (399, 1):
        installation.clock.move(days * DAY)
        await clocks.visit_all()
    assert (await links_at(site))[0].state is State.SUSPENDED
    await refuse(site, request)
    assert (await links_at(site))[0].state is State.ACTIVE
    ana.put(invitation("later", NOON + 400 * DAY, AMBER))
    await site.later()
    assert len(site.consumer.bookings) == 1


async def test_a_link_that_is_restricted_is_not_erased_by_time(installation: Installation) -> None:
    """Its clock ran before they asked, and runs again once it is closed."""
    site = await open_peopled_site(installation)
    await Person(site, "ana").connect()
    (link,) = await links_at(site)

    def suspend(registry: Registry) -> None:
        before = registry.standing_under(site.tenant, link.authorization).authorization
        become(registry, before, before.suspend(SuspensionReason.ACCESS_LOST))

    async def pass_days(number: int) -> None:
        parts, cascade = installation.parts, installation.cascade()
        for _ in range(number):
            installation.clock.move(DAY)
            await Clocks(parts.store, parts.keyring, cascade, parts.clock).visit_all()

    await installation.store.administer(suspend)
    seen = await installation.store.read(
        partial(known_standing_under, tenant=site.tenant, authorization=link.authorization)
    )
    await pass_days(20)
    request = await ask(site, RequestKind.RESTRICTION, WENDLA, link=link.authorization)
    await pass_days(20)
    assert await installation.cascade().fence_overdue(seen) is None
    assert len(await links_at(site)) == 1
    await close_request(installation.parts, await installation.standing(site.tenant), request.id)
    await pass_days(1)
    assert len(await links_at(site)) == 1
    await pass_days(1)
    assert await links_at(site) == []


async def test_what_is_kept_of_a_link_is_handed_out_to_whoever_names_it(
    installation: Installation, tmp_path: Path
) -> None:
    site = await open_peopled_site(installation)
    ana, ben = Person(site, "ana"), Person(site, "ben")
    ana.put(invitation("event-1", NOON, AMBER))
    await ana.connect()
    (link,) = await links_at(site)
    await ben.connect()
    await site.later()
    (other,) = {one.authorization for one in await links_at(site)} - {link.authorization}
    request = await ask(site, RequestKind.ACCESS, WENDLA, link=link.authorization)
    await carry(site, request, tmp_path / "theirs")
    text = (tmp_path / "theirs").read_text()
    tables = {msgspec.json.decode(line).get("table") for line in text.splitlines()}
    assert tables >= {"authorizations", "history", "links", "calendars", "bookings", "requests"}
    assert link.authorization in text
    assert other not in text


async def test_a_link_that_is_none_is_refused(installation: Installation) -> None:
    site = await open_scene(installation)
    with pytest.raises(UnknownName):
        await ask(site, RequestKind.RESTRICTION, WENDLA, link="aut_none")
    assert await rows_of(installation.store, calendars.metadata.tables["requests"], site.tenant) == []
