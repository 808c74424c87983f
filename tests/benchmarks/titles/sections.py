"""The texts beside this file, by section."""

from functools import cache
from importlib.resources import files


def lines(name: str) -> list[str]:
    """The lines of a file that are no comment."""
    text = files("tests.benchmarks.titles").joinpath(f"{name}.txt").read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("# ")]


@cache
def section(name: str, title: str) -> tuple[str, ...]:
    """The lines of one section of a file."""
    found = lines(name)
    rest = found[found.index(f"[{title}]") + 1 :]
    end = next((at for at, line in enumerate(rest) if _is_title(line)), len(rest))
    return tuple(rest[:end])


def headings(name: str) -> list[str]:
    """What the sections of a file are called, in order."""
    return [line[1:-1] for line in lines(name) if _is_title(line)]


def words(name: str, title: str) -> list[str]:
    """The words of one section of a file."""
    return " ".join(section(name, title)).split()


def _is_title(line: str) -> bool:
    return line.startswith("[") and line.endswith("]")
