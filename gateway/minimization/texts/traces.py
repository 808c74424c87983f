"""Traces: what a name and a text that means it have in common, however the name is written there.

Each begins with a sign that tells how it was made, so that traces are compared with traces alone.
"""

import re
from typing import Final

from gateway.minimization.texts.abbreviations import OPENING_LENGTH_MIN
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
#: So many letters are looked for within words.
WITHIN_LENGTH = 5

#: What cases and languages put after a name.
_ENDINGS: Final = frozenset(
    """
    a u e y i o s n t om em im ym oy ey oi ei ia ii iu io iom iem ie am an en us is as os es
    owi ovi owie ami ach ech ow ov ej ego emu iej cie kiem giem ova owa uv ove eva
    in un nin nun ina iny inu inoj inoi inym inyh inom ovym ovoj ovoi evym evoj evoi
    da de ta te dan den tan ten la le yla yle ya ye yi yu lar ler
    larin lerin larda lerde lardan lerden lara lere lari leri larla lerle
    er sche schen innen isch ianer
    ou ides ades
    nak nek val vel hoz hez ban ben ra re lla lle sta aan aitis escu ului
    ish ian ji san kun chan sama ssi nim gil
    """.split()
)
#: What a given name, or its first syllables, become for friends.
_TENDER: Final = frozenset(
    """
    a o e i y ie ek ka ko ik ok chik chek usha ushka yushka ochka echka enka onka chka ulya unya ula oula
    oulis us unia usia cia chen lein li le el erl l ken ke je tje tjes jes
    ito ita cito cita illo illa ino ina etto etta uccio uccia ello ella inho inha
    ette ou et ine itsa aki akis cik cuk cim cigim os kins by sy
    """.split()
)
_ENDING_LENGTH_MAX = 6


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
        found |= {"@" + word[:OPENING_LENGTH_MIN], "@" + word[-OPENING_LENGTH_MIN:] + "."}
    for size in range(1, min(_ENDING_LENGTH_MAX, len(word) - 2) + 1):
        bare, ending = word[:-size], word[-size:]
        is_long = len(bare) >= BARE_LENGTH_MIN
        if ending in _ENDINGS and len(coarse(bare)) >= SHORTENED_LENGTH_MIN:
            found.add("*" + coarse(bare))
        if (ending in _ENDINGS or ending in _TENDER) and (is_long or len(word) == BARE_LENGTH_MIN):
            found.add("+" + bare)
        if ending in _TENDER and is_long and word not in NICKNAMES:
            found.add("<" + bare)
    return found
