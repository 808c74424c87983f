"""Hearing: under which keys a word of a text is heard, by the script in which it is written."""

import re
from typing import Final

from gateway.minimization.texts import sounds

_CONSONANTAL: Final = re.compile("[\u0590-\u08ff\u0900-\u0dff\ufb1d-\ufdff\ufe70-\ufefc]")
_HANGUL: Final = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_KATAKANA: Final = re.compile("[\u30a0-\u30ff\uff66-\uff9f]{3,}")
_GREEK: Final = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
#: What Arabic writes together with the word behind it.
_PREPOSITION: Final = re.compile("^(?:w?l|w|b|f|k)(?=.{3})")


def heard(word: str, written: str) -> set[str]:
    """The keys of a folded word that is written in another script than Latin."""
    if _CONSONANTAL.search(written):
        return {sounds.consonantal(word), sounds.consonantal(_PREPOSITION.sub("", word))} - {""}
    if _HANGUL.search(written):
        return {sounds.korean(word)}
    return {sounds.katakana(word)} - {""} if _KATAKANA.fullmatch(written) else set()


def in_greek(word: str, written: str) -> str | None:
    """A word with what Greek writes two letters for, having none of its own; None if it is not Greek."""
    if _GREEK.search(written) is None:
        return None
    return word.replace("nt", "d").replace("mp", "b").replace("tz", "j")
