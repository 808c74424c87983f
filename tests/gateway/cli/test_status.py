"""What ``gateway status`` says of calendars that were not read, and of those that were."""

from datetime import timedelta
from pathlib import Path

import pytest

from connectors.errors import CredentialRefused, PushRefused
from gateway.app.standins import CONTROLLER, write_settings
from gateway.app.tenants import add_tenant, list_tenants, resume_tenant, withdraw_tenant
from gateway.authorization import SuspensionReason
from gateway.cli.status import status
from gateway.cli.tenant import show
from gateway.tenant import Connection, Provider, Registration
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.provider import WATCHING, FakeProvider
from tests.fakes.site import AMBER, meetings, open_site


async def test_what_is_said_of_calendars_is_true(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_settings(SETTINGS, tmp_path / "gateway.toml")

    async def told() -> str:
        await status(config=tmp_path / "gateway.toml")
        return " ".join(capsys.readouterr().out.split())

    async with open_installation(tmp_path) as installation:
        site = await open_site(installation, *meetings(2))
        assert "asked again" not in await told()
        site.provider.fail(1, CredentialRefused("google_key_refused"))
        await installation.sync_later()
        refused = await told()
        site.provider.blur(AMBER, "event-0")
        await installation.sync_later()
        unclear = await told()
    assert "Harbour Works: 1 could not be read (google_key_refused)." in refused
    assert "check-config' looks at the files and asks no provider" in refused
    assert "1 could not be understood in full: unknown, never free (not_understood)" in unclear
    assert "could not be read" not in unclear


async def test_who_does_not_tell_of_changes_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_settings(SETTINGS, tmp_path / "gateway.toml")
    async with open_installation(tmp_path) as installation:
        installation.notify_url = "https://gateway.example/v1/notifications/graph"
        provider = FakeProvider(AMBER)
        provider.fail(WATCHING, PushRefused("graph_receiver_unconfirmed"))
        await installation.onboard(provider)
        await installation.sync()
        await status(config=tmp_path / "gateway.toml")
        silent = " ".join(capsys.readouterr().out.split())
        tenant = (await list_tenants(installation.parts))[0].standing
        await installation.store.administer(
            lambda registry: registry.change(
                tenant.authorization, tenant.authorization.suspend(SuspensionReason.RESTRICTED)
            )
        )
        await status(config=tmp_path / "gateway.toml")
        suspended = " ".join(capsys.readouterr().out.split())
        await resume_tenant(installation.parts, tenant.tenant)
        installation.clock.move(timedelta(minutes=11))
        await installation.sync()
        await status(config=tmp_path / "gateway.toml")
        told = " ".join(capsys.readouterr().out.split())
    assert "1 polled alone" in silent
    assert "(graph_receiver_unconfirmed)" in silent
    assert "polled alone" not in suspended
    assert "polled alone" not in told


async def test_grants_that_reach_further_are_warned_of_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_settings(SETTINGS, tmp_path / "gateway.toml")
    async with open_installation(tmp_path) as installation:
        for name, grant in (("a", "shared"), ("b", "delegated-readonly"), ("c", None)):
            reach = Connection(
                provider=Provider.GOOGLE, directory=f"C0{name}", grant=grant, read_as="r@corp.example"
            )
            choice = Registration(name=name, policy="occupancy", zone="UTC", basis="f")
            await add_tenant(installation.parts, reach, choice, controller=CONTROLLER)
            await status(config=tmp_path / "gateway.toml")
            told = " ".join(capsys.readouterr().out.split())
            assert told.count("this key can act as any user") == (grant != "shared")


async def test_a_key_service_that_is_away_is_no_reason_to_say_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, key = tmp_path / "gateway.toml", tmp_path / "keys" / "service.key"
    write_settings(SETTINGS, config)
    async with open_installation(tmp_path) as installation:
        tenant = (await open_site(installation, *meetings(2))).tenant
        await withdraw_tenant(installation.parts, tenant)
        key.unlink()
        key.mkdir()
        await status(config=config)
        told = " ".join(capsys.readouterr().out.split())
        await show(tenant, config=config)
        shown = " ".join(capsys.readouterr().out.split())
    assert "is known once the key service is there again" in told
    assert "not acknowledged by known once the key service is there again" in shown
