"""Who is known: an event's own people, under every form in which they may be written."""

from collections.abc import Iterable

from gateway.minimization.texts.forms import Forms, Person
from gateway.minimization.texts.hearing import heard
from gateway.minimization.texts.spelling import all_ends

__all__ = ["Known", "Memory", "Person"]

#: What a memory holds at most, before it begins anew.
PEOPLE_MAX = 20_000
WORDS_MAX = 4_096

#: Shorter words are nobody's slip of a name, and not made of one.
_SLIP_LENGTH_MIN = 4


class Memory:
    """What has been made of people and words, for as long as one round lasts: personal, never kept."""

    __slots__ = ("_ends", "_forms", "_heard")

    def __init__(self) -> None:
        self._forms = dict[Person, Forms]()
        self._ends = dict[str, tuple[str, ...]]()
        self._heard = dict[tuple[str, str], frozenset[str]]()

    def __repr__(self) -> str:
        return "<Memory>"

    def forms(self, person: Person) -> Forms:
        """The forms of one person."""
        found = self._forms.get(person)
        if found is None:
            if len(self._forms) >= PEOPLE_MAX:
                self._forms.clear()
            found = self._forms[person] = Forms(person)
        return found

    def all_ends(self, words: Iterable[str]) -> set[str]:
        """How folded words begin and end that may be slips of names, or glued to one."""
        found = set[str]()
        for word in words:
            ends = self._ends.get(word)
            if ends is None:
                if len(self._ends) >= WORDS_MAX:
                    self._ends.clear()
                ends = self._ends[word] = all_ends(word) if len(word) >= _SLIP_LENGTH_MIN else ()
            found.update(ends)
        return found

    def heard(self, word: str, written: str) -> frozenset[str]:
        """The keys under which a folded word is heard, as it is written."""
        found = self._heard.get((word, written))
        if found is None:
            if len(self._heard) >= WORDS_MAX:
                self._heard.clear()
            found = self._heard[word, written] = heard(word, written)
        return found


class Known:
    """An event's own dictionary: the forms under which its people may be written.

    ``memory`` is shared by the events of a round.
    """

    __slots__ = ("forms", "is_foreign", "memory")

    def __init__(self, people: Iterable[Person], memory: Memory | None = None) -> None:
        self.memory = Memory() if memory is None else memory
        self.forms = [*map(self.memory.forms, people)]
        self.is_foreign = True in [forms.is_foreign for forms in self.forms]

    def __repr__(self) -> str:
        return "<Known>"
