"""Consumers as an admin sees them."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from gateway.app.parts import Parts
from gateway.app.tenants import acknowledgements, find_tenant
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError
from gateway.store.consumers import RECORDS, Consumer, ConsumerRows
from gateway.store.withdrawals import WithdrawalRow

# The public cursor holds one position per tenant, and has to fit into an address.
TENANTS_MAX = 100


async def add_consumer(parts: Parts, name: str, tenants: Iterable[str]) -> tuple[Consumer, str]:
    """Register a consumer for some tenants. Its token is returned once and never stored.

    Raises UnknownName for a tenant that does not exist.
    """
    scope = frozenset([(await find_tenant(parts, tenant)).standing.tenant for tenant in tenants])
    if not 0 < len(scope) <= TENANTS_MAX:
        raise ConfigurationError(
            f"A consumer reads 1 to {TENANTS_MAX} tenants. Name them with --tenant, or split the consumer; "
            "nothing was recorded."
        )
    async with _rows(parts) as rows:
        if any(consumer.name == name and consumer.revoked_at is None for consumer in await rows.all()):
            raise ConfigurationError(
                "A consumer of that name may read already. Revoke it first, or choose another name; nothing "
                "was recorded."
            )
        return await rows.add(name, scope)


async def list_consumers(parts: Parts) -> list[Consumer]:
    """Every consumer, revoked ones included."""
    async with _rows(parts) as rows:
        return await rows.all()


async def revoke_consumer(parts: Parts, name_or_id: str) -> Consumer:
    """Stop a consumer's token at once. Raises UnknownName."""
    async with _rows(parts) as rows:
        return await rows.revoke(name_or_id)


async def unacknowledged(parts: Parts, withdrawal: WithdrawalRow) -> list[str]:
    """Consumers that were told and have not yet said that they deleted."""
    said = {consumer for consumer, _ in await acknowledgements(parts, withdrawal)}
    return [
        consumer.id
        for consumer in await list_consumers(parts)
        if withdrawal.tenant in consumer.scope and consumer.id not in said and consumer.revoked_at is None
    ]


@asynccontextmanager
async def _rows(parts: Parts) -> AsyncIterator[ConsumerRows]:
    names = await parts.keyring.service(*RECORDS)
    async with parts.store.administer() as (connection, _):
        yield ConsumerRows(connection, milliseconds(parts.clock()), names)
