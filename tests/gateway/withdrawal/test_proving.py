"""Proof of a withdrawal: what its certificate says is so, and what is not so is not certified."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.app.accountability.certificates import certificate
from gateway.app.accountability.transparency import NotProved, log_keys
from gateway.app.consumers.overview import add_consumer, revoke_consumer
from gateway.app.persons.links import withdraw_link
from gateway.app.persons.subjects import withdraw_subject
from gateway.app.tenants import find_tenant, withdraw_tenant
from gateway.booking import TenantId
from gateway.errors import GatewayError, KeyUnavailable
from gateway.proof.offline import verify
from gateway.proof.wording import GIVEN_BACK
from gateway.store.acknowledgements import acknowledge
from gateway.store.database import Database
from gateway.store.leases import Lease
from gateway.store.leaves import LogHead, newest_log
from gateway.store.registry import Registry
from gateway.store.sqlite import DATABASE
from gateway.store.tables import bucket_of
from gateway.store.withdrawals import WithdrawalRow
from gateway.vault.keyring import Keyring
from gateway.vault.keys import Purpose, RemainingKey
from gateway.withdrawal.cascade import RETRY_MILLISECONDS, Cascade
from gateway.withdrawal.giving_back import nothing_to_revoke
from gateway.withdrawal.log import LogDamaged
from gateway.withdrawal.ordered_steps import StepDelayed
from tests.fakes.crashes import CrashingKeys, Fuse
from tests.fakes.filled_store import NOON, nothing_narrower
from tests.fakes.installation import REGION, Installation, lose_access, open_installation
from tests.fakes.persons import Person, links_at, open_peopled_site
from tests.fakes.site import Site, meetings, open_site
from tests.gateway.withdrawal.proved import assert_proved, proof_of, rows_of_proofs
from tests.gateway.withdrawal.withdrawn import withdrawal_of

PAST_A_RETRY = timedelta(milliseconds=RETRY_MILLISECONDS)
NOW = "2026-03-02T12:00:30.000Z"


@pytest.fixture
async def installation(tmp_path: Path, sqlite: Database) -> AsyncIterator[Installation]:
    """On one database: a proof is made of rows, whichever they stand in."""
    async with open_installation(tmp_path, database=sqlite) as opened:
        yield opened


async def withdrawn(installation: Installation) -> tuple[Site, WithdrawalRow]:
    site = await open_site(installation, *meetings(2))
    return site, await withdraw_tenant(installation.parts, site.tenant)


def changed(folder: Path, sql: str, *values: object) -> None:
    """What somebody does who can write the database."""
    with closing(sqlite3.connect(folder / "store" / DATABASE)) as database, database:
        assert database.execute(sql, values).rowcount == 1


async def test_a_certificate_says_what_was_done(installation: Installation) -> None:
    site, withdrawal = await withdrawn(installation)
    said = await assert_proved(installation, site.tenant)
    assert said["scope"] == "tenant"
    assert (said["tenant"], said["withdrawal"], said["subject"]) == (site.tenant, withdrawal.id, None)
    assert set(said["times"]) == {
        *("fenced", "dropped", "shredded", "erased", "notified", "verified", "proved"),
    }
    assert set(said["times"].values()) == {NOW}
    assert said["withdrawn_from"] == "active"
    assert said["inaccessible_since"] == said["irrecoverable_since"] == NOW
    assert said["statement"]["key_service"] == "key directory"
    assert {"bookings", "entries", "suppressions", "tenants", "receipts"} <= said["rows_left"].keys()
    assert said["at_provider"] == [
        "microsoft, grant of an earlier form: pending, only the customer can remove it"
    ]
    assert said["exceptions"] == "exceptions allowed by law may exist"
    assert any(line.startswith("backups:") for line in said["not_verified"])
    assert said["backups"] == {
        "registered": 0,
        "first_taken": None,
        "last_taken": None,
        "last_tried": None,
    }
    assert any(line.startswith("recipients' copies:") for line in said["not_verified"])


async def test_it_says_of_a_suspension_that_ended_in_it(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    await lose_access(installation.store, site.tenancy)
    await withdraw_tenant(installation.parts, site.tenant)
    assert (await assert_proved(installation, site.tenant))["withdrawn_from"] == "suspended access_lost"


async def test_it_is_one_line_in_canonical_form(installation: Installation) -> None:
    site, _ = await withdrawn(installation)
    line, _, _ = (await certificate(installation.parts, site.tenant)).partition("\n")
    said = json.loads(line)
    assert line == json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


async def test_two_that_say_the_same_have_other_leaves(installation: Installation) -> None:
    first, _ = await withdrawn(installation)
    second, _ = await withdrawn(installation)
    salts = {(await proof_of(installation, site.tenant)).certificate["salt"] for site in (first, second)}
    assert len(salts) == 2
    assert min(map(len, salts)) >= 43


async def test_recipients_are_told_by_our_ids(installation: Installation) -> None:
    site, other = await open_site(installation, *meetings(1)), await open_site(installation, *meetings(1))
    parts = installation.parts
    mine, _ = await add_consumer(parts, "flexo", [site.tenant], purpose="occupancy")
    await add_consumer(parts, "flexo signage", [site.tenant, other.tenant], purpose="occupancy")
    await add_consumer(parts, "elsewhere", [other.tenant], purpose="occupancy")
    former, _ = await add_consumer(parts, "a former one", [site.tenant], purpose="occupancy")
    await revoke_consumer(parts, former.id)
    cascade = installation.cascade()
    lease = await cascade.fence(site.tenant)
    assert lease is not None
    # Acknowledged in the moment between the notice and the proof.
    await installation.store.administer(
        lambda rows: acknowledge(rows.handle, site.tenant, lease.id, mine.id, at=rows.now)
    )
    await cascade.drive(lease)
    said = await assert_proved(installation, site.tenant)
    assert said["recipients"] == {"acknowledged": 1, "by": {mine.id: NOW}, "told": 2}


async def test_however_many_have_acknowledged_it_stays_small(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    cascade = installation.cascade()
    lease = await cascade.fence(site.tenant)
    assert lease is not None

    def say_so(rows: Registry) -> None:
        for number in range(200):
            acknowledge(rows.handle, site.tenant, lease.id, f"con_{number:016}", at=rows.now)

    await installation.store.administer(say_so)
    await cascade.drive(lease)
    said = await assert_proved(installation, site.tenant)
    assert (said["recipients"]["acknowledged"], len(said["recipients"]["by"])) == (200, 16)


class RecoverableKeys(CrashingKeys):
    """A key service that could give back for a week what it destroyed."""

    async def remaining(self, tenant: TenantId) -> tuple[RemainingKey, ...]:
        pending = [RemainingKey(Purpose.ENCRYPTION, None, NOON + timedelta(days=days)) for days in (3, 7)]
        return (*await super().remaining(tenant), *pending)


async def test_inaccessible_and_irrecoverable_are_two_times(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    keys = RecoverableKeys(installation.parts.keys, Fuse(1000))
    await driven(cascade_with(installation, keys), site.tenant)
    said = await assert_proved(installation, site.tenant)
    assert said["inaccessible_since"] == NOW
    assert said["irrecoverable_since"] == "2026-03-09T12:00:30.000Z"


class UndoneKeys(CrashingKeys):
    """A key service in which somebody takes back a destruction after the key was seen to be gone."""

    looks = 0

    async def remaining(self, tenant: TenantId) -> tuple[RemainingKey, ...]:
        self.looks += 1
        again = [RemainingKey(Purpose.ENCRYPTION, None)] if self.looks > 1 else []
        return (*await super().remaining(tenant), *again)


async def test_keys_are_asked_for_anew(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    keys = UndoneKeys(installation.parts.keys, Fuse(1000))
    with pytest.raises(StepDelayed, match="still holds keys"):
        await driven(cascade_with(installation, keys), site.tenant)
    await assert_waits(installation, site.tenant, verified=False)


async def test_rows_that_are_left_are_not_certified_away(installation: Installation, tmp_path: Path) -> None:
    site = await open_site(installation, *meetings(1))
    cascade, lease = await notified(installation, site.tenant)
    # A process of another version writes on.
    late = "INSERT INTO finders (bucket, tenant, finder, subject) VALUES (?, ?, 'late', 'sub_late')"
    changed(tmp_path, late, bucket_of(site.tenant), site.tenant)
    with pytest.raises(StepDelayed, match="Rows are left"):
        await cascade.drive(lease)
    await assert_waits(installation, site.tenant, verified=False)
    changed(tmp_path, "DELETE FROM finders WHERE tenant = ?", site.tenant)
    installation.clock.move(PAST_A_RETRY)
    await installation.cascade().resume()
    await assert_proved(installation, site.tenant)


async def test_a_key_service_that_is_down_is_waited_for(installation: Installation, tmp_path: Path) -> None:
    site = await open_site(installation, *meetings(1))
    cascade, lease = await notified(installation, site.tenant)
    keys, elsewhere = tmp_path / "keys" / "tenants" / site.tenant, tmp_path / "elsewhere"
    keys.rename(elsewhere)
    installation.parts.keyring.drop(site.tenant)
    with pytest.raises(KeyUnavailable):
        await cascade.drive(lease)
    await assert_waits(installation, site.tenant, verified=False)
    elsewhere.rename(keys)
    installation.clock.move(PAST_A_RETRY)
    await installation.cascade().resume()
    await assert_proved(installation, site.tenant)


async def test_who_objects_without_having_been_enrolled_has_a_certificate_too(
    installation: Installation,
) -> None:
    site = await open_site(installation, *meetings(1))
    overview = await find_tenant(installation.parts, site.tenant)
    row = await withdraw_subject(
        installation.parts, overview.standing, nothing_to_revoke, address="wendla@example.com"
    )
    assert row is not None
    said = await assert_proved(installation, site.tenant)
    assert (said["scope"], said["subject"]) == ("subject", row.subject)
    assert said["inaccessible_since"] is said["irrecoverable_since"] is None
    assert said["statement"]["keys_destroyed"].startswith("none")
    assert said["kept"][0]["basis"] == "Art. 21(3)"
    assert any("tenant's data key" in line for line in said["still_opens"])
    assert said["at_provider"] == []


async def test_whoever_ever_connected_a_calendar_is_counted(installation: Installation) -> None:
    site = await open_peopled_site(installation)
    for name in ("ana", "ben"):
        await Person(site, name).connect()
    first, _ = await links_at(site)
    await withdraw_link(installation.parts, site.tenant, first.authorization, nothing_to_revoke)
    installation.clock.move(timedelta(minutes=1))
    await withdraw_tenant(installation.parts, site.tenant)
    _, persons = (await assert_proved(installation, site.tenant))["at_provider"]
    assert persons == f"grants of people's own calendars (2): {GIVEN_BACK}"


async def test_without_the_steps_there_is_no_certificate(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    with pytest.raises(GatewayError, match="no such withdrawal"):
        await certificate(installation.parts, site.tenant)
    await installation.cascade().fence(site.tenant)
    with pytest.raises(NotProved, match="not proved yet"):
        await certificate(installation.parts, site.tenant)


async def test_many_at_once_make_one_log(tmp_path: Path, database: Database) -> None:
    async with (
        open_installation(tmp_path, database=database) as one,
        open_installation(tmp_path, one.clock, database) as two,
    ):
        sites = [await open_site(one, *meetings(1)) for _ in range(4)]
        await asyncio.gather(
            *(
                withdraw_tenant(here.parts, site.tenant)
                for here, site in zip([one, two, one, two], sites, strict=True)
            )
        )
        proofs = [await proof_of(one, site.tenant) for site in sites]
        assert sorted(proof.position for proof in proofs) == [0, 1, 2, 3]
        assert {proof.size for proof in proofs} == {4}
        assert await rows_of_proofs(two) == (4, 4)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE leaves SET leaf = zeroblob(32) WHERE position = 0",
        "DELETE FROM leaves WHERE position = 0",
        "UPDATE leaves SET checkpoint = replace(checkpoint, '=', 'A') WHERE position = 1",
        "UPDATE leaves SET position = 2 WHERE position = 1",
    ],
)
async def test_nothing_is_signed_on_top_of_a_log_that_was_altered(
    installation: Installation, tmp_path: Path, tampering: str
) -> None:
    await withdrawn(installation)
    await withdrawn(installation)
    changed(tmp_path, tampering)
    site = await open_site(installation, *meetings(1))
    with pytest.raises(LogDamaged):
        await driven(installation.cascade(), site.tenant)
    await assert_waits(installation, site.tenant, verified=True)


async def test_nothing_is_signed_under_another_key(installation: Installation, tmp_path: Path) -> None:
    await withdrawn(installation)
    key, elsewhere = tmp_path / "keys" / "log.key", tmp_path / "log.key"
    key.rename(elsewhere)
    site = await open_site(installation, *meetings(1))
    with pytest.raises(LogDamaged, match=r"log\.key"):
        await driven(installation.cascade(), site.tenant)
    elsewhere.replace(key)
    installation.clock.move(PAST_A_RETRY)
    await installation.cascade().resume()
    await assert_proved(installation, site.tenant)


async def test_a_restored_store_goes_on_with_another_log(tmp_path: Path) -> None:
    async with open_installation(tmp_path) as installation:
        first, _ = await withdrawn(installation)
        proof = await certificate(installation.parts, first.tenant)
        (before,) = await log_keys(installation.parts)
        clock = installation.clock
        doomed, survivor = [await open_site(installation, *meetings(1)) for _ in range(2)]
        with closing(sqlite3.connect(tmp_path / "store" / DATABASE)) as database:
            backup = database.serialize()
        await withdraw_tenant(installation.parts, doomed.tenant)
    for file in (tmp_path / "store").iterdir():
        file.unlink()
    (tmp_path / "store" / DATABASE).write_bytes(backup)
    async with open_installation(tmp_path, clock) as installation:
        await withdraw_tenant(installation.parts, survivor.tenant)
        assert await installation.store.read(newest_log) == LogHead(2, 1)
        after, same = await log_keys(installation.parts)
        assert (same, after.public == before.public, after.name == before.name) == (before, True, False)
        assert (await proof_of(installation, survivor.tenant)).size == 1
        assert verify(proof.encode(), before).size == 1
        assert verify((await certificate(installation.parts, first.tenant)).encode(), before).size == 1


async def test_the_key_that_signs_stands_in_no_database(installation: Installation, tmp_path: Path) -> None:
    await withdrawn(installation)
    seed = (await installation.parts.keys.log_key()).use(bytes)
    content = b"".join(path.read_bytes() for path in (tmp_path / "store").iterdir())
    assert seed not in content
    assert seed.hex().encode() not in content


def cascade_with(installation: Installation, keys: CrashingKeys) -> Cascade:
    keyring = Keyring(keys, region=REGION, clock=installation.clock)
    return Cascade(installation.store, keyring, keys, owner="cascade", narrow=nothing_narrower)


async def notified(installation: Installation, tenant: TenantId) -> tuple[Cascade, Lease]:
    """A cascade that has come as far as to tell consumers, and who holds it."""
    cascade = installation.cascade()
    lease = await cascade.fence(tenant)
    assert lease is not None
    row = await cascade._load(lease)
    for step in (await cascade._steps_of(row))[:4]:
        row = await cascade._take(step, row, lease)
    return cascade, lease


async def driven(cascade: Cascade, tenant: TenantId) -> WithdrawalRow:
    lease = await cascade.fence(tenant)
    assert lease is not None
    return await cascade.drive(lease)


async def assert_waits(installation: Installation, tenant: TenantId, *, verified: bool) -> None:
    """The steps before were done, this one was not, and it is due again."""
    row = await withdrawal_of(installation, tenant)
    assert row is not None
    assert row.notified_at is not None
    assert (row.verified_at is not None, row.proved_at) == (verified, None)
    with pytest.raises((NotProved, KeyUnavailable)):
        await certificate(installation.parts, tenant)
