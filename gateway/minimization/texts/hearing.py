"""Hearing: under which keys a word of a text is heard, by the script in which it is written."""

import re
from typing import Final

from gateway.minimization.texts import sounds
from gateway.minimization.texts.reading import FOREIGN

_CONSONANTAL: Final = re.compile("[\u0590-\u08ff\u0900-\u0dff\ufb1d-\ufdff\ufe70-\ufefc]")
_HANGUL: Final = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_HAN: Final = re.compile("[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff]")
_KATAKANA: Final = re.compile("[\u30a0-\u30ff\uff66-\uff9f]{3,}")
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")
_GREEK: Final = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")

#: What Slavic cases put after a name.
_CASES: Final = re.compile("(?:oy|om|em|ey|ov|ova|u|yu|e|a|ya|y|i|yi|ym)$")


def heard(word: str, written: str) -> frozenset[str]:
    """The keys of a folded word as it is written; of a Latin one, those of every script."""
    if FOREIGN.search(written) is None:
        return frozenset(sounds.keys(word))
    if _CONSONANTAL.search(written):
        return frozenset({sounds.consonantal(word)} - {""})
    if _HANGUL.search(written):
        return frozenset({sounds.korean(word)})
    # What Chinese signs read is spelt as names are.
    if _HAN.search(written):
        return frozenset()
    found = sounds.spoken_keys(word)
    if _CYRILLIC.search(written):
        found |= _cyrillic(word)
        if "ё" in written.lower():
            plain = word.replace("yo", "e")
            found |= sounds.spoken_keys(plain) | _cyrillic(plain)
    if _KATAKANA.fullmatch(written):
        found |= {sounds.katakana(word)}
    if _GREEK.search(written):
        found |= _greek(word)
    return frozenset(found - {""})


def _cyrillic(word: str) -> set[str]:
    """Without the ending of a case, and of what a name ends in before it."""
    bare = _CASES.sub("", word)
    return {sounds.stem(bare), sounds.stem(bare.rstrip("aeiouy"))}


def _greek(word: str) -> set[str]:
    """Pairs of letters stand for sounds that Greek has no letter for; one of them for its own sound, too."""
    told = word.replace("oy", "u").replace("tz", "j").replace("gk", "g")
    return sounds.spoken_keys(told) | sounds.spoken_keys(told.replace("nt", "d"))
