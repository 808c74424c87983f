"""How the demo ends when it is told to."""

import asyncio
import os
import signal
import tempfile
from pathlib import Path

import pytest

from gateway.cli.demo import demo
from tests.system.gateways import PATIENCE_SECONDS

EXAMPLE = Path(__file__).parents[3] / "config" / "worlds" / "example"


def held(folder: Path, pattern: str = "*") -> list[Path]:
    return list(folder.glob(pattern))


async def test_sigterm_ends_it_and_leaves_no_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        shown = group.create_task(demo(world=EXAMPLE))
        while not held(tmp_path, "*/keys/tenants/*"):  # noqa: ASYNC110  a folder rings no event
            await asyncio.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)
    assert shown.result() == 143
    assert held(tmp_path) == []
    assert capsys.readouterr().err == ""
