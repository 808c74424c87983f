"""What every command that works on an installation begins with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from gateway.app.parts import Parts, open_parts
from gateway.settings import load_settings

#: Where the configuration is.
ConfigPath = Annotated[Path, Parameter(name="--config", help="The configuration file.")]

DEFAULT_CONFIG = Path("gateway.toml")


def console() -> Console:
    """Prints for people. Names may hold brackets: what is printed is text, never markup."""
    return Console(markup=False, highlight=False, soft_wrap=False)


@asynccontextmanager
async def configured(config: Path) -> AsyncIterator[Parts]:
    """The parts of the installation that a configuration file describes. Raises ConfigurationError."""
    async with open_parts(load_settings(config)) as parts:
        yield parts
