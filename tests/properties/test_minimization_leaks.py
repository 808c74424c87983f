"""The suite can fail: every leak put in on purpose is found by the property of silence."""

import pytest
from hypothesis import Phase, find, settings

from tests.properties.leaks.mutant import honest
from tests.properties.leaks.of_events import OF_EVENTS
from tests.properties.leaks.of_pages import OF_PAGES
from tests.properties.leaks.of_people import OF_PEOPLE
from tests.properties.leaks.of_titles import OF_TITLES
from tests.properties.minimization_twins import twins

MUTANTS = OF_PEOPLE | OF_EVENTS | OF_TITLES | OF_PAGES

SEARCH = settings(max_examples=2_000, phases=[Phase.generate], derandomize=True, database=None, deadline=None)


@pytest.mark.parametrize("leak", MUTANTS)
def test_a_leak_is_found(leak: str) -> None:
    mutant = MUTANTS[leak]
    pair = find(twins(), lambda pair: mutant(pair, pair.one) != mutant(pair, pair.other), settings=SEARCH)
    assert honest(pair, pair.one) == honest(pair, pair.other)


def test_there_are_enough_of_them() -> None:
    assert len(MUTANTS) >= 40
