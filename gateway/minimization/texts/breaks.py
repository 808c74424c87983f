"""Breaks: words that together may be one name."""

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from gateway.minimization.texts.forms import Forms
from gateway.minimization.texts.known import Known
from gateway.minimization.texts.likeness import opening
from gateway.minimization.texts.words import ORDINARY

#: So many words, with so many letters, may be one name that is broken.
WORDS_MAX = 4
LENGTH_MAX = 24
#: Fewer letters are no name that is broken, unless it is spelt as it should be.
LENGTH_MIN = 6


class Break(NamedTuple):
    """The words from first to last, and whose name they may be."""

    first: int
    last: int
    person: Forms


class Join(NamedTuple):
    """The words from first to last in one, and how it begins; whether it may be a name that is misspelt."""

    first: int
    last: int
    glued: str
    opening: str
    is_guess: bool


def joins(words: Sequence[str]) -> list[Join]:
    """Words that may be one name, whoever is known."""
    found = list[Join]()
    for first in range(len(words) - 1):
        glued, is_odd = words[first], words[first] not in ORDINARY
        begins = opening(glued + words[first + 1])
        for last in range(first + 1, min(first + WORDS_MAX, len(words))):
            glued, is_odd = glued + words[last], is_odd or words[last] not in ORDINARY
            if len(glued) > LENGTH_MAX:
                break
            found.append(Join(first, last, glued, begins, is_odd and len(glued) >= LENGTH_MIN))
    return found


def broken(
    joins: Iterable[Join], words: Sequence[str], sure: Container[str], known: Known
) -> Iterator[Break]:
    """Which of them are one, whatever stands between: with a sure one, if spelt as it should be."""
    for first, last, glued, begins, is_guess in joins:
        for person in known.called(glued):
            yield Break(first, last, person)
        if (
            is_guess
            and begins in known.openings
            and not any(word in sure for word in words[first : last + 1])
        ):
            for person in known.alike(glued):
                yield Break(first, last, person)
