"""Disguises by what stands around a name: honorifics, particles, directories, signs, words."""

from collections.abc import Mapping

from connectors.sandbox.names import romanized
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.patterns import Core, first, full, last, turned, within
from tests.benchmarks.titles.plain import Write


def _unspaced(identity: Identity) -> str:
    """As in the directories of Notes."""
    return f"{identity.given[0]}.{identity.family}"


def _vowel_first(identity: Identity) -> str | None:
    return identity.given if romanized(identity.given)[:1] in {*"AEIOU"} else None


def _letters(core: Core) -> Core:
    return lambda identity: "".join(filter(str.isalpha, core(identity) or ""))


SURROUNDINGS: Mapping[str, Write] = {
    "honorifics": within("honorifics", last, last, full),
    "honorifics of first names": within("honorifics of first names", first),
    "directories": within("directories", turned, full),
    "Lotus Notes": within("Lotus Notes", full, _unspaced),
    "families": within("families", last),
    "after an apostrophe": within("after an apostrophe", first, last),
    "glued particles": within("glued particles", first, full),
    "elided": within("elided", _vowel_first),
    "other apostrophes": within("other apostrophes", first, last),
    "after an abbreviation": within("abbreviations", last, full),
    "two in one word": within("pairs", first),
    "compounds": within("compounds", first, last),
    "camel case": within("camel case", _letters(first), _letters(last)),
    "glued to emoji": within("emoji", first, full),
    "markup": within("markup", first, full),
}
