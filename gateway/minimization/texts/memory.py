"""A memory: an index of everybody met within a round, by the traces that they leave in texts."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar, cast

from gateway.minimization.texts import sounds
from gateway.minimization.texts.abbreviations import is_account, is_login
from gateway.minimization.texts.forms import Forms, Person
from gateway.minimization.texts.hearing import heard
from gateway.minimization.texts.traces import alike, derived

#: What a memory holds at most, before it begins anew.
PEOPLE_MAX = 5_000
WORDS_MAX = 4_096
TEXTS_MAX = 1_024

_Made = TypeVar("_Made")


class _Found:
    """The traces of a word, and who had them when there were so many people."""

    __slots__ = ("count", "people", "traces")

    def __init__(self, traces: tuple[str, ...]) -> None:
        self.traces, self.count, self.people = traces, -1, frozenset[Forms]()


class Memory:
    """What has been made of people and words, for as long as one round lasts: personal, never kept."""

    __slots__ = ("_alike", "_forms", "_heard", "_index", "_like", "_texts", "_told")

    def __init__(self) -> None:
        self._forms = dict[Person, Forms]()
        self._index = defaultdict[str, list[Forms]](list)
        self._alike = dict[str, _Found]()
        self._like = dict[str, _Found]()
        self._heard = dict[tuple[str, str], set[str]]()
        self._texts = dict[str, object]()
        self._told = dict[str, _Found]()

    def __repr__(self) -> str:
        return "<Memory>"

    def make_room(self) -> None:
        """Begin anew where too many people are remembered: before an event, so that all of its own are."""
        if len(self._forms) >= PEOPLE_MAX:
            for memo in (self._forms, self._index, self._alike, self._like, self._told):
                memo.clear()

    def forms(self, person: Person) -> Forms:
        """The forms of one person."""
        found = self._forms.get(person)
        if found is None:
            found = self._forms[person] = Forms(person)
            index = self._index
            for trace in (*found.traces, *found.own_sounds):
                index[trace].append(found)
        return found

    def alike(self, word: str) -> frozenset[Forms]:
        """Whose name a folded word is as a whole, however it is spelt: of everybody here."""
        return self._traced(word, self._alike, alike)

    def like(self, word: str) -> frozenset[Forms]:
        """Whose name a folded word resembles, or is made of: of everybody here."""
        return self._traced(word, self._like, _like)

    def told(self, word: str) -> frozenset[Forms]:
        """Whose name in another script a folded Latin word is: of everybody here."""
        return self._traced(word, self._told, sounds.keys)

    def initialed(self, one: str, other: str) -> list[Forms]:
        """Whose names two folded words may be the beginnings of, by their initials: of everybody here."""
        return self._index.get(f"%{one[0]}{other[0]}", [])

    def called(self, word: str) -> list[Forms]:
        """Who may be called so, letter by letter: of everybody here."""
        return self._index.get("~" + word, [])

    def heard(self, word: str, written: str) -> set[str]:
        """The keys under which a folded word is heard, as it is written."""
        found = self._heard.get((word, written))
        if found is None:
            if len(self._heard) >= WORDS_MAX:
                self._heard.clear()
            found = self._heard[word, written] = heard(word, written)
        return found

    def regarded(self, text: str, regard: Callable[[str], _Made]) -> _Made:
        """What is made of a text whoever is known: titles come again and again."""
        found = self._texts.get(text)
        if found is None:
            if len(self._texts) >= TEXTS_MAX:
                self._texts.clear()
            found = self._texts[text] = regard(text)
        return cast("_Made", found)

    def _traced(self, word: str, memo: dict[str, _Found], of: Callable[[str], set[str]]) -> frozenset[Forms]:
        found = memo.get(word)
        if found is None:
            if len(memo) >= WORDS_MAX:
                memo.clear()
            found = memo[word] = _Found(tuple(of(word)))
        if found.count != len(self._forms):
            found.count = len(self._forms)
            found.people = self._who_leaves(found.traces, word)
        return found.people

    def _who_leaves(self, traces: Iterable[str], word: str) -> frozenset[Forms]:
        """Who leaves any of the traces; of those that may mean something else, only if they mean that."""
        sure, within, accounts = set[Forms](), set[Forms](), set[Forms]()
        for trace in traces:
            (within if trace[0] == "^" else accounts if trace[0] == "@" else sure).update(
                self._index.get(trace, ())
            )
        sure.update(person for person in within - sure if person.is_within(word))
        sure.update(person for person in accounts - sure if _is_accounts(word, person))
        return frozenset(sure)


def _is_accounts(word: str, person: Forms) -> bool:
    """Whether a word is an account of somebody's."""
    return is_account(word, person.likely) or is_login(word, (*person.likely, *person.particles))


def _like(word: str) -> set[str]:
    return alike(word) | derived(word)
