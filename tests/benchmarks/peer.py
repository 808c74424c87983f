"""What peers have in common: scripts of the environment .venv-peers, which has nothing of the gateway.

On its input a peer finds one line of JSON that says what to read, then a line for each round. It answers each
round with its seconds of CPU and of waiting. Tokens are given: no peer has to ask for one.
"""

import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from tests.loopback import stay_on_loopback


class Task(NamedTuple):
    """What to read: where, trusting which authority's file, which addresses by token, from when to when."""

    url: str
    authority: str
    rooms: dict[str, list[str]]
    start: str
    end: str


def told() -> Task:
    """The first line. Whatever a peer's library would like to ask elsewhere, it is not asked."""
    stay_on_loopback()
    return Task(*json.loads(sys.stdin.readline()))


async def rounds(take: Callable[[], Awaitable[None]]) -> None:
    """Take a round whenever told to."""
    for _ in sys.stdin:
        cpu, wall = time.process_time(), time.perf_counter()
        await take()
        sys.stdout.write(f"{json.dumps([time.process_time() - cpu, time.perf_counter() - wall])}\n")
        sys.stdout.flush()
