"""The scanner: finds canaries in bytes, however those are encoded, compressed or turned round."""

import binascii
import re
import string
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from tests.system.canaries import MARK, SERIAL_LENGTH

#: Encodings inside encodings are followed so far.
DEPTH_MAX = 3
_INFLATED_BYTES_MAX = 16 * 2**20
#: Of most that begins like something compressed, the first bytes show that it is nothing of the kind.
_INFLATED_AT_ONCE = 2**10

_CANARY = re.compile(rb"%s[0-9a-v]{%d}" % (MARK.encode(), SERIAL_LENGTH))
_HEX_MIN, _BASE64_MIN = 24, 16
_ESCAPED = re.compile(rb"\\(?:u00|U000000|x)([0-9a-fA-F]{2})")
_REFERENCE = re.compile(rb"&#(?:[xX]0*([0-9a-fA-F]{1,2})|0*([0-9]{1,3}));?")
#: Each for itself: what begins with letters of its own is found several times as fast.
_COMPRESSED = (re.compile(rb"\x1f\x8b\x08"), re.compile(rb"\x78[\x01\x5e\x9c\xda]"))
_HEX_DIGITS = string.hexdigits.encode()
_BASE64_DIGITS = string.ascii_letters.encode() + string.digits.encode() + b"+/"


def _blanking(kept: bytes, also: Mapping[bytes, bytes]) -> bytes:
    """Turns all but some bytes into blanks, so that a text falls into runs of those; faster than re."""
    return bytes(byte if byte in kept else ord(also.get(bytes([byte]), b" ")) for byte in range(2**8))


_HEX = _blanking(_HEX_DIGITS, {})
#: With what stands for two of the digits where a text has to be safe in a URL.
_BASE64 = _blanking(_BASE64_DIGITS, {b"-": b"+", b"_": b"/"})


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
    """The content, the content after each decoder of texts, and after all in a row; each text once."""
    told = [content]
    yield form, content
    through_all = content
    for kind, decode in DECODERS.items():
        through_all = decode(through_all)
        if (alone := decode(content)) not in told:
            told.append(alone)
            yield f"{form}, {kind}", alone
    if through_all not in told:
        yield f"{form}, decoded", through_all


def _without_zeros(view: bytes) -> bytes:
    """UTF-16 and UTF-32 of either byte order: their other bytes are zeros."""
    return view.replace(b"\0", b"")


@lru_cache(maxsize=1)
def _runs(view: bytes) -> Iterable[bytes]:
    """What could be base64, each once: logs and databases say the same again and again."""
    runs = dict.fromkeys(view.translate(_BASE64, b"\r\n").split())
    return [run for run in runs if len(run) >= _BASE64_MIN]


def _from_hex(view: bytes) -> bytes:
    """Of each run two readings. Digits of hex are digits of base64 as well."""
    return b"\n".join(
        binascii.unhexlify(run[start : len(run) - (len(run) - start) % 2])
        for run in dict.fromkeys(b"\n".join(_runs(view)).translate(_HEX).split())
        if len(run) >= _HEX_MIN
        for start in (0, 1)
    )


def _from_base64(view: bytes) -> bytes:
    """Of each run four readings: whatever stands before it may belong to the alphabet as well."""
    # Filled up, for else the last letters of some were not read.
    return b"\n".join(
        binascii.a2b_base64(run[start:] + b"AAA"[: (start - len(run)) % 4])
        for run in _runs(view)
        for start in range(4)
    )


def _unescaped(view: bytes) -> bytes:
    """JSON's and Python's escapes of ASCII."""
    return _ESCAPED.sub(lambda escape: binascii.unhexlify(escape[1]), view)


def _from_html(view: bytes) -> bytes:
    """References to characters by their numbers: letters and digits have no names."""
    return _REFERENCE.sub(_referred, view)


def _referred(reference: re.Match[bytes]) -> bytes:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return bytes([number]) if number < 2**8 else reference[0]


def _inflated(view: bytes) -> bytes:
    whole = memoryview(view)
    return b"\n".join(
        _inflate(whole[match.start() :]) for beginning in _COMPRESSED for match in beginning.finditer(view)
    )


def _inflate(compressed: memoryview) -> bytes:
    """As far as it can be read; piece by piece, since zlib copies what it did not get to."""
    decompressor, inflated, at = zlib.decompressobj(wbits=47), bytearray(), 0
    with suppress(zlib.error):
        while at < len(compressed) and not decompressor.eof and len(inflated) < _INFLATED_BYTES_MAX:
            inflated += decompressor.decompress(compressed[at : at + _INFLATED_AT_ONCE])
            at += _INFLATED_AT_ONCE
    return bytes(inflated)


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
