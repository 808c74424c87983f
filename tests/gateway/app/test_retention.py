"""What goes by time goes when its time is over, suspended or not, and not a day before."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import Table, update

from gateway.app.accountability.time_limits import time_limits
from gateway.app.consumers.overview import add_consumer, revoke_consumer
from gateway.app.engine import open_limitation
from gateway.app.persons.links import invite, withdraw_link
from gateway.app.requests.steps import refuse_request
from gateway.app.tenants import resume_tenant, withdraw_tenant
from gateway.authorization import State
from gateway.booking import Freshness
from gateway.clock import DAY_MILLISECONDS, moment
from gateway.entry import EntryKind
from gateway.errors import KeyDestroyed
from gateway.request import RequestKind
from gateway.store.cursors import LongCursor, keep_cursor
from gateway.store.inventory_terms import Retention
from gateway.store.tables import (
    acknowledgements,
    authorizations,
    bookings,
    budgets,
    channels,
    consumers,
    counted_bookers,
    cursors,
    entries,
    escalations,
    groupings,
    history,
    invitations,
    receipts,
    request_finders,
    requests,
    resources,
    tallies,
    usages,
    withdrawals,
)
from gateway.store.usage import Release
from gateway.sync.upkeep import Upkeep
from gateway.usage import first_day, month_named, year_of
from gateway.vault.keys import Purpose
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.asking import ask
from tests.fakes.counted import MARCH, a_day, count_month, note_bookers, release_month, turn
from tests.fakes.enrolled import WENDLA, enrol, withdraw
from tests.fakes.filled_store import NOON
from tests.fakes.full_site import NOTIFY_URL, acknowledge, rows_of, tables_held
from tests.fakes.installation import SETTINGS, Installation, lose_access, resource_of
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.provider import room
from tests.fakes.site import AMBER, Site, meetings

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LIMITS = time_limits(SETTINGS)

#: How much of what was put there stands.
Standing = Callable[[], Awaitable[int]]


def counted(site: Site, table: Table, *kinds: EntryKind) -> Standing:
    """Rows of a tenant; of the log, those of some kinds."""

    async def count() -> int:
        rows = await rows_of(site.installation.store, table, site.tenant)
        return sum(not kinds or row._mapping["kind"] in kinds for row in rows)

    return count


def said_of_bookings(site: Site) -> Standing:
    """Rows of bookings that say anything of one."""

    async def count() -> int:
        rows = await rows_of(site.installation.store, bookings, site.tenant)
        return sum(row.body is not None for row in rows)

    return count


def but_one(counting: Standing) -> Standing:
    """Without one that is to stay."""

    async def count() -> int:
        return await counting() - 1

    return count


def both(one: Standing, other: Standing) -> Standing:
    """Two that go together, of which there is as much."""

    async def count() -> int:
        first, second = await one(), await other()
        assert first == second
        return first

    return count


async def tend(installation: Installation) -> None:
    """What a running gateway does by itself at one moment."""
    await Upkeep(installation.store, installation.parts.keyring, installation.clock).visit_all()
    await open_limitation(installation.parts).visit()


async def a_booking(site: Site) -> Standing:
    site.provider.put(AMBER, *meetings(2))
    await site.later()
    return said_of_bookings(site)


async def a_persons_booking(site: Site) -> Standing:
    ana = Person(site, "ana")
    ana.put(invitation("theirs", NOON, AMBER))
    await ana.connect()
    await site.later()
    return said_of_bookings(site)


async def a_removed_booking(site: Site) -> Standing:
    site.provider.put(AMBER, *meetings(2))
    await site.later()
    site.provider.delete(AMBER, "event-0", "event-1")
    await site.later()
    return counted(site, bookings)


async def a_removed_place(site: Site) -> Standing:
    site.provider.places = {"place-birch": room("birch")}
    await site.later(DAY + MINUTE)
    await site.later(MINUTE)
    return both(but_one(counted(site, resources)), counted(site, entries, EntryKind.RESOURCE_REMOVED))


async def a_past_suspension(site: Site) -> Standing:
    await lose_access(site.installation.store, site.tenancy)
    await resume_tenant(site.installation.parts, site.tenant)
    site.tenancy = await site.installation.tenancy(site.tenant)
    past = counted(site, entries, EntryKind.TENANT_SUSPENDED, EntryKind.TENANT_RESUMED)

    async def count() -> int:
        # One that holds is told.
        serves = (await site.installation.standing(site.tenant)).authorization.state.may_serve
        return await past() - (not serves)

    return count


async def an_invitation(site: Site) -> Standing:
    await invite(site.installation.parts, await site.installation.standing(site.tenant))
    return counted(site, invitations)


async def a_channel(site: Site) -> Standing:
    here, tenancy = site.installation, site.tenancy
    here.notify_url = NOTIFY_URL
    await site.later()
    site.provider.places = {"place-birch": room("birch")}
    await here.store.turn(tenancy.fence, tenancy.keys, lambda transaction: transaction.directory.make_due())
    await site.look_at_directory()
    here.notify_url = None
    # The new place has one.
    return but_one(counted(site, channels))


async def a_receipt(site: Site) -> Standing:
    site.provider.put(AMBER, *meetings(1))
    await site.later()
    return counted(site, receipts)


async def a_subjects_withdrawal(site: Site) -> Standing:
    await enrol(site, WENDLA)
    gone = await withdraw(site, address=WENDLA)
    assert gone is not None
    await acknowledge(site, gone.id)
    said = both(counted(site, acknowledgements), counted(site, entries, EntryKind.SUBJECT_ERASED))
    return both(counted(site, withdrawals), both(counted(site, escalations), said))


async def a_persons_authorization(site: Site) -> Standing:
    await Person(site, "ana").connect()
    (link,) = await links_at(site)
    await withdraw_link(site.installation.parts, site.tenant, link.authorization, nothing_to_revoke)
    return both(but_one(counted(site, authorizations)), counted(site, withdrawals))


async def a_persons_history(site: Site) -> Standing:
    await Person(site, "ana").connect()
    (link,) = await links_at(site)
    await withdraw_link(site.installation.parts, site.tenant, link.authorization, nothing_to_revoke)

    async def count() -> int:
        rows = await rows_of(site.installation.store, history, site.tenant)
        return sum(row.authorization == link.authorization for row in rows)

    return count


async def an_answered_request(site: Site) -> Standing:
    request = await ask(site, RequestKind.OBJECTION, WENDLA)
    await ask(site, RequestKind.RESTRICTION, WENDLA)
    here = site.installation
    await refuse_request(here.parts, await here.standing(site.tenant), request.id, "not theirs")
    # The one that is open stays.
    return but_one(both(counted(site, requests), counted(site, request_finders)))


async def a_counted_month(site: Site) -> Standing:
    subject = await enrol(site, WENDLA)
    await count_month(site, MARCH, {AMBER: a_day()})
    await note_bookers(site, MARCH, [subject])
    site.installation.clock.now = moment(first_day(MARCH + 1) * DAY_MILLISECONDS)
    return both(counted(site, tallies), counted(site, counted_bookers))


async def a_years_groups(site: Site) -> Standing:
    own = resource_of(site.tenancy, AMBER)
    await turn(site, lambda transaction: transaction.usage.form(year_of(MARCH), {own: "group"}))
    site.installation.clock.now = moment(first_day(month_named("2027-01")) * DAY_MILLISECONDS)
    return counted(site, groupings)


async def a_released_month(site: Site) -> Standing:
    await release_month(site, MARCH)
    site.installation.clock.now = moment(first_day(MARCH + 1) * DAY_MILLISECONDS)
    return counted(site, usages)


async def a_spent_budget(site: Site) -> Standing:
    await turn(site, lambda transaction: transaction.usage.release(Release(MARCH, b"{}", 250)))
    return counted(site, budgets)


async def a_revoked_consumer(site: Site) -> Standing:
    parts = site.installation.parts
    await add_consumer(parts, "flexo", [site.tenant], purpose="occupancy")
    await add_consumer(parts, "signs", [site.tenant], purpose="signage")
    await revoke_consumer(parts, "flexo")
    return but_one(counted(site, consumers))


async def a_long_cursor(site: Site) -> Standing:
    cursor = LongCursor("con_1", "name", b"sealed")
    await site.installation.store.administer(lambda rows: keep_cursor(rows.handle, cursor, rows.now))
    return counted(site, cursors)


async def an_erased_tenant(site: Site) -> Standing:
    await withdraw_tenant(site.installation.parts, site.tenant)

    async def count() -> int:
        return len(await tables_held(site.installation.store, site.tenant))

    return count


Fill = Callable[[Site], Awaitable[Standing]]

SCENES: list[tuple[Retention, Fill]] = [
    (Retention.WINDOW, a_booking),
    (Retention.WINDOW, a_persons_booking),
    (Retention.REMOVAL, a_removed_booking),
    (Retention.REMOVAL, a_removed_place),
    (Retention.REMOVAL, a_past_suspension),
    (Retention.INVITATION, an_invitation),
    (Retention.PROMISE, a_channel),
    (Retention.RECEIPT, a_receipt),
    (Retention.CURSOR, a_long_cursor),
    (Retention.COUNTING, a_counted_month),
    (Retention.YEAR, a_years_groups),
    (Retention.RELEASE, a_released_month),
    (Retention.LIMITATION, a_spent_budget),
    (Retention.LIMITATION, a_subjects_withdrawal),
    (Retention.LIMITATION, a_persons_authorization),
    (Retention.LIMITATION, a_persons_history),
    (Retention.LIMITATION, a_revoked_consumer),
    (Retention.LIMITATION, an_erased_tenant),
    (Retention.REQUEST, an_answered_request),
]

#: What is sealed of a suspended tenant stays as it is until it resumes or ends.
WHATEVER_THE_STATE = [one for one in SCENES if one[0] not in {Retention.WINDOW, Retention.LIMITATION}]


def each(scenes: list[tuple[Retention, Fill]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("rule", "fill"), scenes, ids=[fill.__name__ for _, fill in scenes])


def test_every_rule_with_a_number_is_shown_to_hold() -> None:
    assert {rule for rule, _ in SCENES} == set(LIMITS) == {rule for rule in Retention if "{days}" in rule}


@each(SCENES)
async def test_it_goes_when_its_time_is_over_and_not_a_day_before(
    installation: Installation, rule: Retention, fill: Fill
) -> None:
    site = await open_peopled_site(installation)
    count = await fill(site)
    before = await count()
    assert before > 0
    installation.clock.move(LIMITS[rule] * DAY - MINUTE)
    await tend(installation)
    assert await count() == before
    installation.clock.move(DAY + MINUTE)
    await tend(installation)
    assert await count() == 0


@each(WHATEVER_THE_STATE)
async def test_it_goes_from_a_tenant_that_is_suspended(
    installation: Installation, rule: Retention, fill: Fill
) -> None:
    site = await open_peopled_site(installation)
    count = await fill(site)
    installation.clock.move(LIMITS[rule] * DAY)
    await lose_access(installation.store, site.tenancy)
    assert await count() > 0
    installation.clock.move(DAY)
    await tend(installation)
    assert await count() == 0


async def test_of_a_tenant_nothing_is_left_but_that_its_keys_were_destroyed(
    installation: Installation,
) -> None:
    site = await open_peopled_site(installation, *meetings(1))
    other = await open_peopled_site(installation, *meetings(1))
    await an_erased_tenant(site)
    installation.clock.move((LIMITS[Retention.LIMITATION] + 1) * DAY)
    await tend(installation)
    keys = installation.parts.keys
    assert await keys.remaining(site.tenant) == ()
    with pytest.raises(KeyDestroyed):
        await keys.open_key(site.tenant, Purpose.EVIDENCE)
    assert await tables_held(installation.store, site.tenant) == set()
    await other.later()
    assert other.freshness() is Freshness.FRESH


async def test_proof_of_a_withdrawal_that_is_not_finished_stays(installation: Installation) -> None:
    site = await open_peopled_site(installation)
    count = await a_persons_authorization(site)
    unfinished = update(withdrawals).values(notified_at=None, verified_at=None, proved_at=None, due_at=0)
    await installation.store.administer(lambda registry: registry.handle.execute(unfinished).rowcount)
    installation.clock.move((LIMITS[Retention.LIMITATION] + 1) * DAY)
    await tend(installation)
    assert await count() == 1
    await installation.cascade().resume()
    assert await count() == 1
    assert (await installation.standing(site.tenant)).authorization.state is State.ACTIVE
