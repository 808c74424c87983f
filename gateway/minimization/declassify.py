"""The declassifier: the one place that looks into tainted texts.

What leaves it is something that we held before and found by a text, phrases of the closed vocabulary, or a
title in which the tripwire finds nobody any more.
"""

from collections.abc import Callable
from typing import TypeVar

from connectors.clear_text import clear_text
from connectors.raw import Named, RawEvent, Tainted
from gateway.minimization.lattice import Title
from gateway.minimization.texts.known import Known, Memory, Person
from gateway.minimization.titles import NOTHING, Told, in_words, scrubbed
from gateway.minimization.vocabulary import Vocabulary

Found = TypeVar("Found")


def found(text: Tainted | None, look_up: Callable[[str], Found | None]) -> Found | None:
    """What we hold under this text, if anything."""
    return None if text is None else look_up(clear_text(text))


def declassified_title(event: RawEvent, level: Title, vocabulary: Vocabulary, memory: Memory) -> Told:
    """What of an event's title may be told at a level above categories.

    ``memory`` is of one round: it spares reading a name again that stands on many events.
    """
    if event.title is None:
        return NOTHING
    text, known = clear_text(event.title), Known(map(_person, event.named), memory)
    return (scrubbed if level is Title.SCRUBBED else in_words)(text, known, vocabulary)


def _person(named: Named) -> Person:
    return Person(found(named.name, str), found(named.address, str))
