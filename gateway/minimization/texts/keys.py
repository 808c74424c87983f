"""The words under which a person may be written, from what a name and an address say."""

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum
from itertools import combinations, permutations
from typing import Final

from gateway.minimization.texts.names import NAME_LENGTH_MAX, Called, called, called_by_handle
from gateway.minimization.texts.nicknames import NICKNAMES
from gateway.minimization.texts.words import WORDS

PREFIX_LENGTH_MIN = 3
SHORT_NAME = 2
#: Of more names only these are looked for in one word.
NAMES_JOINED_MAX = 4

_TWO_LETTERS: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj"}
_EXPANDED: Final = str.maketrans(_TWO_LETTERS | {one.upper(): two for one, two in _TWO_LETTERS.items()})
_CONTRACTED: Final = re.compile(r"(?<=[aouAOU])e|(?<=[aA])a")
_ROLES: Final = frozenset(
    """
    info sales support office service hello contact admin noreply reply no mail team hr it jobs press
    billing kontakt buero accounts reception booking help helpdesk root webmaster postmaster calendar
    rooms
    """.split()
)


class Form(Enum):
    """How a person is written, the weakest first: what it takes until it counts is the reader's to say."""

    INITIALS = "initials"
    PREFIX = "prefix"
    ORDINARY = "ordinary"
    COMPANY = "company"
    SHORT = "short"
    NAME = "name"


def said(shown: str, local: str) -> Iterator[Called]:
    """What the name and the address say, in each way in which the name may be spelt."""
    shown = unicodedata.normalize("NFC", shown[:NAME_LENGTH_MAX])
    handle = "" if local.lower() in _ROLES else local.partition("+")[0]
    if "@" in shown and " " not in shown.strip():
        yield called_by_handle(shown.partition("@")[0])
    else:
        yield from map(called, {shown, shown.translate(_EXPANDED), _CONTRACTED.sub("", shown)})
    if handle:
        yield called_by_handle(handle)


def whole(one: Called) -> set[str]:
    """One word made of several names."""
    words = {first + second for first, second in permutations(one.names[:NAMES_JOINED_MAX], 2)}
    return words.union(one.whole, ["".join(one.names), "".join([*one.names[-1:], *one.names[:-1]])])


def _handles(one: Called) -> Iterator[str]:
    """One word made of a name and an initial."""
    for first, second in combinations(one.names[:NAMES_JOINED_MAX], 2):
        yield first[0] + second
        yield second + first[0]
        yield first + second[0]


def keys(said: list[Called], names: set[str], whole: set[str], firm: str | None) -> dict[str, Form]:
    """Each word under which the person may be written, by its strongest form."""
    keys = dict.fromkeys((word for one in said for word in _initials(one)), Form.INITIALS)
    for name in names:
        prefixes = (name[:size] for size in range(PREFIX_LENGTH_MIN, len(name)))
        keys |= dict.fromkeys((prefix for prefix in prefixes if prefix not in WORDS), Form.PREFIX)
    for one in said:
        familiar = frozenset[str]().union(*(NICKNAMES.get(name, ()) for name in one.names[:-1] or one.names))
        familiar |= {short + one.names[-1] for short in familiar if len(one.names) > 1}
        plural = [name + "s" for name in (*familiar, *one.names)]
        for word in [*familiar, *_handles(one), *plural]:
            keys[word] = Form.ORDINARY if word in WORDS else Form.NAME
    if firm is not None:
        keys[firm] = Form.COMPANY
    keys |= dict.fromkeys(whole, Form.NAME)
    keys |= {name: Form.SHORT if len(name) <= SHORT_NAME else Form.NAME for name in names}
    return {word: form for word, form in keys.items() if len(word) >= SHORT_NAME}


def _initials(one: Called) -> Iterator[str]:
    for initials in one.initials:
        if len(initials) > 1:
            yield initials
            yield initials[::-1]
            yield initials[0] + initials[-1]
