"""Progress of reading and of narrowing, on the terminal."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from gateway.app.census import calendars_read
from gateway.app.parts import Parts
from gateway.sync.new_rules import OnProgress


@contextmanager
def reading_progress(parts: Parts, console: Console | None = None) -> Iterator[Callable[[], Awaitable[None]]]:
    """A bar over all calendars, earlier days' included; the callable moves it to where reading has come."""
    with _bar(console) as progress:
        task = progress.add_task("Calendars read at least once", total=None)

        async def move() -> None:
            read, total = await calendars_read(parts)
            progress.update(task, completed=read, total=total or None)

        yield move


@contextmanager
def narrowing_progress(console: Console) -> Iterator[OnProgress]:
    """A bar over the calendars whose stored bookings are narrowed; the callable moves it."""
    with _bar(console) as progress:
        task = progress.add_task("Calendars narrowed", total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def _bar(console: Console | None) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console)
