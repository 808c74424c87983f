"""Romanizations: a name in Cyrillic or Greek, with some letters as another system has them.

Passports of Ukraine, Belarus and Bulgaria, libraries, and how Greek is heard; the rest is read as always.
"""

import re
from typing import Final

_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_GREEK: Final = re.compile("[\u0370-\u03ff]")


def _table(pairs: str) -> dict[int, str]:
    found = dict(pair.split("=") for pair in pairs.split())
    capitals = {one.upper(): other.title() for one, other in found.items()}
    return str.maketrans(found | capitals)


_OF_CYRILLIC: Final = (
    # Ukrainian, of passports.
    _table("г=h ґ=g и=y і=i ї=i й=i є=ie ю=iu я=ia х=kh щ=shch"),
    _table("г=h и=y й=y є=ye ю=yu я=ya ў=u ё=io"),
    # Scholars, and neighbours who write Latin letters.
    _table("ц=c ч=c ш=s щ=sc ж=z х=h й=j ю=ju я=ja ё=jo ъ=a"),
    _table("ц=c ж=zh х=kh щ=shch ъ=u"),
    # Bulgarian.
    _table("щ=sht ъ=a х=h й=y"),
)
_OF_GREEK: Final = (("μπ", "b"), ("ντ", "d"), ("γκ", "g"), ("γγ", "ng"), ("τζ", "j"), ("χ", "h"), ("γι", "y"))


def romanizations(shown: str) -> set[str]:
    """A display name with letters that stand for others in another system, as far as they are told."""
    if _CYRILLIC.search(shown) is not None:
        return {shown.translate(table) for table in _OF_CYRILLIC}
    if _GREEK.search(shown) is None:
        return set()
    for one, other in _OF_GREEK:
        shown = re.sub(one, other, shown, flags=re.IGNORECASE)
    return {shown}
