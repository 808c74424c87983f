"""What the steps of every cascade have in common: their order, and what they work on."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from gateway.errors import GatewayError
from gateway.store.store import Store
from gateway.store.withdrawals import WithdrawalRow
from gateway.vault.keyring import Keyring
from gateway.vault.keys import KeyService
from gateway.withdrawal.giving_back import Revoke

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

    def __init__(self, store: Store, keyring: Keyring, keys: KeyService, revoke: Revoke) -> None:
        self._store = store
        self._keyring = keyring
        self._keys = keys
        self._revoke = revoke

    def in_order(self) -> tuple[NamedStep, ...]:
        """The fence comes before these; whoever commits it drives them."""
        return (
            NamedStep("dropped", self.drop),
            NamedStep("shredded", self.shred),
            NamedStep("erased", self.erase),
            NamedStep("notified", self.notify),
        )

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

    async def _sweep(self) -> None:
        if not await self._store.sweep():
            raise StepDelayed(
                "A long read still sees rows that were deleted, so their bytes stand in the database. Their "
                "keys are destroyed; sweeping them away is tried again in a few seconds."
            )
