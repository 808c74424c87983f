"""The list of pitfalls and the tests of them agree."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
LINES = re.findall(
    r"^\| P(\d+) \| ([^|]+) \| ([^|]+) \|$", (TESTS / "pitfalls.md").read_text(encoding="utf-8"), re.MULTILINE
)


def found_below(folder: Path) -> set[str]:
    """The names of all tests below a folder."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("test_*.py"))
    return set(re.findall(r"^\s*(?:async )?def (test_\w+)", sources, re.MULTILINE))


def numbers(test: str) -> set[int]:
    """The pitfalls that a test is named by."""
    return {int(number) for number in re.findall(r"(?<=_)p(\d+)(?=_)", test)}


def named(text: str) -> set[str]:
    return set(re.findall(r"`(test_\w+)`", text))


def test_every_pitfall_stands_once_and_in_order() -> None:
    assert [int(number) for number, _, _ in LINES] == list(range(1, 133))


def test_every_pitfall_says_in_a_sentence_what_goes_wrong() -> None:
    assert [cause for _, cause, _ in LINES if not re.fullmatch(r"[\"A-Z].+\.", cause)] == []


def test_every_test_that_is_named_exists() -> None:
    assert {test for *_, shown in LINES for test in named(shown)} - found_below(TESTS) == set()


def test_every_test_of_a_pitfall_is_listed_by_its_number() -> None:
    listed = {(int(number), test) for number, _, shown in LINES for test in named(shown) if numbers(test)}
    assert listed == {(number, test) for test in found_below(TESTS) for number in numbers(test)}
