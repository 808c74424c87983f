"""Ordinary words of calendars: what is one of them is no misspelt, shortened or abbreviated name.

Made for this purpose, of the words that titles and rooms are full of. A person's own name counts even where
it is one of them.
"""

from typing import Final

from gateway.minimization.texts.lists import listed

#: Ordinary words that would be read as somebody's name when they are transliterated.
FOREIGN_WORDS: Final = listed("foreign")

#: Two and three capitals that mean something else than a person.
ACRONYMS: Final = listed("acronyms")

#: Of these, what hardly any calendar is without.
COMMON_ACRONYMS: Final = frozenset(
    "ai api ceo cfo cto eu hr id it ok okr pm pr qa sap tv uk us ux vip vpn".split()
)

#: What is counted and abbreviated: 45 min.
UNITS: Final = frozenset("min sec sek std hrs mio".split())

_LISTED: Final = listed("ordinary")
_SHORT = 2
_ENDINGS: Final = ("s", "es", "n", "en", "e", "er", "ed", "d", "ing", "ly", "al")

#: Folded, with their plurals.
WORDS: Final = _LISTED.union(word + "s" for word in _LISTED if len(word) > _SHORT)
#: With whatever else a longer word may end in: not one of these is a misspelt name.
ORDINARY: Final = WORDS.union(word + ending for word in _LISTED if len(word) > _SHORT for ending in _ENDINGS)
