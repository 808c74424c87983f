"""What names become by custom: ``variants.txt`` says how it is read."""

from collections.abc import Mapping
from functools import cache

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.sections import words


@cache
def _variants(title: str) -> Mapping[str, tuple[str, ...]]:
    entries = (entry.partition("=") for entry in words("variants", title))
    return {name: tuple(others.split("/")) for name, _, others in entries}


def another(name: str, title: str, chance: Chance) -> str | None:
    """What the name becomes by such a custom, if anything."""
    others = _variants(title).get(name)
    return chance.pick(others) if others else None
