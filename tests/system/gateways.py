"""Gateways as processes of their own, forked from one that has imported the house: each starts at once."""

import asyncio
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from pkgutil import iter_modules
from typing import NamedTuple, Self

import msgspec

from gateway import cli
from gateway.cli.commands import run
from tests.loopback import stay_on_loopback

PATIENCE_SECONDS = 30

#: Changes a gateway, inside its own process, before it starts: to crash or to leak on purpose.
Alteration = Callable[[], None]

FORKS = multiprocessing.get_context("forkserver")
#: What commands import when they are called, and a library of its own accord later still.
_CALLED_FOR = "cyclopts.help", "docstring_parser", "rich.markdown", "jwt", "googleapiclient.discovery_cache"
FORKS.set_forkserver_preload(
    [
        "tests.system.gateways",
        *(f"gateway.cli.{one.name}" for one in iter_modules(cli.__path__)),
        *_CALLED_FOR,
    ]
)


class Ended(Exception):
    """A gateway has come to its end while somebody waited for it to serve."""


class Finished(NamedTuple):
    """How a command ended and what it said. A negative code is the signal that killed it."""

    code: int
    output: str
    complaint: str


@dataclass
class Gateway:
    """One process. Below ``folder``, it works in ``work`` and what it says goes to ``said``."""

    process: ForkServerProcess
    folder: Path
    name: str

    @classmethod
    def start(cls, *arguments: str, folder: Path, alteration: Alteration | None = None) -> Self:
        """Run ``gateway ARGUMENTS`` in a folder."""
        said = folder / "said"
        for place in (folder / "work" / "tmp", said):
            place.mkdir(parents=True, exist_ok=True)
        name = f"{len([*said.glob('*.stdout')]):02}-{arguments[0] if arguments else 'nothing'}"
        (said / f"{name}.stdout").touch()
        process = FORKS.Process(target=_become, args=(arguments, folder, name, alteration), daemon=True)
        process.start()
        return cls(process, folder, name)

    @property
    def output(self) -> str:
        return (self.folder / "said" / f"{self.name}.stdout").read_text()

    @property
    def complaint(self) -> str:
        return (self.folder / "said" / f"{self.name}.stderr").read_text()

    async def port(self) -> int:
        """Where it serves, once it does. Raises Ended if it ends before."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for line in self._log():
                    if line.get("event") == "listening":
                        return int(str(line["port"]))
                if not self.process.is_alive():
                    raise Ended(self.complaint)
                await asyncio.sleep(0.02)

    async def finished(self) -> Finished:
        """Wait for its end."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while self.process.is_alive():  # noqa: ASYNC110  another process rings no event here
                    await asyncio.sleep(0.01)
        finally:
            self.process.kill()
        code = self.process.exitcode
        assert code is not None
        return Finished(code, self.output, self.complaint)

    async def stop(self) -> Finished:
        """Ask it to stop, as an operator's service manager does."""
        self.send(signal.SIGTERM)
        return await self.finished()

    def send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.process.pid or 0, number)

    def _log(self) -> list[dict[str, object]]:
        lines = []
        with suppress(FileNotFoundError):
            for line in self.complaint.splitlines():
                with suppress(msgspec.DecodeError):
                    lines.append(msgspec.json.decode(line, type=dict[str, object]))
        return lines


async def call(*arguments: str, folder: Path, alteration: Alteration | None = None) -> Finished:
    """Run one command to its end."""
    return await Gateway.start(*arguments, folder=folder, alteration=alteration).finished()


def _become(arguments: tuple[str, ...], folder: Path, name: str, alteration: Alteration | None) -> None:
    stay_on_loopback()
    os.chdir(folder / "work")
    tempfile.tempdir = str(folder / "work" / "tmp")
    for descriptor, kind in ((1, "stdout"), (2, "stderr")):
        os.dup2(
            os.open(folder / "said" / f"{name}.{kind}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
            descriptor,
        )
    if alteration is not None:
        alteration()
    raise SystemExit(run(list(arguments)))
