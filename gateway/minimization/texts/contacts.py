"""Contacts of anybody: addresses, links, numbers and codes by which somebody or a meeting is reached.

Every quantifier is bounded, and each pattern stands behind a test for what it cannot do without.
"""

import re
from collections.abc import Iterator
from typing import Final

from gateway.minimization.texts.codes import codes
from gateway.minimization.texts.digits import NUMERALS, digits
from gateway.minimization.texts.hit import Hit, Kind, matches
from gateway.minimization.texts.lists import listed
from gateway.minimization.texts.numbers import numbers
from gateway.minimization.texts.reading import Reading

#: What names may end in that are typed without a scheme.
_TOP_LEVEL: Final = "|".join(sorted(listed("top_levels")))
_OPEN, _CLOSE = r"\s{0,2}[\[({<]\s?", r"\s?[\])}>]\s{0,2}"
_DOTS: Final = "dot|punkt|punto|point"
_DOT: Final = rf"(?:\s{{0,2}}\.\s{{0,2}}|{_OPEN}(?:{_DOTS}|\.){_CLOSE}|\s{{1,2}}(?:{_DOTS})\s{{1,2}})"
_AROUND: Final = "at|arroba|arobase|aet"
_AT: Final = rf"(?:\s{{0,2}}@\s{{0,2}}|{_OPEN}(?:{_AROUND}|@){_CLOSE}|\s{{1,2}}(?:{_AROUND})\s{{1,2}})"

_ADDRESS: Final = re.compile(r"(?<![\w.+-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
#: Without a dot it may be a place, unless there is a digit or a sign as names of accounts and hosts have.
_LOCAL_ADDRESS: Final = re.compile(
    r"(?<![\w.+-])(?:[A-Za-z](?=[A-Za-z'-]{0,62}[\d._+])[\w.+'-]{1,63}@[a-z][a-z0-9_-]{2,62}(?!\w)|"
    r"[\w.+'-]{1,64}@(?:(?=[A-Za-z-]{1,62}\d)[\w-]{2,63}|"
    r"(?:localhost|localdomain|intranet|internal|exchange|lan)(?!\w)))"
)
_LOOSE_ADDRESS: Final = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}(?:{_DOT}[\w+-]{{1,64}}){{0,3}}{_AT}"
    rf"[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{0,4}}?{_DOT}(?:{_TOP_LEVEL})(?![\w-])",
    re.IGNORECASE,
)
_URL: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:[a-z][a-z0-9+.-]{1,20}(?::|\[:\])//|"
    r"(?:mailto|sips?|callto|skype|msteams|zoommtg|facetime|xmpp):|"
    r"www\.\w)\S{0,1024}",
    re.IGNORECASE,
)
_DOMAIN: Final = re.compile(
    rf"(?<![\w@.-])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,6}}(?:{_TOP_LEVEL})(?![\w-])(?!\.\w)(?::\d{{1,5}})?"
    r"(?:[/?#]\S{0,1024})?",
    re.IGNORECASE,
)
_DEFANGED_DOT: Final = rf"(?:\.|{_OPEN}(?:{_DOTS}|\.){_CLOSE})"
_DEFANGED: Final = re.compile(
    rf"(?<![\w@.-])[a-z0-9][a-z0-9-]{{0,62}}(?:{_DEFANGED_DOT}[a-z0-9][a-z0-9-]{{0,62}}){{0,5}}?"
    rf"{_DEFANGED_DOT}(?:{_TOP_LEVEL})(?![\w-])(?!{_DEFANGED_DOT}\w)(?::\d{{1,5}})?(?:[/?#]\S{{0,1024}})?",
    re.IGNORECASE,
)
_BRACKETED: Final = re.compile(rf"[\[({{<]\s?(?:{_DOTS}|\.)\s?[\])}}>]", re.IGNORECASE)
_SHARE: Final = re.compile(r"(?<![\\\w])\\\\[\w.$@-]{1,255}(?:\\[^\s\\]{0,255}){1,32}")
_PATH: Final = re.compile(
    r"(?<![\w/])(?:meet|teams|zoom|webex|whereby|jitsi|gotomeeting|bluejeans|chime|skype)/\S{3,1024}",
    re.IGNORECASE,
)
#: Top levels that are words as well: a full stop without a space is no link.
_WORDS: Final = frozenset(
    """
    in it no be is me at us my de es id page team work live today home test name pro link
    """.split()
)
_LABEL_LENGTH_MIN = 3
_TECHNOLOGIES: Final = frozenset({"asp.net", "ado.net", "vb.net", "ml.net", "socket.io", "draw.io"})
#: Without any of these there are no contacts, but for addresses that are spoken.
_MARKED: Final = re.compile(r"[0-9@./:=\\]|[a-z]-[a-z]{4}-[a-z]")
_SPOKEN: Final = NUMERALS.union(_DOTS.split("|"))
_AT_WORDS: Final = frozenset(_AROUND.split("|"))
_DOTTED: Final = re.compile(r"\.[A-Za-z]")
_SCHEME: Final = re.compile(r"[A-Za-z]:[A-Za-z0-9/+]|[Ww]{3}\.|\[:\]//")


def contacts(reading: Reading) -> list[Hit]:
    """Contact data in the letters of a reading, in no order."""
    letters = reading.letters
    if _MARKED.search(letters) is None and _SPOKEN.isdisjoint(reading.said):
        return []
    return [*_addresses(reading), *_links(letters), *codes(reading), *numbers(reading), *digits(reading)]


def _addresses(reading: Reading) -> Iterator[Hit]:
    if "@" in reading.letters:
        yield from matches(Kind.ADDRESS, _ADDRESS, reading.letters)
        yield from matches(Kind.ADDRESS, _LOCAL_ADDRESS, reading.letters)
        yield from matches(Kind.ADDRESS, _LOOSE_ADDRESS, reading.letters)
    elif not _AT_WORDS.isdisjoint(reading.said):
        yield from matches(Kind.ADDRESS, _LOOSE_ADDRESS, reading.letters)


def _links(letters: str) -> Iterator[Hit]:
    if _SCHEME.search(letters) is not None:
        yield from matches(Kind.LINK, _URL, letters)
    if _BRACKETED.search(letters) is not None:
        yield from matches(Kind.LINK, _DEFANGED, letters)
    if "\\\\" in letters:
        yield from matches(Kind.LINK, _SHARE, letters)
    if "/" in letters:
        yield from matches(Kind.LINK, _PATH, letters)
    if _DOTTED.search(letters) is not None:
        yield from (
            Hit(Kind.LINK, *match.span()) for match in _DOMAIN.finditer(letters) if _is_domain(match[0])
        )


def _is_domain(found: str) -> bool:
    """Whether a name with dots is one, and no sentence without a space, or a technology."""
    name = re.split("[/?#:]", found, maxsplit=1)[0]
    label, _, top = name.rpartition(".")
    if len(found) > len(name):
        return True
    if name.lower() in _TECHNOLOGIES:
        return False
    return (top not in _WORDS and top.islower()) or (label.islower() and len(label) >= _LABEL_LENGTH_MIN)
