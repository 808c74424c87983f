"""``gateway demo``: the main job as a story."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from gateway.app.standins import made_up_world, world_from
from gateway.demo.story import tell

CALENDARS_PER_EMPLOYER = 150


async def demo(
    *,
    world: Annotated[Path | None, Parameter(help="A folder with world.toml: your own companies.")] = None,
    data: Annotated[
        Path | None, Parameter(help="Keep the gateway's store and keys here, to look at.")
    ] = None,
    seed: Annotated[int, Parameter(help="The made-up companies are the same for every seed.")] = 1,
) -> None:
    """Show the main job on made-up companies, without any account."""
    companies = made_up_world(seed, CALENDARS_PER_EMPLOYER) if world is None else world_from(world)
    await tell(Console(), companies, data)
