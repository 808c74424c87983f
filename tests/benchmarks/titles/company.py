"""A company's calendars: each event has a title and its guests, of people who meet again and again."""

from collections.abc import Iterator

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles import titles
from tests.benchmarks.titles.identities import somebody
from tests.benchmarks.titles.plain import PLAIN
from tests.benchmarks.titles.samples import Kind, Mention, Sample, Sort, fill

EVENTS = 3_000
_PEOPLE = 300
_FORMS = ("full", "first", "last", "Anna S")


def company(seed: int, events: int = EVENTS) -> Iterator[Sample]:
    """One title of each event. One in five names somebody who comes."""
    chance = Chance("company", seed)
    people = [somebody(chance) for _ in range(_PEOPLE)]
    for _ in range(events):
        guests = chance.several(people, chance.between(4, 12))
        told = tuple(guest.person for guest in guests)
        piece = PLAIN[chance.pick(_FORMS)](chance.pick(guests), chance) if chance.once_in(5) else None
        if piece is None:
            yield Sample(titles.topic(chance), (), told, Sort.TITLE)
        else:
            mention = Mention(piece, Kind.PLAIN, "in a company")
            text, spans = fill(titles.mentioning(chance), {"who": mention})
            yield Sample(text, spans, told, Sort.MENTION)
