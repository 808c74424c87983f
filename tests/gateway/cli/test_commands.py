"""The command line as such: how it ends, and what it offers."""

import os
import re
from pathlib import Path

import pytest

from gateway.cli.commands import command_line, exit_code

LEAVES = {
    "": (
        "demo",
        "sandbox",
        "serve",
        "sync",
        "status",
        "check-config",
        "doctor",
        "receipt",
        "feed",
        "preview",
    ),
    "tenant": ("add", "list", "show", "policy", "places", "renew", "history", "resume", "withdraw"),
    "consumer": ("add", "list", "revoke"),
}
COMMANDS = [(*group.split(), name) for group, names in LEAVES.items() for name in names]

PAGE = '[{"id": "1", "status": "cancelled"}]'


@pytest.mark.parametrize("lines", [1, 2000])
def test_a_reader_that_had_enough_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lines: int
) -> None:
    page = tmp_path / "page.json"
    page.write_text(f"[{', '.join([PAGE.strip('[]')] * lines)}]")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stdout:
        monkeypatch.setattr("sys.stdout", stdout)
        assert exit_code(["preview", str(page), "--provider", "google", "--json"]) == 0
        stdout.flush()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_only_options_that_do_something_are_offered(
    capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    command_line()([*command, "--help"], result_action="return_value")
    assert not re.search(r"--(no|empty)-", capsys.readouterr().out)


def test_what_cannot_be_undone_is_said_before(capsys: pytest.CaptureFixture[str]) -> None:
    command_line()(["tenant", "withdraw", "--help"], result_action="return_value")
    assert "cannot be undone" in " ".join(capsys.readouterr().out.split())
