"""``python -m tests.properties.silence_command [PAIRS]``: the property of silence, on many pairs."""

import sys
from time import perf_counter

from hypothesis import HealthCheck, given, settings

from tests.properties.minimization_twins import Twins, twins
from tests.properties.test_minimization_silence import seen

PAIRS = 1_000_000
#: Hypothesis remembers what it drew, so a run is many small ones.
AT_ONCE = 10_000

_QUIET = settings(max_examples=AT_ONCE, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@_QUIET
@given(twins())
def _look(pair: Twins) -> None:
    assert seen(pair.disclosure, pair.kind, pair.one) == seen(pair.disclosure, pair.kind, pair.other)


def main() -> None:
    pairs, started = int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS, perf_counter()
    for looked_at in range(0, pairs, AT_ONCE):
        _look()
        done = looked_at + AT_ONCE
        pace = done / (perf_counter() - started)
        sys.stdout.write(f"{done:,} of {pairs:,} pairs, {pace:,.0f} a second\n")
        sys.stdout.flush()
    sys.stdout.write("No two events that look alike were told apart.\n")


if __name__ == "__main__":
    main()
