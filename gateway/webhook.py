"""Webhook: where a consumer is told of its feed, and what signs that, after Standard Webhooks 1.0; pure."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECRET_PREFIX = "whsec_"  # noqa: S105  what every such secret begins with
PUBLIC_PREFIX = "whpk_"
#: Of either kind of key.
KEY_BYTES = 32
#: Of one webhook, so that its signatures fit into a header; of more, the one replaced longest ago ends.
KEYS_MAX = 4
#: After each try that failed, as Standard Webhooks suggests: ten in 75 hours.
PAUSES_SECONDS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
TRIES_MAX = len(PAUSES_SECONDS) + 1


class Signature(StrEnum):
    """What signs: a secret that both know, or a key of ours that its public half verifies."""

    HMAC = "hmac"
    ED25519 = "ed25519"


class SigningKey(msgspec.Struct, frozen=True):
    """``secret``: bytes that both know, or an Ed25519 seed. ``until``: epoch milliseconds, where replaced."""

    kind: Signature
    secret: bytes
    until: int | None = None

    def __repr__(self) -> str:
        return f"SigningKey({self.kind})"

    @property
    def shown(self) -> str:
        """What verifies, as Standard Webhooks writes it; of HMAC it is the secret itself."""
        if self.kind is Signature.HMAC:
            return SECRET_PREFIX + _base64(self.secret)
        return PUBLIC_PREFIX + _base64(self._private.public_key().public_bytes_raw())

    def signed(self, said: bytes) -> str:
        """One signature, with its version."""
        if self.kind is Signature.HMAC:
            return "v1," + _base64(hmac.digest(self.secret, said, hashlib.sha256))
        return "v1a," + _base64(self._private.sign(said))

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret)


class Webhook(msgspec.Struct, frozen=True):
    """``url``: https on the public network. ``keys``: the newest first; older ones sign beside it for now."""

    url: str
    keys: tuple[SigningKey, ...]

    def __repr__(self) -> str:
        return "Webhook"

    def rotated(self, key: SigningKey, *, now: int, until: int) -> "Webhook":
        """With another key; those it has sign until then. All in epoch milliseconds."""
        former = [
            msgspec.structs.replace(one, until=min(until, one.until or until)) for one in self.good(now)
        ]
        return Webhook(self.url, (key, *former[: KEYS_MAX - 1]))

    def good(self, now: int) -> list[SigningKey]:
        """The keys that sign now (epoch milliseconds)."""
        return [key for key in self.keys if key.until is None or now < key.until]


def signed_headers(message: str, at: int, body: bytes, keys: Iterable[SigningKey]) -> Mapping[str, str]:
    """The headers of a webhook that is sent at that second."""
    said = b".".join((message.encode(), str(at).encode(), body))
    return {
        "webhook-id": message,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(key.signed(said) for key in keys),
    }


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
