"""Copies of the store: taken, tried and put back; what was withdrawn since is withdrawn again."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest

from gateway.app.copies.restoring import drill, forget, registered, replay, restore, take
from gateway.app.persons.links import withdraw_link
from gateway.app.standins import write_settings
from gateway.app.tenants import resume_tenant, withdraw_tenant
from gateway.app.terms.policies import pass_to
from gateway.authorization import AuthorizationId, State, SuspensionReason
from gateway.booking import TenantId
from gateway.cli import backup as commands
from gateway.clock import milliseconds
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError, RestoredStore, UnknownName
from gateway.legal_hold import HoldId
from gateway.settings import load_settings
from gateway.store.backups import put_back as in_place
from gateway.store.copies import Readable, copy_database
from gateway.store.persons import links_of
from gateway.store.sqlite import DATABASE
from gateway.store.subjects import subjects_of
from gateway.store.unlock import unlock
from gateway.store.withdrawals import withdrawals_of
from gateway.vault.keys import DataKeyOwner
from gateway.vault.local import LocalKeyService
from gateway.vault.secret import SecretKey
from gateway.withdrawal.clocks import Clocks
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.crashes import Crash, CrashingKeys, CrashingStore, Fuse
from tests.fakes.enrolled import RUBEN, WENDLA, enrol, withdraw
from tests.fakes.filled_store import HandClock
from tests.fakes.installation import SETTINGS, Installation, lose_access, open_installation
from tests.fakes.log_fold import LogFold
from tests.fakes.persons import Person, invitation, open_peopled_site
from tests.fakes.site import AMBER, Site, meetings, open_site
from tests.gateway.app.test_policies import ODD
from tests.gateway.withdrawal.proved import assert_proved

BOOKINGS = 5
NOW = "2026-03-02T12:00:30.000Z"


def half_written(folder: Path) -> list[Path]:
    return list(folder.glob("*.part"))


Since = Callable[[Installation, Site], Awaitable[None]]


def silent(_done: int, _of: int) -> None:
    """Told how far it is, and content with it."""


async def nothing_else(_here: Installation, _site: Site) -> None:
    """Nothing more is there when the copy is taken."""


@asynccontextmanager
async def put_back(
    folder: Path,
    since: Since,
    *,
    before_copy: Since = nothing_else,
    persons: bool = False,
    suspended: bool = False,
) -> AsyncIterator[tuple[Installation, Site]]:
    """A site as it was when a copy was taken, with the keys as they are after what happened since."""
    clock, copy = HandClock(), folder / "copy.db"
    async with open_installation(folder, clock) as before:
        opened = open_peopled_site if persons else open_site
        site = await opened(before, *meetings(BOOKINGS))
        if persons:
            ana = Person(site, "ana")
            ana.put(invitation("theirs", ODD, AMBER, uid="one"))
            await ana.connect()
            await site.later()
        else:
            await enrol(site, WENDLA)
        if suspended:
            await lose_access(before.store, site.tenancy)
        await before_copy(before, site)
        await copy_database(before.store.database, copy)
        await since(before, site)
    for file in (folder / "store").iterdir():
        file.unlink()
    shutil.copy(copy, folder / "store" / DATABASE)
    async with open_installation(folder, clock) as after:
        after.providers = before.providers
        yield after, replace(site, installation=after, consumer=LogFold())


async def test_a_tenant_that_has_withdrawn_since_is_withdrawn_again(tmp_path: Path) -> None:
    async def since(here: Installation, site: Site) -> None:
        await withdraw_tenant(here.parts, site.tenant)

    async with put_back(tmp_path, since) as (here, site):
        assert await replay(here.parts) == 1
        standing = await here.standing(site.tenant)
        assert standing.authorization.state is State.ERASED
        (told,) = await here.notices(site.tenant)
        assert told.kind is EntryKind.TENANT_ERASED
        (row,) = await here.store.read(partial(withdrawals_of, tenant=site.tenant))
        # The same erasure, which consumers know already.
        assert {row.id} == set(await here.parts.keys.kept_records(site.tenant))
        assert told.erasure == row.id
        assert await replay(here.parts) == 0


async def test_a_person_who_has_withdrawn_since_is_withdrawn_again(tmp_path: Path) -> None:
    async def since(here: Installation, site: Site) -> None:
        (link,) = await here.store.read(partial(links_of, tenant=site.tenant))
        await withdraw_link(here.parts, site.tenant, link.authorization, nothing_to_revoke)

    async with put_back(tmp_path, since, persons=True) as (here, site):
        assert await replay(here.parts) == 1
        assert await here.store.read(partial(links_of, tenant=site.tenant)) == []
        assert (await here.standing(site.tenant)).authorization.state is State.ACTIVE
        await site.news()
        assert len(site.consumer.bookings) == BOOKINGS


@pytest.mark.parametrize("address", [WENDLA, RUBEN], ids=["enrolled", "objects"])
async def test_who_has_objected_since_is_suppressed_again(tmp_path: Path, address: str) -> None:
    async def since(here: Installation, site: Site) -> None:
        await withdraw(site, address=address)

    async with put_back(tmp_path, since) as (here, site):
        before = await suppressed(here, site)
        assert before == frozenset()
        assert await replay(here.parts) == 1
        assert await suppressed(here, site)
        enrolled = await here.store.read(partial(subjects_of, tenant=site.tenant))
        assert len(enrolled) == (address == RUBEN)
        assert await replay(here.parts) == 0


async def suppressed(here: Installation, site: Site) -> frozenset[str]:
    tenancy = await here.tenancy(site.tenant)
    known = await here.store.look(
        tenancy.fence, tenancy.keys, lambda transaction: transaction.subjects.known()
    )
    return known.suppressed


async def test_who_objected_and_ended_with_the_tenant_is_not_looked_for(tmp_path: Path) -> None:
    async def since(here: Installation, site: Site) -> None:
        await withdraw(site, address=WENDLA)
        await withdraw_tenant(here.parts, site.tenant)

    async with put_back(tmp_path, since) as (here, site):
        await replay(here.parts)
        assert (await here.standing(site.tenant)).authorization.state is State.ERASED
        assert await replay(here.parts) == 0


async def test_what_was_changed_since_nobody_knows_so_an_admin_confirms(tmp_path: Path) -> None:
    async def since(here: Installation, site: Site) -> None:
        await pass_to(here.parts, site.tenant, "strict", silent)
        await withdraw(site, address=RUBEN)

    async with put_back(tmp_path, since) as (here, site):
        with pytest.raises(RestoredStore):
            await unlock(here.parts.keyring, await here.standing(site.tenant))
        assert await replay(here.parts) == 1
        authorization = (await here.standing(site.tenant)).authorization
        assert (authorization.state, authorization.reason) == (
            State.SUSPENDED,
            SuspensionReason.STORE_RESTORED,
        )
        # So that a copy of before that is known by its epoch, too.
        assert await here.parts.keys.epoch(site.tenant, authorization.id) == authorization.epoch
        (told, *_) = await here.notices(site.tenant)
        assert told.kind is EntryKind.TENANT_SUSPENDED
        asked = dict(site.provider.asked)
        await here.sync()
        assert site.provider.asked == asked
        await resume_tenant(here.parts, site.tenant)
        assert await suppressed(here, site)
        await here.sync()
        await site.news()
        assert len(site.consumer.bookings) == BOOKINGS


async def test_a_store_that_was_not_restored_is_left_alone(installation: Installation) -> None:
    site = await open_site(installation, *meetings(BOOKINGS))
    await withdraw(site, address=RUBEN)
    before = await installation.standing(site.tenant)
    assert await replay(installation.parts) == 0
    assert await installation.standing(site.tenant) == before


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("effects", range(4))
async def test_a_replay_that_is_cut_off_is_finished_by_the_next(
    tmp_path: Path, effects: int, *, after: bool
) -> None:
    async def since(here: Installation, site: Site) -> None:
        await withdraw_tenant(here.parts, site.tenant)

    async with put_back(tmp_path, since) as (here, site):
        fuse = Fuse(effects, after=after)
        keys = CrashingKeys(here.parts.keys, fuse)
        parts = replace(here.parts, store=CrashingStore(here.store, fuse), keys=keys)
        try:
            await replay(parts)
        except Crash:
            here.clock.move(timedelta(minutes=3))
            await replay(here.parts)
            await here.cascade().resume()
        assert (await here.standing(site.tenant)).authorization.state is State.ERASED
        (row,) = await here.store.read(partial(withdrawals_of, tenant=site.tenant))
        assert row.proved_at is not None


async def test_a_copy_holds_no_key_and_is_known_by_all_its_bytes(
    installation: Installation, tmp_path: Path
) -> None:
    await open_site(installation, *meetings(BOOKINGS))
    copy = tmp_path / "copies.db"
    backup = await take(installation.parts, copy)
    known = await registered(installation.parts)
    assert known[backup].taken_at == milliseconds(installation.clock())
    assert known[backup].drilled_at is None
    assert copy.stat().st_mode & 0o077 == 0
    assert not half_written(tmp_path)
    found = await drill(installation.parts, copy)
    assert found == (Readable(0, 0), Readable(BOOKINGS, BOOKINGS))
    assert (await registered(installation.parts))[backup].drilled_at is not None
    with closing(sqlite3.connect(copy)) as changed, changed:
        changed.execute("UPDATE tenants SET head = head + 1")
    with pytest.raises(ConfigurationError, match="has changed"):
        await drill(installation.parts, copy)


async def test_a_copy_that_is_said_to_be_destroyed_is_put_back_no_more_and_certified_as_said(
    installation: Installation, tmp_path: Path
) -> None:
    copy, parts = tmp_path / "copy.db", installation.parts
    backup, site = await take(parts, copy), await open_site(installation)
    other = await take(parts, tmp_path / "other.db")
    with pytest.raises(UnknownName, match="backup list"):
        await forget(parts, "bak_unknown")
    await forget(parts, backup)
    gone = {name for name, one in (await registered(parts)).items() if one.destroyed_at is not None}
    assert gone == {backup} == set(await registered(parts)) - {other}
    with pytest.raises(ConfigurationError, match="no copy that is registered"):
        await drill(parts, copy)
    with pytest.raises(UnknownName, match="backup list"):
        await forget(parts, backup)
    await withdraw_tenant(parts, site.tenant)
    proof = await assert_proved(installation, site.tenant)
    assert proof["backups"]["registered"] == 2
    assert "copies: 1 of 2 are said to be destroyed" in proof["not_verified"]


async def test_a_drill_says_what_of_those_who_withdrew_opens(
    installation: Installation, tmp_path: Path
) -> None:
    one, _ = await open_site(installation, *meetings(3)), await open_site(installation, *meetings(2))
    copy = tmp_path / "copies.db"
    await take(installation.parts, copy)
    kept = tmp_path / "kept"
    shutil.copytree(tmp_path / "keys" / "tenants" / one.tenant, kept)
    await withdraw_tenant(installation.parts, one.tenant)
    assert await drill(installation.parts, copy) == (Readable(0, 3), Readable(2, 2))
    assert (await assert_proved(installation, one.tenant))["backups"] == {
        "registered": 1,
        "first_taken": NOW,
        "last_taken": NOW,
        "last_tried": None,
    }
    # The classic mistake: the keys were copied as well, and somebody put them back.
    shutil.rmtree(tmp_path / "keys" / "tenants" / one.tenant)
    shutil.copytree(kept, tmp_path / "keys" / "tenants" / one.tenant)
    with pytest.raises(ConfigurationError, match="3 records of the copy open that were withdrawn"):
        await drill(installation.parts, copy)


async def test_who_withdraws_while_a_copy_is_tried_is_no_alarm(
    installation: Installation, tmp_path: Path
) -> None:
    site, _ = await open_site(installation, *meetings(3)), await open_site(installation, *meetings(2))
    parts, copy = installation.parts, tmp_path / "copies.db"
    await take(parts, copy)

    class Meanwhile(LocalKeyService):
        async def open_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> SecretKey:
            key = await super().open_data_key(tenant, owner)
            if tenant == site.tenant:
                await withdraw_tenant(parts, tenant)
            return key

    keys = Meanwhile(tmp_path / "keys")
    assert await drill(replace(parts, keys=keys), copy) == (Readable(0, 0), Readable(2, 2))
    assert await drill(parts, copy) == (Readable(0, 3), Readable(2, 2))


async def test_keys_that_are_elsewhere_are_no_drill(installation: Installation, tmp_path: Path) -> None:
    site = await open_site(installation, *meetings(3))
    copy = tmp_path / "copies.db"
    backup = await take(installation.parts, copy)
    (tmp_path / "keys" / "tenants" / site.tenant).rename(tmp_path / "elsewhere")
    with pytest.raises(ConfigurationError, match="Only 0 of 3"):
        await drill(installation.parts, copy)
    assert (await registered(installation.parts))[backup].drilled_at is None


async def test_no_copy_takes_the_place_of_another_file(installation: Installation, tmp_path: Path) -> None:
    await open_site(installation)
    copy = tmp_path / "copies.db"
    copy.write_text("mine")
    with pytest.raises(ConfigurationError, match="can be written"):
        await take(installation.parts, copy)
    assert copy.read_text() == "mine"
    assert not half_written(tmp_path)
    with pytest.raises(ConfigurationError, match="can be written"):
        await take(installation.parts, tmp_path / "nowhere" / "copies.db")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        await drill(installation.parts, tmp_path / "nothing")


async def test_no_log_of_another_database_is_applied_to_a_copy(
    installation: Installation, tmp_path: Path
) -> None:
    await open_site(installation, *meetings(BOOKINGS))
    copy, database = tmp_path / "copies.db", tmp_path / "elsewhere.db"
    await take(installation.parts, copy)
    for suffix in ("-wal", "-shm", "-journal"):
        beside = database.with_name(database.name + suffix)
        beside.write_bytes(b"of another")
        with pytest.raises(ConfigurationError, match="move them aside"):
            in_place(copy, database)
        assert not database.exists()
        beside.unlink()
    in_place(copy, database)
    assert database.read_bytes() == copy.read_bytes()
    with pytest.raises(ConfigurationError, match="cannot be put in place"):
        in_place(tmp_path / "nothing", tmp_path / "other.db")
    assert not (tmp_path / "other.db").exists()
    assert not half_written(tmp_path)


async def test_a_copy_that_is_cut_off_leaves_nothing_in_the_way(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_site(installation, *meetings(BOOKINGS))
    copy = tmp_path / "copies.db"

    def full(_self: object, _target: Path) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as cut:
        cut.setattr(type(installation.store.database), "copy_to", full)
        with pytest.raises(ConfigurationError, match="Is there room"):
            await take(installation.parts, copy)
    assert not half_written(tmp_path)
    assert await registered(installation.parts) == {}
    await take(installation.parts, copy)
    assert copy.exists()


async def test_a_suspension_that_is_over_erases_nothing_in_a_copy(tmp_path: Path) -> None:
    """The copy's clock has run out; the tenant was resumed after it was made."""

    async def since(here: Installation, site: Site) -> None:
        await resume_tenant(here.parts, site.tenant)
        here.clock.move(timedelta(days=60))

    async with put_back(tmp_path, since, suspended=True) as (here, site):
        for withheld in (True, False):
            (here.parts.keyring.withhold if withheld else here.parts.keyring.release)(site.tenant)
            for _ in range(3):
                await Clocks(here.store, here.parts.keyring, here.cascade(), here.clock).visit_all()
                here.clock.move(timedelta(days=1))
            assert (await here.standing(site.tenant)).authorization.state is State.SUSPENDED


async def test_an_operator_takes_tries_and_puts_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, copy = tmp_path / "gateway.toml", tmp_path / "copy.db"
    write_settings(msgspec.structs.replace(SETTINGS, store="store", keys="keys"), config)

    def said() -> str:
        return " ".join(capsys.readouterr().out.split())

    async with open_installation(tmp_path) as installation:
        site = await open_site(installation, *meetings(BOOKINGS))
        await commands.take(copy, config=config)
        assert "registered as bak_" in said()
        await withdraw_tenant(installation.parts, site.tenant)
        await commands.drill(copy, config=config)
        assert f"0 of {BOOKINGS} records open" in said()
        await commands.list_(config=config)
        assert "never" not in said()
    with pytest.raises(ConfigurationError, match="move them aside"):
        await restore(load_settings(config), copy)
    for file in (tmp_path / "store").iterdir():
        file.unlink()
    await commands.restore(copy, config=config)
    assert "did not know of it: 1" in said()
    async with open_installation(tmp_path) as installation:
        assert (await installation.standing(site.tenant)).authorization.state is State.ERASED


async def test_who_passes_to_another_policy_meanwhile_is_not_taken_for_restored(
    installation: Installation,
) -> None:
    """Another process raises the epoch between the look at the store and that at the keys."""
    site = await open_site(installation, *meetings(BOOKINGS))
    parts = installation.parts

    class Meanwhile(CrashingKeys):
        async def epoch(self, tenant: TenantId, authorization: AuthorizationId | HoldId) -> int:
            await pass_to(parts, tenant, "strict", silent)
            return await super().epoch(tenant, authorization)

    assert await replay(replace(parts, keys=Meanwhile(parts.keys, Fuse(1_000)))) == 0
    assert (await installation.standing(site.tenant)).authorization.state is State.ACTIVE
