"""Who is known: an event's own people, under every form in which they may be written."""

from collections.abc import Iterable

from gateway.minimization.texts.abbreviations import are_openings
from gateway.minimization.texts.forms import Forms, Person
from gateway.minimization.texts.hearing import in_greek, is_cyrillic
from gateway.minimization.texts.memory import Memory

__all__ = ["Known", "Memory", "Person"]


class Known:
    """An event's own dictionary: the forms under which its people may be written.

    ``memory`` is shared by the events of a round.
    """

    __slots__ = ("_openings", "forms", "is_told", "memory", "people")

    def __init__(self, people: Iterable[Person], memory: Memory | None = None) -> None:
        self.memory = Memory() if memory is None else memory
        self.memory.make_room()
        self.forms = [*map(self.memory.forms, people)]
        self._openings: frozenset[str] | None = None
        self.people = frozenset(self.forms)
        #: Whether a Latin word may be somebody's name in another script.
        self.is_told = any(person.own_sounds for person in self.forms)

    def __repr__(self) -> str:
        return "<Known>"

    @property
    def openings(self) -> frozenset[str]:
        """How names begin, coarsely."""
        if self._openings is None:
            self._openings = frozenset().union(*[person.openings for person in self.forms])
        return self._openings

    def called(self, word: str) -> list[Forms]:
        """Who is called so, letter by letter."""
        found = self.memory.called(word)
        return found and [person for person in found if person in self.people and word in person.compounds]

    def alike(self, word: str) -> frozenset[Forms]:
        """Whose name a folded word is as a whole, however it is spelt."""
        found = self.memory.alike(word)
        return found & self.people if found else found

    def like(self, word: str) -> frozenset[Forms]:
        """Whose names a folded word resembles, or is made of."""
        found = self.memory.like(word)
        return found & self.people if found else found

    def abbreviated(self, one: str, other: str) -> list[Forms]:
        """Whose names two folded words are the beginnings of."""
        found = self.memory.initialed(one, other)
        return found and [
            person for person in found if person in self.people and are_openings(one, other, person.likely)
        ]

    def told(self, word: str) -> frozenset[Forms]:
        """Whose name in another script a folded Latin word is."""
        found = self.memory.told(word) if self.is_told else frozenset[Forms]()
        return found & self.people if found else found

    def heard(self, word: str, written: str) -> set[Forms]:
        """Whose name a folded word is that is written in another script than Latin."""
        keys, greek = self.memory.heard(word, written), in_greek(word, written)
        found = {person for key in keys for person in self.forms if key in person.sounds(key[0])}
        if greek:
            found |= self.like(greek)
        # Гнатюк, Гаральд.
        return found | self.like(word.replace("g", "h")) if "g" in word and is_cyrillic(written) else found
