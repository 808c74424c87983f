"""``gateway demo``: the main job as a story."""

import asyncio
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

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
) -> int:
    """Show the main job on made-up companies, without any account. Returns the exit code."""
    if data is not None:
        _prepare(data)
    companies = made_up_world(seed, CALENDARS_PER_EMPLOYER) if world is None else world_from(world)
    return await _until_terminated(tell(Console(), companies, data))


async def _until_terminated(work: Coroutine[Any, Any, None]) -> int:
    """Do some work; SIGTERM ends it as Ctrl-C does, with all it opened closed. Returns the exit code."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(work)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    # As a shell tells it of a process that the signal ended.
    return 128 + signal.SIGTERM if task.cancelled() else 0


def _prepare(data: Path) -> None:
    """Make the folder. Raises ConfigurationError if an earlier demo left its own in it."""
    try:
        is_used = any((data / name).exists() for name in ("store", "keys"))
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{data} cannot be made ({error.strerror}). Name another folder.") from None
    if is_used:
        raise ConfigurationError(f"{data} holds what an earlier demo left. Name an empty folder.")
