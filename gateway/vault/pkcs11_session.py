"""TokenSession: AES keys in an open session of a PKCS#11 token. Blocks; raises PKCS11Error."""

import os
from collections.abc import Iterator
from typing import Protocol, cast

from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, MechanismFlag, ObjectClass, Session

from gateway.vault.secret import KEY_BYTES

ID_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16

#: Keys known by their handles. More than this only means that some are looked for again.
FOUND_MAX = 4096

#: Of a key that its token uses only for us, and does not give away: not in the clear, and not wrapped.
KEPT = {Attribute.PRIVATE: True, Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}

PROBE_BITS = 64


class TokenKey(Protocol):
    """A key in the token, as the library shows it."""

    id: bytes

    def __getitem__(self, attribute: Attribute) -> object: ...

    def encrypt(self, data: bytes, *, mechanism: Mechanism, mechanism_param: GCMParams) -> bytes: ...

    def decrypt(self, data: bytes, *, mechanism: Mechanism, mechanism_param: GCMParams) -> bytes: ...

    def destroy(self) -> None: ...


class TokenSession:
    """A session that may write, logged in."""

    def __init__(self, session: Session) -> None:
        self._session = session
        #: Searching takes a token the longer the more it holds.
        self._found: dict[tuple[str, bytes], TokenKey] = {}

    def labelled(self, label: str) -> list[TokenKey]:
        """The keys of that label, looked up anew: several where two processes made them at once."""
        return list(self._search({Attribute.LABEL: label}))

    def key(self, label: str, id_: bytes) -> TokenKey | None:
        """One key, which may be known from before. Using one that is gone raises PKCS11Error."""
        name = (label, id_)
        if name not in self._found:
            for key in self._search({Attribute.LABEL: label, Attribute.ID: id_}):
                self._found[name] = key
            if len(self._found) > FOUND_MAX:
                del self._found[next(iter(self._found))]
        return self._found.get(name)

    def make(self, label: str) -> None:
        self._session.generate_key(
            KeyType.AES,
            8 * KEY_BYTES,
            id=os.urandom(ID_BYTES),
            label=label,
            store=True,
            capabilities=MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT,
            template=KEPT,
        )

    def _search(self, attributes: dict[Attribute, object]) -> Iterator[TokenKey]:
        # The library cannot give up a search in a session that is gone: it complains where nobody hears it.
        self._session.generate_random(PROBE_BITS)
        wanted = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.KEY_TYPE: KeyType.AES, **attributes}
        for found in self._session.get_objects(wanted):
            yield cast(TokenKey, found)


def stays(key: TokenKey) -> bool:
    """Whether the key was made in the token and can never leave it."""
    return bool(key[Attribute.NEVER_EXTRACTABLE] and key[Attribute.ALWAYS_SENSITIVE])


def encrypted(key: TokenKey, nonce: bytes, clear: bytes, context: bytes) -> bytes:
    return key.encrypt(clear, mechanism=Mechanism.AES_GCM, mechanism_param=_gcm(nonce, context))


def decrypted(key: TokenKey, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
    return key.decrypt(sealed, mechanism=Mechanism.AES_GCM, mechanism_param=_gcm(nonce, context))


def _gcm(nonce: bytes, context: bytes) -> GCMParams:
    return GCMParams(nonce, context, 8 * TAG_BYTES)
