"""``gateway keys`` and ``gateway tenant rotate``, as an operator types them."""

import shutil
from pathlib import Path

import pytest

from gateway.app.standins import write_settings
from gateway.cli.commands import exit_code
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.site import open_site
from tests.gateway.app.test_evidence_copies import write_keys

FOLDERS = """
[evidence_copies]
folders = ["one", "two"]
public_key_file = "evidence.pub.pem"
"""


@pytest.fixture
async def tenant(tmp_path: Path) -> str:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    config.write_text(config.read_text(encoding="utf-8") + FOLDERS, encoding="utf-8")
    write_keys(tmp_path, "evidence")
    async with open_installation(tmp_path) as installation:
        return (await open_site(installation)).tenant


def test_copies_are_made_tried_and_put_back(
    tmp_path: Path, tenant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> tuple[int, str]:
        code = exit_code([*words, "--config", str(tmp_path / "gateway.toml")])
        told = capsys.readouterr()
        return code, " ".join((told.out or told.err).split())

    private = str(tmp_path / "evidence.pem")
    code, told = run("status")
    assert (code, told.count("is not reached")) == (0, 2)
    code, told = run("keys", "drill", private)
    assert (code, "'gateway keys backup' makes those" in told) == (2, True)
    code, told = run("keys", "backup")
    assert (code, told.count("every evidence key has its copy there")) == (0, 2)
    (tmp_path / "two" / f"{tenant}.evidence").unlink()
    _, told = run("status")
    assert "two has no copy yet of the evidence key of: Harbour Works." in told
    run("keys", "backup")
    assert run("keys", "drill", private) == (0, "All copies open in both folders: 1 in each.")
    shutil.rmtree(tmp_path / "keys")
    code, told = run("keys", "restore", str(tmp_path / "one"), private)
    assert (code, told.startswith("Put back, where there were none: 1.")) == (0, True)


def test_a_key_is_renewed_and_its_age_told(
    tmp_path: Path, tenant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config = str(tmp_path / "gateway.toml")

    def run(*words: str) -> str:
        assert exit_code([*words, "--config", config]) == 0
        return " ".join(capsys.readouterr().out.split())

    assert "encryption key version 1 since " in run("tenant", "show", tenant)
    assert run("tenant", "rotate", tenant).startswith("Version 2 is in use, and older ones are destroyed.")
    assert "encryption key version 2 since " in run("tenant", "show", tenant)
