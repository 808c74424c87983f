"""What the steps of every cascade have in common: their order, and what they work on."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import ClassVar, NamedTuple

import structlog

from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import GatewayError, KeyDestroyed, KeyUnavailable
from gateway.proof.certificate import Scope
from gateway.store.handle import Handle
from gateway.store.remains import Remains
from gateway.store.store import Store
from gateway.store.subjects import suppressed_by
from gateway.store.withdrawals import WithdrawalRow
from gateway.vault.keyring import Keyring
from gateway.vault.keys import DataKeyOwner, KeyService
from gateway.withdrawal.certifying import Findings
from gateway.withdrawal.giving_back import Revoke
from gateway.withdrawal.proving import Prover
from gateway.withdrawal.recording import record

log = structlog.get_logger()

#: A step of one withdrawal. Raises GatewayError if it has to be tried again later.
Step = Callable[[WithdrawalRow], Awaitable[None]]


class StepDelayed(GatewayError):
    """A step cannot be finished yet and is tried again by whoever takes the withdrawal up next."""


class NamedStep(NamedTuple):
    """A step under the name it has in the store."""

    name: str
    take: Step


class OrderedSteps(ABC):
    """The steps that follow a fence. Each may be repeated: what is done stays done."""

    scope: ClassVar[Scope]

    def __init__(self, store: Store, keyring: Keyring, keys: KeyService, revoke: Revoke) -> None:
        self._store = store
        self._keyring = keyring
        self._keys = keys
        self._revoke = revoke
        self._prover = Prover(store, keyring, keys)

    def in_order(self) -> tuple[NamedStep, ...]:
        """The fence comes before these; whoever commits it drives them."""
        return (
            NamedStep("dropped", self._drop_and_record),
            NamedStep("shredded", self.shred),
            NamedStep("erased", self.erase),
            NamedStep("notified", self.notify),
            NamedStep("verified", self.verify),
            NamedStep("proved", self.prove),
        )

    async def _drop_and_record(self, withdrawal: WithdrawalRow) -> None:
        await self.drop(withdrawal)
        # Who withdraws does not wait for evidence that is not to be had: proving it does, and records first.
        try:
            await self._record(withdrawal)
        except KeyUnavailable as error:
            log.warning("withdrawal_not_recorded", tenant=withdrawal.tenant, code=type(error).__name__)

    async def _record(self, withdrawal: WithdrawalRow) -> None:
        found_by = await self._store.read(partial(suppressed_by, withdrawal=withdrawal))
        await record(self._keys, self._keyring, withdrawal, found_by)

    @abstractmethod
    async def drop(self, withdrawal: WithdrawalRow) -> None:
        """Give back what people granted, as long as there is what shows it, and let go of keys."""

    @abstractmethod
    async def shred(self, withdrawal: WithdrawalRow) -> None:
        """Destroy the keys that open the data in every copy."""

    @abstractmethod
    async def erase(self, withdrawal: WithdrawalRow) -> None:
        """Delete the rows, and see to it that the database file and its log hold none of their bytes."""

    @abstractmethod
    async def notify(self, withdrawal: WithdrawalRow) -> None:
        """End the authorization, once whoever has to know of it is told."""

    async def verify(self, withdrawal: WithdrawalRow) -> None:
        """Look anew whether the keys are of no use to anybody, and whether rows are left."""
        await self._find(withdrawal)

    async def prove(self, withdrawal: WithdrawalRow) -> None:
        """Certify what was done, as it is found now, in the installation's transparency log."""
        await self._record(withdrawal)
        await self._prover.prove(withdrawal, await self._find(withdrawal))

    @abstractmethod
    async def refuse_keys(self, withdrawal: WithdrawalRow) -> datetime | None:
        """Raise StepDelayed while the key service uses keys that were to be destroyed, looked up anew.

        Returns when it loses the last one for good that it could still give back; None if there is none.
        """

    @abstractmethod
    def rows_left(self, withdrawal: WithdrawalRow, handle: Handle) -> Remains:
        """How many rows are left of what was erased, by table."""

    async def _find(self, withdrawal: WithdrawalRow) -> Findings:
        gone_at = await self.refuse_keys(withdrawal)
        left = await self._store.read(partial(self.rows_left, withdrawal))
        if any(left.values()):
            raise StepDelayed(
                "Rows are left of what was withdrawn, though they were erased. Their keys are gone, but no "
                "certificate is made. Look for a process of another version that writes this database."
            )
        return Findings(self.scope, gone_at, left)

    async def _burn(self, tenant: TenantId, owner: DataKeyOwner) -> datetime | None:
        """Destroy one person's key and what wrapped it, and look whether it opens; as ``refuse_keys``.

        Again at every look: who died while all keys were wrapped anew may have left this one so.
        """
        gone_at = await self._keys.burn(tenant, owner, milliseconds(self._keyring.clock()))
        try:
            await self._keys.open_data_key(tenant, owner)
        except KeyDestroyed:
            return gone_at
        raise StepDelayed(
            "The key service still holds a person's key that it was told to destroy. Nothing of them is read "
            "or served, and none of it certified; it is looked at again in a few seconds. If that lasts, see "
            "who put the key back there."
        )

    async def _sweep(self) -> None:
        if not await self._store.sweep():
            raise StepDelayed(
                "A long read still sees rows that were deleted, so their bytes stand in the database. Their "
                "keys are destroyed; sweeping them away is tried again in a few seconds."
            )
