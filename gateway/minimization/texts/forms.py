"""The forms of one person: made once, looked up often."""

from itertools import permutations
from typing import NamedTuple

from gateway.minimization.texts import sounds
from gateway.minimization.texts.companies import company
from gateway.minimization.texts.handles import account
from gateway.minimization.texts.hearing import heard
from gateway.minimization.texts.keys import NAMES_JOINED_MAX, SHORT_NAME, keys, said, whole
from gateway.minimization.texts.names import NAME_LENGTH_MAX
from gateway.minimization.texts.nicknames import NICKNAMES
from gateway.minimization.texts.reading import FOREIGN
from gateway.minimization.texts.spelling import ends, one_slip

#: Shorter names have too many neighbours for a slip to tell.
SLIP_LENGTH_MIN = 5
#: From here on a word that ends in a name is made of it; one that begins so, from SLIP_LENGTH_MIN on.
ENDING_LENGTH_MIN = 6


#: However the Arabic article is written.
_ARTICLES = frozenset({"al", "el", "ul"})


class Person(NamedTuple):
    """As an event names somebody. In memory only."""

    name: str | None
    address: str | None

    def __repr__(self) -> str:
        return "<Person>"


class Forms:
    """One person's forms: folded words, and what is one slip or one script away from them."""

    __slots__ = (
        "_own_sounds",
        "_shown",
        "_sounds",
        "account",
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
        self.account = account(local)
        spoken_of = [*said(shown, local)]
        self.is_foreign = FOREIGN.search(shown) is not None
        self.particles = frozenset[str]().union(*(one.particles for one in spoken_of))
        if not _ARTICLES.isdisjoint(self.particles):
            self.particles |= _ARTICLES
        self.initials = frozenset("".join("".join(one.initials) for one in spoken_of))
        glued = {word for one in spoken_of for word in whole(one)}
        names = {name for one in spoken_of for name in one.names}
        if self.is_foreign:
            names |= {family for name in tuple(names) for family in sounds.romanized(name)}
        self.keys = keys(spoken_of, names, glued, company(domain))
        self.names = tuple(names)
        self.words = self.keys.keys()
        self.stems = tuple(word for word in names | glued if len(word) >= SLIP_LENGTH_MIN)
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
            words = {*self.stems, *names}.union(*(NICKNAMES.get(name, ()) for name in names))
            words.update(one + other for one, other in permutations(aloud, 2))
            self._sounds = frozenset[str]().union(*map(sounds.keys, words))
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
