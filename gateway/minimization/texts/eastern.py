"""Names of East Asia in Latin letters: by syllables, and as other systems and dialects spell them."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from gateway.minimization.texts.lists import beside, lines

_SYLLABLE: Final = re.compile("[^aeiou]*[aeiou]+(?:ng?(?![aeiou]))?")
_TWO: Final = 2
_JAPANESE: Final = re.compile("(?:(?:[kgsztdnhbpmyrwjf]|sh|ch|ts|[kgnhbpmr]y)?[aeiou]{1,2}n?){2,8}")

_Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: tuple[str, str]) -> _Rules:
    return tuple((re.compile(pattern), to) for pattern, to in pairs)


#: A syllable of pinyin as Wade and Giles spell it, without their marks.
_WADE_GILES: Final = _rules(
    ("^[zc]i$", "tzu"), ("^si$", "ssu"), ("^([zcs]hi|ri)$", r"\1h"),
    ("yuan$|yan$", "yen"), ("ian$", "ien"), ("ong$", "ung"), ("^yi$", "i"), ("^you$", "yu"),
    ("([gkh])e$", r"\1o"), ("([^gk])uo$", r"\1o"), ("ie$", "ieh"), ("ue$", "ueh"),
    ("^zh|^j|^q", "ch"), ("^x", "hs"), ("^[zc](?!h)", "ts"), ("^r", "j"),
    ("^b", "p"), ("^d", "t"), ("^g", "k"),
)  # fmt: skip
_KUNREI: Final = _rules(
    ("shi", "si"),
    ("chi", "ti"),
    ("tsu", "tu"),
    ("ji", "zi"),
    ("fu", "hu"),
    ("sh", "sy"),
    ("ch", "ty"),
    ("j", "zy"),
)


_CHINESE: Final = lines("chinese")
_PINYIN: Final = beside(_CHINESE)
FAMILIES: Final = beside(_CHINESE + lines("korean"))


def _apply(rules: _Rules, word: str) -> str:
    for pattern, to in rules:
        word = pattern.sub(to, word)
    return word


@cache
def spelt_otherwise(names: tuple[str, ...]) -> frozenset[str]:
    """Other spellings of folded names, given first, in Latin letters."""
    found = set[str]()
    if given := syllables(names):
        found |= FAMILIES.get(names[-1], frozenset()) | FAMILIES.get(names[0], frozenset())
        if not _PINYIN.keys().isdisjoint((names[0], names[-1])):
            found.add("".join(_apply(_WADE_GILES, one) for one in given))
    else:
        is_japanese = all(_JAPANESE.fullmatch(name) is not None for name in names)
        found |= {_apply(_KUNREI, name) for name in names} if is_japanese else set()
    return frozenset(found.difference(names))


def syllables(names: Sequence[str]) -> list[str]:
    """The one or two syllables of a Chinese or Korean given name, by its family name; none of any other."""
    if len(names) < _TWO:
        return []
    given = names[:-1] if names[-1] in FAMILIES else names[1:] if names[0] in FAMILIES else ()
    found = _SYLLABLE.findall(whole := "".join(given))
    return found if "".join(found) == whole and len(found) <= _TWO else []


def syllable_initials(names: Sequence[str]) -> list[str]:
    """With the family name first, and last."""
    given = "".join(one[0] for one in syllables(names))
    family = names[-1] if given and names[-1] in FAMILIES else names[0] if given else ""
    return [family[0] + given, given + family[0]] if family else []
