"""Pkcs11Keys: wrapping keys in a token that is reached by PKCS#11, a hardware security module or SoftHSM.

Keys are labelled OWNER.PURPOSE, from the second version on OWNER.PURPOSE-VERSION; the token is one
installation's alone. Two processes may make a key of one label at once, so each has an id too, which begins
what it wraps, and all of a label are destroyed together. What is wrapped is encrypted (AES-256-GCM), bound to
owner and purpose. To be wrapped as PKCS#11 wraps, data keys would have to be keys of the token, which many do
not let out again in the clear.
"""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial

from pkcs11.exceptions import PKCS11Error

from gateway.errors import KeyUnavailable
from gateway.vault.key_file import random_key
from gateway.vault.keys import Custody
from gateway.vault.pkcs11_refusals import CLOSED, LOST, NO_MECHANISM
from gateway.vault.pkcs11_session import (
    ID_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    TokenKey,
    TokenSession,
    decrypted,
    encrypted,
    stays,
)
from gateway.vault.pkcs11_token import Doubtful, Pkcs11Token
from gateway.vault.secret import KEY_BYTES, SecretKey
from gateway.vault.wrapping import WrappingKey, WrappingKeys, outliving

WRAPPED_BYTES = ID_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES


class Pkcs11Keys:
    """Wrapping keys that a token holds and never gives away."""

    def __init__(self, token: Pkcs11Token) -> None:
        self._token = token

    @property
    def custody(self) -> Custody:
        return Custody("PKCS#11 token", "the operating system", "AES-256-GCM, a key of the tenant's")

    async def create(self, key: WrappingKey) -> None:
        await self._token.run(partial(_create, key))

    async def generate(self, key: WrappingKey) -> tuple[SecretKey, bytes]:
        return await self._token.run(partial(_generate, key))

    async def wrap(self, key: WrappingKey, secret: SecretKey) -> bytes:
        return await self._token.run(partial(_wrap, key, secret))

    async def unwrap(self, key: WrappingKey, wrapped: bytes) -> SecretKey:
        if len(wrapped) != WRAPPED_BYTES:
            raise KeyUnavailable(
                "A key in the key directory was not wrapped by a token, and was left as it is. Let "
                "[key_service] name what it was made under, or put an undamaged copy of its file back."
            )
        return await self._token.run(partial(_unwrap, key, wrapped))

    async def destroy(self, key: WrappingKey) -> None:
        await self._token.run(partial(_destroy, key))

    async def remaining(self, keys: Iterable[WrappingKey]) -> Mapping[WrappingKey, None]:
        # One at a time: each call has to end soon, and versions may be many.
        return {key: None for key in keys if await self._token.run(partial(_known, key))}


_: type[WrappingKeys] = Pkcs11Keys


def _create(key: WrappingKey, session: TokenSession) -> None:
    label = _label(key)
    if not session.labelled(label):
        session.make(label)
    made = session.labelled(label)
    if not made or not all(map(stays, made)):
        raise KeyUnavailable(
            "The token keeps no key in the way that is needed, or lets one of ours be taken out. Nothing is "
            "wrapped under it: let its owner look at the token's policies, and at keys by the names of ours."
        )


def _generate(key: WrappingKey, session: TokenSession) -> tuple[SecretKey, bytes]:
    made = random_key()
    return made, _wrap(key, made, session)


def _wrap(key: WrappingKey, secret: SecretKey, session: TokenSession) -> bytes:
    wrapping = min(_known(key, session), key=lambda known: known.id, default=None)
    if wrapping is None:
        raise KeyUnavailable(CLOSED)
    return secret.use(lambda material: wrap(wrapping, bytes(material), _context(key)))


def _unwrap(key: WrappingKey, wrapped: bytes, session: TokenSession) -> SecretKey:
    wrapping = session.key(_label(key), wrapped[:ID_BYTES])
    if wrapping is None:
        _known(key, session)
        raise KeyUnavailable(CLOSED)
    material = unwrap(wrapping, wrapped, _context(key))
    if material is None:
        raise Doubtful(CLOSED)
    return SecretKey(material)


def _destroy(key: WrappingKey, session: TokenSession) -> None:
    for known in _known(key, session):
        # Of two that destroy at once the second is refused: what decides is the look at the end.
        with suppress(PKCS11Error):
            known.destroy()
    if _known(key, session):
        raise Doubtful(
            "The token did not delete a key that it was told to delete. Check that its user may; deleting it "
            "is tried again."
        )


def _known(key: WrappingKey, session: TokenSession) -> list[TokenKey]:
    """All of that label. None are, only if a key is there that outlives it.

    Who is not logged in is shown no keys, and told of no error. Nobody logs in between the two looks, so the
    second speaks for the first.
    """
    known = session.labelled(_label(key))
    if not known and not session.labelled(_label(outliving(key))):
        raise Doubtful(
            "The token knows none of the keys that it is asked for, so none is known to be destroyed. Check "
            "that key_service.pkcs11 names the token in which they were made."
        )
    return known


def wrap(wrapping: TokenKey, material: bytes, context: bytes) -> bytes:
    """The key's id, a nonce, and the material encrypted. Raises KeyUnavailable if it would not open again."""
    nonce = os.urandom(NONCE_BYTES)
    wrapped = wrapping.id + nonce + encrypted(wrapping, nonce, material, context)
    # Some tokens, in a mode that their certification asks for, take a nonce of their own and no other.
    if len(wrapped) != WRAPPED_BYTES or unwrap(wrapping, wrapped, context) != material:
        raise KeyUnavailable(NO_MECHANISM)
    return wrapped


def unwrap(wrapping: TokenKey, wrapped: bytes, context: bytes) -> bytes | None:
    """What was wrapped; None if it does not open."""
    nonce, sealed = wrapped[ID_BYTES : ID_BYTES + NONCE_BYTES], wrapped[ID_BYTES + NONCE_BYTES :]
    try:
        return decrypted(wrapping, nonce, sealed, context)
    except LOST:
        raise
    except PKCS11Error:
        # Each token has a word of its own for this; some use it for other faults as well.
        return None


def _label(key: WrappingKey) -> str:
    return f"{key.owner}.{key.name}"


def _context(key: WrappingKey) -> bytes:
    return _label(key).encode()
