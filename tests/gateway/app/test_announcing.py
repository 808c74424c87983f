"""Who is told of what, and what may be said to it."""

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.app.accountability.account import tenants_account
from gateway.app.accountability.account_text import account_text
from gateway.app.accountability.history import history
from gateway.app.accountability.linked_data import account_data
from gateway.app.accountability.linked_terms import CONTEXT
from gateway.app.consumers.overview import add_consumer
from gateway.app.copies.restoring import replay
from gateway.app.standins import CONTROLLER
from gateway.app.tenants import add_tenant, resume_tenant, withdraw_tenant
from gateway.app.terms.announcing import NotAnnounced, Plan, announce
from gateway.app.terms.answering import accept, known_changes, object_to, open_change_clocks
from gateway.app.terms.change_text import follows
from gateway.app.terms.deadlines import renew
from gateway.app.terms.policies import pass_to
from gateway.authorization import State, SuspensionReason
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError, KeyUnavailable, UnknownName
from gateway.intended import ChangeId, Kind
from gateway.logs import allow_listed
from gateway.minimization.lattice import People, Time
from gateway.store.history import Happened
from gateway.store.links import become
from gateway.store.registry import Registry
from gateway.tenant import Connection, Provider, Registration
from gateway.withdrawal.answers import Announced
from tests.fakes.installation import Installation, lose_access
from tests.fakes.site import Site, open_site
from tests.gateway.app.dpv_terms import is_known
from tests.gateway.app.test_accounts import at, iris
from tests.gateway.app.test_restoring import put_back

A_DAY = timedelta(days=1)
CONTROL = Plan(Kind.CONTROL, "Example Holdings", "It operates this gateway instead of Example Operations.")
RECIPIENT = Plan(Kind.RECIPIENT, "screens", "Screens beside doors are told as well.")
OCCUPANCY = Plan(Kind.POLICY, "occupancy", "")


@pytest.fixture
async def site(installation: Installation) -> Site:
    return await open_site(installation)


async def announced(site: Site, plan: Plan = CONTROL) -> ChangeId:
    ((_, intended),) = await announce(site.installation.parts, plan, ())
    return intended.id


async def known(site: Site) -> list[Announced]:
    return await known_changes(site.installation.parts, await site.installation.standing(site.tenant))


async def pass_days(site: Site, days: int) -> None:
    here = site.installation
    for _ in range(days):
        here.clock.move(A_DAY)
        await open_change_clocks(here.parts, here.cascade()).visit_all()


async def state_of(site: Site) -> State:
    return (await site.installation.standing(site.tenant)).authorization.state


async def test_the_same_is_told_to_nobody_twice(site: Site) -> None:
    parts = site.installation.parts
    first = await announced(site)
    assert await announce(parts, CONTROL, ()) == []
    other = await open_site(site.installation)
    ((overview, intended),) = await announce(parts, CONTROL, ())
    assert (overview.standing.tenant, intended.id) == (other.tenant, first)
    told = [row.what for row in await history(parts, site.tenant)]
    assert told.count(Happened.ANNOUNCED) == 1


async def test_a_day_that_is_too_soon_for_one_is_announced_to_nobody(installation: Installation) -> None:
    parts = installation.parts
    first = await open_site(installation)
    await onboarded(installation, 60)
    soon = CONTROL._replace(effective_on=(installation.clock() + 40 * A_DAY).date())
    with pytest.raises(ConfigurationError, match="may object for 60 days"):
        await announce(parts, soon, ())
    assert Happened.ANNOUNCED not in [row.what for row in await history(parts, first.tenant)]


async def test_who_was_told_is_passed_over_however_late_it_is_repeated(site: Site) -> None:
    parts, clock = site.installation.parts, site.installation.clock
    plan = CONTROL._replace(effective_on=(clock() + 31 * A_DAY).date())
    assert await announced(site, plan)
    clock.move(3 * A_DAY)
    assert await announce(parts, plan, ()) == []


async def test_whatever_serves_looks_once_a_minute(site: Site) -> None:
    here, told = site.installation, list[object]()
    await announced(site)
    clocks = open_change_clocks(here.parts, here.cascade())
    clocks._on_notice = lambda _, notice: told.append(notice.days)
    await clocks.visit_all()
    here.clock.move(timedelta(seconds=59))
    await announced(site, CONTROL._replace(name="Example Partners"))
    await clocks.visit_all()
    assert told == [30]
    here.clock.move(timedelta(seconds=1))
    await clocks.visit_all()
    assert told == [30, 30]


async def test_operators_are_told_of_which_change_by_its_id(site: Site) -> None:
    change = await announced(site)
    with capture_logs([allow_listed]) as told:
        await pass_days(site, 23)
    lines = [(line["event"], line["change"], line["days"]) for line in told if "change" in line]
    assert lines == [("change_notice", change, 30), ("change_notice", change, 7)]


async def test_who_may_be_renewed_is_told(site: Site) -> None:
    here = site.installation
    await renew(here.parts, site.tenant, milliseconds(here.clock() + A_DAY))
    here.clock.move(2 * A_DAY)
    change = await announced(site)
    assert [one.intended.id for one in await known(site)] == [change]


async def test_who_has_ended_is_told_nothing(site: Site) -> None:
    await withdraw_tenant(site.installation.parts, site.tenant)
    assert await announce(site.installation.parts, CONTROL, ()) == []


async def test_one_whose_keys_cannot_be_had_is_told_later(site: Site) -> None:
    parts, other = site.installation.parts, await open_site(site.installation)
    folder = site.installation.parts.settings.keys
    (moved := _folder(folder, site)).rename(moved.with_suffix(".elsewhere"))
    parts.keyring.drop(site.tenant)
    with pytest.raises(NotAnnounced, match=r"1 tenants could not.*1 were\. Repeat"):
        await announce(parts, CONTROL, ())
    assert len(await known(other)) == 1
    moved.with_suffix(".elsewhere").rename(moved)
    assert [overview.standing.tenant for overview, _ in await announce(parts, CONTROL, ())] == [site.tenant]


async def test_what_says_nothing_or_comes_too_soon_is_announced_to_nobody(site: Site) -> None:
    parts = site.installation.parts
    soon = (site.installation.clock() + 29 * A_DAY).date()
    plans = [
        (CONTROL._replace(name=" "), ConfigurationError, "says nothing"),
        (CONTROL._replace(what="\n\x1b"), ConfigurationError, "says nothing"),
        (CONTROL._replace(what="word " * 401), ConfigurationError, "2,000 characters"),
        (CONTROL._replace(effective_on=soon), ConfigurationError, "object for 30 days"),
        (OCCUPANCY._replace(name="nowhere"), UnknownName, "no policy"),
    ]
    for plan, error, told in plans:
        with pytest.raises(error, match=told):
            await announce(parts, plan, ())
    assert await known(site) == []


@pytest.mark.parametrize("days", [1, 7, 90])
async def test_it_may_object_for_as_long_as_the_contract_says(installation: Installation, days: int) -> None:
    await onboarded(installation, days)
    ((_, intended),) = await announce(installation.parts, CONTROL, ())
    now = installation.clock()
    assert intended.object_by == (now + days * A_DAY).timestamp() * 1000
    assert intended.effective_at == intended.object_by


@pytest.mark.parametrize("days", [0, 91])
async def test_no_contract_gives_no_time_or_too_much(installation: Installation, days: int) -> None:
    with pytest.raises(ConfigurationError, match="--object-within"):
        await onboarded(installation, days)


async def onboarded(installation: Installation, days: int) -> None:
    connection = Connection(provider=Provider.GOOGLE, directory="C0quay", grant="shared")
    choice = Registration(name="Quay", policy="occupancy", zone="UTC", basis="f", objection_days=days)
    await add_tenant(installation.parts, connection, choice, controller=CONTROLLER)


async def test_what_tells_no_more_holds_at_once_and_asks_nothing(site: Site) -> None:
    site.installation.set_policy("occupancy", time=Time.BUSY)
    change = await announced(site, OCCUPANCY)
    (one,) = await known(site)
    assert one.intended.what == (
        "FlexO would be told: when it is taken, in quarter hours, rounded outward; "
        "no more: when it is taken: beginning and end"
    )
    assert follows(one) == "it is in effect"
    with pytest.raises(ConfigurationError, match="nothing to answer"):
        await object_to(site.installation.parts, site.tenant, change, withdraws=False)
    await pass_days(site, 40)
    assert await state_of(site) is State.ACTIVE


async def test_a_version_is_announced_to_those_who_live_by_it(installation: Installation) -> None:
    await open_site(installation, policy="strict")
    lives_by_it = await open_site(installation)
    installation.set_policy("occupancy", people=People.BUCKET)
    told = await announce(installation.parts, OCCUPANCY, ())
    assert [overview.standing.tenant for overview, _ in told] == [lives_by_it.tenant]


async def test_who_passes_to_a_policy_has_answered_its_versions(installation: Installation) -> None:
    stays, leaves = await open_site(installation), await open_site(installation)
    installation.set_policy("occupancy", people=People.BUCKET)
    await announce(installation.parts, OCCUPANCY, ())
    await pass_to(installation.parts, stays.tenant, "occupancy", lambda _done, _of: None)
    await pass_to(installation.parts, leaves.tenant, "strict", lambda _done, _of: None)
    ((agreed,), (left,)) = [await known(stays), await known(leaves)]
    assert (agreed.answer, agreed.is_in_effect) == (Happened.ACCEPTED, True)
    assert (left.answer, left.awaits) == (Happened.OBJECTED, None)
    await pass_days(leaves, 40)
    assert (await state_of(stays), await state_of(leaves)) == (State.ACTIVE, State.ACTIVE)


async def test_a_recipient_reads_once_it_was_accepted_and_its_day_has_come(site: Site) -> None:
    parts = site.installation.parts
    change = await announced(site, RECIPIENT)
    with pytest.raises(ConfigurationError, match=r"was announced to tenant ten_"):
        await add_consumer(parts, "screens", [site.tenant], purpose="strict")
    await object_to(parts, site.tenant, change, withdraws=False)
    await pass_days(site, 31)
    with pytest.raises(ConfigurationError, match=r"was announced to tenant ten_"):
        await add_consumer(parts, "screens", [site.tenant], purpose="strict")
    await accept(parts, site.tenant, change)
    await pass_days(site, 1)
    await add_consumer(parts, "screens", [site.tenant], purpose="strict")
    assert await state_of(site) is State.ACTIVE


async def test_a_recipient_is_known_however_it_is_written(site: Site) -> None:
    await announced(site, RECIPIENT._replace(name=" Door\n screens "))
    (one,) = await known(site)
    assert one.intended.name == "Door screens"
    for name in ("Door screens", "door  screens", "DOOR SCREENS"):
        with pytest.raises(ConfigurationError, match="was announced to tenant"):
            await add_consumer(site.installation.parts, name, [site.tenant], purpose="strict")


async def test_where_it_does_not_open_who_was_objected_to_nobody_more_may_read(site: Site) -> None:
    parts = site.installation.parts
    await announced(site, RECIPIENT)
    (moved := _folder(parts.settings.keys, site)).rename(moved.with_suffix(".elsewhere"))
    parts.keyring.drop(site.tenant)
    with pytest.raises(KeyUnavailable, match="nothing was recorded"):
        await add_consumer(parts, "screens", [site.tenant], purpose="strict")


async def test_only_what_was_announced_can_be_answered(site: Site) -> None:
    parts = site.installation.parts
    with pytest.raises(UnknownName, match="change list"):
        await accept(parts, site.tenant, ChangeId("chg_nothing"))
    change = await announced(site)
    await withdraw_tenant(parts, site.tenant)
    with pytest.raises(ConfigurationError, match="nothing to answer"):
        await accept(parts, site.tenant, change)


async def test_to_accept_re_opens_nothing_that_stopped_for_another_reason(site: Site) -> None:
    parts, change = site.installation.parts, await announced(site)
    await lose_access(site.installation.store, await site.installation.tenancy(site.tenant))
    await pass_days(site, 31)
    with pytest.raises(ConfigurationError, match=change):
        await resume_tenant(parts, site.tenant)
    await accept(parts, site.tenant, change)
    assert await state_of(site) is State.SUSPENDED
    await resume_tenant(parts, site.tenant)
    assert await state_of(site) is State.ACTIVE


async def test_to_accept_re_opens_nothing_that_stopped_before_its_day(site: Site) -> None:
    """As what an earlier build suspended in a store that was put back: there, an admin says so."""
    change = await announced(site)

    def suspend(registry: Registry) -> None:
        before = registry.standing(site.tenant).authorization
        become(registry, before, before.suspend(SuspensionReason.POLICY_UNCONFIRMED))

    await site.installation.store.administer(suspend)
    await pass_days(site, 31)
    await accept(site.installation.parts, site.tenant, change)
    assert await state_of(site) is State.SUSPENDED


@pytest.mark.parametrize("was_stopped", [False, True], ids=["read", "stopped for its sake"])
async def test_to_accept_re_opens_no_store_that_was_put_back(tmp_path: Path, *, was_stopped: bool) -> None:
    """It was accepted since, and the policy narrowed: of neither the copy knows."""
    told = list[ChangeId]()

    async def before(_here: Installation, site: Site) -> None:
        told.append(await announced(site))
        await pass_days(site, 32 if was_stopped else 0)

    async def since(here: Installation, site: Site) -> None:
        await pass_days(site, 0 if was_stopped else 32)
        await accept(here.parts, site.tenant, told[0])
        assert await state_of(site) is State.ACTIVE
        await pass_to(here.parts, site.tenant, "strict", lambda _done, _of: None)

    async with put_back(tmp_path, since, before_copy=before) as (here, site):
        await replay(here.parts)
        standing = await here.standing(site.tenant)
        assert standing.authorization.reason is SuspensionReason.STORE_RESTORED
        with pytest.raises(ConfigurationError, match=told[0]):
            await resume_tenant(here.parts, site.tenant)
        await accept(here.parts, site.tenant, told[0])
        assert await state_of(site) is State.SUSPENDED
        await resume_tenant(here.parts, site.tenant)
        assert await state_of(site) is State.ACTIVE


async def test_its_record_tells_what_was_announced_and_said(site: Site) -> None:
    parts, change = site.installation.parts, await announced(site)
    site.installation.clock.move(A_DAY)
    await object_to(parts, site.tenant, change, withdraws=True)
    await withdraw_tenant(parts, site.tenant)
    account = await tenants_account(parts, site.tenant)
    text, data = account_text(account), account_data(account)
    assert f"announced, active, 30 days left; {change}, control Example Holdings: {CONTROL.what}" in text
    assert f"objected, active; {change}" in text
    assert [iri for iri in iris(data, CONTEXT) if not is_known(iri)] == []
    events = data["dpv:hasStatus"]
    assert at(events, "dpv:hasNotice/dct:title").count("control Example Holdings") == 2
    said = [one for one in events if one["dct:description"].startswith("objected")]  # type: ignore[attr-defined]
    assert at(said, "dpv:isIndicatedBy/@id") == ["_:controller"]


async def test_what_a_file_of_a_new_release_tells_is_another_version(site: Site) -> None:
    here = site.installation
    first = await announced(site, OCCUPANCY)
    here.set_policy("occupancy", people=People.BUCKET)
    second = await announced(site, OCCUPANCY)
    here.set_policy("occupancy", people=People.EXACT)
    third = await announced(site, OCCUPANCY)
    assert len({first, second, third}) == 3
    assert [one.is_superseded for one in await known(site)] == [True, True, False]
    with pytest.raises(ConfigurationError, match="announced anew"):
        await accept(here.parts, site.tenant, second)


def _folder(keys: str, site: Site) -> Path:
    """Where a tenant's keys lie."""
    return Path(keys) / "tenants" / site.tenant
