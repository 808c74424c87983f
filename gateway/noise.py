"""Noise: what makes counts of people anonymous. OpenDP draws it; it is an extra, and slow to load."""

from collections.abc import Sequence
from typing import Any

from opendp import prelude

#: Someone more or less moves one count by one: everybody is counted once.
CONTRIBUTION = 1


class Laplace:
    """Counts with discrete Laplace noise: all of them together spend ``epsilon`` of whom they count.

    Raises ValueError for one that would not be kept to.
    """

    def __init__(self, epsilon: float) -> None:
        prelude.enable_features("contrib")
        measure: Any = prelude.m.make_laplace(
            prelude.vector_domain(prelude.atom_domain(T=prelude.i64)),
            prelude.l1_distance(T=prelude.i64),
            scale=CONTRIBUTION / epsilon,
        )
        if measure.map(d_in=CONTRIBUTION) > epsilon:
            raise ValueError("By rounding, that noise would spend more than this epsilon. Choose another.")
        self._measure = measure

    def __call__(self, counts: Sequence[int]) -> list[int]:
        """One number for each, none below nought."""
        return [max(int(number), 0) for number in self._measure([*counts])]
