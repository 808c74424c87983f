"""The corpus: events with their people, and for each the strings that a seed draws."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles import structures, titles
from tests.benchmarks.titles.clean import Names
from tests.benchmarks.titles.development import DEVELOPMENT
from tests.benchmarks.titles.held_out import BEYOND, HELD_OUT
from tests.benchmarks.titles.identities import Identity, somebody
from tests.benchmarks.titles.plain import PLAIN, Write
from tests.benchmarks.titles.samples import STRUCTURES, Kind, Mention, Sample, Sort, fill

#: Enough for more than ten thousand structural spans.
EVENTS = 2_500

FORMS: Mapping[Kind, Mapping[str, Write]] = {
    Kind.PLAIN: PLAIN,
    Kind.DEVELOPMENT: DEVELOPMENT,
    Kind.HELD_OUT: HELD_OUT,
    Kind.BEYOND: BEYOND,
    Kind.UNKNOWN: PLAIN,
}
#: How many strings of an event name somebody in such a form: the most where forms are the most.
_SHARES = {Kind.PLAIN: 1, Kind.DEVELOPMENT: 4, Kind.HELD_OUT: 2, Kind.BEYOND: 1, Kind.UNKNOWN: 1}
_CLEAN = {Sort.TITLE: titles.topic, Sort.NAMESAKE: titles.namesake, Sort.ROOM: titles.room}
_TRIES = 100

Drawn = TypeVar("Drawn")


class Edition(NamedTuple):
    """What a corpus is drawn from: the forms of each kind, who is on events, what title has a form."""

    forms: Mapping[Kind, Mapping[str, Write]]
    somebody: Callable[[Chance], Identity]
    title: Callable[[str, Chance], str]


PRESENT = Edition(FORMS, somebody, lambda _, chance: titles.mentioning(chance))


def corpus(seed: int, events: int = EVENTS, edition: Edition = PRESENT) -> Iterator[Sample]:
    """All strings of so many events, event after event. One seed has the same strings each time."""
    seen = Counter[tuple[Kind, str]]()
    for number in range(events):
        yield from _Event(Chance("titles", seed, number), seen, edition).samples()


class _Event:
    """Who is on an event, who is not, and its strings. What was seen least comes next."""

    def __init__(self, chance: Chance, seen: Counter[tuple[Kind, str]], edition: Edition) -> None:
        self._chance, self._seen, self._edition = chance, seen, edition
        self._known = [edition.somebody(chance) for _ in range(chance.between(2, 6))]
        self._names = Names(self._known)
        self._people = tuple(identity.person for identity in self._known)
        self._strangers = [self._until(edition.somebody, self._is_strange) for _ in range(3)]

    def _is_strange(self, identity: Identity) -> bool:
        return not Names([identity]).touch(self._names)

    def _until(self, draw: Callable[[Chance], Drawn], is_fit: Callable[[Drawn], bool]) -> Drawn:
        return next(drawn for drawn in (draw(self._chance) for _ in range(_TRIES)) if is_fit(drawn))

    def _without_names(self, draw: Callable[[Chance], str]) -> str:
        return self._until(draw, lambda text: not self._names.are_in(text))

    def _title(self, form: str) -> str:
        return self._without_names(lambda chance: self._edition.title(form, chance))

    def samples(self) -> Iterator[Sample]:
        for kind, share in _SHARES.items():
            for _ in range(share):
                if mention := self._somebody(kind):
                    yield self._sample(self._title(mention.form), {"who": mention})
        for _ in range(2):
            yield self._structured()
        for sort, draw in _CLEAN.items():
            yield Sample(self._without_names(draw), (), self._people, sort)

    def _sample(self, template: str, mentions: Mapping[str, Mention]) -> Sample:
        text, spans = fill(template, mentions)
        return Sample(text, spans, self._people, Sort.MENTION)

    def _rarest(self, kind: Kind, forms: Sequence[str] | Mapping[str, object]) -> list[str]:
        return sorted(forms, key=lambda form: self._seen[kind, form])

    def _somebody(self, kind: Kind) -> Mention | None:
        """In the form that was seen least of those that fit anybody here, if any does."""
        forms = self._edition.forms[kind]
        people = self._strangers if kind is Kind.UNKNOWN else self._known
        for form in self._rarest(kind, forms):
            for identity in self._chance.several(people, len(people)):
                piece = forms[form](identity, self._chance)
                if piece is not None:
                    self._seen[kind, form] += 1
                    return Mention(piece, kind, form)
        return None

    def _structured(self) -> Sample:
        """A topic, perhaps somebody, and two or three of links, numbers and addresses."""
        mentions = {}
        for field in ("a", "b", "c")[: self._chance.between(2, 3)]:
            mentions[field] = self._structure()
        fields = [f"{{{field}}}" for field in mentions]
        opening = self._without_names(titles.topic)
        if self._chance.once_in(3) and (mention := self._somebody(Kind.PLAIN)):
            mentions["who"] = mention
            opening = f"{opening} {{who}}"
        return self._sample(
            self._chance.pick((" | ", " ", ", ", " - ", "\n")).join([opening, *fields]), mentions
        )

    def _structure(self) -> Mention:
        kind = Kind.DISGUISED if self._chance.once_in(10) else self._chance.pick(STRUCTURES)
        makes = structures.makes()[kind]
        form = self._rarest(kind, makes)[0]
        self._seen[kind, form] += 1
        return Mention(makes[form](self._chance, self._chance.pick(self._people)), kind, form)
