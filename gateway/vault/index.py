"""Index: keyed look-ups, so that the store can find and compare what it cannot read."""

from binascii import b2a_base64
from collections.abc import Callable

from gateway.vault.framing import frame, framed
from gateway.vault.keyed_hash import KeyedHash
from gateway.vault.secret import SecretKey

DIGEST_BYTES = 16
IDENTIFIER_LENGTH = 22
# RFC 4648, section 5. What makes base64.urlsafe_b64encode slow is all that it looks at first.
URL_SAFE = bytes.maketrans(b"+/", b"-_")


class Index:
    """HMAC-SHA-256 under a tenant's index key, cut to 128 bits.

    ``label`` keeps uses apart: the same parts under two labels have nothing in common. Identifiers are
    base64url without padding, 22 characters. An index does not end with its key: what it still computes
    reveals nothing by itself, and no transaction behind a fence accepts it.
    """

    __slots__ = ("_keyed", "_labelled")

    def __init__(self, key: SecretKey) -> None:
        self._keyed = key.use(KeyedHash)
        self._labelled = dict[str, KeyedHash]()

    def identifier(self, label: str, *parts: str) -> str:
        return _text(self._keyed.digest(framed(label.encode(), *map(_encoded, parts))))

    def prepared(self, label: str, *beginning: str) -> Callable[[str], str]:
        """``identifier`` for hot loops: all but the last part is hashed once."""
        digest = self._keyed.after(framed(label.encode(), *map(_encoded, beginning))).digest

        def identifier(last: str) -> str:
            return _text(digest(frame(_encoded(last))))

        return identifier

    def digest(self, label: str, data: bytes) -> bytes:
        """16 bytes that tell whether ``data`` is what it was, and nothing else about it."""
        keyed = self._labelled.get(label)
        if keyed is None:
            keyed = self._labelled[label] = self._keyed.after(frame(label.encode()))
        return keyed.digest(data)[:DIGEST_BYTES]


def _encoded(part: str) -> bytes:
    # Provider ids are foreign: a lone surrogate in one must not stop its page.
    return part.encode("utf-8", "surrogatepass")


def _text(digest: bytes) -> str:
    return b2a_base64(digest[:DIGEST_BYTES]).translate(URL_SAFE)[:IDENTIFIER_LENGTH].decode()
