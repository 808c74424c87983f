"""Bad input gets a sentence that says what is wrong and what to do, exit code 2, and nothing half done."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.sandbox.identity import Identity
from connectors.sandbox.world import generate
from gateway.clock import system_clock
from tests.system.canary_world import NOW
from tests.system.gateways import Finished, call
from tests.system.house import Choice, House
from tests.system.standins import Slow, WatchedSandbox

Prepare = Callable[[House], object]

WHERE = ("--address", "1 Example Street", "--contact", "privacy@new.example")
MICROSOFT = ("--provider", "microsoft", "--directory-id", "new.example", *WHERE)
SIGNAGE = ("--purpose", "signage")
GOOGLE = ("--provider", "google", "--customer", "C1", *WHERE)


@pytest.fixture
def sandbox() -> WatchedSandbox:
    """Stand-ins that are not started unless a test starts them."""
    return WatchedSandbox(generate(7, calendars_per_tenant=1, now=NOW), Slow())


@pytest.fixture
def house(sandbox: WatchedSandbox, tmp_path: Path) -> House:
    return House.build(sandbox, tmp_path / "house")


def refused(done: Finished) -> str:
    """The sentence of a refusal."""
    assert done.code == 2, done
    assert "Traceback" not in done.complaint
    assert not done.output
    assert done.complaint.strip()
    return " ".join(done.complaint.split())


def written(house: House) -> list[str]:
    """All that stands in an installation, but for what processes said."""
    return sorted(str(path) for path in house.folder.rglob("*") if not {"said", "work"} & {*path.parts})


def edited(old: str, new: str) -> Prepare:
    return lambda house: house.config.write_text(house.config.read_text().replace(old, new))


def a_folder(house: House) -> None:
    house.config.unlink()
    house.config.mkdir()


CONFIGURATIONS: dict[str, tuple[Prepare, str]] = {
    "missing": (lambda house: house.config.unlink(), "gateway.toml cannot be read (No such file"),
    "a folder": (a_folder, "cannot be read (Is a directory"),
    "no text": (lambda house: house.config.write_bytes(b"\xff\xfe"), "gateway.toml cannot be used"),
    "no TOML": (edited("region = ", "region = = "), "gateway.toml cannot be used: Invalid value (at line"),
    "an unknown key": (edited("region = ", 'regoin = "eu"\nregion = '), "contains unknown field `regoin`"),
    "an unknown key inside": (
        edited("[listen]", "[listen]\nprot = 1"),
        "unknown field `prot` - at `$.listen`",
    ),
    "a missing key": (edited('region = "eu"', ""), "missing required field `region`"),
    "a wrong type": (edited('region = "eu"', "region = 7"), "Expected `str`, got `int` - at `$.region`"),
    "a moved clock in production": (
        edited("region = ", "production = true\nregion = "),
        "clock_offset_seconds",
    ),
    "no policies": (edited("/config", "/nowhere"), "holds no policy"),
    "keys inside of the data": (edited("/keys", "/store/keys"), "lie one in the other"),
    "data inside of the keys": (edited("/store", "/keys/store"), "lie one in the other"),
    "keys where the data is": (edited("/keys", "/store"), "lie one in the other"),
    "keys below nothing": (edited("/keys", "/nowhere/keys"), "cannot be used (No such file or directory)"),
    "keys open to others": (lambda house: (house.folder / "keys").mkdir(mode=0o755), "open to other users"),
    "a link to keys": (
        lambda house: (house.folder / "keys").symlink_to(house.folder / "config"),
        "is not a directory",
    ),
    "a file for keys": (lambda house: (house.folder / "keys").touch(), "is not a directory"),
}


@pytest.mark.parametrize(("prepare", "sentence"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
async def test_a_configuration_that_cannot_be_used_leaves_nothing_behind(
    house: House, prepare: Prepare, sentence: str
) -> None:
    prepare(house)
    before = written(house)
    for command in (("check-config",), ("serve",)):
        assert sentence in refused(await house.call(*command))
    assert written(house) == before


async def test_one_file_system_for_keys_and_data_warns(house: House) -> None:
    warned = await house.call("check-config")
    assert warned.code == 0
    assert "keys_and_data_share_a_file_system" in warned.complaint


async def test_one_file_system_for_keys_and_data_is_refused_in_production(house: House) -> None:
    text = house.config.read_text().replace("clock_offset_seconds", "#")
    house.config.write_text(f"production = true\n{text}")
    before = written(house)
    assert "share a file system" in refused(await house.call("serve"))
    assert written(house) == before


STORES: dict[str, tuple[Prepare, str]] = {
    "a file": (lambda house: Path(house.settings.store).touch(), "store directory cannot be made"),
    "no database": (lambda house: _fill(house, os.urandom(5000)), "database cannot be opened"),
    "a folder": (lambda house: house.database.mkdir(parents=True), "database cannot be opened"),
}


def _fill(house: House, content: bytes) -> None:
    house.database.parent.mkdir()
    house.database.write_bytes(content)


@pytest.mark.parametrize(("prepare", "sentence"), STORES.values(), ids=STORES)
async def test_a_store_that_is_none_is_left_as_it_is(house: House, prepare: Prepare, sentence: str) -> None:
    prepare(house)
    assert sentence in refused(await house.call("check-config"))


async def test_a_database_from_a_newer_version_is_not_touched(house: House) -> None:
    await house.call("check-config")
    house.execute("UPDATE alembic_version SET version_num = '9999'")
    before = house.database.read_bytes()
    assert "written by a newer version" in refused(await house.call("serve"))
    assert house.database.read_bytes() == before


CREDENTIALS: dict[str, tuple[Prepare, str]] = {
    "no certificate file": (edited("microsoft.pem", "none.pem"), "none.pem"),
    "no certificate in it": (edited("microsoft.pem", "google.json"), "no certificate"),
    "no key file": (edited("google.json", "none.json"), "none.json"),
    "no key in it": (edited("google.json", "microsoft.pem"), "[providers.google]"),
    "no authorities": (edited("ca.pem", "google.json"), "(ca_file) cannot be read"),
    "an impossible port": (edited("port = 0", "port = 70000"), "65535"),
}


@pytest.mark.parametrize(("prepare", "sentence"), CREDENTIALS.values(), ids=CREDENTIALS)
async def test_what_serving_needs_is_checked_before_it_serves(
    house: House, prepare: Prepare, sentence: str
) -> None:
    prepare(house)
    assert sentence in refused(await house.call("serve"))


async def test_a_port_that_is_taken_is_said(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        edited("port = 0", f"port = {port}")(house)
        assert str(port) in refused(await house.call("serve"))


COMMANDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("tenant", "show", "Nobody"), "no tenant of that name or id"),
    (("tenant", "withdraw", "Nobody"), "no tenant of that name or id"),
    (("tenant", "resume", "Nobody"), "no tenant of that name or id"),
    (("doctor", "Nobody"), "no tenant of that name or id"),
    (("tenant", "resume", "Halden & Voss"), "active; it cannot resume"),
    (("tenant", "add", "New", *MICROSOFT, "--customer", "C1"), "--read-as"),
    (("tenant", "add", "New", "--provider", "microsoft", *WHERE), "--directory-id"),
    (("tenant", "add", "New", "--provider", "microsoft", "--directory-id", "new.example"), "--address"),
    (("tenant", "add", "New", *MICROSOFT, "--jurisdiction", "Germany"), "two capital letters"),
    (("tenant", "add", "New", *MICROSOFT, "--national-rule", " "), "--national-rule is empty"),
    (("tenant", "add", "New", *MICROSOFT, "--mandate", "none.toml"), "none.toml cannot be read"),
    (("tenant", "add", "New", *GOOGLE, "--grant", "delegated-readonly"), "--read-as"),
    (("tenant", "add", "New", *GOOGLE, "--read-as", "reader@corp.example"), "--read-as"),
    (("tenant", "add", "New", *GOOGLE, "--grant", "scoped"), "Choose one of: shared"),
    (("tenant", "add", "New", "--provider", "other", *WHERE), "Invalid value"),
    (("tenant", "add", "New", *MICROSOFT, "--policy", "none"), "no policy of that name"),
    (("tenant", "add", "New", *MICROSOFT, "--basis", "z"), "no ceiling for that legal basis"),
    (("tenant", "add", "New", *MICROSOFT, "--basis", "a"), "a person's own authorization only"),
    (("tenant", "add", "New", *MICROSOFT, "--zone", "Mars/Base"), "time zone is unknown"),
    (("tenant", "add", "New", *MICROSOFT, "--zone", "../../etc/passwd"), "time zone is unknown"),
    (("tenant", "add", "New", *MICROSOFT, "--region", "us"), "in region eu only"),
    (("tenant", "add", "New", *MICROSOFT, "--places", "none.toml"), "none.toml cannot be read"),
    (("tenant", "add", "New", *MICROSOFT, "--mode", "fast"), "Invalid value"),
    (("consumer", "add", "", *SIGNAGE, "--tenant", "Halden & Voss"), "A consumer needs a name"),
    (("consumer", "add", "FlexO", *SIGNAGE, "--tenant", "Nobody"), "no tenant of that name or id"),
    (("consumer", "add", "FlexO", "--purpose", "all", "--tenant", "Halden & Voss"), "no policy of that name"),
    (("consumer", "add", "FlexO", "--tenant", "Halden & Voss"), "--purpose"),
    (("consumer", "add", "FlexO", *SIGNAGE), "--tenant"),
    (("consumer", "revoke", "Nobody"), "No consumer of that name"),
    (("sync",), "say --once"),
    (("status", "--verbose"), "Unknown option"),
    (("fly",), "Unknown command"),
)


async def test_a_command_that_cannot_be_done_changes_nothing(house: House) -> None:
    await house.onboard(*map(Choice, house.companies))
    again = ("tenant", "add", "Again", *MICROSOFT[:3], house.companies[0].id, *WHERE)
    before, rows = written(house), house.dump()
    for arguments, sentence in (*COMMANDS, (again, "already onboarded")):
        assert sentence in refused(await house.call(*arguments)), arguments
        assert (written(house), house.dump()) == (before, rows), arguments


async def test_withdrawing_twice_says_the_same_and_changes_nothing(house: House) -> None:
    (tenant, _), _ = await house.onboard(*map(Choice, house.companies))
    done = await house.call("tenant", "withdraw", tenant.id, "--without-export")
    assert done.code == 0
    rows = house.dump()
    again = await house.call("tenant", "withdraw", tenant.id)
    assert (again.code, again.output, house.dump()) == (0, done.output, rows)


async def test_a_feed_that_cannot_be_read_is_said(house: House, tmp_path: Path) -> None:
    token, nowhere = tmp_path / "token", "http://127.0.0.1:1"
    token.write_text(f"con_unknown.{'secret' * 8}")
    assert "token file" in refused(await call("feed", "--token-file", "none", folder=house.folder))
    told = await call("feed", "--token-file", str(token), "--url", nowhere, folder=house.folder)
    assert "Nothing answers there" in refused(told)
    gateway = house.start("serve")
    here = f"http://127.0.0.1:{await gateway.port()}"
    told = await call("feed", "--token-file", str(token), "--url", here, folder=house.folder)
    assert "A valid token is needed" in refused(told)
    assert "secret" not in told.complaint
    await gateway.stop()


async def test_worlds_and_previews_that_are_none_are_said(house: House) -> None:
    (house.folder / "page.json").write_text("[[[")
    for arguments, sentence in (
        (("demo", "--world", "none"), "world.toml cannot be read"),
        (("sandbox", "--world", "none"), "world.toml cannot be read"),
        (("preview", "none", "--provider", "google"), "none cannot be read"),
        (("preview", str(house.folder / "page.json"), "--provider", "google"), "not what preview expects"),
    ):
        assert sentence in refused(await call(*arguments, folder=house.folder))


async def test_a_provider_that_refuses_the_credential_shows_in_the_status(
    sandbox: WatchedSandbox, tmp_path: Path
) -> None:
    async with sandbox:
        house = House.build(sandbox, tmp_path / "house")
        tenants, _ = await house.onboard(*map(Choice, house.companies))
        stranger, credentials = Identity(system_clock()()), house.folder / "credentials"
        (credentials / "microsoft.pem").write_bytes(stranger.certificate.pem)
        (credentials / "google.json").write_bytes(stranger.account.file(f"{sandbox.google_url}/token"))
        done = await house.call("sync", "--once")
    assert done.code == 2
    assert "A provider refuses our own credential" in done.complaint
    assert "Traceback" not in done.complaint
    told = (await house.call("status")).output
    for tenant, reason in zip(tenants, ("entra_credential_refused", "google_key_refused"), strict=True):
        # Our own credential says nothing about what the employer authorized.
        assert house.execute("SELECT state FROM authorizations WHERE tenant = ?", tenant.id) == [
            ("degraded",)
        ]
        assert reason in told
