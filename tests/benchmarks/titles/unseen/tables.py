"""What names become by ``tables.txt``, and the forms made of that alone."""

import re
from collections.abc import Callable, Mapping
from functools import cache

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.sections import words

#: Both names, of which only one may have become another.
Whole = Callable[[str, str], str]


@cache
def table(title: str) -> Mapping[str, tuple[str, ...]]:
    """What each name of this section becomes."""
    entries = (entry.replace("_", " ").partition("=") for entry in words("unseen/tables", title))
    return {name: tuple(others.split("/")) for name, _, others in entries}


def other(name: str, title: str, chance: Chance) -> str | None:
    """What the name becomes in this section, if anything."""
    others = table(title).get(name)
    return chance.pick(others) if others else None


def respelled(text: str, title: str, most: int = 0) -> str:
    """The text with groups of letters replaced, the longest first; at most so many where not 0."""
    signs = dict(entry.split("=") for entry in words("unseen/tables", title))
    groups = "|".join(sorted(map(re.escape, signs), key=len, reverse=True))
    return re.sub(groups, lambda match: signs[match[0]], text, count=most)


def ended(name: str, text: str, before: str = "", after: str = "") -> Piece:
    """A name with its ending: only the name is demanded where that stands as it was."""
    if text.startswith(name):
        return Piece(name, before, text.removeprefix(name) + after)
    return Piece(text, before, after)


def both(given: str, family: str) -> str:
    return f"{given} {family}"


def declined(language: str, *ways: tuple[str, str], has_whole: bool = True) -> Write:
    """A name or both after one of the sections, within its pattern; what has no other form stays."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        if identity.language != language or identity.is_abroad:
            return None
        pattern, title = chance.pick(ways)
        before, _, after = pattern.partition("{}")
        found = {name: other(name, title, chance) for name in (identity.given, identity.family)}
        texts = [(name, text) for name, text in found.items() if text]
        if texts and has_whole:
            texts.append((identity.full, " ".join(text or name for name, text in found.items())))
        return ended(*chance.pick(texts), before, after) if texts else None

    return write


def only_last(language: str, order: Whole, *ways: tuple[str, str]) -> Write:
    """As before, where of both names only that is declined which comes last."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        if identity.language != language or identity.is_abroad:
            return None
        pattern, title = chance.pick(ways)
        before, _, after = pattern.partition("{}")
        names = identity.given, identity.family
        last = order(*names).rpartition(" ")[2]
        texts = [(name, text) for name in names if (text := other(name, title, chance))]
        texts += [
            (order(*names), order(*names).removesuffix(last) + text) for name, text in texts if name == last
        ]
        return ended(*chance.pick(texts), before, after) if texts else None

    return write


def fond(language: str, title: str, order: Whole = both) -> Write:
    """The given name for short, alone or with the family name."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        if identity.language != language or identity.is_abroad:
            return None
        short = other(identity.given, title, chance)
        return Piece(chance.pick((short, short, order(short, identity.family)))) if short else None

    return write


def by_sound(title: str, *, is_of_men: Callable[[str], bool]) -> Write:
    """As a language writes names of elsewhere; the family name only where it is no other for women."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        given, family = (other(name, title, chance) for name in (identity.given, identity.family))
        if given is None:
            return None
        if family and is_of_men(given):
            whole = identity.full, both(given, family)
            return ended(*chance.pick((whole, whole, (identity.family, family))))
        return ended(identity.given, given)

    return write
