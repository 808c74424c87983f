"""What does not answer when proof ends, or a restored store is made good; and what is nobody's any more."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.app.tenants import withdraw_tenant
from gateway.authorization import AuthorizationId, State
from gateway.booking import SubjectId, TenantId
from gateway.clock import milliseconds
from gateway.errors import KeyDestroyed, KeyUnavailable, UnknownName
from gateway.request import RequestKind
from gateway.store.asked import requests_of
from gateway.store.database import Database
from gateway.store.registry import RECORD, standings
from gateway.store.store import Fence
from gateway.store.unlock import unlock
from gateway.store.withdrawals import WithdrawalRow, withdrawals_of
from gateway.vault.keyring import Keyring
from gateway.vault.keys import Purpose, RemainingKey
from gateway.vault.secret import SecretKey
from gateway.withdrawal.cascade import Cascade
from gateway.withdrawal.limitation import Limitation
from gateway.withdrawal.recording import record
from gateway.withdrawal.replaying import Replay
from tests.fakes.asking import ask, row_of, visit
from tests.fakes.crashes import CrashingKeys, Fuse
from tests.fakes.enrolled import BOOKERS, WENDLA, allow, enrol, withdraw
from tests.fakes.filled_store import NOON, nothing_narrower
from tests.fakes.installation import REGION, Installation, open_installation
from tests.fakes.persons import Person, links_at, open_peopled_site
from tests.fakes.site import Site, meetings, open_site
from tests.gateway.withdrawal.proved import assert_proved

HOUR, DAYS = timedelta(hours=1), 100


@pytest.fixture
async def installation(tmp_path: Path, sqlite: Database) -> AsyncIterator[Installation]:
    """On one database: what answers or not is no database."""
    async with open_installation(tmp_path, database=sqlite) as opened:
        yield opened


@pytest.fixture
async def site(installation: Installation) -> Site:
    return await open_site(installation, *meetings(1))


class Sealed(CrashingKeys):
    """A key service that does nothing of what ends proof, for a while, and counts how often it was asked."""

    is_sealed = True
    asked = 0

    def _refuse(self) -> None:
        self.asked += 1
        if self.is_sealed:
            raise KeyUnavailable("The key service does not answer.")

    async def destroy_evidence(self, tenant: TenantId) -> None:
        self._refuse()
        await super().destroy_evidence(tenant)

    async def forget_record(self, tenant: TenantId, name: str) -> None:
        self._refuse()
        await super().forget_record(tenant, name)

    async def service_key(self) -> SecretKey:
        self._refuse()
        return await super().service_key()


async def test_what_waits_for_a_key_service_ends_an_hour_later_and_holds_up_nothing(
    installation: Installation, site: Site
) -> None:
    allow(installation)
    ended = await open_site(installation, *meetings(1))
    await enrol(site, WENDLA)
    gone = await withdraw(site, address=WENDLA)
    assert gone is not None
    await withdraw_tenant(installation.parts, ended.tenant)
    installation.clock.move(timedelta(days=DAYS + 1))
    keys = Sealed(installation.parts.keys, Fuse(1000))
    keyring = Keyring(keys, region=REGION, clock=installation.clock)
    limitation = Limitation(installation.store, keyring, keys, installation.clock, days=DAYS)

    async def left() -> tuple[list[str], set[str]]:
        """Withdrawals that are proved within a tenant, and tenants."""
        rows = await installation.store.read(partial(withdrawals_of, tenant=site.tenant))
        return [row.id for row in rows], {one.tenant for one in await installation.store.read(standings)}

    everything = ([gone.id], {site.tenant, ended.tenant})
    with capture_logs() as logs:
        await limitation.visit()
    assert [(line["event"], line.get("tenant")) for line in logs] == [
        ("proof_not_ended", site.tenant),
        ("proof_not_ended", ended.tenant),
        ("consumers_not_forgotten", None),
    ]
    assert (await left(), keys.asked) == (everything, 3)
    # Within the same hour nobody is asked again.
    keys.is_sealed = False
    await limitation.visit()
    assert (await left(), keys.asked) == (everything, 3)
    installation.clock.move(HOUR)
    await keyring.evidence(ended.tenant, *RECORD)
    await limitation.visit()
    assert await left() == ([], {site.tenant})
    # Nor does what opened it stay in anybody's hands.
    with pytest.raises(KeyDestroyed):
        await keyring.evidence(ended.tenant, *RECORD)
    assert gone.id not in await keys.kept_records(site.tenant)


async def test_what_is_nobodys_any_more_is_not_withdrawn_again(
    installation: Installation, site: Site
) -> None:
    """Of a person whose authorization the store that was put back does not know."""
    parts = installation.parts
    unknown = WithdrawalRow(
        site.tenant, "era_unknown", "aut_unknown", None, milliseconds(installation.clock())
    )
    await record(parts.keys, parts.keyring, unknown, ())
    replay = Replay(installation.store, parts.keyring, parts.keys, installation.cascade())
    with capture_logs() as logs:
        assert await replay.run() == 1
    assert "withdrawal_replayed" not in [line["event"] for line in logs]
    assert await installation.store.read(partial(withdrawals_of, tenant=site.tenant)) == []
    assert (await installation.standing(site.tenant)).authorization.state is State.ACTIVE
    cascade = installation.cascade()
    assert await cascade.fence_again(site.tenant, AuthorizationId("aut_unknown"), "era_unknown") is None
    own = (await installation.standing(site.tenant)).authorization.id
    await withdraw_tenant(parts, site.tenant)
    assert await cascade.fence_again(site.tenant, own, "era_again") is None


async def test_a_subject_is_withdrawn_once_however_many_find_that_it_lacks(
    installation: Installation, site: Site
) -> None:
    standing = await installation.standing(site.tenant)
    keys, fence = await unlock(installation.parts.keyring, standing), Fence.of(standing)
    cascade, subject = installation.cascade(), SubjectId("obj_1")
    lease = await cascade.fence_subject_again(fence, keys, subject, ["hash"], "era_1")
    assert lease is not None
    assert await cascade.fence_subject_again(fence, keys, subject, ["hash"], "era_1") is None
    await cascade.drive(lease)
    rows = await installation.store.read(partial(withdrawals_of, tenant=site.tenant))
    assert [(row.id, row.subject) for row in rows] == [("era_1", "obj_1")]


async def test_nobody_who_is_not_enrolled_withdraws_by_a_user_id(
    installation: Installation, site: Site
) -> None:
    standing = await installation.standing(site.tenant)
    keys, fence = await unlock(installation.parts.keyring, standing), Fence.of(standing)
    cascade = installation.cascade()
    with pytest.raises(UnknownName, match="Nobody is enrolled"):
        await cascade.fence_subject(fence, keys, "hash", may_object=False)
    assert await installation.store.read(partial(withdrawals_of, tenant=site.tenant)) == []
    # Who objects is found so from then on, and withdraws once.
    assert await cascade.fence_subject(fence, keys, "hash", may_object=True) is not None
    for may_object in (True, False):
        assert await cascade.fence_subject(fence, keys, "hash", may_object=may_object) is None


async def test_a_tenant_whose_keys_are_away_holds_up_no_other_request(
    installation: Installation, tmp_path: Path
) -> None:
    allow(installation)
    first, second = [await open_site(installation, *meetings(1), policy=BOOKERS) for _ in range(2)]
    asked = {site.tenant: (await ask(site, RequestKind.ERASURE, WENDLA)).id for site in (first, second)}
    installation.clock.move(timedelta(days=60))
    folder = tmp_path / "keys" / "tenants" / first.tenant
    folder.rename(tmp_path / "away")
    with capture_logs() as logs:
        await visit(installation)
    delayed = [line for line in logs if line["event"] == "request_delayed"]
    assert {line["tenant"] for line in delayed} == {first.tenant}
    known = {
        tenant: (await installation.store.read(partial(requests_of, tenant=tenant)))[0].is_open
        for tenant in asked
    }
    assert known == {first.tenant: True, second.tenant: False}
    (tmp_path / "away").rename(folder)
    await visit(replace(installation))
    assert not (await row_of(first, asked[first.tenant])).is_open


async def test_all_withdrawals_of_a_tenant_are_taken_up(installation: Installation, site: Site) -> None:
    standing = await installation.standing(site.tenant)
    keys, fence = await unlock(installation.parts.keyring, standing), Fence.of(standing)
    for name in ("one", "other"):
        assert await installation.cascade().fence_subject(fence, keys, name, may_object=True) is not None
    installation.clock.move(timedelta(minutes=3))
    await installation.cascade().resume()
    rows = await installation.store.read(partial(withdrawals_of, tenant=site.tenant))
    assert [row.proved_at is None for row in rows] == [False, False]


async def test_a_fence_stands_above_the_highest_there_was(installation: Installation, site: Site) -> None:
    """In a store that was put back, whose epochs are old ones."""
    own = (await installation.standing(site.tenant)).authorization
    await installation.parts.keys.raise_epoch(site.tenant, own.id, 9)
    assert await installation.cascade().fence(site.tenant) is not None
    assert (await installation.standing(site.tenant)).authorization.epoch == 10


class Recoverable(CrashingKeys):
    """A key service that could give back what it destroyed, for a while."""

    async def remaining(self, tenant: TenantId) -> tuple[RemainingKey, ...]:
        lost = [NOON + timedelta(days=days) for days in (3, 7, 5)]
        pending = [RemainingKey(Purpose.ENCRYPTION, None, at) for at in lost]
        return (*await super().remaining(tenant), *pending)


async def test_what_could_be_given_back_is_irrecoverable_when_the_last_is_lost(
    installation: Installation, site: Site
) -> None:
    keys = Recoverable(installation.parts.keys, Fuse(1000))
    keyring = Keyring(keys, region=REGION, clock=installation.clock)
    cascade = Cascade(installation.store, keyring, keys, owner="cascade", narrow=nothing_narrower)
    lease = await cascade.fence(site.tenant)
    assert lease is not None
    await cascade.drive(lease)
    said = await assert_proved(installation, site.tenant)
    lost = (NOON + timedelta(days=7)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert said["irrecoverable_since"] == lost > said["inaccessible_since"]


async def test_what_a_tenant_and_its_people_granted_is_given_back_while_there_is_what_shows_it(
    installation: Installation,
) -> None:
    site = await open_peopled_site(installation)
    await Person(site, "ana").connect()
    given_back = list[AuthorizationId]()

    async def revoke(tenant: TenantId, authorization: AuthorizationId) -> None:
        await installation.parts.keys.open_data_key(tenant, authorization)
        given_back.append(authorization)

    parts = installation.parts
    cascade = Cascade(
        parts.store, parts.keyring, parts.keys, owner="test", narrow=nothing_narrower, revoke=revoke
    )
    people = [link.authorization for link in await links_at(site)]
    own = (await installation.standing(site.tenant)).authorization.id
    lease = await cascade.fence(site.tenant)
    assert lease is not None
    await cascade.drive(lease)
    assert people
    assert sorted(given_back) == sorted([own, *people])
