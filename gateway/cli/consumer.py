"""``gateway consumer``: who may read the feed."""

from typing import Annotated

from cyclopts import Parameter
from rich.table import Column, Table

from gateway.app.consumers import add_consumer, list_consumers, revoke_consumer
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console
from gateway.clock import moment


async def add(
    name: str,
    *,
    tenant: Annotated[list[str], Parameter(help="Name or id of a tenant it may read; repeatable.")],
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Let a consumer read some tenants; prints its token once."""
    async with configured(config) as parts:
        consumer, token = await add_consumer(parts, name, tenant)
    out = console()
    out.print(f"Recorded as {consumer.id}. Its token is shown once and is not stored:")
    # Plain, on a line of its own, so that a script can take it.
    out.out(token, highlight=False)


async def list_(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List all consumers."""
    table = Table("consumer", "name", Column("tenants", overflow="fold"), "since", "state")
    async with configured(config) as parts:
        for consumer in await list_consumers(parts):
            state = (
                "active" if consumer.revoked_at is None else f"revoked {moment(consumer.revoked_at):%Y-%m-%d}"
            )
            since = f"{moment(consumer.created_at):%Y-%m-%d}"
            table.add_row(consumer.id, consumer.name, "\n".join(sorted(consumer.scope)), since, state)
    console().print(table)


async def revoke(consumer: str, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Stop a consumer's token at once."""
    async with configured(config) as parts:
        revoked = await revoke_consumer(parts, consumer)
    console().print(f"{revoked.id} may no longer read the feed.")
