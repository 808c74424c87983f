"""What holds of a tenant's authorization from some moment on, and how that is written into its history."""

import hashlib
from collections.abc import Sequence
from functools import partial

import msgspec

from gateway.app.accountability.notice import notice, told_to
from gateway.app.parts import Parts
from gateway.app.rules import Rules, disclosure_of
from gateway.booking import TenantId
from gateway.clock import moment
from gateway.errors import GatewayError, KeyUnavailable, RestoredStore
from gateway.minimization.agreed import lived_by
from gateway.minimization.policy import Policy
from gateway.record import AuthorizationRecord, InForce, Party, Recipient
from gateway.store.consumers import RECORDS, ConsumerRows
from gateway.store.handle import Handle
from gateway.store.history import DETAIL, Detail, Happened, details_of
from gateway.store.registry import (
    RECORD,
    Registry,
    Standing,
    known_standing,
    load_record,
    load_tenant,
    standing_of,
)
from gateway.store.unlock import open_keys
from gateway.tenant import Tenant
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import TenantKeys
from gateway.withdrawal.answers import Announced
from gateway.withdrawal.change_clocks import changes_of


def in_force(
    rules: Rules,
    tenant: Tenant,
    *,
    controller: Party,
    region: str,
    recipients: Sequence[Recipient],
    expires_at: int | None,
) -> InForce:
    """What holds under these rules and choices; ``expires_at`` is in epoch milliseconds."""
    choice = tenant.registration
    written = notice(rules, tenant, controller=controller, region=region, recipients=recipients)
    return InForce(
        policy=choice.policy,
        next_policy=choice.next_policy,
        policy_version=version_of(lived_by(rules.policies, choice)),
        notice_version=_digest(written.encode()),
        # In a trial nothing is told to anybody.
        told=tuple(told_to(tenant, disclosure_of(rules, tenant))) if choice.trial is None else (),
        recipients=tuple(recipients),
        expires_at=in_words(expires_at),
    )


def version_of(policy: Policy) -> str:
    """Tells two policies of one name apart, and what their titles may be told in."""
    return _digest(msgspec.json.encode(policy.disclosure) + policy.vocabulary.digest)


def in_words(expires_at: int | None) -> str | None:
    """RFC 3339."""
    return None if expires_at is None else moment(expires_at).isoformat(timespec="seconds")


def recipients_of(handle: Handle, consumers: SealedColumn, tenant: TenantId) -> list[Recipient]:
    """The consumers that may read a tenant's feed."""
    readers = (one for one in ConsumerRows(handle, consumers).all() if one.revoked_at is None)
    return sorted(Recipient(one.name, one.purpose, one.residence) for one in readers if tenant in one.scope)


class Ledger:
    """Writes what holds of one tenant from now on, within transactions."""

    def __init__(self, rules: Rules, standing: Standing, keys: TenantKeys, consumers: SealedColumn) -> None:
        self._rules = rules
        self._known = standing
        self._keys = keys
        self._consumers = consumers
        self._details = keys.evidence(*DETAIL)

    def record(self, handle: Handle) -> AuthorizationRecord:
        """What was recorded as it was given."""
        return load_record(handle, self._known, self._keys.evidence(*RECORD))

    def now(self, handle: Handle, tenant: Tenant | None = None) -> InForce:
        """What holds of the tenant as it is stored, or as it is about to be."""
        standing = known_standing(handle, self._known.tenant)
        return in_force(
            self._rules,
            tenant or load_tenant(handle, standing, self._keys),
            controller=self.record(handle).controller,
            region=standing.region,
            recipients=recipients_of(handle, self._consumers, standing.tenant),
            expires_at=standing.expires_at,
        )

    def detail(self, registry: Registry, tenant: Tenant | None = None) -> Detail:
        """The same, as history has it."""
        return Detail(self._details, msgspec.json.encode(self.now(registry.handle, tenant)))

    def detail_or_none(self, registry: Registry) -> Detail | None:
        """None where it does not open, or names a policy that is gone: what is done holds all the same."""
        try:
            return self.detail(registry)
        except GatewayError:
            return None

    def news(self, registry: Registry) -> Detail | None:
        """As ``detail``, if it is not what was written last."""
        handle = registry.handle
        return None if self.now(handle) == self._last(handle) else self.detail(registry)

    def announced(self, handle: Handle) -> list[Announced]:
        """What is to change, or has, and what the tenant said to it."""
        return changes_of(handle, self._known, self._details)

    def _last(self, handle: Handle) -> InForce:
        tenant, authorization = self._known.tenant, self._known.authorization.id
        written = details_of(handle, tenant, authorization, self._details)
        if not written:
            return self.record(handle).in_force
        return msgspec.json.decode(written[max(written)], type=InForce)


async def open_ledger(parts: Parts, standing: Standing) -> Ledger:
    """Raises KeyUnavailable, RestoredStore."""
    keys = await open_keys(parts.keyring, standing)
    return Ledger(parts.rules, standing, keys, await parts.keyring.service(*RECORDS))


async def find_ledger(parts: Parts, tenant: TenantId) -> Ledger | None:
    """None where a tenant has ended, or its keys are not to be had: what is done holds all the same."""
    standing = await parts.store.read(partial(standing_of, tenant=tenant))
    if standing is None or not standing.authorization.state.is_open:
        return None
    try:
        return await open_ledger(parts, standing)
    except (KeyUnavailable, RestoredStore):
        return None


async def write_news(parts: Parts, standing: Standing) -> None:
    """Write down what holds of a tenant, if its files have changed while nothing ran.

    Raises KeyUnavailable, RestoredStore, Unreadable.
    """
    ledger = await open_ledger(parts, standing)
    await parts.store.administer(partial(_write_news, ledger=ledger, tenant=standing.tenant))


def _write_news(registry: Registry, *, ledger: Ledger, tenant: TenantId) -> None:
    authorization = registry.standing(tenant).authorization
    found = ledger.news(registry)
    if found is not None:
        registry.note(authorization, Happened.RULES, found)


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
