"""A trial: what FlexO would be told is shown, nothing is stored or told, and it ends by itself."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from connectors.sandbox.identity import Identity
from connectors.sandbox.truth import Provider as Whose
from connectors.sandbox.truth import Tenant as Company
from gateway.app.accountability.account import tenants_account
from gateway.app.accountability.account_text import account_text
from gateway.app.accountability.history import history
from gateway.app.consumers.overview import add_consumer
from gateway.app.engine import settle_epochs
from gateway.app.previews.trying import Tried, try_out
from gateway.app.rules import agreed_to
from gateway.app.standins import CONTROLLER
from gateway.app.tenants import (
    add_tenant,
    find_tenant,
    open_record,
    open_tenant,
    resume_tenant,
    withdraw_tenant,
)
from gateway.app.terms.activating import activate
from gateway.app.terms.announcing import Plan, announce
from gateway.app.terms.deadlines import renew
from gateway.app.terms.narrowing import narrow
from gateway.authorization import State, SuspensionReason
from gateway.booking import Booking, TenantId
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError, Fenced, KeyUnavailable, RestoredStore
from gateway.intended import Kind
from gateway.store.history import Happened
from gateway.store.links import become
from gateway.store.registry import Registry, Terms, standings
from gateway.store.store import Fence, Store
from gateway.store.tables import directories, metadata
from gateway.store.unlock import unlock
from gateway.tenant import Connection, Mode, Provider, Registration, Trial
from gateway.withdrawal.clocks import Clocks
from tests.fakes.crashes import Crash, CrashingKeys, CrashingStore, Fuse
from tests.fakes.full_site import rows_of
from tests.fakes.installation import Installation
from tests.gateway.app.scene import Scene, scene

A_DAY = timedelta(days=1)
MICROSOFT, GOOGLE = (Whose.MICROSOFT, Mode.SNAPSHOT), (Whose.GOOGLE, Mode.SNAPSHOT)


def first_two(company: Company) -> tuple[str, ...]:
    return tuple(place.address.upper() for place in company.resources[:2])


async def look(here: Scene) -> list[Tried]:
    return await try_out(here.parts, await find_tenant(here.parts, here.tenant))


async def stored(store: Store, tenant: TenantId) -> Mapping[str, list[object]]:
    """All that a store holds of a tenant, but what became of it."""
    tables = [table for table in metadata.sorted_tables if table.name != "history"]
    return {table.name: list(await rows_of(store, table, tenant)) for table in tables}


@pytest.mark.parametrize("way", [MICROSOFT, (Whose.MICROSOFT, Mode.DELTA), GOOGLE])
async def test_what_is_shown_is_what_flexo_is_told_of_it_later(
    tmp_path: Path, identity: Identity, way: tuple[Whose, Mode]
) -> None:
    async with scene(tmp_path, identity, *way, trial=first_two) as here:
        tried = await look(here)
        shown = {
            result.booking.id: result.booking for one in tried for result in one.results if result.booking
        }
        assert len(tried) == 2
        assert len(shown) > 3
        await activate(here.parts, here.tenant, None)
        await here.sync()
        told = await bookings(here)
        assert {name: told.get(name) for name in shown} == shown


async def bookings(here: Scene) -> Mapping[object, object]:
    """What is told of each booking."""
    installed = Installation(here.parts, here.parts.clock)  # type: ignore[arg-type]  # its clock runs by itself
    entries = await installed.entries(here.tenant)
    told = [entry.booking for entry in entries if entry.booking is not None]
    return {one.id: one for one in (msgspec.json.decode(raw, type=Booking) for raw in told)}


async def test_of_a_trial_nothing_is_stored_and_nobody_is_told(tmp_path: Path, identity: Identity) -> None:
    async with scene(tmp_path, identity, *MICROSOFT, trial=first_two) as here:
        parts = here.parts
        before, asked = await stored(parts.store, here.tenant), here.requests
        await look(here)
        assert here.requests > asked
        asked = here.requests
        await here.sync()
        await narrow(parts)
        assert here.requests == asked
        after = await stored(parts.store, here.tenant)
        # The one row that says when to look at its directory was moved by who asked for a sync.
        assert {name for name in after if after[name] != before[name]} <= {"directories"}
        assert {name for name in after if after[name]} == {"authorizations", "directories", "tenants"}
        told = [row.what for row in await history(parts, here.tenant)]
        assert told == [Happened.BECAME, Happened.TRIED]


async def test_a_persons_calendar_is_not_looked_at(tmp_path: Path, identity: Identity) -> None:
    def a_persons(company: Company) -> tuple[str, ...]:
        return (company.resources[0].address, company.people[0].address)

    async with scene(tmp_path, identity, *MICROSOFT, trial=a_persons) as here:
        events = here.ledger.events
        with pytest.raises(ConfigurationError, match="--calendar number 2: it may be a person's"):
            await look(here)
        assert here.ledger.events == events


async def test_a_trial_that_was_withdrawn_is_not_looked_at(tmp_path: Path, identity: Identity) -> None:
    """What was seen of it before counts for nothing: its keys have moved on."""
    async with scene(tmp_path, identity, *GOOGLE, trial=first_two) as here:
        overview, asked = await find_tenant(here.parts, here.tenant), here.requests
        await withdraw_tenant(here.parts, here.tenant)
        with pytest.raises(RestoredStore):
            await try_out(here.parts, overview)
        assert here.requests == asked


async def test_the_fence_stands_before_each_attempt(tmp_path: Path, identity: Identity) -> None:
    async with scene(tmp_path, identity, *MICROSOFT, trial=first_two) as here:
        here.sandbox.faults.refuse("graph.view", 429, times=1)
        refused = here.sandbox.requests["graph.view"]

        async def be_fenced() -> None:
            with pytest.raises(Fenced, match="moved on"):
                await look(here)

        async with asyncio.TaskGroup() as group:
            group.create_task(be_fenced())
            while here.sandbox.requests["graph.view"] == refused:  # noqa: ASYNC110  the stand-ins ring no event
                await asyncio.sleep(0.01)
            await withdraw_tenant(here.parts, here.tenant)
        assert here.sandbox.requests["graph.view"] == refused + 1


async def onboarded(installation: Installation, *, days: int = 7, calendars: int = 1) -> TenantId:
    """A trial in an installation whose provider nobody reaches."""
    connection = Connection(provider=Provider.GOOGLE, directory="C0quay", grant="shared")
    trial = Trial(calendars=tuple(f"room-{number}@rooms.example" for number in range(calendars)))
    choice = Registration(name="Quay Works", policy="occupancy", zone="UTC", basis="f", trial=trial)
    terms = Terms(milliseconds(installation.clock() + days * A_DAY))
    tenant = await add_tenant(installation.parts, connection, choice, controller=CONTROLLER, terms=terms)
    return tenant.id


async def pass_days(here: Installation, days: int) -> list[int]:
    """What was told meanwhile, in days."""
    told = list[int]()
    clocks = Clocks(
        here.store, here.parts.keyring, here.cascade(), here.clock, lambda _, notice: told.append(notice.days)
    )
    await clocks.visit_all()
    for _ in range(days):
        here.clock.move(A_DAY)
        await clocks.visit_all()
    return told


async def state_of(here: Installation, tenant: TenantId) -> State:
    return (await here.standing(tenant)).authorization.state


async def test_a_trial_ends_by_the_cascade(installation: Installation) -> None:
    tenant = await onboarded(installation)
    assert await pass_days(installation, 6) == [7, 3, 1]
    assert await state_of(installation, tenant) is State.TRIAL
    await pass_days(installation, 1)
    assert await state_of(installation, tenant) is State.ERASED
    with pytest.raises(KeyUnavailable):
        await unlock(installation.parts.keyring, await installation.standing(tenant))


async def test_what_is_announced_on_its_last_day_keeps_no_trial(installation: Installation) -> None:
    tenant = await onboarded(installation)
    assert await pass_days(installation, 6) == [7, 3, 1]
    installation.clock.move(timedelta(hours=1))
    await announce(installation.parts, Plan(Kind.TEXT, "privacy policy", "It is shorter."), [tenant])
    await pass_days(installation, 1)
    assert await state_of(installation, tenant) is State.ERASED


async def test_a_trial_that_nobody_was_told_of_is_over_and_erased_a_day_later(
    installation: Installation,
) -> None:
    tenant = await onboarded(installation)
    installation.clock.move(400 * A_DAY)
    assert await pass_days(installation, 0) == [1]
    assert await state_of(installation, tenant) is State.TRIAL
    with pytest.raises(KeyUnavailable, match="is over"):
        await try_out(installation.parts, await find_tenant(installation.parts, tenant))
    with pytest.raises(KeyUnavailable, match="is over"):
        await activate(installation.parts, tenant, None)
    await pass_days(installation, 1)
    assert await state_of(installation, tenant) is State.ERASED


async def test_what_was_tried_is_recorded_anew_as_it_is_given(installation: Installation) -> None:
    parts, tenant = installation.parts, await onboarded(installation)
    before = await installation.standing(tenant)
    tried = await open_record(parts, before)
    assert "nothing is stored" in tried.retention[0]
    assert tried.in_force.told == ()
    with pytest.raises(ConfigurationError):
        await activate(parts, tenant, milliseconds(installation.clock() - A_DAY))
    assert await installation.standing(tenant) == before
    await activate(parts, tenant, milliseconds(installation.clock() + 100 * A_DAY))
    standing = await installation.standing(tenant)
    given = await open_record(parts, standing)
    choice = (await open_tenant(parts, standing)).registration
    assert (choice.trial, choice.agreed) == (None, agreed_to(parts.rules, choice))
    assert (given.trial, given.controller) == (tried.trial, tried.controller)
    assert given.in_force.told != ()
    assert given.purpose != tried.purpose
    assert "a trial of 1 calendars, from" in account_text(await tenants_account(parts, tenant))
    # A store from before knows of a trial alone.
    with pytest.raises(RestoredStore):
        await unlock(parts.keyring, before)
    await pass_days(installation, 30)
    assert await state_of(installation, tenant) is State.ACTIVE


async def test_what_could_not_be_onboarded_any_more_does_not_become_more_than_a_trial(
    installation: Installation,
) -> None:
    tenant, parts = await onboarded(installation), installation.parts
    providers = structs.replace(parts.settings.providers, google=None)
    without = replace(parts, settings=structs.replace(parts.settings, providers=providers))
    with pytest.raises(ConfigurationError, match=r"no section \[providers.google\]"):
        await activate(without, tenant, None)
    assert await state_of(installation, tenant) is State.TRIAL


async def test_what_was_tried_is_read_at_once_as_it_is_given(installation: Installation) -> None:
    """Whoever was about to look at a trial holds it up no more."""
    tenant, store = await onboarded(installation), installation.store
    for owner, taken in (("before", 1), ("another", 0)):
        assert len(await store.claim(directories, tenant=tenant, owner=owner, limit=1)) == taken
    await activate(installation.parts, tenant, None)
    assert len(await store.claim(directories, tenant=tenant, owner="after", limit=1)) == 1


async def test_a_store_from_before_it_was_given_erases_nothing(installation: Installation) -> None:
    tenant = await onboarded(installation)
    before = await installation.standing(tenant)
    await activate(installation.parts, tenant, None)
    installation.clock.move(8 * A_DAY)
    assert await installation.cascade().fence_overdue(before) is None
    assert await state_of(installation, tenant) is State.ACTIVE


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("effects", range(2))
async def test_an_activation_that_was_cut_off_is_whole_or_nothing(
    installation: Installation, effects: int, *, after: bool
) -> None:
    tenant, fuse = await onboarded(installation), Fuse(effects, after=after)
    parts = replace(
        installation.parts,
        store=CrashingStore(installation.store, fuse),
        keys=CrashingKeys(installation.parts.keys, fuse),
    )
    with pytest.raises(Crash):
        await activate(parts, tenant, None)
    await settle_epochs(installation.parts)
    has_begun = effects > 0 or after
    assert await state_of(installation, tenant) is (State.ACTIVE if has_begun else State.TRIAL)
    if not has_begun:
        await activate(installation.parts, tenant, None)
    with pytest.raises(ConfigurationError, match="no trial"):
        await activate(installation.parts, tenant, None)
    await unlock(installation.parts.keyring, await installation.standing(tenant))


async def suspend(here: Installation, tenant: TenantId) -> None:
    """As a store that was put back does."""

    def write(registry: Registry) -> None:
        before = registry.standing(tenant).authorization
        become(registry, before, before.suspend(SuspensionReason.STORE_RESTORED))

    await here.store.administer(write)


@pytest.mark.parametrize(("after", "told"), [(2, [5, 3, 1]), (6, [1]), (40, [1])])
async def test_a_trial_that_was_suspended_ends_on_its_own_day(
    installation: Installation, after: int, told: list[int]
) -> None:
    """Or a day after that was told, where its day has come by then."""
    tenant = await onboarded(installation)
    installation.clock.move(after * A_DAY)
    await suspend(installation, tenant)
    left = max(7 - after, 1)
    assert await pass_days(installation, left - 1) == told
    assert await state_of(installation, tenant) is State.SUSPENDED
    await pass_days(installation, 1)
    assert await state_of(installation, tenant) is State.ERASED


async def test_a_trial_that_was_suspended_does_not_become_more(installation: Installation) -> None:
    tenant = await onboarded(installation)
    await suspend(installation, tenant)
    with pytest.raises(ConfigurationError, match="nothing more was given"):
        await resume_tenant(installation.parts, tenant)
    with pytest.raises(ConfigurationError, match="no trial"):
        await activate(installation.parts, tenant, None)
    assert await state_of(installation, tenant) is State.SUSPENDED


async def test_nothing_can_be_written_of_a_trial(installation: Installation) -> None:
    """Whoever tries: the fence of the store says so."""
    tenant = await onboarded(installation)
    standing = await installation.standing(tenant)
    keys = await unlock(installation.parts.keyring, standing)
    fence = Fence(tenant, standing.authorization.id, standing.authorization.epoch)
    await installation.store.look(fence, keys, lambda _: None)
    # As the employer's own, and as a person's within it.
    for writing in (fence, structs.replace(fence, within=fence)):
        with pytest.raises(Fenced, match="trial"):
            await installation.store.turn(writing, keys, lambda _: None)


async def test_a_trial_is_not_made_longer(installation: Installation) -> None:
    tenant = await onboarded(installation)
    with pytest.raises(ConfigurationError, match="not made longer"):
        await renew(installation.parts, tenant, None)


async def test_who_may_read_is_told_nothing_of_a_trial(installation: Installation) -> None:
    tenant = await onboarded(installation)
    await add_consumer(installation.parts, "backend", [tenant], purpose="occupancy")
    assert await installation.notices(tenant) == []
    assert await installation.tenancies().opened({tenant}) == {}


@pytest.mark.parametrize(("days", "calendars"), [(8, 1), (7, 0), (7, 11)])
async def test_a_trial_is_short_and_of_a_few_calendars(
    installation: Installation, days: int, calendars: int
) -> None:
    with pytest.raises(ConfigurationError, match="trial"):
        await onboarded(installation, days=days, calendars=calendars)
    assert await installation.store.read(partial(standings)) == []


async def test_what_is_in_force_is_no_trial(installation: Installation) -> None:
    tenant = await onboarded(installation)
    await activate(installation.parts, tenant, None)
    with pytest.raises(ConfigurationError, match="is no trial"):
        await try_out(installation.parts, await find_tenant(installation.parts, tenant))
    assert structs.asdict(await open_record(installation.parts, await installation.standing(tenant)))["trial"]
