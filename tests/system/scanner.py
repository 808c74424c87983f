"""The scanner: finds canaries in bytes, however those are encoded, compressed or turned round."""

import binascii
import html
import re
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from tests.system.canaries import MARK, SERIAL_LENGTH

#: Encodings inside encodings are followed so far.
DEPTH_MAX = 3
_INFLATED_BYTES_MAX = 16 * 2**20

_CANARY = re.compile(rb"%s[0-9a-v]{%d}" % (MARK.encode(), SERIAL_LENGTH))
_HEX = re.compile(rb"[0-9a-fA-F]{24,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}")
_ESCAPED = re.compile(rb"\\(?:u00|U000000|x)([0-9a-fA-F]{2})")
_COMPRESSED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


class Find(NamedTuple):
    """A canary, where it was, and through which encodings it was seen."""

    source: str
    form: str
    canary: str


def scan(sources: Mapping[str, bytes]) -> set[Find]:
    """Every canary in every source."""
    return {
        Find(source, form, canary) for source, content in sources.items() for form, canary in _finds(content)
    }


@lru_cache
def _finds(content: bytes) -> frozenset[tuple[str, str]]:
    """What one content holds; files often stay as they are between two looks."""
    found = ((form, canary) for form, view in views(content) for canary in _CANARY.findall(view))
    return frozenset((form, canary.decode()) for form, canary in found)


def views(content: bytes, form: str = "plain", depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The content in lower case as it can be read: as it is, decoded in every known way, and backwards."""
    for name, text in _readings(content, form):
        folded = text.lower()
        yield name, folded
        yield f"{name}, reversed", folded[::-1]
        if depth < DEPTH_MAX:
            for kind, extract in EXTRACTORS.items():
                if hidden := extract(text):
                    yield from views(hidden, f"{name}, {kind}", depth + 1)


def _readings(content: bytes, form: str) -> Iterator[tuple[str, bytes]]:
    """The content, the content after each decoder of texts, and after all of them in a row."""
    yield form, content
    through_all = content
    for kind, decode in DECODERS.items():
        through_all = decode(through_all)
        if (alone := decode(content)) != content:
            yield f"{form}, {kind}", alone
    if through_all != content:
        yield f"{form}, decoded", through_all


def _without_zeros(view: bytes) -> bytes:
    """UTF-16 and UTF-32 of either byte order: their other bytes are zeros."""
    return view.replace(b"\0", b"")


def _from_hex(view: bytes) -> bytes:
    return b"\n".join(
        binascii.unhexlify(run[start : len(run) - (len(run) - start) % 2])
        for run in _HEX.findall(view)
        for start in (0, 1)
    )


def _from_base64(view: bytes) -> bytes:
    """Of each run four readings: whatever stands before it may belong to the alphabet as well."""
    text = view.translate(_URL_SAFE, b"\r\n")
    return b"\n".join(
        b64decode(run[start : len(run) - (len(run) - start) % 4])
        for run in _BASE64.findall(text)
        for start in range(4)
    )


def _unescaped(view: bytes) -> bytes:
    """JSON's and Python's escapes of ASCII."""
    return _ESCAPED.sub(lambda escape: binascii.unhexlify(escape[1]), view)


def _from_html(view: bytes) -> bytes:
    return html.unescape(view.decode("latin-1")).encode("latin-1", "replace") if b"&#" in view else view


def _inflated(view: bytes) -> bytes:
    whole = memoryview(view)
    return b"\n".join(_inflate(whole[match.start() :]) for match in _COMPRESSED.finditer(view))


def _inflate(compressed: memoryview) -> bytes:
    try:
        return zlib.decompressobj(wbits=47).decompress(compressed, _INFLATED_BYTES_MAX)
    except zlib.error:
        return b""


#: What makes another text of a whole text.
DECODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "percent-decoded": unquote_to_bytes,
    "unescaped": _unescaped,
    "from HTML": _from_html,
    "without zeros": _without_zeros,
}
#: What finds other texts inside of a text.
EXTRACTORS: Mapping[str, Callable[[bytes], bytes]] = {
    "from hex": _from_hex,
    "from base64": _from_base64,
    "inflated": _inflated,
}
