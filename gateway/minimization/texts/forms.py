"""The forms of one person: made once, looked up often."""

import re
from collections.abc import Iterable
from functools import cache
from itertools import permutations
from typing import NamedTuple

from gateway.minimization.texts import sounds
from gateway.minimization.texts.companies import company
from gateway.minimization.texts.eastern import spelt_otherwise
from gateway.minimization.texts.handles import account
from gateway.minimization.texts.hearing import own
from gateway.minimization.texts.keys import NAMES_JOINED_MAX, SHORT_NAME, keys, said, whole
from gateway.minimization.texts.likeness import opening
from gateway.minimization.texts.names import NAME_LENGTH_MAX
from gateway.minimization.texts.nicknames import NICKNAMES
from gateway.minimization.texts.own_traces import of_person, stems
from gateway.minimization.texts.reading import FOREIGN
from gateway.minimization.texts.traces import SLIP_LENGTH_MIN

#: From here on a word that ends in a name, or holds it, is made of it; one that begins so, already before.
ENDING_LENGTH_MIN = 6
INNER_LENGTH_MIN = 7
#: Of more names only these are abbreviated.
LIKELY_MAX = 6

#: With an Arabic article.
_ARTICLED = re.compile("(?:al|el)([^aeiouyl][a-z]{3,})")
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
        "_sounds",
        "account",
        "compounds",
        "initials",
        "is_foreign",
        "keys",
        "likely",
        "names",
        "openings",
        "own_sounds",
        "particles",
        "stems",
        "traces",
        "words",
    )

    def __init__(self, person: Person) -> None:
        shown, address = person.name or "", person.address or ""
        local, _, domain = address[:NAME_LENGTH_MAX].rpartition("@")
        self.account = account(local)
        spoken_of = [*said(shown, local)]
        self.is_foreign = FOREIGN.search(shown) is not None
        self.particles = frozenset[str]().union(*(one.particles for one in spoken_of))
        self.initials = frozenset("".join("".join(one.initials) for one in spoken_of))
        # Halves of a name without spaces are guesses: they count as they are.
        sure = [one for one in spoken_of if one.initials]
        likely = {name for one in sure for name in one.names}
        bare = _without_article(likely)
        if bare or not _ARTICLES.isdisjoint(self.particles):
            self.particles |= _ARTICLES
        likely |= bare
        given = {name for one in sure for name in one.names[:-1] or one.names}
        familiar = frozenset[str]().union(*(NICKNAMES.get(name, ()) for name in given))
        familiar |= {other for one in sure for other in spelt_otherwise(tuple(one.names))}
        glued = {word for one in sure for word in whole(one) if len(word) > SHORT_NAME}
        names = likely.union(*(one.names for one in spoken_of))
        names |= {other for name in names for other in sounds.romanized(name)}
        self.keys = keys(spoken_of, names, glued, company(domain))
        self.names = tuple(names)
        self.words = self.keys.keys()
        # As it is shown comes first.
        first = {name: None for one in sure[:1] for name in one.names}
        self.likely = tuple({**first, **dict.fromkeys(sorted(likely))})[:LIKELY_MAX]
        self.compounds = glued | likely | familiar
        self.stems = {stem for name in likely | glued if len(name) >= SLIP_LENGTH_MIN for stem in stems(name)}
        self.traces = of_person(likely, familiar, glued, given)
        self.traces |= {f"%{one[0]}{other[0]}" for one, other in permutations(self.likely, 2)}
        self.openings = {opening(name) for name in likely | glued}
        #: The keys under which a name of another script than Latin is heard, by its own script's rules.
        self.own_sounds = set[str]().union(*(own(name, shown) for name in names))
        self._sounds = dict[str, frozenset[str]]()

    def __repr__(self) -> str:
        return "<Forms>"

    def sounds(self, script: str) -> frozenset[str]:
        """The keys under which the names are heard in another script, by the sign that they begin with."""
        found = self._sounds.get(script)
        if found is None:
            names = {name for name in self.names if len(name) > SHORT_NAME or self.is_foreign}
            aloud = [*map(sounds.read_aloud, self.names)][:NAMES_JOINED_MAX]
            words = names.union(one + other for one, other in permutations(aloud, 2))
            familiar = [_familiar_keys(name, script) for name in names & NICKNAMES.keys()]
            found = self._sounds[script] = _keys(words, script).union(*familiar)
        return found

    def is_within(self, word: str) -> bool:
        """Whether a word is made of a name and something else."""
        return any(
            word.startswith(stem)
            or (len(stem) >= ENDING_LENGTH_MIN and word.endswith(stem))
            or (len(stem) >= INNER_LENGTH_MIN and stem in word)
            for stem in self.stems
        )


def _without_article(names: Iterable[str]) -> set[str]:
    """What is left of Alkhatib; a given name has no article."""
    found = filter(None, map(_ARTICLED.fullmatch, names))
    return {match[1] for match in found if match[0] not in NICKNAMES and match[1] not in NICKNAMES}


def _keys(names: Iterable[str], script: str) -> frozenset[str]:
    return frozenset().union(*(sounds.keys(name, script) for name in names))


@cache
def _familiar_keys(name: str, script: str) -> frozenset[str]:
    """Of nicknames, as the table has them."""
    return _keys(NICKNAMES[name], script)
