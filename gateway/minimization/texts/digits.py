"""Numbers that are written digit by digit: with signs between, or as words."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from gateway.minimization.texts.hit import Hit, Kind, matches
from gateway.minimization.texts.lists import listed
from gateway.minimization.texts.reading import Reading

#: Nought to nine in the languages of our calendars, and what stands between them when they are read out.
NUMERALS: Final = listed("numerals")
_NUMERAL: Final = "|".join(sorted(NUMERALS))
#: Two different ones are the least that a number is spelled with.
_NUMERALS_MIN = 2

_SPELLED: Final = re.compile(
    rf"(?<![a-z])(?:{_NUMERAL})(?:[^a-z0-9]{{1,3}}(?:{_NUMERAL})(?![a-z])){{6,19}}", re.IGNORECASE
)
_SINGLE: Final = re.compile(r"(?<![\w.,:/+'-])\+?\d(?:[\s._*/-]{1,2}\d){6,19}(?![\w:]|[.,'-]\d)")
_APART: Final = re.compile(r"[0-9][\s._*/-]{1,2}[0-9][\s._*/-]{1,2}[0-9][\s._*/-]")


def digits(reading: Reading) -> Iterator[Hit]:
    """Numbers of single digits in the letters of a reading, in no order."""
    if len(NUMERALS & reading.said) >= _NUMERALS_MIN:
        yield from matches(Kind.PHONE, _SPELLED, reading.letters)
    if _APART.search(reading.letters) is not None:
        for match in _SINGLE.finditer(reading.letters):
            if not _is_counted(match[0]):
                yield Hit(Kind.PHONE, *match.span())


def _is_counted(number: str) -> bool:
    """Whether the digits are a row, up or down: 1 2 3 4 5 6 7."""
    told = [int(sign) for sign in number if sign.isdigit()]
    return {other - one for one, other in pairwise(told)} in ({1}, {-1})
