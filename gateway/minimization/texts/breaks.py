"""Breaks: words that together may be one name, or how two names of somebody begin."""

from collections.abc import Container, Iterator, Sequence
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


def broken(words: Sequence[str], sure: Container[str], known: Known) -> Iterator[Break]:
    """Where words may be one name, whatever stands between: with a sure one, if spelt as it should be."""
    openings = known.openings if len(words) > 1 else ()
    odd = [word not in ORDINARY for word in words]
    surely = [word in sure for word in words]
    for first in range(len(words) - 1):
        glued = words[first]
        is_likely = opening(glued + words[first + 1]) in openings
        for last in range(first + 1, min(first + WORDS_MAX, len(words))):
            glued += words[last]
            if len(glued) > LENGTH_MAX:
                break
            span = slice(first, last + 1)
            for person in known.called(glued):
                yield Break(first, last, person)
            if is_likely and len(glued) >= LENGTH_MIN and any(odd[span]) and not any(surely[span]):
                for person in known.alike(glued):
                    yield Break(first, last, person)


def cut(words: Sequence[str], known: Known) -> Iterator[Break]:
    """Where two words may be how two names begin."""
    for first in range(len(words) - 1):
        for person in known.abbreviated(words[first], words[first + 1]):
            yield Break(first, first + 1, person)
