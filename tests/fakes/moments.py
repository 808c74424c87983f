"""Moments: how the disk looks at every statement, change of a key and await of some work.

A process that is killed at one of them leaves just that. Nothing is thrown: the work runs once, to its end,
and every look that differs from the one before it is kept.
"""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import RLock, get_ident
from types import coroutine
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Engine, event

from gateway.store.lane import Lane
from gateway.store.sqlite import DATABASE
from gateway.store.store import Store
from tests.fakes.installation import Installation

Result = TypeVar("Result")

#: What Python announces before it changes a folder; a file that is opened may be about to be written.
CHANGES = frozenset({"open", "os.link", "os.rename", "os.remove", "os.mkdir", "os.truncate"})
#: What is beside them, shared memory, is made anew by whoever opens a database after a crash.
DATABASE_FILES = (DATABASE, f"{DATABASE}-wal")


class Look(NamedTuple):
    """The contents of files, by their names below a folder."""

    store: dict[Path, bytes]
    keys: dict[Path, bytes]

    def at(self, folder: Path) -> None:
        """Let a folder look so."""
        for path, content in (self.store | self.keys).items():
            for parent in reversed(path.parents):
                (folder / parent).mkdir(mode=0o700, exist_ok=True)
            (folder / path).write_bytes(content)


class Moments:
    """Looks at an installation whenever something is about to happen. ``points``: how often that was."""

    def __init__(self, folder: Path) -> None:
        self.points = 0
        self.looks = list[Look]()
        self._folder = folder
        self._last = Look({}, {})
        self._writing = RLock()
        self._looking: int | None = None
        self._keys_changed = True

    def begin(self) -> None:
        """Keep nothing of what was before."""
        self.points = 0
        self.looks.clear()

    def look(self, *, store: bool = True, wait: bool = False) -> None:
        """Keep how the folder looks, if it does not look as before. ``store``: that may have changed."""
        # In the midst of a commit there is nothing to see; and to look opens files, too.
        if self._looking == get_ident() or not self._writing.acquire(blocking=wait):
            return
        self._looking = get_ident()
        try:
            self.points += 1
            found = Look(
                self._store() if store else self._last.store,
                self._keys() if self._keys_changed else self._last.keys,
            )
            self._keys_changed = False
            if found != self._last:
                self._last = found
                self.looks.append(found)
        finally:
            self._looking = None
            self._writing.release()

    def changes_keys(self) -> None:
        """Look at what a change of a key is about to find; what it leaves is seen at the next look."""
        if self._looking != get_ident():
            self.look(wait=True)
            self._keys_changed = True

    def write(self, function: Callable[[Engine], Result], engine: Engine) -> Result:
        """Write to the database; what that leaves is seen at once."""
        with self._writing:
            result = function(engine)
            self.look()
        return result

    async def of(self, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """Do some work, and look at every await of it and of all that it starts."""
        loop = asyncio.get_running_loop()
        loop.set_task_factory(
            lambda loop, started, **options: asyncio.Task(self._stepped(started), loop=loop, **options)
        )
        try:
            async with asyncio.TaskGroup() as group:
                done = group.create_task(work())
            return done.result()
        finally:
            loop.set_task_factory(None)
            self.look(wait=True)

    @coroutine
    def _stepped(self, work: Coroutine[Any, Any, Result]) -> Generator[Any, Any, Result]:
        """The same coroutine, looked at whenever it waits."""
        error: BaseException | None = None
        while True:
            try:
                waits_for = work.send(None) if error is None else work.throw(error)
            except StopIteration as end:
                result: Result = end.value
                return result
            self.look(store=False)
            error = None
            try:
                yield waits_for
            except BaseException as thrown:  # noqa: BLE001  it belongs to the work
                error = thrown

    def _store(self) -> dict[Path, bytes]:
        found = (self._folder / "store" / name for name in DATABASE_FILES)
        return {path.relative_to(self._folder): path.read_bytes() for path in found if path.exists()}

    def _keys(self) -> dict[Path, bytes]:
        found = (path for path in (self._folder / "keys").rglob("*") if path.is_file())
        return {path.relative_to(self._folder): path.read_bytes() for path in found}


@contextmanager
def watched(moments: Moments, keys: Path) -> Iterator[None]:
    """Look before every statement of databases that are opened meanwhile, and every change below ``keys``."""
    is_over = False

    def connected(connection: Any, _record: object) -> None:
        connection.set_trace_callback(lambda _statement: moments.look())

    def announced(what: str, arguments: tuple[object, ...]) -> None:
        if not is_over and what in CHANGES and str(arguments[0]).startswith(str(keys)):
            moments.changes_keys()

    event.listen(Engine, "connect", connected)
    # It cannot be taken away again.
    sys.addaudithook(announced)
    try:
        yield
    finally:
        is_over = True
        event.remove(Engine, "connect", connected)


class _Written(Lane):
    """A lane whose work is looked at."""

    def __init__(self, lane: Lane, moments: Moments) -> None:
        self._engine, self._threads, self._free = lane._engine, lane._threads, lane._free
        self._moments = moments

    async def call(self, function: Callable[[Engine], Result], *, urgent: bool = False) -> Result:
        return await super().call(lambda engine: self._moments.write(function, engine), urgent=urgent)


def looked_at(installation: Installation, moments: Moments) -> Installation:
    """The same installation, whose writing is looked at."""
    store = installation.store
    lane = _Written(store._writer, moments)
    looked = Store(store._lanes._replace(writer=lane, sweeper=lane), store._clock)
    return replace(installation, parts=replace(installation.parts, store=looked))
