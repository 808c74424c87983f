"""Markup: what pages, mails, typesetters and programs put into a text, and what stands there without it."""

import re
from typing import Final

from gateway.minimization.texts.version import Undo

#: What keeps a word in one piece, and what parts words.
_INLINE: Final = (
    "b|i|u|s|em|strong|small|big|span|font|wbr|mark|sub|sup|code|tt|a|abbr|bdi|bdo|cite|q|o:p|color|url"
)
_BLOCK: Final = (
    "br|p|div|li|ul|ol|td|tr|th|hr|h[1-6]|table|tbody|body|html|pre|blockquote|dd|dt|section|nobr|size"
)
_OPEN, _CLOSE = r"(?:<|&lt;|\[)", r"(?:>|&gt;|\])"
_INNER: Final = r"(?:[\s=][^<>\[\]]{0,120})?\s?/?"
#: Letters that typesetters have commands for.
_LETTERS: Final = {
    "ss": "\u00df", "o": "\u00f8", "O": "\u00d8", "l": "\u0142", "L": "\u0141", "aa": "\u00e5",
    "AA": "\u00c5", "ae": "\u00e6", "AE": "\u00c6", "oe": "\u0153", "OE": "\u0152", "i": "i", "j": "j",
}  # fmt: skip
_WIDE: Final = re.compile(r"\\([0-3][0-7]{2})")
#: Letters of scripts that are glued to Latin words: of all but those that are mixed with them by mistake.
_APART: Final = (
    "\u0531-\u1bff\u2d00-\u2d2f\u3005-\u9fff\ua840-\udfff\uf900-\ufaff\ufb13-\ufdff\ufe70-\ufefc\uff66-\uffdc"
)
_LATIN: Final = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_EASTERN: Final = "\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"

#: Without any of these there is nothing to undo here.
SIGN: Final = (
    rf"[<\[]/?[A-Za-z]|\\[\"'`^~=.cvkruHsolaOALijU0-3{{]|[{_LATIN}][{_APART}]|[{_APART}][{_LATIN}]"
    rf"|[{_EASTERN}][*\u25cb\u25ef\u25cf\u3007\uff0a\u2605\u2606]|%[89A-Fa-f][0-9A-Fa-f]|&[A-Za-z]{{2,8}}"
)


def _nothing(_: re.Match[str]) -> str:
    return ""


def _space(_: re.Match[str]) -> str:
    return " "


def _accented(match: re.Match[str]) -> str:
    return match[1] or match[2]


def _commanded(match: re.Match[str]) -> str:
    return _LETTERS[match[1]]


def _byte(match: re.Match[str]) -> str:
    told = bytes.fromhex(match[1] or match[2]).decode("cp1252", "replace")
    return told if told.isalpha() else match[0]


def _octal(match: re.Match[str]) -> str:
    told = bytes(int(code, 8) for code in _WIDE.findall(match[0]))
    found = told.decode("utf-8", "replace")
    found = told.decode("cp1252", "replace") if "\ufffd" in found else found
    return found if found.isprintable() else match[0]


def _hidden(_: re.Match[str]) -> str:
    """Any letters: see ``holes``."""
    return "#*"


#: Outermost first.
MARKUP: Final[tuple[Undo, ...]] = (
    (re.compile(rf"{_OPEN}/?(?:{_INLINE}){_INNER}{_CLOSE}", re.IGNORECASE), _nothing),
    (re.compile(rf"{_OPEN}/?(?:{_BLOCK}){_INNER}{_CLOSE}", re.IGNORECASE), _space),
    (re.compile(r"\\'()([89a-fA-F][0-9a-fA-F])"), _byte),
    (re.compile(r"(?<=[A-Za-z])%([89A-Fa-f][0-9A-Fa-f])|%([89A-Fa-f][0-9A-Fa-f])(?=[A-Za-z])"), _byte),
    (re.compile(r"(?:\\[0-3][0-7]{2}){1,64}"), _octal),
    (
        re.compile(r"\{?\\[\"'`^~=.]\s?\{?\\?([A-Za-z])\}{0,2}|\{?\\[cvkruH](?:\{|\s)([A-Za-z])\}{0,2}"),
        _accented,
    ),
    (re.compile(r"\{?\\(ss|aa|AA|ae|AE|oe|OE|o|O|l|L|i|j)(?:\{\}|\}|\s|(?![A-Za-z]))"), _commanded),
    # One sign for one of a name in signs: 王*明, 김O준.
    (
        re.compile(
            rf"(?<=[{_EASTERN}])(?:[*\u25cb\u25ef\u25cf\u3007\uff0a\u2605\u2606]{{1,3}}|[XxOo]{{1,3}})(?=[{_EASTERN}])"
        ),
        _hidden,
    ),
    # Anna来访, 和Anna.
    (re.compile(rf"(?<=[{_LATIN}])(?=[{_APART}])|(?<=[{_APART}])(?=[{_LATIN}])"), _space),
)
