"""Rounds: everyone does the same share of work in turn, and only what happened within a round is compared.

A machine's pace changes from minute to minute. Process time, ratios within a round and medians over rounds
hold still where seconds do not.
"""

import gc
import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Protocol


class Pipeline(Protocol):
    """Takes in pages, to the commit."""

    async def take(self, units: int) -> None: ...


@dataclass(frozen=True)
class Share:
    """What one does in a round: so many units of its own, which hold so many events."""

    pipeline: Pipeline
    units: int
    events: int


@dataclass(frozen=True)
class Costs:
    """Microseconds of process CPU per event, by name, one figure a round."""

    rounds: list[dict[str, float]]

    def of(self, name: str) -> float:
        return median(costs[name] for costs in self.rounds)

    def ratio(self, name: str, other: str) -> float:
        return median(costs[name] / costs[other] for costs in self.rounds)


async def compare(shares: Mapping[str, Share], rounds: int) -> Costs:
    """So many rounds; who begins moves on by one each time."""
    names = list(shares)
    costs = []
    for number in range(rounds):
        first = number % len(names)
        order = names[first:] + names[:first]
        costs.append({name: await _cost(shares[name]) for name in order})
    return Costs(costs)


async def _cost(share: Share) -> float:
    gc.collect()
    begun = time.process_time()
    await share.pipeline.take(share.units)
    return (time.process_time() - begun) * 1e6 / share.events
