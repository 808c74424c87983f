"""A process that dies before each of the effects of its work in turn."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from gateway.vault.keys import KeyService

Work = Callable[[KeyService], Awaitable[None]]

#: Opens a key service over a directory, as a process of its own would.
Open = Callable[[Path], AbstractAsyncContextManager[KeyService]]

#: What Python announces before it changes a disk. Opening a file is among them, reading included.
DISK = frozenset({"open", "os.link", "os.rename", "os.remove", "os.mkdir", "os.truncate"})

DIED = 137
LIVED = 0
FAILED = 1
#: Of a process that was still there after so long.
HUNG = -signal.SIGALRM
LIFE_SECONDS = 30


class Mortal:
    """Runs work in processes that die. ``effects`` are audit events, their first argument a path."""

    def __init__(self, opened: Open, effects: Collection[str] = DISK) -> None:
        self._opened = opened
        self._effects = effects

    def deaths(self, base: Path, work: Work, *, after: Work) -> Iterator[Path]:
        """For every effect of ``work`` a directory as it is if the process dies just before that one."""
        for survived in range(200):
            directory = base / f"keys-{survived}"
            self.do(after, directory)
            end = self._end(work, directory, survived)
            if end == HUNG:
                # Of what hangs by itself, the next one does so too.
                directory = base / f"keys-{survived}-again"
                self.do(after, directory)
                end = self._end(work, directory, survived)
            assert end in {DIED, LIVED}
            if end == LIVED:
                return
            yield directory
        pytest.fail("there is no end of effects")

    def do(self, work: Work, directory: Path) -> None:
        """Do it to its end."""
        asyncio.run(self._done(work, directory))

    def _end(self, work: Work, directory: Path, survived: int) -> int:
        """How a process ends that does ``work`` and dies after ``survived`` effects, if it needs more."""
        child = os.fork()
        if child == 0:
            self._live(work, directory, survived)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def _live(self, work: Work, directory: Path, survived: int) -> None:
        """Runs in the child, and never returns to the tests that were copied with it."""
        left = survived

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            if event in self._effects and (event == "os.truncate" or str(directory) in str(arguments[0])):
                left -= 1
                if left < 0:
                    os._exit(DIED)

        # A fork may wait for a lock that a thread of its parent had: then it ends, and another one is made.
        signal.alarm(LIFE_SECONDS)
        end = FAILED
        try:
            sys.addaudithook(count)
            self.do(work, directory)
            end = LIVED
        finally:
            os._exit(end)

    async def _done(self, work: Work, directory: Path) -> None:
        async with self._opened(directory) as service:
            await work(service)
