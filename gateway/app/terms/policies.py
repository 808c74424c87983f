"""A tenant passes from one policy to another: what the new one no longer allows goes first.

Meanwhile it lives by what both allow: nothing that is being taken away is written again, and the new policy
is in force only once nothing more than it allows is left.
"""

from functools import partial
from typing import NamedTuple

from gateway.app.parts import Parts
from gateway.app.terms.amending import begin_passage, end_passage
from gateway.app.terms.narrowing import narrow_tenant, sight_of
from gateway.booking import TenantId
from gateway.minimization.policy import activated
from gateway.store.registry import Standing, known_standing
from gateway.store.transaction import Transaction
from gateway.sync.new_rules import OnProgress, not_obeying


async def pass_to(parts: Parts, tenant: TenantId, policy: str, on_progress: OnProgress) -> None:
    """Let a tenant live by another policy. What it allows beyond the old one is asked of the provider anew.

    Cut off, it is finished by whatever starts to serve next, or by repeating it. Raises UnknownName or
    ConfigurationError where the policy cannot be used, TransitionForbidden unless the tenant is read.
    """
    activated(parts.rules.policies, policy)
    await begin_passage(parts, tenant, policy)
    await narrow_tenant(parts, await parts.store.read(partial(known_standing, tenant=tenant)), on_progress)
    await end_passage(parts, tenant)


class Reached(NamedTuple):
    """How many calendars of places have been read under the rules in force, of how many."""

    read: int
    calendars: int


async def reached(parts: Parts, standing: Standing) -> Reached:
    """How far it is with what the policy in force allows beyond the former one."""
    sight = await sight_of(parts, standing)

    def count(transaction: Transaction) -> Reached:
        known = len(transaction.calendars.resources())
        return Reached(known - len(not_obeying(transaction, sight=sight)), known)

    return await parts.store.look(sight.fence, sight.keys, count)
