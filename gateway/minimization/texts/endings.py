"""Endings: what languages put behind a name, and how a name changes before them."""

import re
from typing import Final

from gateway.minimization.texts.lists import listed

#: What cases and languages put after a name.
ENDINGS: Final = listed("endings")
#: What a given name, or its first syllables, become for friends.
TENDER: Final = listed("tender")
LENGTH_MAX: Final = max(map(len, ENDINGS | TENDER))

#: How the end of a name sounds before an ending: Agata, Agacie; Hanka, Hance; Lahti, Lahden.
_SOFTENED: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "a": {
        "st": ("sc",), "t": ("c",), "d": ("dz",), "k": ("c", "ts"), "g": ("z", "dz", "zh"), "h": ("z", "s"),
        "kh": ("s",), "ch": ("s", "sz"), "sh": (), "zh": (), "th": (), "r": ("rz",),
    },
    "i": {"nt": ("nn",), "lt": ("ll",), "rt": ("rr",), "mp": ("mm",), "nk": ("ng",), "t": ("d",)},
    "": {"st": ("sc",), "t": ("c", "d"), "d": ("dz",), "k": ("ch",), "g": ("zh",), "r": ("rz",)},
}  # fmt: skip
_STEM_LENGTH_MIN: Final = 3
_SISTERS: Final = re.compile("nen$")


def softened(name: str) -> set[str]:
    """A folded name as it sounds before an ending that begins with a vowel, where it changes then."""
    last = name[-1] if name[-1] in _SOFTENED else ""
    stem, changes = name.removesuffix(last), _SOFTENED[last]
    end = max((one for one in changes if stem.endswith(one)), key=len, default=None)
    found = set[str]()
    if end is not None and len(stem) >= _STEM_LENGTH_MIN:
        found.update(stem.removesuffix(end) + new for new in changes[end])
    # Virtanen, Virtasen.
    return found | {_SISTERS.sub("se", name)} - {name}
