"""Writes what a tenant that is read chose anew. From then on work begun before is void."""

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace

from gateway.app.parts import Parts
from gateway.app.rules import Rules, agreed_to
from gateway.app.terms.in_force import open_ledger
from gateway.booking import TenantId
from gateway.intended import Kind, Said
from gateway.store.history import DETAIL, Happened
from gateway.store.registry import Registry, Standing, known_standing, load_tenant
from gateway.store.unlock import open_keys
from gateway.tenant import Registration
from gateway.vault.columns import SealedColumn
from gateway.withdrawal.change_clocks import changes_of, note

#: What else is written where a tenant chose anew: where it stood, what it chose, and what seals that.
Also = Callable[[Registry, Standing, Registration, SealedColumn], None]


def nothing_else(_registry: Registry, _standing: Standing, _choice: Registration, _: SealedColumn) -> None:
    """For what stands by itself."""


def close_versions(
    registry: Registry, standing: Standing, choice: Registration, column: SealedColumn
) -> None:
    """Who passes to a policy has agreed to it as it is now, and never to a version of the former one."""
    for one in changes_of(registry.handle, standing, column):
        is_open = one.intended.kind is Kind.POLICY and one.intended.needs_answer and not one.is_over
        if not is_open or one.withdraws:
            continue
        said, is_its = Said(change=one.intended.id), one.intended.name == choice.policy
        for what in (Happened.ACCEPTED, Happened.IN_EFFECT) if is_its else (Happened.OBJECTED,):
            note(registry, standing.authorization, what, column, said)


async def begin_passage(parts: Parts, tenant: TenantId, policy: str) -> None:
    """From now on a tenant lives by what its policy and this one allow."""
    await amend(parts, tenant, lambda choice: replace(choice, next_policy=policy))


async def end_passage(parts: Parts, tenant: TenantId) -> None:
    """From now on a tenant lives by the policy that it passed to."""
    await amend(parts, tenant, partial(_arrived, parts.rules), also=close_versions)


def _arrived(rules: Rules, choice: Registration) -> Registration:
    """To pass to a policy is to agree to it as it is now."""
    arrived = replace(choice, policy=choice.next_policy or choice.policy, next_policy=None)
    return replace(arrived, agreed=agreed_to(rules, arrived))


async def amend(
    parts: Parts,
    tenant: TenantId,
    chosen: Callable[[Registration], Registration],
    also: Also = nothing_else,
) -> None:
    """Write what a tenant chose; its calendars and its directory are looked at soon.

    ``also`` is written in the same transaction, before it. Raises TransitionForbidden unless the tenant is
    read, Fenced where it has changed meanwhile.
    """
    standing = await parts.store.read(partial(known_standing, tenant=tenant))
    keys, before = await open_keys(parts.keyring, standing), standing.authorization
    ledger = await open_ledger(parts, standing)

    def write(registry: Registry) -> int:
        known, after = load_tenant(registry.handle, standing, keys), before.amend()
        amended = replace(known, registration=chosen(known.registration))
        also(registry, standing, amended.registration, keys.evidence(*DETAIL))
        registry.change(before, after, ledger.detail(registry, amended))
        registry.register(amended, after.epoch, keys)
        registry.release_work(tenant)
        return after.epoch

    epoch = await parts.store.administer(write)
    await parts.keys.raise_epoch(tenant, before.id, epoch)
