"""The forms under which one person may be written, made once and looked up often."""

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum
from itertools import combinations, permutations
from typing import Final, NamedTuple

from gateway.minimization.texts import sounds
from gateway.minimization.texts.companies import company
from gateway.minimization.texts.hearing import heard
from gateway.minimization.texts.names import NAME_LENGTH_MAX, Called, called, called_by_handle
from gateway.minimization.texts.nicknames import NICKNAMES
from gateway.minimization.texts.reading import FOREIGN
from gateway.minimization.texts.spelling import ends, one_slip
from gateway.minimization.texts.words import WORDS

#: Shorter names have too many neighbours for a slip to tell.
SLIP_LENGTH_MIN = 5
PREFIX_LENGTH_MIN = 3
SHORT_NAME = 2
#: Of more names only these are looked for in one word.
NAMES_JOINED_MAX = 4
#: From here on a word that ends in a name is made of it; one that begins so, from SLIP_LENGTH_MIN on.
ENDING_LENGTH_MIN = 6

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


class Person(NamedTuple):
    """As an event names somebody. In memory only."""

    name: str | None
    address: str | None

    def __repr__(self) -> str:
        return "<Person>"


class Form(Enum):
    """How a person is written, the weakest first: what it takes until it counts is the reader's to say."""

    INITIALS = "initials"
    PREFIX = "prefix"
    ORDINARY = "ordinary"
    COMPANY = "company"
    SHORT = "short"
    NAME = "name"


class Forms:
    """One person's forms: folded words, and what is one slip or one script away from them."""

    __slots__ = (
        "_own_sounds",
        "_shown",
        "_sounds",
        "ends",
        "initials",
        "is_foreign",
        "keys",
        "names",
        "particles",
        "stems",
        "words",
    )

    def __init__(self, person: Person) -> None:
        shown, address = person.name or "", person.address or ""
        local, _, domain = address[:NAME_LENGTH_MAX].rpartition("@")
        said = [*_said(shown, local)]
        self.is_foreign = FOREIGN.search(shown) is not None
        self.particles = frozenset[str]().union(*(one.particles for one in said))
        self.initials = frozenset("".join("".join(one.initials) for one in said))
        whole = {word for one in said for word in _whole(one)}
        names = {name for one in said for name in one.names}
        if self.is_foreign:
            names |= {family for name in tuple(names) for family in sounds.romanized(name)}
        self.keys = _keys(said, names, whole, company(domain))
        self.names = tuple(names)
        self.words = self.keys.keys()
        self.stems = tuple(word for word in names | whole if len(word) >= SLIP_LENGTH_MIN)
        self.ends = frozenset[str]().union(*map(ends, self.stems))
        self._shown = shown
        self._sounds: frozenset[str] | None = None
        self._own_sounds: frozenset[str] | None = None

    def __repr__(self) -> str:
        return "<Forms>"

    @property
    def sounds(self) -> frozenset[str]:
        """The keys under which the names are heard in another script."""
        if self._sounds is None:
            names = [name for name in self.names if len(name) > SHORT_NAME or self.is_foreign]
            aloud = [*map(sounds.read_aloud, self.names)][:NAMES_JOINED_MAX]
            said = {*self.stems, *names}.union(*(NICKNAMES.get(name, ()) for name in names))
            said.update(one + other for one, other in permutations(aloud, 2))
            self._sounds = frozenset[str]().union(*map(sounds.keys, said))
        return self._sounds

    @property
    def own_sounds(self) -> frozenset[str]:
        """The keys under which a name of another script than Latin is heard, by its own script's rules."""
        if self._own_sounds is None:
            self._own_sounds = frozenset[str]().union(*(heard(name, self._shown) for name in self.names))
        return self._own_sounds

    def is_near(self, word: str) -> bool:
        """Whether a word that is no ordinary one is a slip away from a name, or glued to one."""
        return any(
            one_slip(word, stem)
            or word.startswith(stem)
            or (len(stem) >= ENDING_LENGTH_MIN and word.endswith(stem))
            for stem in self.stems
        )


def _said(shown: str, local: str) -> Iterator[Called]:
    """What the name and the address say, in each way in which the name may be spelt."""
    shown = unicodedata.normalize("NFC", shown[:NAME_LENGTH_MAX])
    handle = "" if local.lower() in _ROLES else local.partition("+")[0]
    if "@" in shown and " " not in shown.strip():
        yield called_by_handle(shown.partition("@")[0])
    else:
        yield from map(called, {shown, shown.translate(_EXPANDED), _CONTRACTED.sub("", shown)})
    if handle:
        yield called_by_handle(handle)


def _whole(one: Called) -> set[str]:
    """One word made of several names."""
    words = {first + second for first, second in permutations(one.names[:NAMES_JOINED_MAX], 2)}
    return words.union(one.whole, ["".join(one.names), "".join([*one.names[-1:], *one.names[:-1]])])


def _handles(one: Called) -> Iterator[str]:
    """One word made of a name and an initial."""
    for first, second in combinations(one.names[:NAMES_JOINED_MAX], 2):
        yield first[0] + second
        yield second + first[0]
        yield first + second[0]


def _keys(said: list[Called], names: set[str], whole: set[str], firm: str | None) -> dict[str, Form]:
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
