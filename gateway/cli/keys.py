"""``gateway keys``: copies of evidence keys, in two folders; no other key has any."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from gateway.app.keys import evidence_copies
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console
from gateway.settings import load_settings

PrivateKey = Annotated[
    Path, Parameter(help="What opens the copies, PEM; not kept, and not on this machine else.")
]


async def backup(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Make both folders ready, copy evidence keys there, and read back what stands there."""
    async with configured(config) as parts:
        states = await evidence_copies.prepare(parts)
    out = console()
    for state in states:
        out.print(f"{state.folder}: every evidence key has its copy there.", soft_wrap=True)
    out.print("They open with the private key alone: 'gateway keys drill' tries them.")


async def drill(private_key: PrivateKey, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Open every copy in both folders, and compare it with the key in use."""
    async with configured(config) as parts:
        opened = await evidence_copies.drill(parts, private_key)
    console().print(f"All copies open in both folders: {opened:,} in each.")


async def restore(
    folder: Annotated[Path, Parameter(help="One of the two folders.")],
    private_key: PrivateKey,
    *,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Put evidence keys back where the key directory is lost: proof opens again, and nothing else does."""
    restored = await evidence_copies.restore(load_settings(config), folder, private_key)
    console().print(
        f"Put back, where there were none: {restored:,}. Withdraw tenants whose other keys are lost."
    )
