"""Any bytes that strangers may send: a parser answers or refuses. More of them by ``make fuzz``."""

import pytest

from tests.fuzzing.mutation import LENGTH_MAX, cases
from tests.fuzzing.parsers import FUZZED

#: Together 20,000 of them, and more.
CASES = {
    "tokens": 2_000,
    "scim": 3_500,
    "okta": 3_500,
    "accounts": 1_500,
    "contents": 1_000,
    "refusals": 1_000,
}
OTHERS = 2_750


@pytest.mark.parametrize("name", FUZZED)
def test_whatever_comes_a_parser_answers_or_refuses(name: str) -> None:
    for data in cases(FUZZED[name].seeds, CASES.get(name, OTHERS), seed=1):
        try:
            FUZZED[name].take(data)
        except Exception as error:
            error.add_note(f"with {data[:2000]!r}")
            raise


def test_so_many_are_tried_as_were_promised() -> None:
    assert sum(CASES.get(name, OTHERS) for name in FUZZED) >= 20_000


def test_cases_begin_with_what_is_right_and_are_the_same_for_a_seed() -> None:
    seeds = [b'{"a":1}', b"x"]
    first = [*cases(seeds, 300, seed=7)]
    assert first[:2] == seeds
    assert first == [*cases(seeds, 300, seed=7)] != [*cases(seeds, 300, seed=8)]
    assert len({*first}) > 200
    assert max(map(len, first)) <= LENGTH_MAX
