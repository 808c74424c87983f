"""Made-up people's names in many languages and scripts. Any likeness is chance."""

import unicodedata
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Name(NamedTuple):
    """A name as it is written, and the ASCII form that mail addresses use."""

    shown: str
    romanized: str


class Language(NamedTuple):
    """Names that go together, and the pattern by which a ``given`` and a ``family`` name make one."""

    given: tuple[Name, ...]
    family: tuple[Name, ...]
    pattern: str


#: By the number of ``>`` at the end of a line.
_PATTERNS = ("{given} {family}", "{family} {given}", "{family}{given}")

#: What Unicode does not decompose; the escape is the dotless i.
_ROMAN = str.maketrans({
    "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "\u0131": "i",
    "þ": "th", "Þ": "Th", "ð": "d", "æ": "ae", "œ": "oe",
})  # fmt: skip


def romanized(text: str) -> str:
    """The letters of a Latin script without their marks."""
    plain = unicodedata.normalize("NFKD", text.translate(_ROMAN))
    return plain.encode("ascii", "ignore").decode()


def _name(entry: str) -> Name:
    shown, _, latin = entry.partition("|")
    return Name(shown.replace("-", " ") if not latin else shown, latin or romanized(shown))


def _language(line: str) -> Language:
    given, family = line.rstrip(">").split("/")
    pattern = _PATTERNS[line.count(">")]
    return Language(tuple(map(_name, given.split())), tuple(map(_name, family.split())), pattern)


@cache
def languages() -> tuple[Language, ...]:
    """All that ``names.txt`` holds; it also says how its lines are read."""
    lines = files("connectors.sandbox").joinpath("names.txt").read_text("utf-8").splitlines()
    return tuple(_language(line) for line in lines if not line.startswith("#"))
