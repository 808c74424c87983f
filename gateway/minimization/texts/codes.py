"""Codes that open a meeting or a door, after a word that announces them, in five languages."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.minimization.texts.hit import Hit, Kind, matches
from gateway.minimization.texts.reading import Reading
from gateway.minimization.texts.words import ORDINARY

#: What announces a code; of these a few are words of other things as well.
_STRONG: Final = (
    "pin|pincode|passcode|password|passwd|passwort|kennwort|kenncode|zugangscode|zutrittscode|tuercode|turcode|"
    "einwahlcode|zifferncode|geheimzahl|mdp|contrasena|pwd|pw|passphrase|meetingcode|pinnummer|passe"
)
_OF_PLACES: Final = (
    r"(?:door|gate|alarm|entry|access|host|room|security|lobby|garage|safe|lift|locker|wifi|guest)[\s-]{1,2}"
    "(?:code|key|pin)"
)
_WEAK: Final = "code|codigo|clave|key|zahlencode"
_CHINESE: Final = "mima|kouling|yanzhengma"
_ANNOUNCED: Final = r"(?:\s?(?:is|ist|lautet|est|es|shi|nr|no|number|d'acces|de acceso|secret))?"

_WORDS: Final = frozenset(f"{_STRONG}|{_WEAK}|{_CHINESE}".split("|"))
_CHINESE_WORD: Final = re.compile(_CHINESE)
_DIGITS: Final = re.compile(
    rf"(?:(?<![a-z])(?:pin[\s-]code|pass[\s-]code|{_OF_PLACES}|{_STRONG}|{_WEAK})|{_CHINESE})"
    rf"{_ANNOUNCED}[\s.:#=-]{{0,4}}"
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
    r"[\s-]{0,2}(?:id|nr|no|number|code|kennung|nummer)|konferenznummer|"
    r"(?:id|nr|no|n|ndeg|numero|number)\s(?:de|du|of|der|di|da)\s(?:(?:la|the)\s)?"
    r"(?:reunion|meeting|conference|conferencia|webinar|riunione|conferenza|sitzung|besprechung)|id|"
    r"[a-z]{0,12}huiyi\s?(?:hao|id|haoma))"
    r"[\s.:#=-]{0,4}(\d(?:[\s-]?\d){5,14})(?!\d)",
    re.IGNORECASE,
)
_SIX: Final = re.compile(r"[0-9](?:[\s-]?[0-9]){5}")
_MEET_CODE: Final = re.compile(r"(?<![\w-])[a-z]{3}-[a-z]{4}-[a-z]{3}(?![\w-])")
#: Four digits after no more than one of these may be a year.
_YEAR: Final = re.compile(rf"(?:{_WEAK})\s{{1,4}}(?:19|20)\d\d", re.IGNORECASE)
_KEYS: Final = frozenset("#*")


def codes(reading: Reading) -> Iterator[Hit]:
    """Codes in the letters of a reading, in no order."""
    letters, said = reading.letters, reading.said
    if not said.isdisjoint(_WORDS) or _CHINESE_WORD.search(reading.lower) is not None:
        for pattern in (_DIGITS, _LETTERS, _WEAK_LETTERS):
            for match in pattern.finditer(letters):
                group = match.lastindex or 0
                if not _is_year(match):
                    yield Hit(Kind.PIN, *match.span(group))
    if _SIX.search(letters) is not None:
        yield from matches(Kind.MEETING_ID, _MEETING_ID, letters)
    for match in _MEET_CODE.finditer(letters) if "-" in letters else ():
        # Day-long-off is made of words.
        if not ORDINARY.issuperset(match[0].split("-")):
            yield Hit(Kind.MEETING_ID, *match.span())


def _is_year(match: re.Match[str]) -> bool:
    is_dialled = match.string[match.end() : match.end() + 1] in _KEYS
    return not is_dialled and _YEAR.fullmatch(match[0]) is not None
