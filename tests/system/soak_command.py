"""``python -m tests.system.soak_command WEEKS SEED...``: play seeds for weeks, and tell of each."""

import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from tests.loopback import stay_on_loopback
from tests.system.soak import play


def main() -> None:
    """Ends with the first seed that fails: its error tells seed and step, and the same seed plays alike."""
    stay_on_loopback()
    console, (weeks, *seeds) = Console(), sys.argv[1:]
    for seed in map(int, seeds):
        with TemporaryDirectory() as folder:
            happened = play(seed, timedelta(weeks=float(weeks)), Path(folder))
        told = ", ".join(f"{kind} {count}" for kind, count in sorted(happened.items()))
        console.print(f"seed {seed}: {weeks} weeks ({told}), and everything told is true")


if __name__ == "__main__":
    main()
