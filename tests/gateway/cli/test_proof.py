"""``gateway certificate``, ``verify`` and ``log``, as an admin and a customer type them."""

from pathlib import Path

import pytest

from gateway.app.standins import write_settings
from gateway.app.tenants import withdraw_tenant
from gateway.cli.commands import exit_code
from gateway.cli.status import status
from gateway.cli.tenant import withdraw
from gateway.proof.offline import verifier_key
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.site import open_site
from tests.fakes.witness import Witness


class Shell:
    """Types commands; keeps what they print in files."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.config = folder / "gateway.toml"
        self._capsys = capsys

    def run(self, *words: str) -> tuple[int, str]:
        code = exit_code([*words, "--config", str(self.config)])
        told = self._capsys.readouterr()
        return code, told.out or told.err

    def kept(self, name: str, *words: str) -> str:
        """The file that a command's output was put into."""
        code, told = self.run(*words)
        assert code == 0, told
        (self.folder / name).write_text(told, encoding="utf-8")
        return str(self.folder / name)


@pytest.fixture
async def tenants(tmp_path: Path) -> list[str]:
    """Two that were withdrawn, and one that was not."""
    async with open_installation(tmp_path) as installation:
        found = [(await open_site(installation)).tenant for _ in range(3)]
        for tenant in found[:2]:
            await withdraw_tenant(installation.parts, tenant)
    return list(found)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    write_settings(SETTINGS, tmp_path / "gateway.toml")
    return Shell(tmp_path, capsys)


def test_a_certificate_is_printed_and_verified(shell: Shell, tenants: list[str]) -> None:
    file = shell.kept("certificate", "certificate", tenants[0])
    code, told = shell.run("verify", file)
    assert (code, told.startswith("It holds: number 1 of 2 in the log calendar-gateway/")) == (0, True)
    assert f'"tenant": "{tenants[0]}"' in told
    withdrawal = told.partition('"withdrawal": "')[2].partition('"')[0]
    assert (
        Path(file).read_text() == Path(shell.kept("again", "certificate", tenants[0], withdrawal)).read_text()
    )


def test_whoever_has_the_key_needs_no_installation(shell: Shell, tenants: list[str]) -> None:
    file, key = shell.kept("certificate", "certificate", tenants[1]), shell.run("log", "key")[1].strip()
    shell.config = shell.folder / "nowhere.toml"
    assert shell.run("verify", file, "--key", key)[0] == 0
    altered = shell.folder / "altered"
    altered.write_bytes(Path(file).read_bytes().replace(tenants[1].encode(), tenants[0].encode()))
    code, told = shell.run("verify", str(altered), "--key", key)
    assert (code, told.startswith("The log does not hold this certificate")) == (1, True)
    code, told = shell.run("verify", file, "--key", key[:-1])
    assert (code, "no key of a log" in told or "damaged" in told) == (2, True)
    assert shell.run("verify", str(shell.folder / "nothing"), "--key", key)[0] == 2


def test_what_was_not_withdrawn_has_none(shell: Shell, tenants: list[str]) -> None:
    code, told = shell.run("certificate", tenants[2])
    assert (code, "no such withdrawal" in told) == (2, True)


async def test_what_is_not_proved_yet_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    async with open_installation(tmp_path) as installation:
        tenant = (await open_site(installation)).tenant
        (tmp_path / "keys" / "tenants" / tenant / "evidence.key").unlink()
        await withdraw(tenant, config=config)
        told = capsys.readouterr().out
        assert "verified   2" in told
        assert "proved     not yet" in told
        await status(config=config)
        assert "is not proved yet" in capsys.readouterr().out


def test_a_witness_signs_and_is_asked_for(shell: Shell, tenants: list[str]) -> None:
    key, checkpoint = shell.run("log", "key")[1], shell.kept("checkpoint", "log", "checkpoint")
    witness = Witness("witness.example/w1", verifier_key(key))
    settings = shell.config.read_text() + f'\n[log]\nwitnesses = ["{witness.vkey}"]\n'
    shell.config.write_text(settings)
    request = shell.run("log", "consistency", checkpoint)[1]
    assert request.startswith("old 2\n\n")
    returned = shell.folder / "returned"
    head = Path(checkpoint).read_text()
    returned.write_text(head + witness.line(head, 1_700_000_000))
    assert shell.run("log", "cosign", str(returned)) == (
        0,
        "Kept. Signed beside the log by: witness.example/w1.\n",
    )
    file = shell.kept("certificate", "certificate", tenants[0])
    assert shell.run("verify", file, "--witness", witness.vkey)[0] == 0
    stranger = Witness("witness.example/w2", verifier_key(key))
    code, told = shell.run("verify", file, "--witness", stranger.vkey)
    assert (code, "not signed by witness.example/w2" in told) == (1, True)
    assert shell.run("log", "cosign", checkpoint)[0] == 2
