"""Help: every command tells what it takes, and asking what there is does not load the house."""

import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli.commands import command_line
from tests.system.gateways import call

ROOT = Path(__file__).parents[2]

GROUPS = (
    *("tenant", "change", "link", "subject", "request", "consumer", "webhook", "hold", "backup", "keys"),
    *("log", "signals"),
)
HEAVY = ("sqlalchemy", "aiohttp", "msal", "google", "googleapiclient", "cryptography", "alembic")

LISTING = """
import sys
from gateway.cli.commands import run
code = run(sys.argv[1:])
print("heavy:", *sorted({heavy} & sys.modules.keys()))
raise SystemExit(code)
"""


def leaves() -> list[tuple[str, ...]]:
    """Every command by its words."""
    root = command_line()
    names = [(name,) for name in root if not name.startswith("-") and name not in GROUPS]
    return names + [(group, name) for group in GROUPS for name in root[group] if not name.startswith("-")]


@pytest.mark.parametrize("arguments", [(), ("tenant",), ("consumer", "--help")])
def test_what_there_is_is_told_at_once(arguments: tuple[str, ...]) -> None:
    script = LISTING.format(heavy=set(HEAVY))
    told = subprocess.run(  # noqa: S603  this very Python
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "Usage: gateway" in told.stdout
    assert told.stdout.splitlines()[-1] == "heavy:"


@pytest.mark.parametrize("command", leaves(), ids=" ".join)
async def test_every_command_says_what_it_takes(command: tuple[str, ...], tmp_path: Path) -> None:
    told = await call(*command, "--help", folder=tmp_path)
    assert told.code == 0
    assert f"Usage: gateway {' '.join(command)}" in told.output
    assert "Parameters" in told.output
    assert told.complaint == ""


def test_the_installed_command_is_this_one() -> None:
    script = Path(sys.executable).parent / "gateway"
    told = subprocess.run(  # noqa: S603  installed beside this very Python
        [script, "--version"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert told.stdout.strip()
