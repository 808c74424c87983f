"""``gateway demo``: the main job as a story."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from gateway.app.standins import made_up_world, world_from
from gateway.demo.story import tell
from gateway.errors import ConfigurationError

CALENDARS_PER_EMPLOYER = 150


async def demo(
    *,
    world: Annotated[Path | None, Parameter(help="A folder with world.toml: your own companies.")] = None,
    data: Annotated[
        Path | None, Parameter(help="Keep the gateway's store and keys here, to look at.")
    ] = None,
    seed: Annotated[int, Parameter(help="The same number makes the same companies.")] = 1,
) -> None:
    """Show the main job on made-up companies, without any account."""
    if data is not None:
        _prepare(data)
    companies = made_up_world(seed, CALENDARS_PER_EMPLOYER) if world is None else world_from(world)
    await tell(Console(), companies, data)


def _prepare(data: Path) -> None:
    """Make the folder. Raises ConfigurationError if an earlier demo left its own in it."""
    if any((data / name).exists() for name in ("store", "keys")):
        raise ConfigurationError(f"{data} holds what an earlier demo left. Name an empty folder.")
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{data} cannot be made ({error.strerror}). Name another folder.") from None
