"""What a notification of Graph's holds beside the news: an event, sealed for one subscription's own key.

learn.microsoft.com/graph/change-notifications-with-resource-data.
"""

import hmac
import uuid
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from typing import cast

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import NameOID
from msgspec.json import Decoder

from connectors.decoding import fitting
from connectors.errors import Malformed
from connectors.raw import Hidden

#: A key serves for so long; then another subscription, with another key, takes the place of its own.
KEY_LIFE = timedelta(days=30)

_KEY_BITS, _EXPONENT = 2048, 65_537
_DATA_KEY_BYTES, _VECTOR_BYTES, _BLOCK_BITS = 32, 16, 128
#: Of the name in a certificate that nobody checks.
_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "calendar notifications")])
_EARLY = timedelta(hours=1)


class ContentKey(Hidden, frozen=True):
    """What opens the contents that one subscription sends. Stored sealed.

    ``id`` names it to Graph, ``private`` is PKCS #8, and ``members`` are those of an event that are sent.
    """

    id: str
    private: bytes
    members: str
    expires_at: datetime


class Sealed(Hidden, frozen=True, rename="camel"):
    """The member ``encryptedContent``: all base64 but the name of the key."""

    data: str
    data_key: str
    data_signature: str
    encryption_certificate_id: str


_SEALED, _KEY = Decoder(Sealed), Decoder(ContentKey)


def new_key(members: str, now: datetime) -> tuple[ContentKey, str]:
    """A key, and the certificate (base64 of DER) to seal for it. Takes a tenth of a second of work."""
    private = generate_private_key(_EXPONENT, _KEY_BITS)
    stored = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    key = ContentKey(uuid.uuid4().hex, stored, members, now + KEY_LIFE)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_NAME)
        .issuer_name(_NAME)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLY)
        .not_valid_after(now + 2 * KEY_LIFE)
        .sign(private, hashes.SHA256())
    )
    return key, b64encode(certificate.public_bytes(Encoding.DER)).decode()


def kept(key: ContentKey) -> bytes:
    """As it is stored."""
    return msgspec.json.encode(key)


def key_of(stored: bytes) -> ContentKey | None:
    """A key as it was stored; None where there is none."""
    return fitting(msgspec.Raw(stored), _KEY) if stored else None


def opened(content: bytes, key: ContentKey) -> bytes:
    """The event in a content, as JSON. Raises Malformed for one that was not sealed for this key, whole."""
    sealed = fitting(msgspec.Raw(content), _SEALED)
    if sealed is None or sealed.encryption_certificate_id != key.id:
        raise Malformed("content_of_another_key")
    try:
        return _opened(sealed, key)
    except ValueError:
        pass
    raise Malformed("content_broken")


def _opened(sealed: Sealed, key: ContentKey) -> bytes:
    """Raises ValueError."""
    data, signature = _bytes(sealed.data), _bytes(sealed.data_signature)
    # It is our own, and whether it is a good one was looked at when it was made: that takes 70 ms each time.
    private = cast(
        RSAPrivateKey, load_der_private_key(key.private, None, unsafe_skip_rsa_key_validation=True)
    )
    # SHA-1 because Graph wraps keys so; nothing here rests on its collisions.
    digest = hashes.SHA1()  # noqa: S303  Graph's choice
    secret = private.decrypt(_bytes(sealed.data_key), OAEP(MGF1(digest), digest, label=None))
    if len(secret) != _DATA_KEY_BYTES or not hmac.compare_digest(
        hmac.digest(secret, data, "sha256"), signature
    ):
        raise ValueError
    decryptor = Cipher(AES256(secret), CBC(secret[:_VECTOR_BYTES])).decryptor()
    unpadder = PKCS7(_BLOCK_BITS).unpadder()
    return unpadder.update(decryptor.update(data) + decryptor.finalize()) + unpadder.finalize()


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)
