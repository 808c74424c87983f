"""Consumers as an admin sees them."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from gateway.app.in_force import Ledger, find_ledger, recipients_of
from gateway.app.parts import Parts
from gateway.app.tenants import find_tenant
from gateway.booking import TenantId
from gateway.errors import ConfigurationError
from gateway.minimization.purposes import check_purpose
from gateway.store.consumers import RECORDS, Consumer, ConsumerRows
from gateway.store.history import Detail, Happened
from gateway.store.registry import Registry

# The public cursor holds one position per tenant, and has to fit into an address.
TENANTS_MAX = 100


async def add_consumer(
    parts: Parts,
    name: str,
    tenants: Iterable[str],
    *,
    purpose: str,
    public_key: str | None = None,
) -> tuple[Consumer, str]:
    """Register a consumer for some tenants. Its token is returned once and never stored.

    ``purpose`` names the policy that is the most it sees of any of them; by ``public_key`` (RFC 8037) its
    acknowledgements are verified, which have to be signed then. Raises UnknownName for a tenant or
    policy that does not exist, ConfigurationError for anything else that cannot be.
    """
    if not name.strip():
        raise ConfigurationError(
            "A consumer needs a name, by which people will know it. Give it one; nothing was recorded."
        )
    check_purpose(parts.rules.policies, purpose)
    scope = frozenset([(await find_tenant(parts, tenant)).standing.tenant for tenant in tenants])
    if not 0 < len(scope) <= TENANTS_MAX:
        raise ConfigurationError(
            f"A consumer reads 1 to {TENANTS_MAX} tenants. Name them with --tenant, or split the consumer; "
            "nothing was recorded."
        )

    def add(registry: Registry) -> tuple[Consumer, str]:
        rows = ConsumerRows(registry.handle, names)
        if any(consumer.name == name and consumer.revoked_at is None for consumer in rows.all()):
            raise ConfigurationError(
                "A consumer of that name may read already. Revoke it first, or choose another name; nothing "
                "was recorded."
            )
        added = rows.add(name, scope, purpose=purpose, now=registry.now, public_key=public_key)
        _note(registry, ledgers)
        return added

    names = await parts.keyring.service(*RECORDS)
    ledgers = await _ledgers(parts, scope)
    return await parts.store.administer(add)


async def list_consumers(parts: Parts) -> list[Consumer]:
    """Every consumer, revoked ones included."""
    names = await parts.keyring.service(*RECORDS)
    return await parts.store.read(lambda handle: ConsumerRows(handle, names).all())


async def readers_of(parts: Parts, tenant: TenantId) -> list[str]:
    """The names of those who may read a tenant's feed."""
    names = await parts.keyring.service(*RECORDS)
    found = await parts.store.read(partial(recipients_of, consumers=names, tenant=tenant))
    return [recipient.name for recipient in found]


async def revoke_consumer(parts: Parts, name_or_id: str) -> Consumer:
    """Stop a consumer's token at once. Raises UnknownName."""
    names = await parts.keyring.service(*RECORDS)
    revoked = await parts.store.administer(
        lambda registry: ConsumerRows(registry.handle, names).revoke(name_or_id, now=registry.now)
    )
    # Tenants' histories come after: a token waits for nobody's keys. Whatever serves next makes up for it.
    ledgers = await _ledgers(parts, revoked.scope)
    await parts.store.administer(partial(_note, ledgers=ledgers, tell=Ledger.detail_or_none))
    return revoked


async def _ledgers(parts: Parts, scope: Iterable[TenantId]) -> dict[TenantId, Ledger | None]:
    return {tenant: await find_ledger(parts, tenant) for tenant in scope}


def _note(
    registry: Registry,
    ledgers: Mapping[TenantId, Ledger | None],
    tell: Callable[[Ledger, Registry], Detail | None] = Ledger.detail,
) -> None:
    """Write into tenants' histories that others may read, or fewer."""
    for tenant, ledger in ledgers.items():
        authorization = registry.standing(tenant).authorization
        if authorization.state.is_open:
            detail = None if ledger is None else tell(ledger, registry)
            registry.note(authorization, Happened.RECIPIENTS, detail)
