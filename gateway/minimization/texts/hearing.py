"""Hearing: under which keys a word of a text is heard, by the script in which it is written."""

import re
from typing import Final

from gateway.minimization.texts import sounds

_CONSONANTAL: Final = re.compile("[\u0590-\u08ff\u0900-\u0eff\ufb1d-\ufdff\ufe70-\ufefc]")
_DEVANAGARI: Final = re.compile("[\u0900-\u097f]")
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")
#: A sign, a colon, three consonants: with fewer, what is glued to a name tells nothing.
_TELLING_LENGTH: Final = 5
_HANGUL: Final = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_KATAKANA: Final = re.compile("[\u30a0-\u30ff\uff66-\uff9f]{3,}")
_GREEK: Final = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
#: What is written together with a word most often, however short that is.
_PREPOSITION: Final = re.compile("^(?:w?l|w|b|f|k)(?=.{3})")
#: What Arabic, and what Hebrew writes together with the word behind it, one before the other.
_OF_ARABIC: Final = re.compile("ya(?=.{3})|[wf]?[lbk]?(?=.{3})")
_OF_HEBREW: Final = re.compile("[vw]?(?:[hblmk]|sh)?(?=.{3})")
_HEBREW: Final = re.compile("[\u0590-\u05ff\ufb1d-\ufb4f]")
#: What Hindi writes before a word, and behind one.
_OF_HINDI: Final = re.compile("^(?:sath|aur|ke|ko|se|shri)(?=.{3})")
_POSTPOSITION: Final = re.compile("(?<=.{3})(?:se|ko|ne|k[aei]|men|pr|tk|ji|j|s|k|n)$")


def heard(word: str, written: str) -> set[str]:
    """The keys of a folded word that is written in another script than Latin."""
    bare = _without_affixes(word, written) if _CONSONANTAL.search(written) else ()
    found = map(sounds.consonantal, bare)
    telling = {key for key in found if len(key) >= _TELLING_LENGTH}
    return own(word, written).union(telling, own(_PREPOSITION.sub("", word), written) if bare else ())


def own(word: str, written: str) -> set[str]:
    """The keys of a folded name that is written in another script than Latin, as it is."""
    if _CONSONANTAL.search(written):
        return {sounds.consonantal(word)} - {""}
    if _HANGUL.search(written):
        return {sounds.korean(word)}
    return {sounds.katakana(word)} - {""} if _KATAKANA.fullmatch(written) else set()


def in_greek(word: str, written: str) -> str | None:
    """A word with what Greek writes two letters for, having none of its own; None if it is not Greek."""
    if _GREEK.search(written) is None:
        return None
    return word.replace("nt", "d").replace("mp", "b").replace("tz", "j")


def is_cyrillic(written: str) -> bool:
    """Whether a word is in Cyrillic letters, which have one for g and h."""
    return _CYRILLIC.search(written) is not None


def _without_affixes(word: str, written: str) -> set[str]:
    """What a word may be without what is written together with it."""
    if _DEVANAGARI.search(written):
        return {_POSTPOSITION.sub("", word), _OF_HINDI.sub("", word)}
    match = (_OF_HEBREW if _HEBREW.search(written) else _OF_ARABIC).match(word)
    return {word[at:] for at in range(match.end() + 1)} if match is not None else set()
