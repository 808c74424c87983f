"""Resource data as Graph seals it for a receiver: a fresh key for each, wrapped with the receiver's."""

import hmac
import secrets
from base64 import b64decode, b64encode
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from connectors.sandbox.calendar import Event
from connectors.sandbox.notification_faults import NotificationFaults

_BITS_MIN, _BITS_MAX = 2048, 4096
_BLOCK_BITS, _KEY_BYTES, _VECTOR_BYTES = 128, 32, 16


class Receiver(NamedTuple):
    """Who resource data is sealed for, and how its certificate is named."""

    key: RSAPublicKey
    certificate_id: str
    thumbprint: str


def receiver(certificate: str, certificate_id: str) -> Receiver | None:
    """The holder of a base64 X.509 certificate; None if Graph does not take its key."""
    try:
        read = x509.load_der_x509_certificate(b64decode(certificate, validate=True))
        key = read.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, RSAPublicKey) or not _BITS_MIN <= key.key_size <= _BITS_MAX:
        return None
    # SHA-1 because Graph names certificates so.
    return Receiver(key, certificate_id, read.fingerprint(hashes.SHA1()).hex().upper())  # noqa: S303  Graph's


def sealed(plain: bytes, receiver: Receiver, faults: NotificationFaults) -> Event:
    """The member ``encryptedContent``."""
    key = secrets.token_bytes(_KEY_BYTES)
    data = _encrypted(plain, key)
    signed = secrets.token_bytes(16) if faults.take("rich-wrong-signature") else data
    if faults.take("rich-truncated"):
        data = signed = data[:-5]
    unknown = faults.take("rich-unknown-certificate")
    return {
        "data": _text(data),
        "dataKey": _text(receiver.key.encrypt(key, _padding(faults))),
        "dataSignature": _text(hmac.digest(key, signed, "sha256")),
        "encryptionCertificateId": secrets.token_hex(8) if unknown else receiver.certificate_id,
        "encryptionCertificateThumbprint": receiver.thumbprint,
    }


def _encrypted(plain: bytes, key: bytes) -> bytes:
    padder = PKCS7(_BLOCK_BITS).padder()
    # Graph's form: the vector is the beginning of the key, which is used once.
    encryptor = Cipher(AES256(key), CBC(key[:_VECTOR_BYTES])).encryptor()
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()


def _padding(faults: NotificationFaults) -> OAEP:
    digest = hashes.SHA256() if faults.take("rich-wrong-key-hash") else hashes.SHA1()  # noqa: S303  Graph's choice
    return OAEP(MGF1(digest), digest, label=None)


def _text(data: bytes) -> str:
    return b64encode(data).decode()
