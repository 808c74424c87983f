"""The story is not told where its beginning is not true."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from connectors.sandbox.files import load_world
from gateway.app.service import NotRead
from gateway.demo.story import tell

EXAMPLE = Path(__file__).parents[3] / "config" / "worlds" / "example"


async def test_a_calendar_that_cannot_be_read_ends_it() -> None:
    world, told = load_world(EXAMPLE), io.StringIO()
    world.denied.add("heron@haldenvoss.example")
    with pytest.raises(NotRead, match="1 calendar or directory"):
        await tell(Console(file=told), world, None)
    assert "What FlexO reads" not in told.getvalue()
