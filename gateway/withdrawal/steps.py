"""The steps that follow the fence, in order. Each may be repeated: what is done stays done."""

from datetime import datetime
from functools import partial

from gateway.authorization import State
from gateway.entry import EntryKind
from gateway.proof.certificate import Scope
from gateway.store.handle import Handle
from gateway.store.persons import end_persons, links_of
from gateway.store.registry import Registry, known_standing
from gateway.store.remains import Remains, of_tenant
from gateway.store.removals import expect_removal
from gateway.store.scope import TenantScope
from gateway.store.withdrawals import WithdrawalRow
from gateway.vault.keys import Purpose
from gateway.withdrawal.ending_requests import end_all_requests
from gateway.withdrawal.giving_back import give_back
from gateway.withdrawal.ordered_steps import OrderedSteps, StepDelayed

#: Keys that stay: of proof, and of legal holds.
OUTLIVING = frozenset({Purpose.EVIDENCE, Purpose.HOLD})


class Steps(OrderedSteps):
    """What each step does to the store and the key service."""

    scope = Scope.TENANT

    async def drop(self, withdrawal: WithdrawalRow) -> None:
        """Let go of keys, and tell the key service the new epoch, so that no restored store is believed.

        What it and its people granted is given back first, as long as there is what shows it.
        """
        links = await self._store.read(partial(links_of, tenant=withdrawal.tenant))
        standing = await self._store.read(partial(known_standing, tenant=withdrawal.tenant))
        authorization = standing.authorization
        granted = [authorization.id, *(link.authorization for link in links)]
        await give_back(self._revoke, withdrawal.tenant, granted)
        self._keyring.drop(withdrawal.tenant)
        await self._keys.raise_epoch(withdrawal.tenant, authorization.id, authorization.epoch)

    async def shred(self, withdrawal: WithdrawalRow) -> None:
        """Destroy the keys: first what reaches the provider, then what opens the data in every copy."""
        await self._keys.destroy_credentials(withdrawal.tenant)
        await self._keys.destroy_tenant_keys(withdrawal.tenant)
        await self.refuse_keys(withdrawal)

    async def erase(self, withdrawal: WithdrawalRow) -> None:
        """Delete the rows, and see to it that the database file and its log hold none of their bytes."""
        await self._store.administer(lambda registry: registry.withdrawals.erase(withdrawal.tenant))
        await self._sweep()

    async def notify(self, withdrawal: WithdrawalRow) -> None:
        """Tell every consumer to delete what it has, and end the authorization."""
        await self._store.administer(partial(_notify, withdrawal))

    async def prove(self, withdrawal: WithdrawalRow) -> None:
        """End what people have asked, and certify: both take the evidence, which nobody before waits for."""
        await end_all_requests(self._store, self._keyring, self._keys, withdrawal.tenant)
        await super().prove(withdrawal)

    async def refuse_keys(self, withdrawal: WithdrawalRow) -> datetime | None:
        remaining = await self._keys.remaining(withdrawal.tenant)
        if {key.purpose for key in remaining if key.gone_at is None} - OUTLIVING:
            raise StepDelayed(
                "The key service still holds keys that it was told to destroy. Nothing is read or served, or "
                "certified; they are looked at again in a few seconds. If that lasts, see who took "
                "their destruction back there."
            )
        return max((key.gone_at for key in remaining if key.gone_at is not None), default=None)

    def rows_left(self, withdrawal: WithdrawalRow, handle: Handle) -> Remains:
        return of_tenant(handle, withdrawal.tenant)


def _notify(withdrawal: WithdrawalRow, registry: Registry) -> None:
    authorization = registry.standing(withdrawal.tenant).authorization
    if authorization.state is not State.ERASED:
        registry.announce(withdrawal.tenant, EntryKind.TENANT_ERASED, withdrawal.id)
        registry.change(authorization, authorization.erase())
        scope = TenantScope(handle=registry.handle, tenant=withdrawal.tenant, now=registry.now)
        expect_removal(scope, authorization.id)
        end_persons(registry, withdrawal.tenant)
