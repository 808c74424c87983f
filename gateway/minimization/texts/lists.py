"""Lists of words, each a file beside the code; a line that begins with ``#`` says what they are."""

from collections import defaultdict
from collections.abc import Iterable
from importlib.resources import files


def lines(name: str) -> list[str]:
    """The lines of a list."""
    text = files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def listed(name: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(word for line in lines(name) for word in line.split())


def beside(lines: Iterable[str]) -> dict[str, frozenset[str]]:
    """Each word, and the others in its lines."""
    found = defaultdict[str, set[str]](set)
    for words in map(str.split, lines):
        for word in words:
            found[word] |= {*words} - {word}
    return {word: frozenset(others) for word, others in found.items()}
