"""Disguises by what stands around a name: honorifics, particles, directories, signs, words."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache

from connectors.sandbox.chance import Chance
from connectors.sandbox.names import romanized
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.plain import Write, around
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.sections import section

#: What of a name is put between, or None where there is nothing fit.
Core = Callable[[Identity], str | None]


@cache
def _patterns(title: str) -> Mapping[str, list[str]]:
    """By who they are for; ``surroundings.txt`` says how they are read."""
    found = defaultdict[str, list[str]](list)
    for line in section("surroundings", title):
        who, *patterns = line.split(" | ")
        found[who] += patterns
    return dict(found)


def _groups(identity: Identity) -> tuple[str, ...]:
    own = f"{identity.language} abroad" if identity.is_abroad else identity.language
    return (own, "Latin", "all") if identity.is_latin else (own, "all")


def _within(title: str, *cores: Core) -> Write:
    """One of the cores, within a pattern of this section that is for such a name."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        patterns = [one for group in _groups(identity) for one in _patterns(title).get(group, ())]
        core = chance.pick(cores)(identity)
        return around(chance.pick(patterns), core) if core and patterns else None

    return write


def _full(identity: Identity) -> str:
    return identity.full


def _first(identity: Identity) -> str:
    """One sign alone is no name of anybody."""
    return identity.given if len(identity.given) > 1 else identity.full


def _last(identity: Identity) -> str:
    return identity.family if len(identity.family) > 1 else identity.full


def _turned(identity: Identity) -> str | None:
    return None if identity.is_eastern else f"{identity.family}, {identity.given}"


def _unspaced(identity: Identity) -> str:
    """As in the directories of Notes."""
    return f"{identity.given[0]}.{identity.family}"


def _vowel_first(identity: Identity) -> str | None:
    return identity.given if romanized(identity.given)[:1] in {*"AEIOU"} else None


def _letters(core: Core) -> Core:
    return lambda identity: "".join(filter(str.isalpha, core(identity) or ""))


SURROUNDINGS: Mapping[str, Write] = {
    "honorifics": _within("honorifics", _last, _last, _full),
    "honorifics of first names": _within("honorifics of first names", _first),
    "directories": _within("directories", _turned, _full),
    "Lotus Notes": _within("Lotus Notes", _full, _unspaced),
    "families": _within("families", _last),
    "after an apostrophe": _within("after an apostrophe", _first, _last),
    "glued particles": _within("glued particles", _first, _full),
    "elided": _within("elided", _vowel_first),
    "other apostrophes": _within("other apostrophes", _first, _last),
    "after an abbreviation": _within("abbreviations", _last, _full),
    "two in one word": _within("pairs", _first),
    "compounds": _within("compounds", _first, _last),
    "camel case": _within("camel case", _letters(_first), _letters(_last)),
    "glued to emoji": _within("emoji", _first, _full),
    "markup": _within("markup", _first, _full),
}
