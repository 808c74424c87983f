"""Measures, prints one table, and judges nothing.

``--quick`` is a short look; with ``--million`` as many bookings are shredded, which takes minutes to write.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console

from connectors.google import wire as google
from connectors.microsoft import wire as microsoft
from tests.benchmarks import pages
from tests.benchmarks.connectors import compare_connectors
from tests.benchmarks.feeding import ENTRIES, LISTENERS, compare_feeding, listening_peak
from tests.benchmarks.floor import GooglePage, GraphPage, open_floor
from tests.benchmarks.memory import peaks
from tests.benchmarks.minimizing import compare_guests, compare_hostile_titles, compare_minimizing
from tests.benchmarks.naive import open_naive
from tests.benchmarks.ours import Answers, Ours, open_ours
from tests.benchmarks.pages import EVENTS_PER_CALENDAR, EVENTS_PER_PAGE
from tests.benchmarks.proving import LEAVES, prove
from tests.benchmarks.pushing import HANGING, seconds_beside
from tests.benchmarks.readers import PEER_PYTHON
from tests.benchmarks.rounds import Share, compare
from tests.benchmarks.sealing import compare_sealing, sizes
from tests.benchmarks.shredding import burn, shred
from tests.benchmarks.signalling import (
    CALENDARS,
    FORGED_A_MINUTE,
    READERS,
    seconds_to_stop,
    seconds_under_forgeries,
)
from tests.benchmarks.table import Report
from tests.benchmarks.titles.bench import compare_detectors
from tests.connectors.hourglass import run
from tests.connectors.test_throttling_storm import SLOWNESS_MAX, slowness_at_google, slowness_at_graph
from tests.loopback import stay_on_loopback

CALENDARS_PER_ROUND = 5
NAIVE_PAGES_PER_ROUND = 2
MILLION = 1_000_000


@dataclass(frozen=True)
class Scale:
    """How much is measured: ``memory`` and ``titles`` in events; so many calendars are read over loopback."""

    rounds: int
    memory: tuple[int, int]
    read: int
    read_by_peers: int
    titles: int
    #: How many bookings are shredded, the fewest first; and of how many people one is burnt.
    shredded: tuple[int, ...]
    people: int

    @property
    def calendars(self) -> int:
        return self.rounds * CALENDARS_PER_ROUND


FULL = Scale(
    rounds=10,
    memory=(10_000, 100_000),
    read=1000,
    read_by_peers=100,
    titles=2500,
    shredded=(1_000, 100_000),
    people=10_000,
)
QUICK = Scale(
    rounds=2,
    memory=(4_000, 20_000),
    read=100,
    read_by_peers=50,
    titles=200,
    shredded=(1_000, 10_000),
    people=1_000,
)


@dataclass(frozen=True)
class Case:
    """One sort of page."""

    name: str
    answers: Answers
    floor: type[GraphPage | GooglePage]
    #: The most of the floor's CPU that ours should take.
    aim: float


async def _throughput(report: Report, case: Case, scale: Scale) -> None:
    bodies = list(case.answers.bodies)
    kilobytes = sum(map(len, bodies)) / EVENTS_PER_CALENDAR / 1000
    report.section(
        f"{case.name}, {kilobytes:.1f} kB an event, {scale.calendars * EVENTS_PER_CALENDAR:,} events"
    )
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(TemporaryDirectory()))
        ours = await stack.enter_async_context(open_ours(directory, case.answers, scale.calendars))
        floor = stack.enter_context(open_floor(directory, bodies, case.floor))
        naive = stack.enter_context(open_naive(directory, bodies))
        events = CALENDARS_PER_ROUND * EVENTS_PER_CALENDAR
        costs = await compare(
            {
                "ours": Share(ours, CALENDARS_PER_ROUND, events),
                "floor": Share(floor, CALENDARS_PER_ROUND, events),
                "naive": Share(naive, NAIVE_PAGES_PER_ROUND, NAIVE_PAGES_PER_ROUND * EVENTS_PER_PAGE),
            },
            scale.rounds,
        )
        for name in ("ours", "floor", "naive"):
            report.add(f"{name}, µs an event", f"{costs.of(name):.1f}")
        report.add("ours / floor", f"{costs.ratio('ours', 'floor'):.2f}", f"≤ {case.aim}")
        report.add("naive / ours", f"{costs.ratio('naive', 'ours'):.1f}", "≥ 6")
        await _polls(report, ours, scale)


async def _polls(report: Report, ours: Ours, scale: Scale) -> None:
    ours.pass_a_poll()
    begun = time.process_time()
    await ours.take(scale.calendars)
    report.add("empty poll, µs", f"{(time.process_time() - begun) * 1e6 / scale.calendars:,.0f}")


async def _shredding(report: Report, scale: Scale) -> None:
    found = [await shred(bookings) for bookings in scale.shredded]
    fewest, most = found[0], found[-1]
    report.section("Bookings made unreadable, wall ms")
    for one in found:
        aim = "≥ 500" if one.bookings >= MILLION else ""
        report.add(f"{one.bookings:,}: keys, and rows overwritten", f"{one.keys:.1f} and {one.rows:,.0f}")
        report.add(f"{one.bookings:,}: rows / keys", f"{one.rows / one.keys:,.0f}", aim)
    report.add(f"keys of {most.bookings:,} / {fewest.bookings:,}", f"{most.keys / fewest.keys:.2f}", "≤ 1.5")
    report.add(f"one of {scale.people:,} people burnt", f"{await burn(scale.people):,.0f}", "≤ 2,000")


async def _memory(report: Report, bodies: list[bytes], scale: Scale) -> None:
    small, large = await peaks(bodies, *scale.memory)
    few, many = scale.memory
    report.section("Peak memory of a fresh process, Graph full")
    report.add(f"{few:,} and {many:,} events, MB", f"{small / 1000:.0f} and {large / 1000:.0f}")
    report.add("many / few", f"{large / small:.2f}", "≤ 1.1")


def _sealing(report: Report, scale: Scale) -> None:
    costs = compare_sealing(scale.rounds)
    record, token = sizes()
    report.section("One record of 400 bytes")
    report.add("seal and open, µs", f"{costs.of('seal'):.1f} and {costs.of('open'):.1f}")
    report.add("seal / Fernet", f"{costs.ratio('seal', 'fernet seal'):.2f}", "≤ 0.9")
    report.add("open / Fernet", f"{costs.ratio('open', 'fernet open'):.2f}")
    report.add("size / Fernet", f"{record / token:.2f}", "≤ 0.8")


def _proving(report: Report) -> None:
    costs = prove()
    report.section(f"One certificate in a log of {LEAVES:,}")
    report.add("verify, ms", f"{costs.verify:.2f}", "≤ 5")
    report.add("heads before and after it, ms", f"{costs.grow:.0f}")


async def _feeding(report: Report, scale: Scale) -> None:
    costs = await compare_feeding(scale.rounds)
    report.section(f"A page of {ENTRIES} entries of the feed")
    report.add("without HTTP, µs an entry", f"{costs.of('ours'):.1f}")
    report.add("over HTTP, its reader included / without", f"{costs.ratio('http', 'ours'):.2f}", "≤ 1.5")
    report.add("opened, loaded and dumped by json / ours", f"{costs.ratio('json', 'ours'):.1f}", "≥ 2.5")
    report.add("the same of what is opened already", f"{costs.ratio('rendered by json', 'rendered'):.1f}")
    report.add(
        f"{LISTENERS:,} listen for events, MB", f"{await listening_peak(LISTENERS) / 1000:.0f}", "≤ 300"
    )
    alone, beside = [
        median([await seconds_beside(hanging) for _ in range(scale.rounds)]) for hanging in (0, HANGING)
    ]
    report.add(f"a webhook beside {HANGING} that hang / alone, wall", f"{beside / alone:.2f}", "≤ 1.5")


async def _signalling(report: Report, scale: Scale) -> None:
    took = await seconds_to_stop(scale.rounds)
    report.section(f"A signal, while {CALENDARS} calendars are read and {READERS} consumers follow")
    report.add("to the last request and entry, the slowest, s", f"{max(took):.2f}", "≤ 1")
    beside = await seconds_under_forgeries(scale.rounds)
    report.add(
        f"a good one beside {FORGED_A_MINUTE:,} forged ones a minute, the slowest, s", f"{beside:.2f}", "≤ 1"
    )


def _minimizing(report: Report, scale: Scale) -> None:
    costs, guests, hostile = (
        compare(scale.rounds) for compare in (compare_minimizing, compare_guests, compare_hostile_titles)
    )
    report.section("Minimizing one event")
    report.add("default preset, µs", f"{costs.of('minimize'):.1f}")
    report.add("default preset / bare copy with keyed ids", f"{costs.ratio('minimize', 'copy'):.2f}", "≤ 2")
    report.add("500 guests / 50", f"{guests.ratio('many', 'few'):.1f}", "≤ 12")
    report.add("hostile title, 16 KB / 4 KB", f"{hostile.ratio('16 KB', '4 KB'):.1f}", "≤ 6")


def _storms(report: Report) -> None:
    report.section("Three of ten answers throttle, time of the test's own, beside the least")
    report.add("Graph", f"{run(slowness_at_graph()):.2f}", f"≤ {SLOWNESS_MAX}")
    report.add("Google", f"{run(slowness_at_google()):.2f}", f"≤ {SLOWNESS_MAX}")


async def _measure(scale: Scale, tell: Callable[[str], None]) -> Report:
    report = Report()
    tell("making pages")
    graph, projected = pages.graph_full(), pages.google_projected()
    cases = (
        Case("Graph full", Answers(graph, pages.graph_nothing(), microsoft.page), GraphPage, 2.5),
        Case("Google projected", Answers(projected, pages.google_nothing(), google.page), GooglePage, 3.5),
    )
    for case in cases:
        tell(case.name)
        await _throughput(report, case, scale)
    tell("memory")
    await _memory(report, graph, scale)
    tell("sealing")
    _sealing(report, scale)
    _proving(report)
    tell("the feed")
    await _feeding(report, scale)
    await _signalling(report, scale)
    tell("shredding")
    await _shredding(report, scale)
    tell("minimizing")
    _minimizing(report, scale)
    tell("titles")
    await compare_detectors(report, scale.titles)
    await compare_connectors(report, scale.read, scale.read_by_peers, tell)
    return report


def main() -> None:
    console = Console()
    if not PEER_PYTHON.exists():
        sys.exit("The peers' environment is missing, and nothing was measured. Start with: make bench")
    stay_on_loopback()
    scale = QUICK if "--quick" in sys.argv[1:] else FULL
    if "--million" in sys.argv[1:]:
        scale = replace(scale, shredded=(*scale.shredded, MILLION))
    with console.status("measuring") as status:
        report = asyncio.run(_measure(scale, status.update))
        _storms(report)
    report.print(console)


if __name__ == "__main__":
    main()
