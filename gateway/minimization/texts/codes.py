"""Codes that open a meeting or a door, after a word that announces them, in five languages."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.minimization.texts.hit import Hit, Kind, matches
from gateway.minimization.texts.reading import Reading

#: What announces a code; of these a few are words of other things as well.
_STRONG: Final = (
    "pin|pincode|passcode|password|passwd|passwort|kennwort|kenncode|zugangscode|zutrittscode|tuercode|turcode|"
    "einwahlcode|zifferncode|geheimzahl|mdp|contrasena|pwd|pw|passphrase|meetingcode|pinnummer|passe"
)
_WEAK: Final = "code|codigo|clave|key|zahlencode"
_CHINESE: Final = "mima|kouling|yanzhengma"
_ANNOUNCED: Final = r"(?:\s?(?:is|ist|lautet|est|es|shi|nr|no|number|d'acces|de acceso|secret))?"

_WORDS: Final = frozenset(f"{_STRONG}|{_WEAK}|{_CHINESE}".split("|"))
_CHINESE_WORD: Final = re.compile(_CHINESE)
_DIGITS: Final = re.compile(
    rf"(?:(?<![a-z])(?:pin[\s-]code|pass[\s-]code|{_STRONG}|{_WEAK})|{_CHINESE}){_ANNOUNCED}[\s.:#=-]{{0,4}}"
    r"(\d{3,12}|\d{2,4}(?:[\s-]\d{2,4}){1,4})(?![\w:]|[.,]\d)",
    re.IGNORECASE,
)
_LETTERS: Final = re.compile(
    rf"(?:(?<![a-z])(?:{_STRONG})|{_CHINESE})(?:{_ANNOUNCED}\s?[:=]\s?(\S{{4,64}})|{_ANNOUNCED}\s"
    r"((?=[a-z-]{0,15}\d)[a-z0-9-]{4,16})(?![\w:]))",
    re.IGNORECASE,
)
_WEAK_LETTERS: Final = re.compile(
    rf"(?<![a-z])(?:{_WEAK}){_ANNOUNCED}\s?[:=]\s?((?=[a-z-]{{0,31}}\d)[a-z0-9-]{{4,32}})", re.IGNORECASE
)
_MEETING_ID: Final = re.compile(
    r"(?<![a-z])(?:(?:meeting|conference|webinar|konferenz|besprechungs?|sitzungs?|reunion|zoom|teams|webex|conf|access)"
    r"[\s-]{0,2}(?:id|nr|no|number|code|kennung|nummer)|konferenznummer|id|[a-z]{0,12}huiyi\s?(?:hao|id|haoma))"
    r"[\s.:#=-]{0,4}(\d(?:[\s-]?\d){5,14})(?!\d)",
    re.IGNORECASE,
)
_MEET_CODE: Final = re.compile(r"(?<![\w-])[a-z]{3}-[a-z]{4}-[a-z]{3}(?![\w-])")
_SHORT_LENGTH_MAX = 4


def codes(reading: Reading) -> Iterator[Hit]:
    """Codes in the letters of a reading, in no order."""
    letters, said = reading.letters, reading.said
    if not said.isdisjoint(_WORDS) or _CHINESE_WORD.search(reading.lower) is not None:
        for pattern in (_DIGITS, _LETTERS, _WEAK_LETTERS):
            for match in pattern.finditer(letters):
                group = match.lastindex or 0
                if not _is_year(match[group]):
                    yield Hit(Kind.PIN, *match.span(group))
    if "id" in reading.lower or "hao" in reading.lower or not said.isdisjoint({"nr", "no", "number", "code"}):
        yield from matches(Kind.MEETING_ID, _MEETING_ID, letters)
    if "meet" in said:
        yield from matches(Kind.MEETING_ID, _MEET_CODE, letters)


def _is_year(code: str) -> bool:
    return len(code) == _SHORT_LENGTH_MAX and code.startswith(("19", "20")) and code.isdigit()
