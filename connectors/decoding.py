"""JSON that strangers wrote, read so that one odd item never costs its page.

msgspec refuses a whole document for one lone surrogate escape, one stray byte or absurd nesting anywhere in
it, members that are skipped included. Here the bytes are mended first and the document is read again. Pure.
"""

import json
import math
import re
from typing import TypeVar

import msgspec

from connectors.errors import Malformed

T = TypeVar("T")

#: No provider nests deeper than a dozen levels. The decoder recurses, and so does Python's own.
DEPTH_MAX = 64

#: Python's own decoder needs some ten times the document's size.
LAST_RESORT_BYTES_MAX = 16 * 2**20

_BACKSLASH = ord("\\")
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_SURROGATE = re.compile(rb"\\u[dD](?:[89abAB]..(\\u[dD][c-fC-F]..)?|[c-fC-F]..)", re.DOTALL)
#: How msgspec says of a number that it has no end. It also counts as JSON of another shape.
_OUT_OF_RANGE = "out of range"
_STRING_OR_NUMBER = re.compile(
    rb'("[^"\\]*+(?:\\.?[^"\\]*+)*+"?)|-?[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?', re.DOTALL
)
_STRING_OR_BRACKET = re.compile(rb'"[^"\\]*+(?:\\.?[^"\\]*+)*+"?|[\[{\]}]', re.DOTALL)


def decode(document: bytes | msgspec.Raw, decoder: msgspec.json.Decoder[T]) -> T:
    """The document, mended where it must be, the cheapest remedy first.

    Raises msgspec.ValidationError if it is JSON of another shape, Malformed if it cannot be made JSON.
    """
    body = bytes(document)
    for remedy in (bytes, _without_lone_surrogates, _pruned, _rewritten):
        body = remedy(body)
        try:
            return _decoded(body, decoder)
        except msgspec.ValidationError:
            raise
        except _UNREADABLE:
            continue
    raise Malformed("bad_json")


def fitting(part: msgspec.Raw, decoder: msgspec.json.Decoder[T]) -> T | None:
    """A part of a document if it has the decoder's shape."""
    try:
        return decode(part, decoder)
    except (msgspec.ValidationError, Malformed):
        return None


def _decoded(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """The document with null for numbers that are none, if the decoder minds them."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        if _OUT_OF_RANGE not in str(error):
            raise
    return decoder.decode(_STRING_OR_NUMBER.sub(_with_an_end, body))


def _with_an_end(token: re.Match[bytes]) -> bytes:
    return token[0] if token[1] or _finite(token[0]) is not None else b"null"


def _without_lone_surrogates(body: bytes) -> bytes:
    text = body.decode("utf-8-sig", errors="replace").encode()
    return _SURROGATE.sub(_paired, text)


def _paired(escape: re.Match[bytes]) -> bytes:
    """What looks like an escape, as it is if it is one of a pair or if its backslash is escaped itself."""
    start = escape.start()
    while start and escape.string[start - 1] == _BACKSLASH:
        start -= 1
    is_escape = (escape.start() - start) % 2 == 0
    return rb"\ufffd" if is_escape and not escape[1] else escape[0]


def _pruned(body: bytes) -> bytes:
    """The document with null in place of whatever lies deeper than DEPTH_MAX."""
    kept: list[bytes] = []
    depth = copied = 0
    for token in _STRING_OR_BRACKET.finditer(body):
        mark = token[0]
        if mark in b"[{":
            depth += 1
            if depth == DEPTH_MAX + 1:
                kept += body[copied : token.start()], b"null"
        elif mark in b"]}":
            if depth == DEPTH_MAX + 1:
                copied = token.end()
            depth -= 1
    if depth <= DEPTH_MAX:
        kept.append(body[copied:])
    return b"".join(kept)


def _rewritten(body: bytes) -> bytes:
    """The document by way of Python's own decoder, more lenient: a number that is none becomes null."""
    if len(body) > LAST_RESORT_BYTES_MAX:
        raise Malformed("bad_json")
    try:
        document = json.loads(
            body, strict=False, parse_int=_finite, parse_float=_finite, parse_constant=_finite
        )
        return json.dumps(document, allow_nan=False).encode()
    except (ValueError, RecursionError):
        pass
    raise Malformed("bad_json")


def _finite(text: str | bytes) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None
