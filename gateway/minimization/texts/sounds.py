"""How a name sounds, coarsely: what stays the same when it is written in another script.

Keys are compared with keys alone, and only across scripts: within one, spelling tells.
"""

import re
from typing import Final

from gateway.minimization.texts.spelling import shortened

_Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: tuple[str, str]) -> _Rules:
    return tuple((re.compile(pattern), to) for pattern, to in pairs)


_ALPHABETIC: Final = _rules(
    (r"chr", "kr"),
    (r"dzh|dsch|dj|j|y", "i"),
    (r"sh?ch|sch|sh", "s"),
    (r"t?s?ch|kh|cz", "h"),
    (r"ph", "f"),
    (r"th", "t"),
    (r"ck|q", "k"),
    (r"x", "ks"),
    (r"t[sz]|z|c(?=[ei])", "s"),
    (r"c", "k"),
    (r"w|f+$", "v"),
    (r"mp", "b"),
    (r"ng|gg|gk", "g"),
    (r"h(?![aeiou])", ""),
    (r"[ou]+|e[ou]", "u"),
    (r"(.)\1+", r"\1"),
)

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
    (r"(.)\1+", r"\1"),
)

#: Korean family names that are written otherwise than they are read out here.
_KOREAN_FAMILIES: Final = dict(
    pair.split(":")
    for pair in """
    lee:i yi:i rhee:i park:bag pak:bag choi:choe oh:o woo:u lim:im rim:im roh:no yoo:yu yoon:yun moon:mun
    jung:jeong chung:jeong suh:seo kim:gim kang:gang
    """.split()
)

_KATAKANA: Final = _rules((r"[lr]", "r"), (r"[td]", "t"), (r"[bp]", "p"), (r"m", "n"), (r"(.)\1+", r"\1"))
_KATAKANA_LENGTH_MIN = 3
_STEM_LENGTH_MIN = 3
#: Two consonants tell only of a short word.
_SHORT_LENGTH_MAX = 5
_TWO = 2
#: Longer keys may differ in one sign.
_LOOSE_LENGTH_MIN = 6


def _apply(rules: _Rules, word: str) -> str:
    for pattern, to in rules:
        word = pattern.sub(to, word)
    return word


def spoken_keys(word: str) -> set[str]:
    """The keys of a word in a script with vowels."""
    key = _apply(_ALPHABETIC, word)
    loose = shortened(key) if len(key) >= _LOOSE_LENGTH_MIN else ()
    return {"a:" + key, *("l:" + shorter for shorter in (key, *loose) if loose)}


def stem(word: str) -> str:
    """The key of a name that has lost its ending; empty if there is too little to tell."""
    return "s:" + _apply(_ALPHABETIC, word) if len(word) >= _STEM_LENGTH_MIN else ""


def consonantal(word: str) -> str:
    """The key of a word in a script without vowels; empty if there is too little to tell."""
    key = _apply(_CONSONANTAL, word)
    telling = len(key) > _TWO or (len(key) == _TWO and len(word) <= _SHORT_LENGTH_MAX)
    return "c:" + key if telling else ""


def katakana(word: str) -> str:
    """The key of a foreign name as Japanese writes it; empty if there is too little to tell."""
    key = _apply(_KATAKANA, _apply(_CONSONANTAL, word))
    return "j:" + key if len(key) >= _KATAKANA_LENGTH_MIN else ""


def korean(word: str) -> str:
    """The key of a word in Hangul."""
    return "k:" + _apply(_KOREAN, word)


def keys(word: str) -> set[str]:
    """All keys under which a name may be heard."""
    found = spoken_keys(word) | {korean(word), katakana(word), stem(word.rstrip("aeiouy"))}
    found.update(map(consonantal, {word, word.replace("v", "b"), word.replace("j", "y")}))
    return found - {""}


def read_aloud(family: str) -> str:
    """A Korean family name as it is transliterated here; any other name as it is."""
    return _KOREAN_FAMILIES.get(family, family)


def romanized(syllable: str) -> list[str]:
    """How a Korean family name is written in Latin letters otherwise than it is transliterated."""
    return [family for family, read in _KOREAN_FAMILIES.items() if read == syllable]
