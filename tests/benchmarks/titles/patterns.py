"""Names within patterns of what stands around them."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.plain import Write, around
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.sections import section

#: What of a name is put between, or None where there is nothing fit.
Core = Callable[[Identity], str | None]


@cache
def _patterns(file: str, title: str) -> Mapping[str, list[str]]:
    """By who they are for; ``surroundings.txt`` says how they are read."""
    found = defaultdict[str, list[str]](list)
    for line in section(file, title):
        who, *patterns = line.split(" | ")
        found[who] += patterns
    return dict(found)


def _groups(identity: Identity) -> tuple[str, ...]:
    own = f"{identity.language} abroad" if identity.is_abroad else identity.language
    return (own, "Latin", "all") if identity.is_latin else (own, "all")


def within(title: str, *cores: Core, file: str = "surroundings") -> Write:
    """One of the cores, within a pattern of this section that is for such a name."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        patterns = [one for group in _groups(identity) for one in _patterns(file, title).get(group, ())]
        core = chance.pick(cores)(identity)
        return around(chance.pick(patterns), core) if core and patterns else None

    return write


def full(identity: Identity) -> str:
    """Both names."""
    return identity.full


def first(identity: Identity) -> str:
    """One sign alone is no name of anybody."""
    return identity.given if len(identity.given) > 1 else identity.full


def last(identity: Identity) -> str:
    """The family name, or both where that is one sign alone."""
    return identity.family if len(identity.family) > 1 else identity.full


def turned(identity: Identity) -> str | None:
    """The family name, a comma, the given name."""
    return None if identity.is_eastern else f"{identity.family}, {identity.given}"
