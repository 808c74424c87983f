"""Both providers' stand-ins in a process of their own, so that what they cost is nobody else's."""

import asyncio
import multiprocessing
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from connectors.sandbox.bearer import LIFETIME, Badge, issued
from connectors.sandbox.credentials import CLIENT_ID, DELEGATED_SCOPES
from connectors.sandbox.handout import Handout
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider, Tenant, World
from gateway.app.standins import installation, open_standins
from gateway.settings import Settings
from gateway.sync import schedule
from tests.benchmarks.least import least_bytes
from tests.benchmarks.peer import Task
from tests.benchmarks.world import EVENTS_PER_CALENDAR, many_rooms
from tests.fakes.filled_store import NOON
from tests.loopback import stay_on_loopback

CHANGES_PER_CALENDAR = EVENTS_PER_CALENDAR // 100

_CHANGE, _TELL = "change", "tell"
_PATIENCE_SECONDS = 120

#: Bytes of some events, by provider.
Least = dict[Provider, int]


class Told(NamedTuple):
    """What the stand-ins saw since they were asked last. ``bytes`` are those of pages before compression."""

    requests: Counter[str]
    bytes: int
    people: Counter[str]


class Opened(NamedTuple):
    """What readers need to know: the gateway, and peers by provider. ``least`` is for all events."""

    settings: Settings
    handout: Handout
    tasks: dict[Provider, Task]
    least: Least


class StandIns:
    """Told by a pipe."""

    def __init__(self, opened: Opened, pipe: "Connection[str, Any]") -> None:
        self.opened = opened
        self._pipe = pipe

    async def change(self) -> Least:
        """Move one event in a hundred by an hour, other ones each time; what they are at least."""
        least: Least = await self._asked(_CHANGE)
        return least

    async def told(self) -> Told:
        told: Told = await self._asked(_TELL)
        return told

    async def _asked(self, what: str) -> Any:
        self._pipe.send(what)
        return await asyncio.to_thread(self._pipe.recv)


@contextmanager
def stand_ins(calendars: int, folder: Path) -> Iterator[StandIns]:
    """So many calendars at each provider, as long as the context lasts. Credentials go to a folder."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs, calendars, folder), daemon=True)
    process.start()
    try:
        assert ours.poll(_PATIENCE_SECONDS)
        yield StandIns(ours.recv(), ours)
    finally:
        process.kill()
        process.join()


def _run(pipe: "Connection[Any, str]", calendars: int, folder: Path) -> None:
    stay_on_loopback()
    asyncio.run(_answer(pipe, many_rooms(calendars, NOON), folder))


async def _answer(pipe: "Connection[Any, str]", world: World, folder: Path) -> None:
    async with open_standins(world) as sandbox:
        settings, handout = installation(sandbox, folder, port=0)
        pipe.send(Opened(settings, handout, _tasks(sandbox, handout.authority_file), least_bytes(world)))
        counting, changes = _Counting(sandbox), 0
        while True:
            if await asyncio.to_thread(pipe.recv) == _TELL:
                pipe.send(counting.told())
            else:
                pipe.send(_changed(world, changes))
                changes += 1


def _changed(world: World, step: int) -> Least:
    """Move the events that stand at places of this step's own in each calendar."""
    moved = set[tuple[str, str]]()
    for address in [place.address for tenant in world.tenants for place in tenant.resources]:
        calendar = world.calendar(address)
        apart = EVENTS_PER_CALENDAR // CHANGES_PER_CALENDAR
        for event_id in list(calendar.events)[step::apart]:
            span = calendar.dialect.span(calendar.events[event_id])
            assert span is not None
            calendar.move(event_id, *(at + timedelta(hours=1) for at in span))
            moved.add((address, event_id))
    return least_bytes(world, moved)


class _Counting:
    """Remembers what was told already."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._before = Told(Counter(), 0, Counter())

    def told(self) -> Told:
        tallies = self._sandbox.crossed.values()
        people = sum((tally.crossed for tally in tallies), Counter[str]())
        now = Told(self._sandbox.requests.copy(), sum(tally.bytes for tally in tallies), people)
        before, self._before = self._before, now
        return Told(now.requests - before.requests, now.bytes - before.bytes, now.people - before.people)


def _tasks(sandbox: Sandbox, authority: Path) -> dict[Provider, Task]:
    window = schedule.asked(schedule.window(NOON))
    urls = {Provider.MICROSOFT: sandbox.graph_url, Provider.GOOGLE: sandbox.google_url}
    start, end = window.start.isoformat(), window.end.isoformat()
    tasks = {provider: Task(url, str(authority), {}, start, end) for provider, url in urls.items()}
    for tenant in sandbox.world.tenants:
        tasks[tenant.provider].rooms[_token(sandbox, tenant)] = [place.address for place in tenant.resources]
    return tasks


def _token(sandbox: Sandbox, tenant: Tenant) -> str:
    """One that opens all of an employer's rooms."""
    if tenant.provider is Provider.GOOGLE:
        subject, scopes = tenant.read_as, tuple(DELEGATED_SCOPES)
    else:
        subject, scopes = CLIENT_ID, sandbox.world.consents[tenant.id].roles
    badge = Badge(tenant.id, subject, scopes, sandbox.now() + LIFETIME)
    return str(issued(sandbox._access_seal, badge)["access_token"])
