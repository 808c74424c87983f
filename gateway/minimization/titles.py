"""Titles: what may be told of a text that somebody wrote, knowing who is on its event.

All of it follows from what is left once people and contacts are taken out: so whoever may see words of the
vocabulary alone learns nothing that the scrubbed title does not tell.
"""

import unicodedata
from itertools import dropwhile
from typing import NamedTuple

from gateway.minimization.categories import CATEGORIES
from gateway.minimization.texts.known import Known
from gateway.minimization.texts.tripwire import scan
from gateway.minimization.vocabulary import Vocabulary

#: A title is cut behind so many characters.
LENGTH_MAX = 120
#: What stands where something was taken out.
GAP = " "


class Told(NamedTuple):
    """What may be told of a title, and whether the tripwire found somebody in what was about to be told."""

    text: str | None
    tripped: bool = False


#: Where no title is shown.
NOTHING = Told(None)


def in_words(text: str, known: Known, vocabulary: Vocabulary) -> Told:
    """The vocabulary's phrases in a title."""
    return _words(_left(text, known), known, vocabulary)


def scrubbed(text: str, known: Known, vocabulary: Vocabulary) -> Told:
    """A title without people and contacts, or its words alone where some of them still show in it."""
    left = _left(text, known)
    words = _words(left, known, vocabulary)
    # What is written like a category would be taken for one once less may be seen.
    if words.tripped or left in CATEGORIES or not any(map(str.isalnum, left)):
        return words
    return words._replace(tripped=True) if scan(left, known) else Told(left)


def _words(left: str, known: Known, vocabulary: Vocabulary) -> Told:
    told = GAP.join(vocabulary.told_in(left))
    return Told(None, tripped=True) if scan(told, known) else Told(told)


def _left(text: str, known: Known) -> str:
    """A text without its hits. What was taken out, and of how many there were, does not show."""
    hits = scan(text, known)
    starts, ends = [0, *(hit.end for hit in hits)], [*(hit.start for hit in hits), len(text)]
    parts = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    if hits:
        # Signs that stood beside what was taken out would tell of it.
        first, *between, last = parts
        parts = [_without_tail(first), *map(_bare, between), _without_head(last)]
    normal = unicodedata.normalize("NFC", GAP.join(parts))
    printable = "".join(sign if sign.isprintable() else GAP for sign in normal)
    return GAP.join(printable.split())[:LENGTH_MAX].rstrip()


def _bare(part: str) -> str:
    return _without_head(_without_tail(part))


def _without_head(part: str) -> str:
    return "".join(dropwhile(lambda sign: not sign.isalnum(), part))


def _without_tail(part: str) -> str:
    return _without_head(part[::-1])[::-1]
