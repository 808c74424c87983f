"""What time alone does to an authorization: it expires, and what stays suspended is erased."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.app.accountability.history import changes, history
from gateway.app.requests.steps import carry_out, close_request
from gateway.app.standins import CONTROLLER
from gateway.app.tenants import add_tenant, resume_tenant, withdraw_tenant
from gateway.app.terms.deadlines import renew
from gateway.app.terms.policies import pass_to
from gateway.authorization import State, SuspensionReason
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError, KeyUnavailable, RestoredStore
from gateway.request import RequestKind
from gateway.store.census import erasures_ahead
from gateway.store.history import Happened
from gateway.store.links import become
from gateway.store.persons import links_of
from gateway.store.registry import Registry, Standing, Terms, standings_with_deadline
from gateway.store.unlock import unlock
from gateway.tenant import Connection, Provider, Registration
from gateway.withdrawal.clocks import Clocks
from gateway.withdrawal.deadlines import Notice
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.asking import ask
from tests.fakes.enrolled import WENDLA
from tests.fakes.installation import Installation, lose_access, open_installation
from tests.fakes.persons import Person, open_peopled_site
from tests.fakes.provider import FakeProvider
from tests.fakes.site import AMBER, Site, meetings, open_site

A_DAY = timedelta(days=1)
A_SECOND = timedelta(seconds=1)


@dataclass
class Passing:
    """Lets days pass, with a look at all deadlines after each."""

    installation: Installation
    told: list[tuple[Happened, int]] = field(default_factory=list)

    def _tell(self, _standing: Standing, notice: Notice) -> None:
        self.told.append((notice.what, notice.days))

    async def visit(self) -> None:
        here = self.installation
        await Clocks(here.store, here.parts.keyring, here.cascade(), here.clock, self._tell).visit_all()

    async def days(self, number: int) -> None:
        for _ in range(number):
            self.installation.clock.move(A_DAY)
            await self.visit()


@pytest.fixture
async def site(installation: Installation) -> Site:
    return await open_site(installation, *meetings(3))


async def state_of(site: Site) -> tuple[State, SuspensionReason | None]:
    authorization = (await site.installation.standing(site.tenant)).authorization
    return authorization.state, authorization.reason


async def until(site: Site, days: int) -> None:
    here = site.installation
    ends = milliseconds(here.clock() + days * A_DAY)
    await renew(here.parts, site.tenant, ends)


async def test_what_stays_suspended_is_erased_when_its_time_is_over(site: Site) -> None:
    passing = Passing(site.installation)
    await lose_access(site.installation.store, site.tenancy)
    await passing.visit()
    await passing.days(29)
    assert await state_of(site) == (State.SUSPENDED, SuspensionReason.ACCESS_LOST)
    assert passing.told == [(Happened.ERASURE_NOTICE, days) for days in (30, 14, 3, 1)]
    await passing.days(1)
    assert (await state_of(site))[0] is State.ERASED
    assert (await site.installation.notices(site.tenant))[-1].kind is EntryKind.TENANT_ERASED
    with pytest.raises(KeyUnavailable):
        await site.installation.parts.keyring.tenant(site.tenant, site.tenancy.fence.authorization)
    await passing.days(3)
    assert len(passing.told) == 4


async def test_a_second_before_it_stands_and_its_clock_ends_when_it_is_resumed(site: Site) -> None:
    here, passing = site.installation, Passing(site.installation)
    await lose_access(here.store, site.tenancy)
    here.clock.move(30 * A_DAY - A_SECOND)
    await passing.visit()
    assert (await state_of(site))[0] is State.SUSPENDED
    await resume_tenant(here.parts, site.tenant)
    assert (await here.standing(site.tenant)).erase_at is None
    await passing.days(60)
    assert await state_of(site) == (State.ACTIVE, None)


@pytest.mark.parametrize("is_granted", [False, True])
async def test_a_clock_erases_nothing_of_who_is_restricted_and_then_tells_anew(
    site: Site, *, is_granted: bool
) -> None:
    """What was told before it stood still counts no more: a day's notice is given again."""
    here, passing = site.installation, Passing(site.installation)
    await lose_access(here.store, site.tenancy)
    await passing.visit()
    await passing.days(29)
    request = await ask(site, RequestKind.RESTRICTION, WENDLA)
    standing = await here.standing(site.tenant)
    if is_granted:
        await carry_out(here.parts, standing, nothing_to_revoke, request.id)
    passing.told.clear()
    await passing.days(40)
    assert passing.told == []
    assert await here.cascade().fence_overdue(standing) is None
    assert await here.store.read(erasures_ahead) == []
    assert await here.store.read(standings_with_deadline) == []
    await close_request(here.parts, standing, request.id)
    await passing.visit()
    assert passing.told == [(Happened.ERASURE_NOTICE, 1)]
    assert (await state_of(site))[0] is State.SUSPENDED
    await passing.days(1)
    assert (await state_of(site))[0] is State.ERASED


@pytest.mark.parametrize("kind", sorted(set(RequestKind) - {RequestKind.RESTRICTION}))
async def test_who_asks_for_anything_else_holds_up_no_clock(site: Site, kind: RequestKind) -> None:
    passing = Passing(site.installation)
    await lose_access(site.installation.store, site.tenancy)
    await ask(site, kind, WENDLA)
    await passing.days(30)
    assert (await state_of(site))[0] is State.ERASED


async def test_who_is_restricted_holds_up_neither_an_end_nor_a_withdrawal(site: Site) -> None:
    """What was given for a time ends; and an employer may have all of it destroyed."""
    here, passing = site.installation, Passing(site.installation)
    await ask(site, RequestKind.RESTRICTION, WENDLA)
    await until(site, 10)
    await passing.days(11)
    assert await state_of(site) == (State.SUSPENDED, SuspensionReason.EXPIRED)
    await withdraw_tenant(here.parts, site.tenant)
    assert (await state_of(site))[0] is State.ERASED


async def test_one_that_is_resumed_while_its_time_runs_out_is_not_erased(site: Site) -> None:
    """What was seen of it before counts for nothing: the fence looks again."""
    here = site.installation
    await lose_access(here.store, site.tenancy)
    seen = await here.standing(site.tenant)
    here.clock.move(31 * A_DAY)
    await resume_tenant(here.parts, site.tenant)
    assert await here.cascade().fence_overdue(seen) is None
    assert (await state_of(site))[0] is State.ACTIVE


@pytest.mark.parametrize("jump", [31 * A_DAY, 400 * A_DAY])
async def test_a_clock_that_jumps_erases_nothing_unannounced(site: Site, jump: timedelta) -> None:
    """A machine that was off, or believed in another year, tells first, and waits a day."""
    passing = Passing(site.installation)
    await lose_access(site.installation.store, site.tenancy)
    site.installation.clock.move(jump)
    for _ in range(3):
        await passing.visit()
        assert (await state_of(site))[0] is State.SUSPENDED
        site.installation.clock.move(timedelta(hours=7))
    assert passing.told == [(Happened.ERASURE_NOTICE, 1)]
    site.installation.clock.move(timedelta(hours=3))
    await passing.visit()
    assert (await state_of(site))[0] is State.ERASED


async def test_what_is_over_is_not_even_opened(site: Site) -> None:
    """Also where nobody has looked at the clock yet."""
    here = site.installation
    await until(site, 1)
    here.clock.move(A_DAY - A_SECOND)
    await unlock(here.parts.keyring, await here.standing(site.tenant))
    here.clock.move(A_SECOND)
    with pytest.raises(KeyUnavailable, match="renew"):
        await unlock(here.parts.keyring, await here.standing(site.tenant))
    asked = dict(site.provider.asked)
    await here.sync_later(timedelta(minutes=6))
    assert site.provider.asked == asked


async def test_an_end_that_comes_sooner_is_known_to_who_puts_a_copy_back(site: Site) -> None:
    here = site.installation
    before = await here.standing(site.tenant)
    await until(site, 10)
    with pytest.raises(RestoredStore):
        await unlock(here.parts.keyring, before)
    middle = await here.standing(site.tenant)
    await until(site, 20)
    await until(site, 20)
    await unlock(here.parts.keyring, middle)
    await until(site, 15)
    with pytest.raises(RestoredStore):
        await unlock(here.parts.keyring, middle)


async def test_a_suspension_begins_anew_with_all_its_time(site: Site) -> None:
    here, passing = site.installation, Passing(site.installation)
    await lose_access(here.store, site.tenancy)
    await passing.days(20)
    await resume_tenant(here.parts, site.tenant)
    await here.sync()
    await lose_access(here.store, await here.tenancy(site.tenant))
    await passing.days(29)
    assert (await state_of(site))[0] is State.SUSPENDED
    await passing.days(1)
    assert (await state_of(site))[0] is State.ERASED


async def test_it_lasts_as_long_as_the_contract_says(installation: Installation) -> None:
    provider, passing = FakeProvider(AMBER), Passing(installation)
    tenant = await onboarded(installation, Terms(erase_after_days=2))
    installation.providers[tenant] = provider
    await installation.sync()
    await lose_access(installation.store, await installation.tenancy(tenant))
    await passing.visit()
    await passing.days(2)
    assert passing.told == [(Happened.ERASURE_NOTICE, 2), (Happened.ERASURE_NOTICE, 1)]
    assert (await installation.standing(tenant)).authorization.state is State.ERASED


async def onboarded(installation: Installation, terms: Terms) -> TenantId:
    connection = Connection(provider=Provider.MICROSOFT, directory="00000000-0000-4000-8000-000000000009")
    registration = Registration(name="Quay Works", policy="occupancy", zone="UTC", basis="f")
    return (
        await add_tenant(installation.parts, connection, registration, terms=terms, controller=CONTROLLER)
    ).id


async def test_what_was_given_for_a_time_is_suspended_when_it_is_over_and_then_erased(site: Site) -> None:
    passing = Passing(site.installation)
    await until(site, 40)
    await passing.days(39)
    assert passing.told == [(Happened.EXPIRY_NOTICE, 30), (Happened.EXPIRY_NOTICE, 7)]
    assert (await state_of(site))[0] is State.ACTIVE
    await passing.days(1)
    assert await state_of(site) == (State.SUSPENDED, SuspensionReason.EXPIRED)
    (told,) = await site.installation.notices(site.tenant)
    assert (told.kind, told.reason) == (EntryKind.TENANT_SUSPENDED, "expired")
    await passing.days(30)
    assert (await state_of(site))[0] is State.ERASED


async def test_it_is_renewed_before_it_ends(site: Site) -> None:
    passing = Passing(site.installation)
    await until(site, 40)
    await passing.days(35)
    await until(site, 400)
    await passing.days(100)
    assert (await state_of(site))[0] is State.ACTIVE
    await renew(site.installation.parts, site.tenant, None)
    await passing.days(400)
    assert (await state_of(site))[0] is State.ACTIVE


async def test_one_that_has_expired_is_re_opened_by_renewing(site: Site) -> None:
    passing = Passing(site.installation)
    await until(site, 1)
    await passing.days(1)
    await until(site, 10)
    assert await state_of(site) == (State.ACTIVE, None)
    await site.news()
    assert site.consumer.told[-1] is not EntryKind.TENANT_SUSPENDED


async def test_to_renew_re_opens_nothing_that_was_suspended_for_another_reason(site: Site) -> None:
    await lose_access(site.installation.store, site.tenancy)
    await until(site, 10)
    assert await state_of(site) == (State.SUSPENDED, SuspensionReason.ACCESS_LOST)


async def test_what_has_expired_is_not_resumed_as_it_is(site: Site) -> None:
    passing = Passing(site.installation)
    await until(site, 1)
    await passing.days(1)
    with pytest.raises(ConfigurationError, match="renew"):
        await resume_tenant(site.installation.parts, site.tenant)
    assert (await state_of(site))[0] is State.SUSPENDED


async def test_what_a_policy_was_passed_to_stands_sealed_beside_it(site: Site) -> None:
    parts = site.installation.parts
    await pass_to(parts, site.tenant, "strict", lambda _done, _of: None)
    rows, held = await history(parts, site.tenant), await changes(parts, site.tenant)
    amended = [row.number for row in rows if row.what is Happened.AMENDED]
    policies = [(held[number].policy, held[number].next_policy) for number in amended]
    assert policies == [("occupancy", "strict"), ("strict", None)]
    await withdraw_tenant(parts, site.tenant)
    assert await changes(parts, site.tenant) == held


async def test_what_has_ended_is_not_renewed(site: Site) -> None:
    with pytest.raises(ConfigurationError, match="past"):
        await until(site, 0)
    await withdraw_tenant(site.installation.parts, site.tenant)
    with pytest.raises(ConfigurationError, match="ended"):
        await until(site, 10)


async def test_a_person_who_stays_suspended_is_erased_alone(installation: Installation) -> None:
    site, passing = await open_peopled_site(installation), Passing(installation)
    ana = Person(site, "ana")
    await ana.connect()
    await site.later()
    links = await installation.store.read(partial(links_of, tenant=site.tenant))
    own = links[0].authorization

    def suspend(registry: Registry) -> None:
        before = registry.standing_under(site.tenant, own).authorization
        become(registry, before, before.suspend(SuspensionReason.ACCESS_LOST))

    await installation.store.administer(suspend)
    await passing.days(29)
    assert len(await installation.store.read(partial(links_of, tenant=site.tenant))) == 1
    await passing.days(1)
    assert await installation.store.read(partial(links_of, tenant=site.tenant)) == []
    assert (await state_of(site))[0] is State.ACTIVE
    became = [row.state for row in await history(installation.parts, site.tenant, own) if row.days is None]
    assert became == [State.ACTIVE, State.SUSPENDED, State.WITHDRAWN, State.ERASED]


async def test_one_whose_keys_cannot_be_reached_holds_up_no_other(
    installation: Installation, tmp_path: Path
) -> None:
    one, other = await open_site(installation), await open_site(installation)
    for site in (one, other):
        await lose_access(installation.store, site.tenancy)
    passing = Passing(installation)
    installation.clock.move(31 * A_DAY)
    await passing.visit()
    installation.clock.move(A_DAY)
    folder = tmp_path / "keys" / "tenants" / one.tenant
    moved = folder.rename(tmp_path / "elsewhere")
    folder.write_text("not a folder")
    with capture_logs() as logs:
        await passing.visit()
    assert [line["tenant"] for line in logs if line["event"] == "deadline_delayed"] == [one.tenant]
    assert (await state_of(one))[0] is State.SUSPENDED
    assert (await state_of(other))[0] is State.ERASED
    folder.unlink()
    moved.rename(folder)
    await passing.visit()
    assert (await state_of(one))[0] is State.ERASED


async def test_all_that_happened_is_written_down_and_outlives_it(site: Site) -> None:
    here, passing = site.installation, Passing(site.installation)
    await until(site, 20)
    await passing.days(20)
    await until(site, 200)
    await lose_access(here.store, await here.tenancy(site.tenant))
    await passing.visit()
    await withdraw_tenant(here.parts, site.tenant)
    rows = await history(here.parts, site.tenant)
    assert [row.number for row in rows] == [*range(1, len(rows) + 1)]
    assert [(row.what.value, row.state, row.reason) for row in rows] == [
        ("became", "active", None),
        ("amended", "active", None),
        ("renewed", "active", None),
        ("expiry_notice", "active", None),
        ("became", "suspended", "expired"),
        ("renewed", "suspended", "expired"),
        ("became", "active", None),
        ("became", "suspended", "access_lost"),
        ("erasure_notice", "suspended", "access_lost"),
        ("became", "withdrawn", None),
        ("became", "erased", None),
    ]
    assert [row.epoch for row in rows] == sorted(row.epoch for row in rows)
    assert [row.at for row in rows] == sorted(row.at for row in rows)


@pytest.mark.parametrize(
    "terms", [Terms(erase_after_days=0), Terms(erase_after_days=91), Terms(expires_at=1)]
)
async def test_terms_that_cannot_be_used_record_nothing(installation: Installation, terms: Terms) -> None:
    with pytest.raises(ConfigurationError, match="othing was recorded"):
        await onboarded(installation, terms)


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path) as opened:
        yield opened
