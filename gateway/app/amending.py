"""Writes what a tenant's passage from one policy to another makes of its registration."""

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace

from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.store.registry import Registry, known_standing, load_tenant
from gateway.store.unlock import unlock
from gateway.tenant import Registration


async def begin_passage(parts: Parts, tenant: TenantId, policy: str) -> None:
    """From now on a tenant lives by what its policy and this one allow. Work begun before is void."""
    await _amend(parts, tenant, lambda choice: replace(choice, next_policy=policy))


async def end_passage(parts: Parts, tenant: TenantId) -> None:
    """From now on a tenant lives by the policy that it passed to. Work begun before is void."""
    await _amend(
        parts,
        tenant,
        lambda choice: replace(choice, policy=choice.next_policy or choice.policy, next_policy=None),
    )


async def _amend(parts: Parts, tenant: TenantId, chosen: Callable[[Registration], Registration]) -> None:
    """Raises TransitionForbidden unless the tenant is read, Fenced where it has changed meanwhile."""
    standing = await parts.store.read(partial(known_standing, tenant=tenant))
    keys, before = await unlock(parts.keyring, standing), standing.authorization

    def write(registry: Registry) -> int:
        known, after = load_tenant(registry.handle, standing, keys), before.amend()
        registry.change(before, after)
        registry.register(replace(known, registration=chosen(known.registration)), after.epoch, keys)
        registry.release_work(tenant)
        return after.epoch

    epoch = await parts.store.administer(write)
    await parts.keys.raise_epoch(tenant, before.id, epoch)
