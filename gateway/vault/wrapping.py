"""What the key directory asks of whoever wraps the keys that stand in it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from gateway.errors import KeyUnavailable
from gateway.vault.key_file import KeptKey
from gateway.vault.keys import Custody, Purpose
from gateway.vault.secret import SecretKey

#: What a tenant has wrapping keys for, in the order in which they are made. The first outlives the others.
WRAPPING_PURPOSES = (Purpose.EVIDENCE, Purpose.ENCRYPTION, Purpose.CREDENTIALS, Purpose.INDEX)


class WrappingKey(NamedTuple):
    """Which wrapping key: a tenant's for one purpose, a legal hold's, or the installation's own.

    Of what wraps data keys there are versions.
    """

    owner: str
    purpose: Purpose | Literal["service"]
    version: int = 1

    @property
    def name(self) -> str:
        """Beside its owner's; the first version goes by the purpose alone."""
        return self.purpose if self.version == 1 else f"{self.purpose}-{self.version}"


#: Wraps the installation's own key. Never destroyed.
SERVICE = WrappingKey("installation", "service")


def outliving(key: WrappingKey) -> WrappingKey:
    """The key beside which this one's absence says that it was destroyed: it is there for longer.

    A service that is new, or another's, or that shows us nothing, has neither.
    """
    is_last = key.purpose in {Purpose.EVIDENCE, Purpose.HOLD}
    return SERVICE if is_last else WrappingKey(key.owner, Purpose.EVIDENCE)


@runtime_checkable
class WrapsTogether(Protocol):
    """What wraps many keys at once is asked once: one by one would take longer."""

    async def wrap_anew(
        self, kept: Sequence[tuple[WrappingKey, KeptKey]], under: WrappingKey
    ) -> list[bytes | KeyUnavailable]:
        """What the file of each key is to hold under another wrapping key, or why it holds none, in order.

        With each is what it is wrapped under by now.
        """
        ...


class WrappingKeys(Protocol):
    """Holds keys that wrap other keys, and that never leave it.

    Every method may be called again after a crash, by any process. Methods raise KeyUnavailable, and nothing
    else: where a key is not there, and where it cannot be told whether it is. What was wrapped and does not
    unwrap any more raises it too.
    """

    @property
    def custody(self) -> Custody:
        """Who holds the keys that wrap, and how they wrap."""
        ...

    async def create(self, key: WrappingKey) -> None:
        """Make the wrapping key; keep one there."""
        ...

    async def generate(self, key: WrappingKey) -> tuple[SecretKey, bytes]:
        """A random key, and the same wrapped. Makes no wrapping key where there is none."""
        ...

    async def wrap(self, key: WrappingKey, secret: SecretKey) -> bytes:
        """A key that is there already, wrapped. Makes no wrapping key where there is none."""
        ...

    async def unwrap(self, key: WrappingKey, wrapped: bytes) -> SecretKey:
        """The key that was wrapped; whether it is the right one is for the caller to see."""
        ...

    async def destroy(self, key: WrappingKey) -> None:
        """Destroy a tenant's wrapping key. Returns once it is seen to be of no use to anybody."""
        ...

    async def remaining(self, keys: Iterable[WrappingKey]) -> Mapping[WrappingKey, datetime | None]:
        """Which of a tenant's wrapping keys are there, outside the key directory, looked up anew.

        With each: when the service loses for good a key that it no longer uses; None if it still does.
        """
        ...
