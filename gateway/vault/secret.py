"""SecretKey: 32 random bytes in memory, for as short a time as can be managed."""

import hmac
from collections.abc import Callable
from typing import Never, NewType, TypeVar

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.errors import KeyUnavailable

#: Names a key without telling it: 8 bytes, printed in every record that the key seals.
KeyId = NewType("KeyId", bytes)

KEY_BYTES = 32
HASH = SHA512()
FIRST_BLOCK = b"\x01"
KEY_ID_BYTES = 8

Result = TypeVar("Result")


def key_id(material: bytes | bytearray) -> KeyId:
    """The id of a key, computed from it: a key file that was torn or overwritten cannot pass for a key."""
    return KeyId(hmac.digest(material, b"calendar gateway key id, version 1", "sha256")[:KEY_ID_BYTES])


class SecretKey:
    """A key that hides itself, and that is overwritten when it is dropped or nobody holds it any longer.

    Python gives no promise about copies that libraries make on their way; this is the best it can do.
    Raises KeyUnavailable when used after ``drop``.
    """

    __slots__ = ("__weakref__", "_dropped", "_expander", "_material", "id")

    def __init__(self, material: bytes | bytearray) -> None:
        self._material = bytearray(material)
        self._dropped = False
        # HKDF's first step and the start of its second, done once for all that will be derived.
        self._expander: HMAC | None = HMAC(HKDF.extract(HASH, None, self._material), HASH)
        self.id = key_id(self._material)

    def use(self, function: Callable[[bytearray], Result]) -> Result:
        """What ``function`` makes of the key. It must not keep the bytes."""
        result = function(self._material)
        # Looked at afterwards: a drop in another thread marks first and overwrites second, so that whatever
        # was computed from a half-overwritten key is never handed out.
        if self._dropped:
            raise _dropped()
        return result

    def derive(self, info: bytes) -> bytes:
        """64 bytes for ``info``: one block of HKDF-SHA-512 (RFC 5869), without a salt."""
        expander = self._expander
        if expander is None:
            raise _dropped()
        block = expander.copy()
        block.update(info + FIRST_BLOCK)
        return block.finalize()

    def drop(self) -> None:
        """Overwrite the key now. Whoever still holds it can no longer use it."""
        self._dropped = True
        # OpenSSL overwrites its own state when it is let go of.
        self._expander = None
        self._material[:] = bytes(len(self._material))

    def __del__(self) -> None:
        self.drop()

    def __repr__(self) -> str:
        return f"<SecretKey {self.id.hex()}>"

    def __reduce__(self) -> Never:
        raise TypeError("a key is not pickled")


def _dropped() -> KeyUnavailable:
    return KeyUnavailable("A key was dropped while work with it was under way. Ask for the key again.")
