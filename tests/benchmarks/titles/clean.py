"""Whether a text names somebody of an event, however plainly: then it is not clean."""

import re
from collections.abc import Iterable

from connectors.sandbox.names import romanized
from tests.benchmarks.titles.identities import Identity, slug

_PARTICLES = frozenset({"de", "la", "der", "von", "van", "den", "ter", "della", "in", "t"})


def _folded(text: str) -> set[str]:
    """Folded, without digits and signs."""
    found = re.findall(r"[^\W\d_]+", text)
    return {form.casefold() for word in found for form in (word, romanized(word)) if form}


class Names:
    """All that is said of some people: names, nicknames, initials, local parts."""

    def __init__(self, identities: Iterable[Identity]) -> None:
        self._words, self._signs = set[str](), set[str]()
        for identity in identities:
            self._take(identity)

    def _take(self, one: Identity) -> None:
        said = (one.given, one.family, one.given_ascii, one.family_ascii, one.nick or "", one.local_part)
        self._words |= {word for text in said for word in _folded(text) if len(word) > 1} - _PARTICLES
        self._words |= {
            slug(f"{one.given_ascii[0]}{one.family_ascii[0]}"),
            slug(one.given[0] + one.family[0]),
        }
        if one.is_eastern:
            self._signs |= {one.given, one.family}

    def are_in(self, text: str) -> bool:
        return not self._words.isdisjoint(_folded(text)) or any(sign in text for sign in self._signs)

    def touch(self, other: "Names") -> bool:
        """Whether somebody here is called as somebody there."""
        return not self._words.isdisjoint(other._words) or not self._signs.isdisjoint(other._signs)
