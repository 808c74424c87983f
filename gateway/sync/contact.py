"""Contact: what a provider's answers do to an authorization. Nothing is destroyed here."""

from collections.abc import Callable

from connectors.errors import AccessDoubtful, AccessLost, ConnectorError, CredentialRefused, SignInNeeded
from gateway.authorization import Authorization, State, SuspensionReason
from gateway.clock import HOUR_MILLISECONDS, MINUTE_MILLISECONDS
from gateway.entry import EntryKind
from gateway.errors import Fenced
from gateway.store.registry import Registry, Standing
from gateway.store.store import Store
from gateway.sync.tenancy import Tenancy

#: What tells of the authorization at all.
TELLING = (AccessLost, AccessDoubtful, CredentialRefused, SignInNeeded)

#: A new grant reaches every part of a provider after up to a day: until then a refusal is no withdrawal.
SETTLING_MILLISECONDS = 26 * HOUR_MILLISECONDS
#: What proves nothing counts as proof when it is met again after so long, with a fresh token.
CONFIRMED_AFTER_MILLISECONDS = 2 * MINUTE_MILLISECONDS


def after_refusal(standing: Standing, error: ConnectorError, *, was_read: bool, now: int) -> Authorization:
    """The authorization as a refusal that tells of it leaves it.

    ``was_read``: whether its calendars have ever been in reach. ``now`` is in epoch milliseconds.
    """
    authorization = standing.authorization
    in_doubt = authorization.state is State.DEGRADED and now - standing.changed_at
    match error:
        case AccessLost():
            is_settling = not was_read and now - standing.created_at < SETTLING_MILLISECONDS
            lost = not is_settling
        case AccessDoubtful():
            lost = in_doubt >= CONFIRMED_AFTER_MILLISECONDS
        case _:
            lost = False
    if lost:
        return authorization.suspend(SuspensionReason.ACCESS_LOST)
    return authorization.degrade() if authorization.state is State.ACTIVE else authorization


def after_success(standing: Standing) -> Authorization:
    """The authorization once its provider has answered as it should."""
    degraded = standing.authorization.state is State.DEGRADED
    return standing.authorization.recover() if degraded else standing.authorization


async def refused(store: Store, tenancy: Tenancy, error: ConnectorError) -> None:
    """Record what a refusal means, and tell consumers to hide a tenant that is suspended.

    Raises Fenced if its epoch moved on meanwhile.
    """

    def change(registry: Registry, standing: Standing) -> Authorization:
        was_read = registry.was_read(standing.tenant)
        return after_refusal(standing, error, was_read=was_read, now=registry.now)

    await _settle(store, tenancy, change)


async def answered(store: Store, tenancy: Tenancy) -> None:
    """Record that a provider answers again. Raises Fenced if the epoch moved on meanwhile."""
    await _settle(store, tenancy, lambda _, standing: after_success(standing))


async def _settle(
    store: Store, tenancy: Tenancy, change: Callable[[Registry, Standing], Authorization]
) -> None:
    def write(registry: Registry) -> None:
        standing = registry.standing(tenancy.tenant.id)
        before = standing.authorization
        if before.epoch != tenancy.fence.epoch:
            raise Fenced("The authorization has moved on since its provider answered; nothing was written.")
        after = change(registry, standing)
        if after == before:
            return
        registry.change(before, after)
        if after.state is State.SUSPENDED:
            registry.announce(tenancy.tenant.id, EntryKind.TENANT_SUSPENDED, after.reason)

    await store.administer(write)
