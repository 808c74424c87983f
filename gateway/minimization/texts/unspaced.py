"""Names in scripts other than Latin: where family and given name part, and how each begins."""

import re
from typing import Final

from gateway.minimization.texts.reading import FOREIGN, UNSPACED, spoken
from gateway.minimization.texts.words import ORDINARY

_LENGTH_MAX = 12
#: Longer ones are a double name, or no name.
_FAMILY_LENGTH_MAX = 3
#: So many signs are a Japanese name, of two and two.
_LONG_LENGTH = 4
_COMPOUND_FAMILIES: Final = frozenset(
    """
    欧阳 司马 诸葛 上官 夏侯 司徒 慕容 南宫 歐陽 司馬 諸葛 南宮 皇甫 尉迟 公孙 令狐 남궁 황보 제갈 선우
    독고
    """.split()
)
_BRACKETED: Final = re.compile(r"[(\[]([^()\[\]]{2,99})[)\]]")
_LETTERS: Final = re.compile("[a-z]+")


def is_unspaced(written: list[str]) -> bool:
    """Whether words are a name of a script without spaces."""
    whole = "".join(written)
    return UNSPACED.fullmatch(whole) is not None and len(whole) <= _LENGTH_MAX


def given_first(written: list[str]) -> list[str]:
    """A name of a script without spaces, whose family name comes first and has one or two signs."""
    if len(written) == 1:
        whole = written[0]
        size = 2 if whole[:2] in _COMPOUND_FAMILIES or len(whole) == _LONG_LENGTH else 1
        written = [whole[:size], whole[size:]]
    return written[::-1]


def halves(shown: str) -> set[str]:
    """What may be the family or the given name in a name without spaces; one sign alone is none."""
    whole = UNSPACED.match(shown)
    if whole is None or whole[0] != shown.split(maxsplit=1)[0] or len(whole[0]) > _LENGTH_MAX:
        return set()
    places = range(1, min(_FAMILY_LENGTH_MAX + 1, len(whole[0])))
    parts = {part for at in places for part in (whole[0][:at], whole[0][at:])}
    return {part for part in parts if len(part) > 1}


def in_brackets(shown: str) -> str | None:
    """The same name in another script, which stands behind it in brackets."""
    match = _BRACKETED.search(shown)
    if match is None or _is_foreign(match[1]) == _is_foreign(shown[: match.start()]):
        return None
    words = _LETTERS.findall(spoken(match[1]).lower())
    return match[1] if _is_foreign(match[1]) or (len(words) > 1 and ORDINARY.isdisjoint(words)) else None


def _is_foreign(written: str) -> bool:
    return FOREIGN.search(written) is not None


def openings(shown: str) -> set[str]:
    """What alone says nothing: the signs of a name one by one, and how it is abbreviated."""
    signs = {sign for run in UNSPACED.findall(shown) for sign in run}
    signs |= {word[0] for word in shown.replace(",", " ").split() if not word[0].isascii()}
    return {said for sign in signs for said in _LETTERS.findall(spoken(sign).lower())}
