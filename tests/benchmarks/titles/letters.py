"""Disguises of letters: other signs, invisible signs, other order."""

import unicodedata
from collections.abc import Callable, Mapping
from html.entities import codepoint2name

from connectors.sandbox.chance import Chance
from connectors.sandbox.names import romanized
from tests.benchmarks.titles.alphabets import alphabet, rewritten
from tests.benchmarks.titles.disguises import LONG_MIN, disguised
from tests.benchmarks.titles.plain import Write

_MATHEMATICAL = ("bold", "bold italic", "bold script", "bold fraktur", "sans-serif", "monospace")
_ENCLOSED = ("circled", "parenthesized", "squared")
_STROKES = "\u0336\u0332\u0335\u0323\u0307"
_JOINERS = "\u2060\ufeff\u034f\u180e\u2063"
_SELECTORS = "\ufe0e\ufe0f\U000e0020\U000e0061\U000e0100"
_MARKS = "\u200e\u200f\u061c"
_ISOLATES = (("\u202a", "\u202c"), ("\u202d", "\u202c"), ("\u2066", "\u2069"), ("\u2068", "\u2069"))
_SPACES = "\u00a0\u2009\u202f\u3000\t\u2028"

Change = Callable[[str, Chance], str]


def _in(*names: str) -> Change:
    """Letters without their marks, in one of these alphabets."""
    return lambda name, chance: romanized(name).translate(alphabet(chance.pick(names)))


def _strewn(signs: str) -> Change:
    """One of the signs after every second letter or so."""

    def change(name: str, chance: Chance) -> str:
        sign = chance.pick(signs)
        first = chance.between(0, 1)
        return "".join(one + sign * (place % 2 == first and one != " ") for place, one in enumerate(name))

    return change


def _doubled(name: str, chance: Chance) -> str:
    return _by_word(
        name, lambda word: chance.between(1, len(word) - 1), lambda word, at: word[at] * 2 + word[at + 1 :]
    )


def _swapped(name: str, chance: Chance) -> str:
    def turned(word: str, at: int) -> str:
        return word[at + 1] + word[at] + word[at + 2 :]

    return _by_word(name, lambda word: chance.between(1, len(word) - 2), turned)


def _by_word(name: str, where: Callable[[str], int], rest: Callable[[str, int], str]) -> str:
    """Each long word changed from one place on."""
    words = []
    for word in name.split(" "):
        at = where(word) if len(word) >= LONG_MIN else -1
        words.append(word if at < 0 else word[:at] + rest(word, at))
    return " ".join(words)


def _separated(name: str, chance: Chance) -> str:
    """Letters apart, with a sign between; words with two spaces."""
    sign = chance.pick("-._*·")
    return "  ".join(sign.join(word) for word in name.split(" "))


def _flipped(name: str, chance: Chance) -> str:
    if chance.once_in(2):
        return name.swapcase()
    return "".join(one.lower() if place % 2 else one.upper() for place, one in enumerate(name))


def _spaced(name: str, chance: Chance) -> str:
    return name.replace(" ", chance.pick(_SPACES))


def _isolated(name: str, chance: Chance) -> str:
    """Within an embedding or isolate of either direction, as copied from a chat."""
    opening, closing = chance.pick(_ISOLATES)
    at = chance.between(1, len(name) - 1)
    return name[:at] + opening + name[at:] + closing


def _decomposed(name: str, _: Chance) -> str:
    return unicodedata.normalize("NFD", name)


def _overridden(name: str, _: Chance) -> str:
    return f"\u202e{name[::-1]}\u202c"


def _voiceless(name: str, _: Chance) -> str:
    return "".join(one for at, one in enumerate(name) if not at or one.lower() not in "aeiouäöüéèáíóúâêîôû")


def _drawn_out(name: str, chance: Chance) -> str:
    return "".join(one * chance.between(2, 4) if one.lower() in "aeiou" else one for one in name)


def _entities(name: str, _: Chance) -> str:
    return "".join(
        f"&{codepoint2name.get(ord(one), f'#{ord(one)}')};" if ord(one) > ord("~") else one for one in name
    )


def _misread(name: str, _: Chance) -> str:
    """UTF-8 taken for the code page of Western Europe."""
    return name.encode().decode("cp1252", errors="ignore")


LETTERS: Mapping[str, Write] = {
    "leetspeak": disguised(lambda name, _: name.translate(alphabet("leetspeak"))),
    "doubled letters": disguised(_doubled),
    "swapped letters": disguised(_swapped),
    "Greek and Armenian look-alikes": disguised(_in("Greek and Armenian look-alikes")),
    "rarer look-alikes": disguised(_in("rarer look-alikes")),
    "mathematical alphabets": disguised(_in(*_MATHEMATICAL)),
    "enclosed letters": disguised(_in(*_ENCLOSED)),
    "small capitals": disguised(_in("small capitals")),
    "superscript": disguised(_in("superscript")),
    "struck through": disguised(_strewn(_STROKES)),
    "soft hyphens": disguised(_strewn("\u00ad")),
    "joiners and marks": disguised(_strewn(_JOINERS + _MARKS)),
    "variation selectors, tags": disguised(_strewn(_SELECTORS)),
    "bidi controls": disguised(_isolated),
    "A-n-n-a": disguised(_separated),
    "case flips": disguised(_flipped),
    "other spaces": disguised(_spaced),
    "decomposed": disguised(_decomposed),
    "added marks": disguised(lambda name, _: name.translate(alphabet("added marks"))),
    "one mark lost": disguised(lambda name, _: rewritten(name, "one mark lost", most=1)),
}

#: These need a guess, or are done by nobody who did not want to.
FAR_LETTERS: Mapping[str, Write] = {
    "negative squared, flags": disguised(_in("negative squared", "regional indicators")),
    "upside down": disguised(lambda name, _: romanized(name).translate(alphabet("upside down"))[::-1]),
    "backwards": disguised(lambda name, _: name[::-1]),
    "right-to-left override": disguised(_overridden),
    "no vowels": disguised(_voiceless),
    "drawn out": disguised(_drawn_out),
    "misread by a scanner": disguised(lambda name, _: rewritten(name, "scanned", most=2)),
    "spelled by ear": disguised(lambda name, _: rewritten(name, "sounds", most=2)),
    "HTML entities": disguised(_entities),
    "wrong code page": disguised(_misread),
}
