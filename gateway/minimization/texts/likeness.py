"""Likeness: how a folded word sounds, roughly, so that what is spelt otherwise has the same key."""

import re
from typing import Final

#: What is one sound, in the spellings of our calendars' languages; of what is doubled thereby, one is left.
_SOUNDS: Final = {
    "dsch": "s", "tch": "s", "dzh": "s", "sh": "s", "cz": "s", "zh": "s", "ch": "s", "ts": "s", "tz": "s",
    "gh": "k", "kh": "h", "ph": "f", "th": "t", "dh": "t", "bh": "p", "x": "ks",
    "ae": "e", "ai": "e", "ay": "e",
}  # fmt: skip
#: Before its vowel y is a consonant; c is one of two; h is heard before vowels alone.
_SOUND: Final = re.compile(
    "|".join(("^[yji](?=[aou])", "^[yj](?=e)", "c(?=[eiy])", "h(?![aeiouy])", *_SOUNDS))
)
#: What h is heard before.
_BEFORE_H: Final = frozenset("aeiouy")
#: Letters that are taken for each other; a capital is a sound that stays.
_CLASSES: Final = str.maketrans("bcdegjoqvwyzY", "pktikiukffisj")
_RUNS: Final = re.compile(r"[aiu]{2,}|(.)\1+")
_VOWELS: Final = re.compile("h|(?<!^)[aiu]")
_DOUBLED: Final = re.compile(r"(.)\1+")

#: How else a spelling may be meant: ch, c, x and j are of several languages, rn looks like m.
_OTHERWISE: Final = tuple(
    (re.compile(one), other)
    for one, other in (
        ("(?<![st])ch", "k"), ("(?<![st])ch", "h"), ("c(?=[eiy])", "k"), ("x", "h"), ("x", "s"), ("j", "zh"),
        ("w", "u"), ("qu", "kv"), ("(?<=[ae])[uy](?![aeiouy])", "v"), ("rn", "m"), ("cl", "d"), ("vv", "w"),
    )
)  # fmt: skip
#: Greek, by how its letters look: h is a vowel, x an h, w an o.
_GREEK: Final = re.compile("x|w|(?<=[bdfgklmnrtvxz])h(?![aeiouy])")
_ETA: Final = re.compile("(?<=[bdfgklmnrtvxz])h(?![aeiouy])")
_DIPHTHONG: Final = re.compile("(?<=[ae])u(?![aeiou])")
_GREEK_LOOKS: Final = str.maketrans("xwb", "hov")
_KEYS: Final = str.maketrans("yz", "zy")


def coarse(word: str) -> str:
    """The key of a word: consonants by how they are made, vowels of three sorts, nothing doubled."""
    return _RUNS.sub(_first, _SOUND.sub(_sound, word).translate(_CLASSES))


def _first(match: re.Match[str]) -> str:
    return match[0][0]


def _sound(match: re.Match[str]) -> str:
    found = match[0]
    if found in {"h", "kh"}:
        return "h" if match.string[match.end() : match.end() + 1] in _BEFORE_H else ""
    if found in _SOUNDS:
        return _SOUNDS[found]
    if found == "c":
        return "s"
    return "" if match.string[1] == "e" else "Y"


def spellings(word: str) -> set[str]:
    """How else a word may be meant than by its letters."""
    found = {pattern.sub(other, word) for pattern, other in _OTHERWISE if pattern.search(word) is not None}
    if _GREEK.search(word) is not None:
        greek = _ETA.sub("i", word).translate(_GREEK_LOOKS)
        found |= {greek, _DIPHTHONG.sub("v", greek)}
    if "y" in word or "z" in word:
        found.add(word.translate(_KEYS))
    return found


def consonants(key: str) -> str:
    """A key without its vowels, but a first one."""
    return undoubled(_VOWELS.sub("", key))


def undoubled(word: str) -> str:
    """A word without letters that are drawn out."""
    return _DOUBLED.sub(_first, word)


def opening(word: str) -> str:
    """How a word begins, coarsely."""
    return word[:2].translate(_CLASSES)
