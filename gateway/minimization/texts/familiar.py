"""What else nicknames and short names become: called out, spelt in another language, with an ending."""

import re
from typing import Final

from gateway.minimization.texts.lists import listed
from gateway.minimization.texts.words import WORDS

_LENGTH_MIN = 3
_CALLED_LENGTH_MIN = 4
#: As Russian calls Наташа, Катя, Дима.
_LAST: Final = re.compile("(?:y?a|i)$")
#: Tanya, Tanja; Masha, Mascha, Macha; Vanya, Wanja.
_RESPELT: Final = (("y", "j"), ("y", "i"), ("sh", "sch"), ("v", "w"), ("j", "y"), ("zh", "j"))
#: Ana, Anom; Ewa, Ewie, Ewunia; Ian, Ianem.
_ENDINGS: Final = listed("short_endings")


#: Anya, Anin, Anina.
_OWNED: Final = "in ina ino iny inu inoy inoi ey ei".split()


def called_out(name: str) -> set[str]:
    """A folded nickname without its last vowel, as it is called out."""
    short = _LAST.sub("", name)
    return {short} if short != name and len(short) >= _LENGTH_MIN else set()


def respelt(name: str) -> set[str]:
    """A folded nickname as other languages spell it: in one respect, or in all."""
    if len(name) < _CALLED_LENGTH_MIN:
        return set()
    whole, found = name, set[str]()
    for one, other in _RESPELT[:1] + _RESPELT[2:4]:
        whole = whole.replace(one, other)
    found.update(name.replace(one, other) for one, other in _RESPELT)
    return (found | {whole}) - {name}


def owned(name: str) -> set[str]:
    """What is a friend's, by the adjective, where the nickname has two letters before its ending."""
    return (
        {name[:-2] + ending for ending in _OWNED}
        if len(name) == len("anya") and name.endswith("ya")
        else set()
    )


def declined(name: str) -> set[str]:
    """A folded name of three letters with the endings that would tell nothing of any other word."""
    if len(name) != _LENGTH_MIN:
        return set()
    stem = name[:-1] if name[-1] in "aeo" else name
    return {form for ending in _ENDINGS if (form := stem + ending) not in WORDS and len(form) > _LENGTH_MIN}
