"""``make fuzz CASES=1000000``: so many cases for all parsers together, or for those that are named."""

import sys
import time

from tests.fuzzing.mutation import cases
from tests.fuzzing.parsers import FUZZED

#: Of this process's own time. A case that takes longer hides a loop in a loop.
SECONDS_MAX = 2.0


def main(count: int, names: list[str]) -> None:
    """Raises what a parser raises, after telling the bytes."""
    names = names or [*FUZZED]
    seed = time.time_ns()
    for name in names:
        fuzzed, slowest = FUZZED[name], 0.0
        for data in cases(fuzzed.seeds, count // len(names), seed):
            begun = time.process_time()
            try:
                fuzzed.take(data)
            except BaseException:
                sys.stderr.write(f"{name}, seed {seed}: {data!r}\n")
                raise
            slowest = max(slowest, time.process_time() - begun)
        sys.stdout.write(f"{name}: {count // len(names):,} cases, the slowest {slowest * 1000:.1f} ms\n")
        if slowest > SECONDS_MAX:
            raise SystemExit(f"{name}: a case took {slowest:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
