"""Titles and places of events by lot: what is said without naming anybody."""

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.sections import section

_TOPICS = ("en", "de", "fr", "es", "it", "nl", "pl", "ru", "ja", "zh")
_DATES = ("27.11.2026", "2026-11-27", "11/27/2026", "27 Nov", "27. November 2026", "Nov 27th", "Fri 27/11")
_TIMES = ("10:00", "9.30", "14h30", "5 pm", "08:15", "17:00 CET")


def topic(chance: Chance) -> str:
    return chance.pick(section("titles", chance.pick(_TOPICS)))


def drawn(line: str, chance: Chance) -> str:
    """The line with its dates, times and numbers written out."""
    line = line.replace("{date}", chance.pick(_DATES)).replace("{time}", chance.pick(_TIMES))
    while "{number}" in line:
        line = line.replace("{number}", str(chance.between(1, 40)), 1)
    return line


def mentioning(chance: Chance) -> str:
    """A title or place that has room for ``{who}``."""
    line = chance.pick(section("titles", "people" if chance.below(8) else "places"))
    return drawn(line.replace("{topic}", topic(chance)), chance)


def namesake(chance: Chance) -> str:
    """What looks like a name or a number of somebody, and is none."""
    return drawn(chance.pick(section("titles", "hard")), chance)


def room(chance: Chance) -> str:
    return drawn(chance.pick(section("titles", chance.pick(("rooms", "numbered")))), chance)
