"""The steps that follow the fence of one person's authorization; everybody else's stands as it was."""

from functools import partial

from gateway.authorization import Authorization, AuthorizationId, State
from gateway.errors import KeyDestroyed
from gateway.store.links import Links
from gateway.store.registry import Registry, known_standing_under
from gateway.store.subjects import owners_standing
from gateway.store.withdrawals import WithdrawalRow
from gateway.withdrawal.giving_back import give_back
from gateway.withdrawal.ordered_steps import OrderedSteps, StepDelayed


class PersonSteps(OrderedSteps):
    """What each step does to what one person has granted, and to what was read by it."""

    async def drop(self, withdrawal: WithdrawalRow) -> None:
        """Give back what was granted, and let go of the person's key. Whoever serves does so by itself."""
        tenant = withdrawal.tenant
        await give_back(self._revoke, tenant, [AuthorizationId(withdrawal.authorization)])
        standing = await self._store.read(partial(owners_standing, tenant=tenant))
        self._keyring.keep_only(tenant, standing)
        authorization = await self._authorization(withdrawal)
        await self._keys.raise_epoch(tenant, authorization.id, authorization.epoch)

    async def shred(self, withdrawal: WithdrawalRow) -> None:
        """Destroy the key that seals the link, and what was read by it, in every copy."""
        tenant, authorization = withdrawal.tenant, AuthorizationId(withdrawal.authorization)
        await self._keys.destroy_data_key(tenant, authorization)
        try:
            await self._keys.open_data_key(tenant, authorization)
        except KeyDestroyed:
            return
        raise StepDelayed(
            "The key service still holds a person's key that it was told to destroy. Nothing of them is read "
            "or served; destroying it is tried again in a few seconds."
        )

    async def erase(self, withdrawal: WithdrawalRow) -> None:
        """Delete the rows, and see to it that the database file and its log hold none of their bytes."""
        authorization = await self._authorization(withdrawal)
        await self._store.administer(lambda registry: Links(registry).erase(authorization))
        await self._sweep()

    async def notify(self, withdrawal: WithdrawalRow) -> None:
        """End the authorization. That its bookings are gone was told when the fence fell."""

        def end(registry: Registry) -> None:
            tenant, authorization = withdrawal.tenant, AuthorizationId(withdrawal.authorization)
            before = registry.standing_under(tenant, authorization).authorization
            if before.state is not State.ERASED:
                registry.change(before, before.erase())

        await self._store.administer(end)

    async def _authorization(self, withdrawal: WithdrawalRow) -> Authorization:
        tenant, authorization = withdrawal.tenant, AuthorizationId(withdrawal.authorization)
        found = await self._store.read(lambda handle: known_standing_under(handle, tenant, authorization))
        return found.authorization
