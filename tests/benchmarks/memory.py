"""Peak memory of a fresh process that reads so many events in few long rounds.

As a module: a directory of one calendar's pages, and how many of them a round has; prints the peak in KiB.
"""

import asyncio
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from connectors.microsoft import wire
from tests.benchmarks.ours import Answers, open_ours
from tests.benchmarks.pages import EVENTS_PER_PAGE, ID_STEM, graph_nothing

#: Few, so that what grows with the length of a round would show.
CALENDARS = 4


class PagesOnDisk:
    """A round of any length, made of a few pages: each read when it is asked for, with ids of its own."""

    def __init__(self, directory: Path, pages: int) -> None:
        *self._middle, self._last = sorted(directory.iterdir())
        self._pages = pages

    def __iter__(self) -> Iterator[bytes]:
        for number in range(self._pages - 1):
            repetition, file = divmod(number, len(self._middle))
            stem = f"{repetition:0{len(ID_STEM)}}"
            yield self._middle[file].read_bytes().replace(ID_STEM.encode(), stem.encode())
        yield self._last.read_bytes()


async def peaks(bodies: Sequence[bytes], *events: int) -> list[int]:
    """The peak of one process after the other, in KiB, by how many events each reads."""
    with TemporaryDirectory() as directory:
        for number, body in enumerate(bodies):
            (Path(directory) / f"{number}.json").write_bytes(body)
        return [await _peak(directory, number // CALENDARS // EVENTS_PER_PAGE) for number in events]


async def _peak(directory: str, pages: int) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, directory, str(pages), stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    return int(told)


async def _read(directory: Path, pages: int) -> None:
    answers = Answers(PagesOnDisk(directory, pages), graph_nothing(), wire.page)
    with TemporaryDirectory() as store:
        async with open_ours(Path(store), answers, CALENDARS) as ours:
            await ours.take(CALENDARS)


def own_peak() -> str:
    # Not ru_maxrss: that one begins with what the parent had when it started this process.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert peak is not None
    return peak[1]


if __name__ == "__main__":
    asyncio.run(_read(Path(sys.argv[1]), int(sys.argv[2])))
    sys.stdout.write(own_peak())
