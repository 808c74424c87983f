"""What every command that works on an installation begins with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Column

from gateway.app.parts import Parts, open_parts
from gateway.errors import ConfigurationError
from gateway.settings import load_settings

#: Where the configuration is.
ConfigPath = Annotated[Path, Parameter(name="--config", help="The configuration file.")]

DEFAULT_CONFIG = Path("gateway.toml")

#: How long ids of ours are, by what they name.
ID_WIDTHS = {
    "backup": 44,
    "change": 16,
    "consumer": 20,
    "link": 26,
    "request": 26,
    "subject": 26,
    "tenant": 26,
    "tenants": 26,
    "transmitter": 20,
}


#: More than any certificate, checkpoint, proposal or key is.
FILE_BYTES_MAX = 64 * 1024


def read_file(file: Path) -> bytes:
    """What stands in a small file. Raises ConfigurationError where it cannot be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(FILE_BYTES_MAX)
    except OSError as error:
        raise ConfigurationError(
            f"{file} cannot be read ({error.strerror}). Name a file that this user may read."
        ) from None


def console() -> Console:
    """Prints for people. Names may hold brackets: what is printed is text, never markup."""
    return Console(markup=False, highlight=False, soft_wrap=False)


def whole(heading: str) -> Column:
    """A column of ids, which are of use only whole: print its table without cropping."""
    return Column(heading, no_wrap=True, min_width=ID_WIDTHS[heading])


def folded(*headings: str) -> list[Column]:
    """Columns that go on in a further line where one is too short: nothing of them is left out."""
    return [Column(heading, overflow="fold") for heading in headings]


@asynccontextmanager
async def configured(config: Path) -> AsyncIterator[Parts]:
    """The parts of the installation that a configuration file describes. Raises ConfigurationError."""
    async with open_parts(load_settings(config)) as parts:
        yield parts
