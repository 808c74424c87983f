"""What makes counts of people anonymous. Bounds are such that one run in 10^9 misses them."""

import math

import pytest

from gateway.noise import Laplace
from gateway.usage import EPSILON

DRAWS = 400
#: One draw is so far off, or farther, with a probability of less than ``2 * e ** (-EPSILON * far)``.
FAR = math.ceil((math.log(2 * DRAWS) + math.log(10**9)) / EPSILON)
#: The spread of one draw, and of the mean of all of them.
SPREAD = math.sqrt(2 * math.exp(-EPSILON)) / (1 - math.exp(-EPSILON))
MEAN_OFF = 7 * SPREAD / math.sqrt(DRAWS)


def drawn(true: int) -> list[int]:
    noise = Laplace(EPSILON)
    return [noise([true])[0] for _ in range(DRAWS)]


def test_numbers_lie_around_the_true_one_as_far_as_epsilon_lets_them() -> None:
    found = drawn(1_000)
    assert max(abs(one - 1_000) for one in found) <= FAR
    assert abs(sum(found) / DRAWS - 1_000) <= MEAN_OFF
    off = [abs(one - 1_000) for one in found]
    # Its mean is 3.96, its variance 15.9: by Bernstein no mean of 400 is out of this.
    assert 2.0 <= sum(off) / DRAWS <= 6.0
    assert len(set(found)) > 10


def test_one_more_makes_no_number_certain() -> None:
    # Of a number that one true count leads to at least a tenth of the time, its neighbour is likely as well.
    fewer, more = drawn(100), drawn(101)
    for number in range(99, 103):
        assert number in fewer
        assert number in more


def test_nothing_is_below_nought() -> None:
    found = drawn(0)
    assert min(found) == 0
    assert max(found) > 0


def test_each_count_has_noise_of_its_own() -> None:
    assert len(set(Laplace(EPSILON)([1_000] * DRAWS))) > 10


def test_what_would_spend_more_than_it_says_by_however_little_is_refused() -> None:
    Laplace(EPSILON)
    with pytest.raises(ValueError, match="epsilon"):
        Laplace(0.26)
