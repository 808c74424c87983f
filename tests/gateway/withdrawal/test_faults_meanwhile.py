"""What does not answer, or was done by others, while somebody is withdrawn or a clock runs out."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.app.consumers.overview import add_consumer
from gateway.app.tenants import resume_tenant, withdraw_tenant
from gateway.app.terms.announcing import Plan, announce
from gateway.app.terms.answering import open_change_clocks
from gateway.app.terms.deadlines import renew
from gateway.authorization import AuthorizationId, State, SuspensionReason
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import GatewayError, KeyUnavailable
from gateway.intended import Kind
from gateway.store.database import Database
from gateway.store.escalations import Escalation
from gateway.store.registry import Standing
from gateway.vault.keyring import Keyring
from gateway.vault.keys import Purpose, TenantPurpose
from gateway.vault.secret import SecretKey
from gateway.withdrawal import cascade as cascades
from gateway.withdrawal import giving_back
from gateway.withdrawal.cascade import RETRY_MILLISECONDS, Cascade
from gateway.withdrawal.chasing import Chase
from gateway.withdrawal.clocks import Clocks
from gateway.withdrawal.deadlines import Notice
from gateway.withdrawal.giving_back import give_back
from gateway.withdrawal.ordered_steps import StepDelayed
from gateway.withdrawal.steps import Steps
from tests.fakes.crashes import CrashingKeys, Fuse
from tests.fakes.filled_store import nothing_narrower
from tests.fakes.installation import REGION, Installation, lose_access, open_installation
from tests.fakes.site import Site, meetings, open_site
from tests.gateway.withdrawal.proved import assert_proved
from tests.gateway.withdrawal.withdrawn import withdrawal_of

A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
TENANT = TenantId("ten_1")


@pytest.fixture
async def installation(tmp_path: Path, sqlite: Database) -> AsyncIterator[Installation]:
    """On one database: what answers or not is no database."""
    async with open_installation(tmp_path, database=sqlite) as opened:
        yield opened


@pytest.fixture
async def site(installation: Installation) -> Site:
    return await open_site(installation, *meetings(1))


class SealedEvidence(CrashingKeys):
    """A key service that has everything but evidence keys, for a while."""

    is_sealed = True

    async def open_key(self, tenant: TenantId, purpose: TenantPurpose) -> SecretKey:
        if self.is_sealed and purpose is Purpose.EVIDENCE:
            raise KeyUnavailable("The key service does not answer.")
        return await super().open_key(tenant, purpose)


async def test_who_withdraws_does_not_wait_for_evidence_but_nothing_is_proved_without(site: Site) -> None:
    here = site.installation
    keys = SealedEvidence(here.parts.keys, Fuse(1000))
    keyring = Keyring(keys, region=REGION, clock=here.clock)
    cascade = Cascade(here.store, keyring, keys, owner="cascade", narrow=nothing_narrower)
    lease = await cascade.fence(site.tenant)
    assert lease is not None
    with capture_logs() as logs, pytest.raises(KeyUnavailable):
        await cascade.drive(lease)
    assert [line["event"] for line in logs].count("withdrawal_not_recorded") == 1
    row = await withdrawal_of(here, site.tenant)
    assert row is not None
    assert (row.verified_at is None, row.proved_at, await here.parts.keys.kept_records(site.tenant)) == (
        False,
        None,
        {},
    )
    keys.is_sealed = False
    here.clock.move(timedelta(milliseconds=RETRY_MILLISECONDS))
    await cascade.resume()
    await assert_proved(here, site.tenant)
    assert set(await here.parts.keys.kept_records(site.tenant)) == {row.id}


async def test_of_many_withdrawals_one_look_takes_so_many_up(
    installation: Installation, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await open_site(installation, *meetings(1))
    monkeypatch.setattr(cascades, "RESUMED_AT_ONCE", 1)
    for tenant in (site.tenant, other.tenant):
        await installation.cascade().fence(tenant)
    installation.clock.move(timedelta(minutes=3))
    await installation.cascade().resume()
    for tenant in (site.tenant, other.tenant):
        assert (await installation.standing(tenant)).authorization.state is State.ERASED


@dataclass
class Provider:
    """Takes back what people granted; refuses somebody, and does not answer about somebody else."""

    refuses: str = ""
    silent: str = ""
    asked: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    at_once: int = 0
    most: int = 0

    async def __call__(self, _tenant: TenantId, authorization: AuthorizationId) -> None:
        self.asked.append(authorization)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await asyncio.sleep(0)
            if authorization == self.refuses:
                raise GatewayError("The provider took nothing back.")
            if authorization == self.silent:
                await asyncio.Event().wait()
            self.taken.append(authorization)
        finally:
            self.at_once -= 1


def granted(number: int) -> list[AuthorizationId]:
    return [AuthorizationId(f"aut_{one}") for one in range(number)]


async def test_who_is_refused_at_a_provider_holds_up_no_other() -> None:
    provider = Provider(refuses="aut_3")
    with capture_logs() as logs:
        await give_back(provider, TENANT, granted(20))
    assert sorted(provider.taken) == sorted({*granted(20)} - {"aut_3"})
    assert [(line["event"], line["tenant"], line["code"]) for line in logs] == [
        ("link_not_revoked", TENANT, "GatewayError")
    ]
    assert provider.most == giving_back.AT_ONCE == 8


async def test_a_provider_is_not_waited_for_beyond_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving_back, "SECONDS", 0.01)
    provider = Provider(silent="aut_0")
    with capture_logs() as logs:
        await give_back(provider, TENANT, granted(3))
    assert [(line["event"], line["tenant"]) for line in logs] == [("links_not_revoked", TENANT)]
    assert (sorted(provider.taken), provider.at_once) == (["aut_1", "aut_2"], 0)


class Told(list[Notice]):
    """What is told of deadlines."""

    def __call__(self, _standing: Standing, notice: Notice) -> None:
        self.append(notice)


def clocks_of(here: Installation, told: Told | None = None) -> Clocks:
    return Clocks(
        here.store, here.parts.keyring, here.cascade(), here.clock, Told() if told is None else told
    )


async def state_of(site: Site) -> tuple[State, SuspensionReason | None]:
    authorization = (await site.installation.standing(site.tenant)).authorization
    return authorization.state, authorization.reason


async def test_no_clock_runs_out_for_who_is_withheld(site: Site) -> None:
    here, told = site.installation, Told()
    await lose_access(here.store, site.tenancy)
    here.parts.keyring.withhold(site.tenant)
    await clocks_of(here, told).visit_all()
    here.clock.move(90 * A_DAY)
    await clocks_of(here, told).visit_all()
    assert ((await state_of(site))[0], told) == (State.SUSPENDED, [])
    here.parts.keyring.release(site.tenant)
    await clocks_of(here, told).visit_all()
    assert ((await state_of(site))[0], len(told)) == (State.SUSPENDED, 1)


async def test_who_is_renewed_between_the_look_and_its_end_does_not_expire(site: Site) -> None:
    here = site.installation
    await renew(here.parts, site.tenant, milliseconds(here.clock() + 2 * A_DAY))
    here.clock.move(2 * A_DAY)
    seen = await here.standing(site.tenant)
    await renew(here.parts, site.tenant, milliseconds(here.clock() + 60 * A_DAY))
    await clocks_of(here)._visit(seen)
    assert await state_of(site) == (State.ACTIVE, None)
    here.clock.move(60 * A_DAY)
    await clocks_of(here).visit_all()
    assert await state_of(site) == (State.SUSPENDED, SuspensionReason.EXPIRED)


async def test_whose_evidence_is_closed_holds_up_no_other_change(
    installation: Installation, site: Site
) -> None:
    other = await open_site(installation, *meetings(1))
    await announce(installation.parts, Plan(Kind.CONTROL, "Example Holdings", "It operates this."), [])

    class OneSealed(SealedEvidence):
        async def open_key(self, tenant: TenantId, purpose: TenantPurpose) -> SecretKey:
            if tenant == other.tenant:
                return await CrashingKeys.open_key(self, tenant, purpose)
            return await super().open_key(tenant, purpose)

    keys = OneSealed(installation.parts.keys, Fuse(1000))
    parts = replace(
        installation.parts, keys=keys, keyring=Keyring(keys, region=REGION, clock=installation.clock)
    )
    clocks = open_change_clocks(parts, installation.cascade())
    installation.clock.move(40 * A_DAY)
    with capture_logs() as logs:
        await clocks.visit_all()
    delayed = [line for line in logs if line["event"] == "change_delayed"]
    assert [(line["tenant"], line["code"]) for line in delayed] == [(site.tenant, "KeyUnavailable")]
    installation.clock.move(A_DAY)
    await clocks.visit_all()
    stopped = (State.SUSPENDED, SuspensionReason.POLICY_UNCONFIRMED)
    assert (await state_of(other), await state_of(site)) == (stopped, (State.ACTIVE, None))
    # Within the same minute nobody looks again, and with the next it is caught up with.
    keys.is_sealed = False
    for after in (timedelta(seconds=59), timedelta(seconds=1), A_DAY):
        installation.clock.move(after)
        await clocks.visit_all()
    assert await state_of(site) == stopped


async def test_what_another_process_tells_meanwhile_is_settled_by_that_one(site: Site) -> None:
    here = site.installation
    consumer, _ = await add_consumer(here.parts, "FlexO", [site.tenant], purpose="occupancy")
    await withdraw_tenant(here.parts, site.tenant)
    here.clock.move(timedelta(hours=73))
    told = list[tuple[str, str]]()

    def chase(name: str, tell: "Telling") -> Chase:
        parts = here.parts
        return Chase(here.store, parts.keyring, here.clock, parts.metrics, tell=tell, owner=name)

    @dataclass
    class Telling:
        """Takes longer than its lease: somebody else tells the same, and is done first."""

        name: str
        before: Chase | None = None

        async def __call__(self, escalation: Escalation) -> None:
            other, self.before = self.before, None
            if other is not None:
                here.clock.move(10 * A_MINUTE)
                await other.visit()
            told.append((self.name, escalation.consumer))

    fast = chase("fast", Telling("fast"))
    await chase("slow", Telling("slow", fast)).visit()
    assert told == [("fast", consumer.id), ("slow", consumer.id)]
    here.clock.move(A_DAY)
    await chase("late", Telling("late")).visit()
    assert len(told) == 2


async def test_who_is_resumed_after_it_was_told_is_not_erased(site: Site) -> None:
    here = site.installation
    await lose_access(here.store, site.tenancy)
    await clocks_of(here).visit_all()
    for _ in range(29):
        here.clock.move(A_DAY)
        await clocks_of(here).visit_all()
    here.clock.move(A_DAY)
    seen = await here.standing(site.tenant)
    await resume_tenant(here.parts, site.tenant)
    await clocks_of(here)._visit(seen)
    assert await state_of(site) == (State.ACTIVE, None)


async def test_where_rows_of_any_table_are_left_nothing_is_certified(
    installation: Installation, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = await installation.cascade().fence(site.tenant)
    assert lease is not None
    with monkeypatch.context() as patched:
        patched.setattr(Steps, "rows_left", lambda *_: {"bookings": 0, "entries": 1})
        with pytest.raises(StepDelayed, match="Rows are left"):
            await installation.cascade().drive(lease)
    row = await withdrawal_of(installation, site.tenant)
    assert row is not None
    assert (row.notified_at is None, row.verified_at, row.proved_at) == (False, None, None)
    installation.clock.move(timedelta(milliseconds=RETRY_MILLISECONDS))
    await installation.cascade().resume()
    await assert_proved(installation, site.tenant)
