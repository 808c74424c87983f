"""The steps that follow the fence of one person's authorization; everybody else's stands as it was."""

from datetime import datetime
from functools import partial

from gateway.authorization import Authorization, AuthorizationId, State
from gateway.proof.certificate import Scope
from gateway.store.handle import Handle
from gateway.store.links import Links
from gateway.store.registry import Registry, known_standing_under
from gateway.store.remains import Remains, of_person
from gateway.store.subjects import owners_standing
from gateway.store.withdrawals import WithdrawalRow
from gateway.withdrawal.giving_back import give_back
from gateway.withdrawal.ordered_steps import OrderedSteps


class PersonSteps(OrderedSteps):
    """What each step does to what one person has granted, and to what was read by it."""

    scope = Scope.PERSON

    async def drop(self, withdrawal: WithdrawalRow) -> None:
        """Give back what was granted, and let go of the person's key. Whoever serves does so by itself."""
        tenant = withdrawal.tenant
        await give_back(self._revoke, tenant, [AuthorizationId(withdrawal.authorization)])
        standing = await self._store.read(partial(owners_standing, tenant=tenant))
        self._keyring.keep_only(tenant, standing)
        authorization = await self._authorization(withdrawal)
        await self._keys.raise_epoch(tenant, authorization.id, authorization.epoch)

    async def shred(self, withdrawal: WithdrawalRow) -> None:
        """Burn the key that seals the link, and what was read by it, in every copy."""
        await self.refuse_keys(withdrawal)

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

    async def refuse_keys(self, withdrawal: WithdrawalRow) -> datetime | None:
        return await self._burn(withdrawal.tenant, AuthorizationId(withdrawal.authorization))

    def rows_left(self, withdrawal: WithdrawalRow, handle: Handle) -> Remains:
        return of_person(handle, withdrawal.tenant, AuthorizationId(withdrawal.authorization))

    async def _authorization(self, withdrawal: WithdrawalRow) -> Authorization:
        tenant, authorization = withdrawal.tenant, AuthorizationId(withdrawal.authorization)
        found = await self._store.read(lambda handle: known_standing_under(handle, tenant, authorization))
        return found.authorization
