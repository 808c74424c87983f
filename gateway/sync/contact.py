"""Contact: what a provider's answers do to an authorization. Nothing is destroyed here."""

import secrets
from collections.abc import Callable
from typing import NamedTuple

from connectors.errors import (
    AccessDoubtful,
    AccessLost,
    ConnectorError,
    CredentialRefused,
    ScopeTooSmall,
    SignInNeeded,
)
from gateway.authorization import Authorization, AuthorizationKind, State, SuspensionReason
from gateway.clock import HOUR_MILLISECONDS, MINUTE_MILLISECONDS
from gateway.signals.decision import Effect
from gateway.signals.signal import Claim, Extent
from gateway.store.links import become
from gateway.store.registry import Registry, Standing
from gateway.store.scope import TenantScope
from gateway.store.signals import SignalRow, SignalRows
from gateway.store.store import Store, uphold
from gateway.sync.tenancy import Tenancy

#: How a refusal came: nobody told it of their own accord.
CHANNEL = "provider"
#: What tells of the authorization at all.
TELLING = (AccessLost, AccessDoubtful, CredentialRefused, ScopeTooSmall, SignInNeeded)

#: A new grant reaches every part of a provider after up to a day: until then a refusal is no withdrawal.
SETTLING_MILLISECONDS = 26 * HOUR_MILLISECONDS
#: What proves nothing counts as proof when it is met again after so long, with a fresh token.
CONFIRMED_AFTER_MILLISECONDS = 2 * MINUTE_MILLISECONDS


class Outcome(NamedTuple):
    """An authorization as a provider's answer leaves it, and since when it stands in doubt."""

    authorization: Authorization
    doubted_at: int | None


def after_refusal(standing: Standing, error: ConnectorError, *, was_read: bool, now: int) -> Outcome:
    """What a refusal that tells of the authorization leaves.

    ``was_read``: whether its calendars have ever been in reach. ``now`` is in epoch milliseconds.
    """
    authorization, doubted_at = standing.authorization, None
    is_settling = not was_read and now - standing.created_at < SETTLING_MILLISECONDS
    # Of a smaller grant nothing is left that we could read.
    lost = isinstance(error, AccessLost | ScopeTooSmall)
    if isinstance(error, AccessDoubtful):
        doubted_at = now if standing.doubted_at is None else standing.doubted_at
        lost = now - doubted_at >= CONFIRMED_AFTER_MILLISECONDS
    if lost and not is_settling:
        return Outcome(authorization.suspend(SuspensionReason.ACCESS_LOST), None)
    if authorization.state is State.ACTIVE:
        return Outcome(authorization.degrade(), doubted_at)
    return Outcome(authorization, doubted_at)


def is_settling(registry: Registry, standing: Standing) -> bool:
    """Whether what was granted may not have reached every part of its provider yet."""
    since = registry.granted_at(standing)
    was_read = registry.was_read(standing.authorization, since)
    return not was_read and registry.now - since < SETTLING_MILLISECONDS


def after_success(standing: Standing) -> Outcome:
    """What is left once its provider has answered as it should."""
    degraded = standing.authorization.state is State.DEGRADED
    return Outcome(standing.authorization.recover() if degraded else standing.authorization, None)


async def refused(store: Store, tenancy: Tenancy, error: ConnectorError) -> None:
    """Record what a refusal means, and tell consumers to hide a tenant that is suspended.

    Raises Fenced if its epoch moved on meanwhile.
    """

    def outcome(registry: Registry, standing: Standing) -> Outcome:
        # One that was given anew has to arrive as the first had to.
        since = registry.granted_at(standing)
        was_read = registry.was_read(standing.authorization, since)
        granted = standing._replace(created_at=since)
        after = after_refusal(granted, error, was_read=was_read, now=registry.now)
        _note(registry, standing.authorization, after.authorization, error)
        return after

    await _settle(store, tenancy, outcome)


def _note(registry: Registry, before: Authorization, after: Authorization, error: ConnectorError) -> None:
    """What a refusal did stands among what signals do: it is one, which we were told when we asked."""
    if before.state is after.state:
        return
    is_employers = after.kind is AuthorizationKind.EMPLOYER
    effect = Effect.SUSPEND if after.state is State.SUSPENDED else Effect.DEGRADE
    scope = TenantScope(handle=registry.handle, tenant=after.tenant, now=registry.now)
    row = SignalRow(
        id=secrets.token_urlsafe(16),
        channel=CHANNEL,
        claim=_claim(error, after),
        extent=Extent.TENANT if is_employers else Extent.PERSON,
        effect=effect.name.lower(),
        received_at=registry.now,
        late=False,
        authorization=after.id,
        subject=None,
    )
    SignalRows(scope).add(row)


def _claim(error: ConnectorError, after: Authorization) -> Claim:
    if isinstance(error, CredentialRefused):
        return Claim.CREDENTIAL_REFUSED
    if after.state is not State.SUSPENDED:
        return Claim.ACCESS_DOUBTFUL
    return Claim.GRANT_LOST if after.kind is AuthorizationKind.EMPLOYER else Claim.CONSENT_REVOKED


async def answered(store: Store, tenancy: Tenancy) -> None:
    """Record that a provider answers again. Raises Fenced if the epoch moved on meanwhile."""
    await _settle(store, tenancy, lambda _, standing: after_success(standing))


async def _settle(store: Store, tenancy: Tenancy, outcome: Callable[[Registry, Standing], Outcome]) -> None:
    def write(registry: Registry) -> None:
        uphold(tenancy.fence, registry.handle)
        standing = registry.standing_under(tenancy.fence.tenant, tenancy.fence.authorization)
        before = standing.authorization
        after, doubted_at = outcome(registry, standing)
        if doubted_at != standing.doubted_at:
            registry.doubt(before, doubted_at)
        if after != before:
            become(registry, before, after)

    await store.administer(write)
