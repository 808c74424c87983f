"""How a name sounds, coarsely: what stays the same when it is written in another script.

Keys are compared with keys alone, and only across scripts: within one, spelling tells.
"""

import re
from collections.abc import Callable
from typing import Final

from gateway.minimization.texts.likeness import undoubled
from gateway.minimization.texts.lists import listed

_Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: tuple[str, str]) -> _Rules:
    return tuple((re.compile(pattern), to) for pattern, to in pairs)


#: Arabic and Hebrew leave out vowels, or write them with half a consonant; so we read Devanagari, too.
_CONSONANTAL: Final = _rules(
    (r"^a?l-?(?=[^aeiou]{2})", ""),
    (r"sch|sh", "s"),
    (r"t[sz]", "s"),
    (r"ck|ch|kh|q|c", "k"),
    (r"x", "ks"),
    (r"ph|f", "p"),
    (r"([bdgt])h", r"\1"),
    (r"(.)\1+", r"\1"),
    (r"^[aeiou]", "A"),
    (r"(?<!^)[aeiouywv]", ""),
    (r"h$", ""),
)

_KOREAN: Final = _rules(
    (r"sh", "s"),
    (r"ch", "j"),
    (r"g", "k"),
    (r"d", "t"),
    (r"[bfv]", "p"),
    (r"l", "r"),
    (r"h(?![aeiouwy])", ""),
    (r"a[ei]", "e"),
    (r"e[ou]|[ou]+", "u"),
    (r"w(?=u)", ""),
    (r"ee|ui", "i"),
)

#: Korean family names that are written otherwise than they are read out here.
_KOREAN_FAMILIES: Final = dict(pair.split("=") for pair in listed("hangul"))

_KATAKANA: Final = _rules((r"[lr]", "r"), (r"[td]", "t"), (r"[bp]", "p"), (r"m", "n"))
_KATAKANA_LENGTH_MIN = 3
#: Two consonants tell only of a short word.
_SHORT_LENGTH_MAX = 5
_TWO = 2


_SPELLINGS: Final = {
    read: [one for one, other in _KOREAN_FAMILIES.items() if other == read]
    for read in set(_KOREAN_FAMILIES.values())
}


def _apply(rules: _Rules, word: str) -> str:
    for pattern, to in rules:
        word = pattern.sub(to, word)
    return word


def consonantal(word: str) -> str:
    """The key of a word in a script without vowels; empty if there is too little to tell."""
    key = _apply(_CONSONANTAL, word)
    telling = len(key) > _TWO or (len(key) == _TWO and len(word) <= _SHORT_LENGTH_MAX)
    return "c:" + key if telling else ""


def katakana(word: str) -> str:
    """The key of a foreign name as Japanese writes it; empty if there is too little to tell."""
    key = undoubled(_apply(_KATAKANA, _apply(_CONSONANTAL, word)))
    return "j:" + key if len(key) >= _KATAKANA_LENGTH_MIN else ""


def korean(word: str) -> str:
    """The key of a word in Hangul."""
    return "k:" + undoubled(_apply(_KOREAN, word))


def keys(word: str, script: str | None = None) -> set[str]:
    """The keys under which a name may be heard in a script, by the sign that they begin with; or in any."""
    scripts = _BY_SCRIPT if script is None else (script,)
    return {key for one in scripts for key in _BY_SCRIPT[one](word)} - {""}


#: Letters of one language that stand for a sound of another.
_TAKEN_FOR: Final = (("v", "b"), ("j", "y"), ("w", "v"), ("ch", "h"), ("x", "kh"))


def _consonantals(word: str) -> set[str]:
    others = {word.replace(one, other) for one, other in _TAKEN_FOR}
    return set(map(consonantal, {word, *others, word.removesuffix("z") + "ts" if word[-1] == "z" else word}))


_BY_SCRIPT: Final[dict[str, Callable[[str], set[str]]]] = {
    "c": _consonantals,
    "j": lambda word: {katakana(word)},
    "k": lambda word: {korean(word)},
}


def read_aloud(family: str) -> str:
    """A Korean family name as it is transliterated here; any other name as it is."""
    return _KOREAN_FAMILIES.get(family, family)


def romanized(family: str) -> list[str]:
    """How a Korean family name is written otherwise in Latin letters, transliterated or not."""
    return _SPELLINGS.get(read_aloud(family), [])
