"""Decoding: a text as it was before machines encoded or damaged it, and before somebody masked its names."""

import base64
import binascii
import html
import quopri
import re
import sys
import unicodedata
from typing import Final

from gateway.minimization.texts.markup import MARKUP, SIGN
from gateway.minimization.texts.version import Undo, Version

#: What is encoded twice is decoded twice.
_ROUNDS: Final = 2
#: Without any of these a text is as it was written.
_SIGN: Final = re.compile(
    r"%[0-9A-Fa-f]{2}|&#?\w{2,8};|=[0-9A-F]{2}|=\?|\\[ux]|[\u00c2-\u00f4][^\x00-\x7f]|[\u202e\uff9e\uff9f]"
    r"|[\u00de\u00fe\u00f0\u00fd\u00dd\u00a3\u00b3\u00b9\u00bf\u00a5\u00af\u00b6\u00b1\u00bc\u0178\u0153]"
    rf"|{SIGN}"
    r"|\w[*_\u2013\u2014\u2026]|\.\.|(?<!\w)\w-\w{1,2}(?!\w)|[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎʅ]|[A-Za-z0-9]{2}[A-Z][a-z0-9]"
)
#: As Windows shows the bytes that Latin-1 leaves without a sign.
_BYTES: Final = {chr(code): bytes([code]) for code in range(0x80, 0x100)} | {
    sign: bytes([code]) for code in range(0x80, 0xA0) if (sign := bytes([code]).decode("cp1252", "ignore"))
}
#: Letters of Polish and Turkish code pages, as Western ones show them.
_PAGES: Final = dict(zip("þðýÝÞ£³¹¿¥¯¶±¼Ÿœ", "şğıİŞŁłążĄŻśąźźś", strict=True))
#: Letters that stand on their heads, among those that look like others then.
_HEADLONG: Final = "ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎʅ"
_UPRIGHT: Final = str.maketrans(_HEADLONG + "ınupbdq", "acefghijkmrtvwyliundqpb")
_SIGNS: Final = r"[^\W\d_]"
_MASK: Final = r"(?:\*{1,32}|_{2,32}|\.{2,32}|[\u2013\u2014\u2026])"
_HEX: Final = "[0-9A-Fa-f]"


def _encoded(sign: str, digit: str) -> str:
    """The bytes of one letter, each after such a sign."""
    more = f"{sign}[89AB]{digit}"
    return f"{sign}(?:[2-7]{digit}|[CD]{digit}{more}|E{digit}(?:{more}){{2}}|F{digit}(?:{more}){{3}})"


def _percent(match: re.Match[str]) -> str:
    return _text(bytes.fromhex(match[0].replace("%", "")), match)


def _quoted(match: re.Match[str]) -> str:
    return _text(bytes.fromhex(match[0].replace("=", "")), match)


def _escaped(match: re.Match[str]) -> str:
    code = int(match[1] or match[2] or match[3], 16)
    return chr(code) if code <= sys.maxunicode else match[0]


def _entity(match: re.Match[str]) -> str:
    return html.unescape(match[0])


def _misread(match: re.Match[str]) -> str:
    """UTF-8 that was read as a Western code page."""
    told = b"".join(_BYTES.get(sign, b"?") for sign in match[0])
    return told.decode(errors="ignore") or match[0]


def _word(match: re.Match[str]) -> str:
    """An encoded word of a mail's head."""
    told = match[2].encode("ascii", "ignore")
    is_quoted = match[1] in "Qq"
    return _text(quopri.decodestring(told, header=True) if is_quoted else _decoded64(told), match)


def _base64(match: re.Match[str]) -> str:
    found = _text(_decoded64(match[0].encode()), match)
    is_text = all(sign.isalpha() or sign in " .,'-@" for sign in found)
    return found if is_text else match[0]


def _decoded64(told: bytes) -> bytes:
    try:
        return base64.b64decode(told + b"=" * (-len(told) % 4), validate=True)
    except binascii.Error:
        return b"\xff"


def _text(told: bytes, match: re.Match[str]) -> str:
    """Bytes as a text; as it stands where they are none."""
    try:
        found = told.decode()
    except UnicodeDecodeError:
        return match[0]
    return found if found.isprintable() else match[0]


def _wide(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


def _paged(match: re.Match[str]) -> str:
    return _PAGES[match[0]]


def _turned(match: re.Match[str]) -> str:
    return match[1][::-1]


def _upright(match: re.Match[str]) -> str:
    return match[0].translate(_UPRIGHT)[::-1]


def _abbreviated(match: re.Match[str]) -> str:
    return match[1] + "."


#: Outermost first.
_UNDO: Final[tuple[Undo, ...]] = (
    (re.compile(r"=\?[\w-]{2,20}\?([QqBb])\?([^?\s]{1,200})\?="), _word),
    (re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{8,200}={0,2}(?![A-Za-z0-9+/=])"), _base64),
    (re.compile(_encoded("%", _HEX), re.IGNORECASE), _percent),
    (re.compile(_encoded("=", "[0-9A-F]")), _quoted),
    (re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});"), _entity),
    # The oldest are known without a semicolon, too.
    (re.compile(r"&(?:nbsp|shy|szlig|[A-Za-z](?:uml|acute|grave|circ|tilde|ring|slash|cedil))"), _entity),
    (re.compile(rf"\\(?:x({_HEX}{{2}})|u({_HEX}{{4}})|u\{{({_HEX}{{1,6}})\}})"), _escaped),
    (re.compile(r"[\xc2-\xdf][^\x00-\x7f]|[\xe0-\xef][^\x00-\x7f]{2}|[\xf0-\xf4][^\x00-\x7f]{3}"), _misread),
    (re.compile("[\uff66-\uff9d][\uff9e\uff9f]"), _wide),
    (re.compile("\u202e([^\u202c]{1,200})\u202c?"), _turned),
    (re.compile(f"(?:[A-Za-zı]{{0,32}}[{_HEADLONG}]){{1,32}}[A-Za-zı]{{0,32}}"), _upright),
)
_LAST: Final[tuple[Undo, ...]] = (
    (re.compile(f"[{''.join(_PAGES)}]"), _paged),
    # A*** and A... and A-a are A., as far as anybody may know.
    (
        re.compile(rf"(?<!\w)({_SIGNS}{{1,3}})(?:{_MASK}{_SIGNS}{{0,2}}|-[^\W\d_A-Z]{{1,2}})(?![\w*])"),
        _abbreviated,
    ),
)


def versions(text: str) -> list[Version]:
    """The text as it is; and decoded, where there is anything to decode."""
    version = plain = Version(text)
    if _SIGN.search(text) is None:
        return [plain]
    for undo in _UNDO * _ROUNDS + MARKUP + _LAST:
        version = version.undone(undo)
    return [plain] if version is plain else [plain, version]
