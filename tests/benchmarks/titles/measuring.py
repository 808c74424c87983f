"""Measures detectors on the same strings in one run: scores, and the pace in interleaved rounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from tests.benchmarks.rounds import Costs, Share, compare
from tests.benchmarks.titles.detectors import Detector, Place
from tests.benchmarks.titles.samples import Sample
from tests.benchmarks.titles.scoring import Score

ROUNDS = 10


class Pass:
    """A detector's way through the samples; making what it needs of an event's people is part of it."""

    def __init__(self, detector: Detector, samples: Sequence[Sample]) -> None:
        self._detector, self._left = detector, iter(samples)
        self.found = list[list[Place]]()

    async def take(self, units: int) -> None:
        spans = self._detector.spans
        self.found += [spans(sample.text, sample.people) for sample in islice(self._left, units)]


@dataclass(frozen=True)
class Results:
    """Scores and costs by name of detector, in the order they were given."""

    scores: dict[str, Score]
    costs: Costs

    def pace(self, name: str) -> float:
        """Strings a second of CPU."""
        return 1e6 / self.costs.of(name)


async def measure(detectors: Sequence[Detector], samples: Sequence[Sample]) -> Results:
    passes = {detector.name: Pass(detector, samples) for detector in detectors}
    units = -(-len(samples) // ROUNDS)
    costs = await compare({name: Share(one, units, units) for name, one in passes.items()}, ROUNDS)
    return Results({name: _score(samples, one.found) for name, one in passes.items()}, costs)


def _score(samples: Sequence[Sample], found: Sequence[list[Place]]) -> Score:
    score = Score()
    for sample, places in zip(samples, found, strict=True):
        score.take(sample, places)
    return score
