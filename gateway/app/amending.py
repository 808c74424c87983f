"""Writes what a tenant that is read chose anew. From then on work begun before is void."""

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace

from gateway.app.in_force import open_ledger
from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.store.registry import Registry, known_standing, load_tenant
from gateway.store.unlock import open_keys
from gateway.tenant import Registration


async def begin_passage(parts: Parts, tenant: TenantId, policy: str) -> None:
    """From now on a tenant lives by what its policy and this one allow."""
    await amend(parts, tenant, lambda choice: replace(choice, next_policy=policy))


async def end_passage(parts: Parts, tenant: TenantId) -> None:
    """From now on a tenant lives by the policy that it passed to."""
    await amend(
        parts,
        tenant,
        lambda choice: replace(choice, policy=choice.next_policy or choice.policy, next_policy=None),
    )


async def amend(parts: Parts, tenant: TenantId, chosen: Callable[[Registration], Registration]) -> None:
    """Write what a tenant chose; its calendars and its directory are looked at soon.

    Raises TransitionForbidden unless the tenant is read, Fenced where it has changed meanwhile.
    """
    standing = await parts.store.read(partial(known_standing, tenant=tenant))
    keys, before = await open_keys(parts.keyring, standing), standing.authorization
    ledger = await open_ledger(parts, standing)

    def write(registry: Registry) -> int:
        known, after = load_tenant(registry.handle, standing, keys), before.amend()
        amended = replace(known, registration=chosen(known.registration))
        registry.change(before, after, ledger.detail(registry, amended))
        registry.register(amended, after.epoch, keys)
        registry.release_work(tenant)
        return after.epoch

    epoch = await parts.store.administer(write)
    await parts.keys.raise_epoch(tenant, before.id, epoch)
