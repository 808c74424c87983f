"""Receipt: of how many events a field was asked for, seen and kept, and by whose rule it was withheld.

Worked out by page and not by event: what an event lowers, it shares with all that have its traits.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from connectors.port import Projection
from connectors.raw import RawEvent, Unclear
from gateway.booking import Booking
from gateway.minimization.categories import CATEGORIES
from gateway.minimization.contract import PLAIN, Decision, Term, Traits, event_terms, explain
from gateway.minimization.grounds import WANTING, Ring, asked_fields
from gateway.minimization.lattice import FIELDS, WIDEST, Title
from gateway.minimization.outcome import Put
from gateway.minimization.places import Bookable
from gateway.receipt import Count, What

Counts = Counter[Count]

#: What a field shows at most without anything that the provider told of it: a category is the place's.
UNTOLD = {"title": Title.CATEGORY}


def _has_rows(event: RawEvent) -> bool:
    return event.attendees is not None or bool(event.named)


#: Of which events a field became an object of ours, where it was asked for. Of all others, always.
SEEN: Mapping[str, Callable[[RawEvent], bool]] = {
    "conference": lambda event: event.conference is not None,
    "booker": lambda event: event.organizer is not None or _has_rows(event),
    "people": _has_rows,
    "title": lambda event: event.title is not None,
}

#: Which bookings show something of a field that their event may have lacked.
SHOWN: Mapping[str, Callable[[Booking], bool]] = {
    "conference": lambda booking: booking.conference is not None,
    "booker": lambda booking: booking.booker is not None,
    "people": lambda booking: booking.people is not None,
    "title": lambda booking: booking.title is not None and booking.title not in CATEGORIES,
}


class Met(NamedTuple):
    """What a page told: all that was read, and what of it became bookings, by place."""

    read: list[RawEvent | Unclear]
    taken: dict[Bookable, list[Put]]


class Asked(NamedTuple):
    """The fields that a provider is asked for, and the ring that stops those that it is not."""

    fields: frozenset[str]
    others: Ring

    def ring(self, field: str) -> Ring:
        """Where what is withheld of a field stops."""
        return Ring.KEEP_LESS if field in self.fields else self.others


class Counting:
    """Counts pages that were read with one projection. ``terms`` are what holds for a place's events."""

    def __init__(
        self,
        asked: Projection,
        terms: Callable[[Bookable], tuple[Term, ...]],
        *,
        asks_for_less: bool,
        names_people: bool,
    ) -> None:
        fields = frozenset(asked_fields(asked, names_people=names_people))
        self._asked = Asked(fields, Ring.ASK_FOR_LESS if asks_for_less else Ring.PARSE_LESS)
        self._terms = terms

    def count(self, met: Met, reasons: Mapping[str, int], size: int) -> Counts:
        """The numbers of a page: ``reasons`` why the rest of it is no booking, ``size`` its bytes."""
        counts = _of_read(met.read, self._asked)
        counts[Count(What.BYTES)] = size
        for reason, number in reasons.items():
            _withhold(counts, FIELDS, reason, self._asked, number)
        for place, taken in met.taken.items():
            # Most polls bring nothing.
            if taken:
                counts.update(_of_taken(taken, _explained(self._terms(place)), self._asked))
        return +counts


def _of_read(read: Sequence[RawEvent | Unclear], asked: Asked) -> Counts:
    counts: Counts = Counter({Count(What.EVENTS): len(read)})
    for field in asked.fields:
        seen = SEEN.get(field)
        counts[Count(What.REQUESTED, field)] = len(read)
        counts[Count(What.SEEN, field)] = len(read) if seen is None else sum(map(seen, _events(read)))
    return counts


def _of_taken(
    taken: Sequence[Put], explained: Mapping[Traits, Mapping[str, Decision]], asked: Asked
) -> Counts:
    counts: Counts = Counter()
    traits = Counter(put.traits for put in taken)
    for field in FIELDS:
        kept = _kept(field, taken, asked)
        counts[Count(What.KEPT, field)] = kept
        may_show = 0
        for one, number in traits.items():
            level, party = explained[one][field]
            if level > UNTOLD.get(field, 0):
                may_show += number
            else:
                _withhold(counts, (field,), party, asked, number)
        # Whatever an event lowers, it lowers to nothing: all that may show a field do so by one rule.
        level, party = explained[PLAIN][field]
        if level < getattr(WIDEST, field):
            _withhold(counts, (field,), party, asked, kept)
        if may_show > kept:
            _withhold(counts, (field,), WANTING[field], asked, may_show - kept)
    return counts


def _events(read: Sequence[RawEvent | Unclear]) -> Iterable[RawEvent]:
    return (item for item in read if isinstance(item, RawEvent))


def _kept(field: str, taken: Sequence[Put], asked: Asked) -> int:
    shown = SHOWN.get(field)
    if shown is None:
        return len(taken)
    return sum(shown(put.booking) for put in taken) if field in asked.fields else 0


def _withhold(counts: Counts, fields: Iterable[str], by: str, asked: Asked, number: int) -> None:
    for field in fields:
        counts[Count(What.WITHHELD, field, by, asked.ring(field))] += number


# Asked for every page, and there are few answers.
@lru_cache(maxsize=256)
def _explained(terms: tuple[Term, ...]) -> Mapping[Traits, Mapping[str, Decision]]:
    """Every field's decision, by the traits of an event."""
    every = (Traits(*traits) for traits in product((False, True), repeat=len(Traits._fields)))
    return {traits: explain((*terms, *event_terms(traits))) for traits in every}
