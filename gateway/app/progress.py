"""Progress of reading, on the terminal."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from gateway.app.census import calendars_read
from gateway.app.parts import Parts


@contextmanager
def reading_progress(parts: Parts, console: Console | None = None) -> Iterator[Callable[[], Awaitable[None]]]:
    """A bar over all calendars, earlier days' included; the callable moves it to where reading has come."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("Calendars read at least once", total=None)

        async def move() -> None:
            read, total = await calendars_read(parts)
            progress.update(task, completed=read, total=total or None)

        yield move
