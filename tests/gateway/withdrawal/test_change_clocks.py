"""What is to change is announced, answered or not, and takes effect or does not."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import pytest
from msgspec import structs
from structlog.testing import capture_logs

from connectors.raw import Attendee, Response, tainted
from gateway.app.accountability.history import history
from gateway.app.engine import settle_epochs
from gateway.app.parts import Parts
from gateway.app.tenants import resume_tenant
from gateway.app.terms.agreeing import agree
from gateway.app.terms.announcing import Plan, announce
from gateway.app.terms.answering import accept, known_changes, object_to, open_change_clocks
from gateway.app.terms.narrowing import narrow
from gateway.authorization import State, SuspensionReason
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError, Fenced, KeyUnavailable, RestoredStore
from gateway.intended import ChangeId, Kind, Said
from gateway.minimization.lattice import People
from gateway.store.history import DETAIL, Happened
from gateway.store.registry import Registry
from gateway.store.unlock import unlock
from gateway.vault.columns import SealedColumn
from gateway.withdrawal.answers import Announced, Step
from gateway.withdrawal.change_clocks import ChangeClocks, note
from gateway.withdrawal.clocks import Clocks
from gateway.withdrawal.deadlines import Notice
from tests.fakes.crashes import Crash, CrashingKeys, CrashingStore, Fuse
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.provider import meeting
from tests.fakes.site import Site, open_site

A_DAY = timedelta(days=1)
CONTROL = Plan(Kind.CONTROL, "Example Holdings", "It operates this gateway instead of Example Operations.")
PROCESSOR = Plan(Kind.PROCESSOR, "Example Hosting", "It hosts the store.")
OCCUPANCY = Plan(Kind.POLICY, "occupancy", "")


@dataclass
class Passing:
    """Lets days pass, with a look at all clocks after each."""

    site: Site
    told: list[int] = field(default_factory=list)

    @property
    def clocks(self) -> ChangeClocks:
        here = self.site.installation
        opened = open_change_clocks(here.parts, here.cascade())
        opened._on_notice = lambda _, notice: self._tell(notice)
        return opened

    def _tell(self, notice: Notice) -> None:
        assert notice.change is not None
        self.told.append(notice.days)

    async def visit(self) -> None:
        here = self.site.installation
        await Clocks(here.store, here.parts.keyring, here.cascade(), here.clock).visit_all()
        await self.clocks.visit_all()

    async def days(self, number: int) -> None:
        for _ in range(number):
            self.site.installation.clock.move(A_DAY)
            await self.visit()


@pytest.fixture
async def site(installation: Installation) -> Site:
    """Of a meeting of two, months ahead."""
    guests = tuple(Attendee(Response.ACCEPTED, tainted(f"{name}@cobalt.example")) for name in ("ana", "ben"))
    return await open_site(
        installation, structs.replace(meeting("event-1", NOON + 60 * A_DAY), attendees=guests)
    )


async def announced(site: Site, plan: Plan = CONTROL, tenants: Sequence[str] = ()) -> ChangeId:
    ((_, intended),) = await announce(site.installation.parts, plan, tenants)
    return intended.id


async def state_of(site: Site) -> tuple[State, SuspensionReason | None]:
    authorization = (await site.installation.standing(site.tenant)).authorization
    return authorization.state, authorization.reason


async def known(site: Site) -> list[Announced]:
    return await known_changes(site.installation.parts, await site.installation.standing(site.tenant))


async def tells_heads(site: Site) -> bool:
    """Whether consumers are told how many come, once all is read that is due."""
    await site.later(timedelta(0))
    return site.booking("event-1").people is not None


STOPPED = (State.SUSPENDED, SuspensionReason.POLICY_UNCONFIRMED)


async def test_silence_restricts_at_once_and_starts_the_clock_of_erasure(site: Site) -> None:
    passing = Passing(site)
    await announced(site, PROCESSOR)
    await passing.visit()
    await passing.days(29)
    assert passing.told == [30, 7, 1]
    assert (await state_of(site))[0] is State.ACTIVE
    await passing.days(1)
    assert await state_of(site) == STOPPED
    (told,) = await site.installation.notices(site.tenant)
    assert (told.kind, told.reason) == (EntryKind.TENANT_SUSPENDED, "policy_unconfirmed")
    await passing.days(29)
    assert await state_of(site) == STOPPED
    await passing.days(1)
    assert (await state_of(site))[0] is State.ERASED


async def test_nothing_stops_unannounced_where_a_clock_jumps(site: Site) -> None:
    passing = Passing(site)
    await announced(site, PROCESSOR)
    site.installation.clock.move(400 * A_DAY)
    await passing.visit()
    assert (passing.told, (await state_of(site))[0]) == ([1], State.ACTIVE)
    await passing.days(1)
    assert await state_of(site) == STOPPED


async def test_who_was_silent_is_re_opened_by_accepting_and_not_by_resuming(site: Site) -> None:
    parts, passing = site.installation.parts, Passing(site)
    change = await announced(site)
    await passing.visit()
    await passing.days(31)
    with pytest.raises(ConfigurationError, match=f"{change}.*tenant accept"):
        await resume_tenant(parts, site.tenant)
    assert await state_of(site) == STOPPED
    await accept(parts, site.tenant, change)
    assert await state_of(site) == (State.ACTIVE, None)
    await passing.days(40)
    assert await state_of(site) == (State.ACTIVE, None)
    assert [one.is_in_effect for one in await known(site)] == [True]
    await site.later()
    assert site.consumer.told[-1] is not EntryKind.TENANT_SUSPENDED


async def test_what_is_accepted_is_in_effect_on_its_day(site: Site) -> None:
    parts, passing = site.installation.parts, Passing(site)
    first = (site.installation.clock() + 40 * A_DAY).date()
    change = await announced(site, CONTROL._replace(effective_on=first))
    await accept(parts, site.tenant, change)
    await passing.days(39)
    assert [one.is_in_effect for one in await known(site)] == [False]
    await passing.days(1)
    assert [one.is_in_effect for one in await known(site)] == [True]
    with pytest.raises(ConfigurationError, match="nothing to answer"):
        await object_to(parts, site.tenant, change, withdraws=False)


async def test_another_operator_is_none_for_who_objected(site: Site) -> None:
    parts, passing = site.installation.parts, Passing(site)
    change = await announced(site)
    await object_to(parts, site.tenant, change, withdraws=False)
    await passing.days(29)
    assert (await state_of(site))[0] is State.ACTIVE
    await passing.days(1)
    assert await state_of(site) == STOPPED
    with pytest.raises(ConfigurationError, match="tenant accept"):
        await resume_tenant(parts, site.tenant)


async def test_who_chose_to_withdraw_is_erased_on_the_day_by_the_ordinary_cascade(site: Site) -> None:
    parts, passing = site.installation.parts, Passing(site)
    await object_to(parts, site.tenant, await announced(site), withdraws=True)
    await passing.days(29)
    assert (await state_of(site))[0] is State.ACTIVE
    await passing.days(1)
    assert (await state_of(site))[0] is State.ERASED
    assert (await site.installation.notices(site.tenant))[-1].kind is EntryKind.TENANT_ERASED
    with pytest.raises(KeyUnavailable):
        await parts.keyring.tenant(site.tenant, site.tenancy.fence.authorization)
    # What was said outlives it.
    assert [(one.answer, one.withdraws) for one in await known(site)] == [(Happened.OBJECTED, True)]


async def test_who_thinks_better_of_it_is_not_erased(site: Site) -> None:
    parts, passing = site.installation.parts, Passing(site)
    change = await announced(site)
    await object_to(parts, site.tenant, change, withdraws=True)
    await passing.days(29)
    await accept(parts, site.tenant, change)
    await passing.days(40)
    assert (await state_of(site))[0] is State.ACTIVE


async def test_a_version_that_tells_more_is_in_force_once_accepted_and_its_day_has_come(site: Site) -> None:
    here, passing = site.installation, Passing(site)
    here.set_policy("occupancy", people=People.EXACT)
    await narrow(here.parts)
    assert not await tells_heads(site)
    change = await announced(site, OCCUPANCY)
    (one,) = await known(site)
    assert one.intended.what == "FlexO would be told: how many come, and never who"
    await accept(here.parts, site.tenant, change)
    await passing.days(29)
    assert not await tells_heads(site)
    await passing.days(1)
    assert await tells_heads(site)
    rows = [row.what for row in await history(here.parts, site.tenant)]
    assert rows[-2:] == [Happened.IN_EFFECT, Happened.AMENDED]


async def test_a_version_that_was_objected_to_never_applies(site: Site) -> None:
    here, passing = site.installation, Passing(site)
    here.set_policy("occupancy", people=People.EXACT)
    await object_to(here.parts, site.tenant, await announced(site, OCCUPANCY), withdraws=False)
    await passing.days(40)
    await narrow(here.parts)
    assert not await tells_heads(site)
    assert await state_of(site) == (State.ACTIVE, None)


async def test_a_version_that_nobody_answered_is_suspended_and_never_told(site: Site) -> None:
    here, passing = site.installation, Passing(site)
    here.set_policy("occupancy", people=People.EXACT)
    change = await announced(site, OCCUPANCY)
    await passing.visit()
    await passing.days(30)
    assert await state_of(site) == STOPPED
    await object_to(here.parts, site.tenant, change, withdraws=False)
    assert await state_of(site) == (State.ACTIVE, None)
    await passing.days(2)
    assert not await tells_heads(site)


async def test_a_store_from_before_what_was_announced_or_said_is_not_served(site: Site) -> None:
    here = site.installation
    before = await here.standing(site.tenant)
    change = await announced(site)
    with pytest.raises(RestoredStore):
        await unlock(here.parts.keyring, before)
    middle = await here.standing(site.tenant)
    await object_to(here.parts, site.tenant, change, withdraws=False)
    with pytest.raises(RestoredStore):
        await unlock(here.parts.keyring, middle)
    await unlock(here.parts.keyring, await here.standing(site.tenant))


async def test_what_stops_leaves_what_was_accepted_for_when_it_is_read_again(site: Site) -> None:
    here, passing = site.installation, Passing(site)
    here.set_policy("occupancy", people=People.EXACT)
    stops = await announced(site, PROCESSOR)
    await accept(here.parts, site.tenant, await announced(site, OCCUPANCY))
    await passing.visit()
    with capture_logs() as logs:
        await passing.days(30)
    assert await state_of(site) == STOPPED
    assert [line["event"] for line in logs if line["event"] == "change_delayed"] == []
    assert [one.is_in_effect for one in await known(site)] == [False, False]
    await accept(here.parts, site.tenant, stops)
    await passing.days(1)
    assert [one.is_in_effect for one in await known(site)] == [True, True]


async def test_two_processes_let_it_take_effect_once(site: Site) -> None:
    here = site.installation
    here.set_policy("occupancy", people=People.EXACT)
    await accept(here.parts, site.tenant, await announced(site, OCCUPANCY))
    here.clock.move(31 * A_DAY)
    (one,) = await known(site)
    await agree(here.parts, site.tenant, one.intended)
    with pytest.raises(Fenced):
        await agree(here.parts, site.tenant, one.intended)
    await Passing(site).visit()
    rows = [row.what for row in await history(here.parts, site.tenant)]
    assert rows.count(Happened.IN_EFFECT) == 1


async def test_who_withholds_a_tenant_looks_at_none_of_its_clocks(site: Site) -> None:
    here, passing = site.installation, Passing(site)
    await announced(site)
    await passing.visit()
    await passing.days(29)
    here.parts.keyring.withhold(site.tenant)
    await passing.days(5)
    assert (await state_of(site))[0] is State.ACTIVE
    here.parts.keyring.release(site.tenant)
    await passing.visit()
    assert await state_of(site) == STOPPED


def crashes(effects: int) -> list[tuple[int, bool]]:
    """Before an effect is after the one before it, but before the first."""
    return [(0, False), *((effect, True) for effect in range(effects))]


#: A commit, and what the key service is told of it.
@pytest.mark.parametrize(("effects", "after"), crashes(2))
@pytest.mark.parametrize("answer", [Happened.ACCEPTED, Happened.OBJECTED])
async def test_an_answer_that_was_cut_off_is_given_again(
    site: Site, answer: Happened, effects: int, *, after: bool
) -> None:
    here = site.installation
    change, fuse = await announced(site), Fuse(effects, after=after)
    parts = replace(
        here.parts, store=CrashingStore(here.store, fuse), keys=CrashingKeys(here.parts.keys, fuse)
    )

    async def say(parts: Parts) -> None:
        if answer is Happened.ACCEPTED:
            await accept(parts, site.tenant, change)
        else:
            await object_to(parts, site.tenant, change, withdraws=False)

    with pytest.raises(Crash):
        await say(parts)
    await settle_epochs(here.parts)
    await say(here.parts)
    said = [row.what for row in await history(here.parts, site.tenant)]
    assert said.count(answer) == 1
    await Passing(site).days(31)
    assert await state_of(site) == ((State.ACTIVE, None) if answer is Happened.ACCEPTED else STOPPED)


#: To announce: of each tenant a commit, and what the key service is told of it.
@pytest.mark.parametrize(("effects", "after"), crashes(4))
async def test_an_announcement_that_was_cut_off_is_made_to_the_rest(
    site: Site, effects: int, *, after: bool
) -> None:
    here = site.installation
    other, fuse = await open_site(here), Fuse(effects, after=after)
    parts = replace(
        here.parts, store=CrashingStore(here.store, fuse), keys=CrashingKeys(here.parts.keys, fuse)
    )
    with pytest.raises(Crash):
        await announce(parts, CONTROL, ())
    await settle_epochs(here.parts)
    await announce(here.parts, CONTROL, ())
    for one in (site, other):
        assert len(await known(one)) == 1
        await unlock(here.parts.keyring, await here.standing(one.tenant))


async def test_a_withdrawal_that_was_chosen_goes_on_where_a_process_ended(site: Site) -> None:
    here, passing = site.installation, Passing(site)
    await object_to(here.parts, site.tenant, await announced(site), withdraws=True)
    await passing.days(29)
    here.clock.move(A_DAY)
    dying = open_change_clocks(here.parts, here.cascade(CrashingStore(here.store, Fuse(2))))
    with pytest.raises(Crash):
        await dying.visit_all()
    assert (await state_of(site))[0] is State.WITHDRAWN
    here.clock.move(timedelta(minutes=3))
    await here.cascade().resume()
    assert (await state_of(site))[0] is State.ERASED


@pytest.mark.parametrize(("withdraws", "step"), [(False, Step.SUSPEND), (True, Step.WITHDRAW)])
async def test_who_answers_at_the_last_moment_has_answered(
    site: Site, step: Step, *, withdraws: bool
) -> None:
    """What was seen of it before counts for nothing: the transaction looks again."""
    here, passing = site.installation, Passing(site)
    change = await announced(site)
    await object_to(here.parts, site.tenant, change, withdraws=withdraws)
    await passing.days(29)
    here.clock.move(A_DAY)
    (seen,) = await known(site)
    standing = await here.standing(site.tenant)
    assert seen.due(standing.authorization.state, milliseconds(here.clock())) is step
    column = await here.parts.keyring.evidence(site.tenant, *DETAIL)
    await here.store.administer(partial(_accepted, tenant=site.tenant, change=change, column=column))
    await passing.clocks._take(step, seen, standing, column)
    assert await state_of(site) == (State.ACTIVE, None)


def _accepted(registry: Registry, *, tenant: TenantId, change: ChangeId, column: SealedColumn) -> None:
    """As it is written, but that no epoch tells of it."""
    authorization = registry.standing(tenant).authorization
    note(registry, authorization, Happened.ACCEPTED, column, Said(change=change))
