"""What it costs to verify a certificate, and to append one to a log that is long already."""

import time
from collections.abc import Callable
from typing import NamedTuple

from gateway.proof.merkle import Frontier
from gateway.proof.offline import verify
from tests.gateway.proof.logged import a_log

LEAVES = 10_000
TIMES = 200


class Proving(NamedTuple):
    """CPU milliseconds."""

    verify: float
    grow: float


def prove() -> Proving:
    """In a log of 10,000: verify one of them, and compute the head twice, as whoever appends again does."""
    log = a_log(LEAVES)
    file, key, tree = log.file(LEAVES // 3), log.signer.key, Frontier().grown(log.leaves)
    return Proving(
        _milliseconds(lambda: verify(file, key), TIMES),
        _milliseconds(lambda: (tree.root, tree.grown(log.leaves[:1]).root), TIMES),
    )


def _milliseconds(act: Callable[[], object], times: int) -> float:
    begun = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - begun) * 1e3 / times
