"""Consumers as an admin sees them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial

from gateway.app.parts import Parts
from gateway.app.tenants import find_tenant
from gateway.app.terms.in_force import Ledger, find_ledger, recipients_of
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError, KeyUnavailable
from gateway.intended import in_a_line
from gateway.minimization.purposes import check_purpose
from gateway.record import Recipient
from gateway.residency import Residence, check_residence
from gateway.store.consumers import RECORDS, Consumer, ConsumerRows
from gateway.store.history import Detail, Happened, history_of
from gateway.store.registry import Registry, standing_of
from gateway.withdrawal.answers import refused_recipients

#: Each of a consumer's requests looks at all of them.
TENANTS_MAX = 1000


async def add_consumer(
    parts: Parts,
    name: str,
    tenants: Iterable[str],
    *,
    purpose: str,
    residence: Residence | None = None,
    public_key: str | None = None,
    certificate: bytes | None = None,
) -> tuple[Consumer, str]:
    """Register a consumer for some tenants. Its token is returned once and never stored.

    ``purpose`` names the policy that is the most it sees of any of them; without ``residence`` it is in this
    installation's region; by ``public_key`` (RFC 8037) its acknowledgements are verified, which have to be
    signed then; ``certificate``: SHA-256 of the one that it has to show beside its token (RFC 8705). Raises
    UnknownName for a tenant or policy that does not exist, ConfigurationError for anything else that cannot
    be.
    """
    residence = residence or Residence(parts.settings.region)
    check_residence(residence, parts.settings.region)
    check_purpose(parts.rules.policies, purpose)
    _check_proxied(parts, certificate)
    scope = await _scope(parts, tenants)

    def add(registry: Registry) -> tuple[Consumer, str]:
        rows = ConsumerRows(registry.handle, records)
        _check_name(rows, name)
        for tenant, ledger in ledgers.items():
            _check_announced(registry, tenant, name, ledger)
        added = rows.add(
            name,
            scope,
            purpose=purpose,
            residence=residence,
            now=registry.now,
            public_key=public_key,
            certificate=certificate,
        )
        _note(registry, ledgers)
        return added

    records = await parts.keyring.service(*RECORDS)
    ledgers = await _ledgers(parts, scope)
    return await parts.store.administer(add)


def _check_name(rows: ConsumerRows, name: str) -> None:
    """Raises ConfigurationError."""
    if not name.strip():
        raise ConfigurationError(
            "A consumer needs a name, by which people will know it. Give it one; nothing was recorded."
        )
    if any(consumer.name == name and consumer.revoked_at is None for consumer in rows.all()):
        raise ConfigurationError(
            "A consumer of that name may read already. Revoke it first, or choose another name; nothing "
            "was recorded."
        )


def _check_proxied(parts: Parts, certificate: bytes | None) -> None:
    """Raises ConfigurationError for a certificate that nobody would tell us of."""
    if certificate is not None and not parts.settings.listen.certificates_from:
        raise ConfigurationError(
            "No proxy tells us which certificate a client has shown, so whoever is bound to one could never "
            "read. Name the proxies that verify them as listen.certificates_from; nothing was recorded."
        )


async def bind_consumer(parts: Parts, name_or_id: str, certificate: bytes) -> Consumer:
    """Bind a consumer to another certificate (its SHA-256); the one that was its newest is good beside it.

    Raises UnknownName, ConfigurationError.
    """
    _check_proxied(parts, certificate)
    records = await parts.keyring.service(*RECORDS)
    consumer = await parts.store.administer(
        lambda registry: ConsumerRows(registry.handle, records).bind(name_or_id, certificate)
    )
    await supersede(parts, consumer)
    return consumer


async def _scope(parts: Parts, tenants: Iterable[str]) -> frozenset[TenantId]:
    """Raises UnknownName, ConfigurationError for too many or none."""
    return _bounded(await _found(parts, tenants))


async def _found(parts: Parts, tenants: Iterable[str]) -> frozenset[TenantId]:
    """Raises UnknownName."""
    return frozenset([(await find_tenant(parts, tenant)).standing.tenant for tenant in tenants])


def _bounded(scope: frozenset[TenantId]) -> frozenset[TenantId]:
    """Raises ConfigurationError for too many or none."""
    if not 0 < len(scope) <= TENANTS_MAX:
        raise ConfigurationError(
            f"A consumer reads 1 to {TENANTS_MAX} tenants. Name them with --tenant, or split the consumer; "
            "nothing was recorded."
        )
    return scope


def _check_announced(registry: Registry, tenant: TenantId, name: str, ledger: Ledger | None) -> None:
    """Raises ConfigurationError for a consumer that was announced to a tenant, and that may not read yet."""
    authorization = registry.standing(tenant).authorization
    if ledger is None:
        told = history_of(registry.handle, tenant, authorization.id)
        if authorization.state.is_open and any(row.what is Happened.ANNOUNCED for row in told):
            raise KeyUnavailable(
                f"What tenant {tenant} has objected to does not open just now, so nobody more may read it. "
                "Try again once its keys are to be had; nothing was recorded."
            )
    elif in_a_line(name).casefold() in refused_recipients(ledger.announced(registry.handle)):
        raise ConfigurationError(
            f"A consumer of that name was announced to tenant {tenant}, which has objected, or has not "
            "accepted it, or its day has not come. 'gateway change list' says which; nothing was recorded."
        )


async def list_consumers(parts: Parts) -> list[Consumer]:
    """Every consumer, revoked ones included."""
    records = await parts.keyring.service(*RECORDS)
    return await parts.store.read(lambda handle: ConsumerRows(handle, records).all())


async def readers_of(parts: Parts, tenant: TenantId) -> list[Recipient]:
    """Those who may read a tenant's feed."""
    records = await parts.keyring.service(*RECORDS)
    return await parts.store.read(partial(recipients_of, consumers=records, tenant=tenant))


async def revoke_consumer(parts: Parts, name_or_id: str) -> Consumer:
    """Stop a consumer's token at once. Raises UnknownName."""
    records = await parts.keyring.service(*RECORDS)
    revoked = await parts.store.administer(
        lambda registry: ConsumerRows(registry.handle, records).revoke(name_or_id, now=registry.now)
    )
    await parts.keys.record_revocation(revoked.id)
    # Tenants' histories come after: a token waits for nobody's keys. Whatever serves next makes up for it.
    ledgers = await _ledgers(parts, revoked.scope)
    await parts.store.administer(partial(_note, ledgers=ledgers, tell=Ledger.detail_or_none))
    return revoked


async def rescope_consumer(
    parts: Parts, name_or_id: str, *, tenants: Iterable[str] = (), without: Iterable[str] = ()
) -> Consumer:
    """Let a consumer read some tenants more, and others no more. Its token stays.

    Raises UnknownName for a consumer or tenant that is not there, ConfigurationError for what cannot be.
    """
    records = await parts.keyring.service(*RECORDS)
    more, less = [await _found(parts, names) for names in (tenants, without)]
    ledgers = await _ledgers(parts, more | less)

    def change(registry: Registry) -> Consumer:
        rows = ConsumerRows(registry.handle, records)
        before = rows.reading(name_or_id)
        for tenant in more - before.scope:
            _check_announced(registry, tenant, before.name, ledgers[tenant])
        scope = _bounded((before.scope | more) - less)
        changed = {tenant: ledgers[tenant] for tenant in scope ^ before.scope}
        after = rows.rescope(name_or_id, scope) if changed else before
        _note(registry, changed)
        return after

    consumer = await parts.store.administer(change)
    await supersede(parts, consumer)
    return consumer


async def rotate_token(parts: Parts, name_or_id: str, *, overlap: timedelta) -> tuple[Consumer, str]:
    """Give a consumer another token; the one it has is good for as long as the overlap. Raises UnknownName.

    The new one is returned once and never stored.
    """
    records, until = await parts.keyring.service(*RECORDS), milliseconds(parts.clock() + overlap)
    consumer, token = await parts.store.administer(
        lambda registry: ConsumerRows(registry.handle, records).rotate(name_or_id, until=until)
    )
    await supersede(parts, consumer)
    return consumer, token


async def settle_revocations(parts: Parts) -> None:
    """Revoke again what a store that was put back takes for good, and keep what a crash kept from being kept.

    A consumer whose scope or token has changed since counts as revoked: what it may read is not known here.
    Raises KeyUnavailable.
    """
    known = await parts.keys.revocations()
    for consumer in await list_consumers(parts):
        await supersede(parts, consumer)
        if consumer.revoked_at is None and not known.isdisjoint({consumer.id, _at_version(consumer)}):
            await revoke_consumer(parts, consumer.id)
        elif consumer.revoked_at is not None and consumer.id not in known:
            await parts.keys.record_revocation(consumer.id)


async def supersede(parts: Parts, consumer: Consumer) -> None:
    """Keep beside the keys that a consumer is not any more as it was."""
    if consumer.version:
        before = consumer._replace(version=consumer.version - 1)
        await parts.keys.record_revocation(_at_version(before))


def _at_version(consumer: Consumer) -> str:
    return f"{consumer.id}-v{consumer.version}"


async def _ledgers(parts: Parts, scope: Iterable[TenantId]) -> dict[TenantId, Ledger | None]:
    return {tenant: await find_ledger(parts, tenant) for tenant in scope}


def _note(
    registry: Registry,
    ledgers: Mapping[TenantId, Ledger | None],
    tell: Callable[[Ledger, Registry], Detail | None] = Ledger.detail,
) -> None:
    """Write into tenants' histories that others may read, or fewer."""
    for tenant, ledger in ledgers.items():
        standing = standing_of(registry.handle, tenant)
        # Proof of a tenant that has ended goes before whoever has read it.
        if standing is not None and standing.authorization.state.is_open:
            detail = None if ledger is None else tell(ledger, registry)
            registry.note(standing.authorization, Happened.RECIPIENTS, detail)
