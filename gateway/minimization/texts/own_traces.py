"""Own traces: what of a person's names may be found in a text, in the terms of its words' traces."""

from collections.abc import Iterable, Iterator
from functools import cache

from gateway.minimization.texts.abbreviations import OPENING_LENGTH_MIN
from gateway.minimization.texts.endings import softened
from gateway.minimization.texts.likeness import coarse, consonants, spellings, undoubled
from gateway.minimization.texts.spelling import shortened
from gateway.minimization.texts.traces import (
    BARE_LENGTH_MIN,
    CONSONANTS_MIN,
    KEY_LENGTH_MIN,
    LIKE_LENGTH_MIN,
    OPENING,
    SHORTENED_LENGTH_MIN,
    SLIP_LENGTH_MIN,
    VOWELS,
    WITHIN_LENGTH,
)


def of_person(
    names: Iterable[str], familiar: Iterable[str], glued: Iterable[str], given: Iterable[str]
) -> set[str]:
    """The traces of somebody's names, nicknames, of names in one word, and of given names once more."""
    found = set[str]().union(*map(_of_familiar, familiar))
    for name in (*names, *glued):
        found.add("&" + undoubled(name))
        if len(name) >= LIKE_LENGTH_MIN:
            found.update(_of_sound(name, coarse(name)))
    for name in names:
        found.update(_of_slips(name))
        found.update(_of_bases(name))
        found |= {"@" + name[:OPENING_LENGTH_MIN], "@" + name[-OPENING_LENGTH_MIN:] + "."}
    for name in given:
        found.update("<" + name[:size] for size in range(3, len(name)) if name[size - 1] not in VOWELS)
    return found


def stems(name: str) -> list[str]:
    """A name that words may begin with, and without the vowels that it may lose."""
    bare = name.rstrip(VOWELS)
    return [name, bare] if bare != name and len(bare) >= SLIP_LENGTH_MIN else [name]


@cache
def _of_familiar(name: str) -> frozenset[str]:
    """Of a nickname, as the table has it."""
    found, key = {"&" + undoubled(name), *_of_bases(name)}, coarse(name)
    if len(key) > KEY_LENGTH_MIN:
        found.add("=" + key)
    if len(name) >= SLIP_LENGTH_MIN:
        found.add("~" + name)
    return frozenset(found)


def _of_sound(name: str, key: str) -> Iterator[str]:
    if len(key) >= KEY_LENGTH_MIN:
        yield "=" + key
    bones = consonants(key)
    if len(bones) >= CONSONANTS_MIN:
        yield "/" + bones
    if len(name) >= SLIP_LENGTH_MIN:
        yield "~" + name
        yield from ("^" + stem[:WITHIN_LENGTH] for stem in stems(name))


def _of_slips(name: str) -> Iterator[str]:
    key = coarse(name)
    if len(name) >= LIKE_LENGTH_MIN and len(key) >= SHORTENED_LENGTH_MIN:
        yield from ("-" + one for one in shortened(key, OPENING))
    yield from ("=" + key for key in map(coarse, spellings(name)) if len(key) >= KEY_LENGTH_MIN)
    if len(name) >= SLIP_LENGTH_MIN:
        yield from ("~" + one for one in shortened(name))


def _of_bases(name: str) -> Iterator[str]:
    for base in _bases(name):
        yield "+" + base
        yield "+" + undoubled(base)
        yield "*" + coarse(base)


def _bases(name: str) -> set[str]:
    """What a name is before an ending."""
    found = {name, *softened(name)}
    if name[-1] in VOWELS:
        found.add(name[:-1])
        if name[-2:-1] in VOWELS:
            found.add(name[:-2])
    elif name[-2:-1] in VOWELS:
        # Tadek, of Tadka; Nikos, of Niko.
        found.add(name[:-2].rstrip(VOWELS) + name[-1])
        if name[-1] == "s":
            found |= {name[:-1], name[:-2]}
    least = min(BARE_LENGTH_MIN, len(name) - 1) if len(name) != LIKE_LENGTH_MIN else 2
    return {base for base in found if len(base) >= max(least, 2)}
