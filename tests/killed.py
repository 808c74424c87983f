"""What the suite says at its end: which leaks, put in on purpose, it has found."""

import re
from collections.abc import Iterable

import pytest

_LEAK = re.compile(r"test_(?:minimization|purpose)_leaks\.py::test_a_leak_is_found\[(\w+)\]$")


def leaks_in(reports: Iterable[pytest.TestReport]) -> list[str]:
    """The names of leaks that tests were about."""
    found = (_LEAK.search(report.nodeid) for report in reports if report.when == "call")
    return sorted(match[1] for match in found if match)


def summary(killed: list[str], alive: list[str]) -> list[str]:
    """For people to read, the count last; nothing where no leak was looked for."""
    if not (killed or alive):
        return []
    told = [f"leaks put in on purpose, and found: {', '.join(killed).replace('_', ' ')}"] if killed else []
    told += [f"NOT found: {', '.join(alive).replace('_', ' ')}"] if alive else []
    return [*told, f"{len(killed)} of {len(killed) + len(alive)} leak mutants killed"]
