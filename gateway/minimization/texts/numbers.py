"""Numbers that look like phones and meeting ids. Dates, times, sums, rooms and versions are none."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.minimization.texts.hit import Hit, Kind, matches
from gateway.minimization.texts.reading import Reading

PHONE_DIGITS_MIN = 7
GROUPED_DIGITS_MIN = 9

_THREE: Final = re.compile("[0-9][^0-9]{0,2}[0-9][^0-9]{0,2}[0-9]")
_MANY: Final = re.compile(r"[0-9](?:[^0-9]{0,3}[0-9]){5}")
_APART: Final = r"[\s().\-/]{0,3}"
#: An inner number, or what a telephone goes on to dial by itself.
_EXTENSION: Final = (
    r"(?:[\s,;]{0,2}(?:x|ext\.?|extension|durchwahl|dw\.?|poste|anexo)[\s:]{0,2}\d{1,6}(?!\d))?"
    r"(?:(?:\s?,,[\s,]{0,4}|[,;wp]{1,4})[*#]?\d{3,16}(?!\d)#?){0,4}"
)

_INTERNATIONAL: Final = re.compile(
    rf"(?<![\w+:.,])\(?(?:\+|00[\s-]?(?=[1-9]))\s?[1-9](?:{_APART}\d){{6,14}}(?!\d)" + _EXTENSION,
    re.IGNORECASE,
)
_NATIONAL: Final = re.compile(
    r"(?<![\w.,:/+-])(?:\(0\d{1,5}\)|0\d{2,11}|0\d(?=[\s./-]\d{3})|0\d(?=(?:[\s./-]\d\d){4}(?!\d)))"
    r"(?:[\s./-]{1,3}\d{1,8}){0,12}(?![\w:])" + _EXTENSION,
    re.IGNORECASE,
)
_AMERICAN: Final = re.compile(
    r"(?<![\w.,+-])(?:1[\s.-])?(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[\s.-]\d{4}(?!\w)" + _EXTENSION, re.IGNORECASE
)
_CALLED: Final = re.compile(
    r"(?<![a-z])(?:tel|phone|telephone|mobile?|cell|fon|telefono?|handy|movil|portable|call|dial|dial-in|ring|fax|"
    r"whatsapp|sms|anruf|appel|llamada|rufnummer|einwahl|hotline|[a-z]{0,12}(?:dianhua|shouji))"
    r"(?:\s?(?:nr|no|number|nummer|numero|in|hao|haoma))?[\s.:#=-]{0,4}[+(]?\d(?:[\s().\-/]{0,3}\d){5,14}(?!\d)"
    + _EXTENSION,
    re.IGNORECASE,
)
_INNER: Final = re.compile(
    r"(?<![a-z])(?:(?:ext|extn|extension|durchwahl|nebenstelle|dw)[\s.:#]{0,3}|poste\s(?=\d{4})|x)\d{3,6}(?![\w:-])",
    re.IGNORECASE,
)
_INNER_WORDS: Final = frozenset({"ext", "extn", "extension", "durchwahl", "nebenstelle", "dw", "poste", "x"})
_GROUPED: Final = re.compile(r"(?<![\w.,:/+'-])\d{2,4}(?:[ .-]\d{2,4}){2,5}(?![\w:]|[.,']\d)")
_RUN: Final = re.compile(r"(?<![\w.,:/+'#-])\d{9,12}(?![\w:]|[.,']\d)")

_DATES: Final = re.compile(
    r"(?<!\d)(?<!\d[./-])(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\s?\d{1,2}[-./]\s?(?:19|20)?\d\d)"
    r"(?!\d|[./]\d)|(?<!\d)\d{1,2}[:h]\d{2}(?::\d{2})?(?!\d)"
    r"|(?<!\d)(?<!\d\s)(?:19|20)\d\d\s?[-/]\s?(?:19|20)?\d\d(?!\d)",
    re.IGNORECASE,
)
_SUM_BEFORE: Final = re.compile(
    r"(?:\$|(?<![a-z])(?:eur|usd|chf|gbp|jpy|cny|inr|rs|budget|euro))[ .:=~]{0,3}\Z", re.IGNORECASE
)
_SUM_AFTER: Final = re.compile(
    r"[\s,.-]{0,3}(?:[$%]|(?:eur|euros?|usd|chf|gbp|jpy|cny|inr|k|mio|mn|m|bn|kwh|mwh|km|m2|qm)\b)",
    re.IGNORECASE,
)
_PLACE_BEFORE: Final = re.compile(
    r"(?:(?<![a-z])(?:rooms?|salles?|salas?|desks?|bureaux?|floors?|units?|seats?)|raum|raeume|raume|zimmer|tische?)"
    r"\W{0,3}\Z",
    re.IGNORECASE,
)


def numbers(reading: Reading) -> Iterator[Hit]:
    """Numbers in the letters of a reading, in no order."""
    letters = reading.letters
    if _THREE.search(letters) is None:
        return
    if not reading.said.isdisjoint(_INNER_WORDS):
        yield from matches(Kind.PHONE, _INNER, letters)
    if _MANY.search(letters) is None:
        return
    yield from matches(Kind.PHONE, _INTERNATIONAL, letters)
    dateless = _DATES.sub(_blank, letters)
    if _MANY.search(dateless) is not None:
        yield from _long(dateless)


def _blank(match: re.Match[str]) -> str:
    return "~" * len(match[0])


def _long(letters: str) -> Iterator[Hit]:
    for pattern in (_CALLED, _AMERICAN):
        yield from matches(Kind.PHONE, pattern, letters)
    for match in _NATIONAL.finditer(letters):
        # No sum begins with a nought.
        if sum(map(str.isdigit, match[0])) >= PHONE_DIGITS_MIN and not _is_place(match):
            yield Hit(Kind.PHONE, *match.span())
    for match in _RUN.finditer(letters):
        if not _is_sum(match):
            yield Hit(Kind.MEETING_ID, *match.span())
    for match in _GROUPED.finditer(letters):
        if _is_grouped_as_number(match[0]) and not _is_sum(match):
            yield Hit(Kind.MEETING_ID, *match.span())


def _is_grouped_as_number(number: str) -> bool:
    """Whether groups of digits are one number: no sum in thousands, no row of years or of small numbers."""
    groups = re.split("[ .-]", number)
    is_row = all(group.startswith(("19", "20")) for group in groups) or {*map(len, groups)} == {2}
    return sum(map(len, groups)) >= GROUPED_DIGITS_MIN and groups[-2:] != ["000", "000"] and not is_row


def _is_sum(match: re.Match[str]) -> bool:
    """Whether a number is an amount, or a row of rooms."""
    is_before = _SUM_BEFORE.search(_before(match)) is not None
    return is_before or _SUM_AFTER.match(match.string, match.end()) is not None or _is_place(match)


def _is_place(match: re.Match[str]) -> bool:
    return _PLACE_BEFORE.search(_before(match)) is not None


def _before(match: re.Match[str]) -> str:
    return match.string[: match.start()]
