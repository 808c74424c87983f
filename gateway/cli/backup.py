"""``gateway backup``: copies of the store, which hold no keys; taking, trying, putting them back."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from gateway.app.copies import restoring
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console, whole
from gateway.clock import moment
from gateway.settings import load_settings

Copy = Annotated[Path, Parameter(help="The file of a copy.")]


async def take(copy: Copy, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Copy the store into a file, also while it is in use, and register the copy with the key service."""
    async with configured(config) as parts:
        backup = await restoring.take(parts, copy)
    console().print(f"Taken, and registered as {backup}. It holds no key: without them it opens to nobody.")


async def list_(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List the copies that were registered, and when each was tried last."""
    table = Table(whole("backup"), "taken (UTC)", "tried (UTC)", "said to be destroyed (UTC)")
    async with configured(config) as parts:
        known = await restoring.registered(parts)
    for name, backup in sorted(known.items(), key=lambda one: one[1].taken_at):
        tried = "never" if backup.drilled_at is None else _told(backup.drilled_at)
        gone = "" if backup.destroyed_at is None else _told(backup.destroyed_at)
        table.add_row(name, _told(backup.taken_at), tried, gone)
    console().print(table, crop=False)


async def forget(
    backup: Annotated[str, Parameter(help="Its id, as 'gateway backup list' shows it.")],
    *,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Say that a copy was destroyed: it is put back no more, and certificates tell that this was said."""
    async with configured(config) as parts:
        await restoring.forget(parts, backup)
    console().print("Recorded. If the file is still there, delete it: only you can.")


async def drill(copy: Copy, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Try a copy with the keys of now: nothing that was withdrawn opens, and all else does."""
    async with configured(config) as parts:
        found = await restoring.drill(parts, copy)
    out = console()
    out.print(
        f"Of what was withdrawn, {found.withdrawn.opened:,} of {found.withdrawn.records:,} records open."
    )
    out.print(
        f"Of all else, {found.others.opened:,} of {found.others.records:,} open. The drill is recorded."
    )


async def restore(copy: Copy, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Put a copy in the place of a store that is gone; what was withdrawn since is withdrawn again."""
    replayed = await restoring.restore(load_settings(config), copy)
    out = console()
    out.print(f"Put back. Withdrawn again, since the copy did not know of it: {replayed:,}.")
    out.print(
        "Tenants that changed since are suspended: 'gateway status' names them, 'gateway tenant resume' "
        "confirms what is in force. Consumers start again from nothing: cursors may be from after the copy. "
        "Webhooks are reset and told anew."
    )


def _told(milliseconds: int) -> str:
    return f"{moment(milliseconds):%Y-%m-%d %H:%M}"
