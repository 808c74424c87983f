"""``python -m tests.gateway.withdrawal.killed_command [POINTS]``: killed at so many points and more."""

import asyncio
import sys
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.gateway.withdrawal.killed import SCOPES, killed

POINTS = 10_000
#: Of a round that reads the most.
PAGES = 8


async def look(points: int) -> None:
    """Kill each scope in turn, each time a page later."""
    looked_at = left = 0
    for number in count():
        scope, page = [*SCOPES][number % len(SCOPES)], number // len(SCOPES) % PAGES
        with TemporaryDirectory() as folder:
            found = await killed(SCOPES[scope](), Path(folder), page=page)
        looked_at, left = looked_at + found.points, left + len(found.left)
        sys.stdout.write(f"{scope}, page {page}: {looked_at:,} points, {left:,} of which left another disk\n")
        sys.stdout.flush()
        if looked_at >= points:
            break
    sys.stdout.write("Whatever was left was completed, and nothing else was touched.\n")


if __name__ == "__main__":
    asyncio.run(look(int(sys.argv[1]) if len(sys.argv) > 1 else POINTS))
