"""A time of the test's own: an event loop whose waits take no time."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Hourglass(selectors.SelectSelector):
    """Time passes only while everybody waits, and then at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        self.now += timeout or 0
        return super().select(0)


class Loop(asyncio.SelectorEventLoop):
    """Keeps the hourglass's time."""

    def __init__(self) -> None:
        self.hourglass = Hourglass()
        super().__init__(self.hourglass)

    def time(self) -> float:
        return self.hourglass.now


def run(work: Coroutine[Any, Any, T]) -> T:
    """What comes of work that waits in a time of its own, which starts at 0."""
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(work)


def now() -> float:
    return asyncio.get_running_loop().time()
