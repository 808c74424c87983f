"""Traces: what a name and a text that means it have in common, however the name is written there.

Each begins with a sign that tells how it was made, so that traces are compared with traces alone.
"""

import re
from typing import Final

from gateway.minimization.texts.abbreviations import INITIALS_MAX, OPENING_LENGTH_MIN
from gateway.minimization.texts.addressing import addressed
from gateway.minimization.texts.endings import ENDINGS, LENGTH_MAX, TENDER
from gateway.minimization.texts.likeness import coarse, consonants, spellings, undoubled
from gateway.minimization.texts.nicknames import NICKNAMES
from gateway.minimization.texts.spelling import shortened

#: Shorter names have too many neighbours for likeness to tell, or for a slip.
LIKE_LENGTH_MIN = 4
SLIP_LENGTH_MIN = 5
#: Keys with fewer signs tell nothing; with fewer, nothing without one sign, be it left out of one or of both.
KEY_LENGTH_MIN = 4
SHORTENED_LENGTH_MIN = 5
_LOOSE_LENGTH_MIN = 7
#: What slips spare: a sign is left out of a key only behind so many.
OPENING = 2
#: Consonants tell of a word that has no vowels; or more of them, of any.
CONSONANTS_MIN = 3
_MANY_CONSONANTS_MIN = 6
BARE_LENGTH_MIN = 3
VOWELS: Final = "aeiouy"
_VOWEL: Final = re.compile(f"[{VOWELS}]")
_SHORTEST_ENDINGS: Final = frozenset("aeiouysnt")
#: So many letters are looked for within words.
WITHIN_LENGTH = 5


def alike(word: str) -> set[str]:
    """The traces of a folded word, or of several in one, that is a name as a whole."""
    found = {"&" + undoubled(word)}
    if len(word) < LIKE_LENGTH_MIN:
        return found
    key = coarse(word)
    keys = {key, *map(coarse, spellings(word))}
    found.update("=" + one for one in keys if len(one) >= KEY_LENGTH_MIN)
    if len(key) >= SHORTENED_LENGTH_MIN:
        found.add("-" + key)
    if len(key) > SHORTENED_LENGTH_MIN:
        found.update("=" + one for one in shortened(key, OPENING))
    if len(key) >= _LOOSE_LENGTH_MIN:
        found.update("-" + one for one in shortened(key, OPENING))
    bones = consonants(key)
    if len(bones) >= (_MANY_CONSONANTS_MIN if _VOWEL.search(word, 1) else CONSONANTS_MIN):
        found.add("/" + bones)
    found.add("~" + word)
    if len(word) >= SLIP_LENGTH_MIN:
        found.update("~" + one for one in shortened(word))
    return found


def derived(word: str) -> set[str]:
    """The traces of a folded word that is made of a name and something else."""
    found = {"^" + word[at : at + WITHIN_LENGTH] for at in range(len(word) - WITHIN_LENGTH + 1)}
    if len(word) > OPENING_LENGTH_MIN:
        found |= {"@" + word[at : at + OPENING_LENGTH_MIN] for at in range(INITIALS_MAX + 1)}
        found.add("@" + word[-OPENING_LENGTH_MIN:] + ".")
    found |= {"+" + bare for bare in addressed(word)}
    for size in range(1, min(LENGTH_MAX, len(word) - 2) + 1):
        bare, ending = word[:-size], word[-size:]
        is_long = len(bare) >= BARE_LENGTH_MIN
        if ending in ENDINGS and len(coarse(bare)) >= SHORTENED_LENGTH_MIN:
            found.add("*" + coarse(bare))
        if (ending in ENDINGS or ending in TENDER) and (is_long or _is_shortest(word)):
            found.add("+" + bare)
            if len(single := undoubled(bare)) >= BARE_LENGTH_MIN:
                found.add("+" + single)
        if ending in TENDER and is_long and word not in NICKNAMES:
            found.add("<" + bare)
    return found


def _is_shortest(word: str) -> bool:
    """Whether a word is two letters of a name and one that any language puts behind."""
    return len(word) == BARE_LENGTH_MIN and word[-1] in _SHORTEST_ENDINGS
