"""Consumers that are bound to a client certificate, at the command line."""

import hashlib
import ssl
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from connectors.sandbox.authority import Authority
from gateway.app.consumers.overview import list_consumers
from gateway.app.parts import open_parts
from gateway.app.standins import CONTROLLER, write_settings
from gateway.app.tenants import add_tenant
from gateway.cli.consumer import add, bind, list_
from gateway.errors import ConfigurationError, UnknownName
from gateway.settings import load_settings
from gateway.tenant import Connection, Provider, Registration
from tests.fakes.blank_store import lay_tables
from tests.fakes.installation import SETTINGS

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def certificate(folder: Path, name: str) -> tuple[Path, bytes]:
    """A file with one, and its SHA-256."""
    pem, file = Authority(NOON).pem, folder / name
    file.write_bytes(pem)
    return file, hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.decode())).digest()


@pytest.fixture
async def config(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Of an installation with a tenant, behind a proxy that tells of certificates."""
    file, proxies = tmp_path / "gateway.toml", getattr(request, "param", ("10.0.0.5",))
    listen = msgspec.structs.replace(SETTINGS.listen, certificates_from=proxies)
    write_settings(msgspec.structs.replace(SETTINGS, listen=listen), file)
    lay_tables(tmp_path / "store")
    async with open_parts(load_settings(file)) as parts:
        choice = Registration(name="Fjord", policy="occupancy", zone="UTC", basis="f")
        reach = Connection(provider=Provider.MICROSOFT, directory="fjord.example")
        await add_tenant(parts, reach, choice, controller=CONTROLLER)
    return file


async def bound(config: Path) -> list[tuple[bytes, ...]]:
    async with open_parts(load_settings(config)) as parts:
        return [one.certificates for one in await list_consumers(parts)]


async def test_a_consumer_is_bound_to_one_and_then_to_another(
    config: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    first, its_digest = certificate(tmp_path, "first.pem")
    second, other_digest = certificate(tmp_path, "second.pem")
    await add("flexo", tenant=["Fjord"], purpose="occupancy", certificate=first, config=config)
    assert await bound(config) == [(its_digest,)]
    await bind("flexo", second, config=config)
    assert "The one before it is good as well" in capsys.readouterr().out
    assert await bound(config) == [(other_digest, its_digest)]
    await list_(config=config)
    assert "shows a certificate" in capsys.readouterr().out


async def test_what_is_none_is_refused(config: Path, tmp_path: Path) -> None:
    none = tmp_path / "none.pem"
    none.write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(ConfigurationError, match="holds no certificate"):
        await add("flexo", tenant=["Fjord"], purpose="occupancy", certificate=none, config=config)
    with pytest.raises(UnknownName):
        await bind("flexo", certificate(tmp_path, "first.pem")[0], config=config)
    assert await bound(config) == []


@pytest.mark.parametrize("config", [()], indirect=True)
async def test_nobody_is_bound_where_no_proxy_tells(config: Path, tmp_path: Path) -> None:
    file, _ = certificate(tmp_path, "first.pem")
    with pytest.raises(ConfigurationError, match=r"listen\.certificates_from"):
        await add("flexo", tenant=["Fjord"], purpose="occupancy", certificate=file, config=config)
    await add("flexo", tenant=["Fjord"], purpose="occupancy", config=config)
    with pytest.raises(ConfigurationError, match="could never read"):
        await bind("flexo", file, config=config)
    assert await bound(config) == [()]
