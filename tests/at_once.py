"""Transactions of most tests run at once, where they are asked for: a thread and back takes longer than most.

What comes of threads, and of two transactions at the same time, is shown where the folders below are.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from gateway.store import lane

Result = TypeVar("Result")

#: The tests of lanes and of whole processes.
THREADED = frozenset({"store", "system", "benchmarks"})


class AtOnce(Executor):
    """Runs whatever it is given before it goes on. ``threads`` and ``thread_name_prefix`` are of no use."""

    def __init__(self, threads: int, thread_name_prefix: str) -> None:
        del threads, thread_name_prefix
        self._is_closed = False

    def submit(self, function: Callable[..., Result], /, *arguments: Any, **options: Any) -> Future[Result]:
        if self._is_closed:
            raise RuntimeError("It was closed.")
        done = Future[Result]()
        try:
            done.set_result(function(*arguments, **options))
        except BaseException as error:  # noqa: BLE001  as a thread would hand it on
            done.set_exception(error)
        return done

    def shutdown(self, *_: Any, **__: Any) -> None:
        self._is_closed = True


def choose(path: Path) -> None:
    """Let the lanes that the test at ``path`` opens have threads, or none."""
    # For all lanes that are opened from now on.
    vars(lane)["ThreadPoolExecutor"] = AtOnce if THREADED.isdisjoint(path.parts) else ThreadPoolExecutor
