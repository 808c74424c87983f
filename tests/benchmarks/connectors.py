"""The connectors over loopback, and peers for the same: all events, then one in a hundred changed."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from connectors.sandbox.truth import Provider
from gateway.tenant import Mode
from tests.benchmarks.readers import Cost, Reader, open_gateway, open_peer
from tests.benchmarks.standins import Opened, StandIns, Told, stand_ins
from tests.benchmarks.table import Report
from tests.benchmarks.world import EVENTS_PER_CALENDAR

#: Kinds of requests for pages of events. A page of anybody here has room for a whole calendar.
_PAGES = ("graph.view", "graph.delta", "google.events")

Open = Callable[[Opened], AbstractAsyncContextManager[Reader]]


class Contender(NamedTuple):
    """Who reads."""

    name: str
    provider: Provider
    open: Open


_GOOGLE, _MICROSOFT = Provider.GOOGLE, Provider.MICROSOFT
_OUR_GRAPH, _OUR_GOOGLE, _GCAL_SYNC, _O365 = "ours, Graph snapshot", "ours, Google", "gcal_sync", "O365"
_OURS = (
    Contender(_OUR_GRAPH, _MICROSOFT, lambda opened: open_gateway(opened, _MICROSOFT)),
    Contender("ours, Graph delta", _MICROSOFT, lambda opened: open_gateway(opened, _MICROSOFT, Mode.DELTA)),
    Contender(_OUR_GOOGLE, _GOOGLE, lambda opened: open_gateway(opened, _GOOGLE)),
)
_PEERS = (
    Contender(_O365, _MICROSOFT, lambda opened: open_peer("peer_o365", opened.tasks[_MICROSOFT])),
    Contender(_GCAL_SYNC, _GOOGLE, lambda opened: open_peer("peer_gcal_sync", opened.tasks[_GOOGLE])),
)
#: Which of ours asks the same endpoint as which peer.
_RIVALS = ((_OUR_GRAPH, _O365), (_OUR_GOOGLE, _GCAL_SYNC))


class Round(NamedTuple):
    """What one round cost, as a whole. ``least`` is bytes."""

    cost: Cost
    told: Told
    least: int

    def per(self, number: int) -> tuple[float, float, float]:
        """Microseconds of CPU, microseconds of waiting, and bytes, for each of so many."""
        cpu, wall = (seconds * 1e6 / number for seconds in self.cost)
        return cpu, wall, self.told.bytes / number


async def compare_connectors(
    report: Report, calendars: int, peer_calendars: int, tell: Callable[[str], None]
) -> None:
    """Everybody in turn, and the ratios. Peers read fewer calendars: they would take the longest by far."""
    first = dict[str, tuple[float, float, float]]()
    for contenders, number in ((_PEERS, peer_calendars), (_OURS, calendars)):
        with TemporaryDirectory() as folder, stand_ins(number, Path(folder)) as standins:
            for contender in contenders:
                tell(contender.name)
                took = await _measure(report, contender, standins, number)
                first[contender.name] = took.per(number * EVENTS_PER_CALENDAR)
    report.section("All events read, by event: theirs / ours")
    for ours, theirs in _RIVALS:
        for what, their, our in zip(("CPU", "wall", "bytes"), first[theirs], first[ours], strict=True):
            report.add(f"{theirs} / {ours}: {what}", f"{their / our:.1f}", "> 1")


async def _measure(report: Report, contender: Contender, standins: StandIns, calendars: int) -> Round:
    """Two rounds; returns the first."""
    report.section(f"{contender.name}: {calendars:,} calendars of {EVENTS_PER_CALENDAR} events over TLS")
    async with contender.open(standins.opened) as reader:
        await standins.told()
        least = standins.opened.least[contender.provider]
        first = Round(await reader.round(), await standins.told(), least)
        least = (await standins.change())[contender.provider]
        then = Round(await reader.round(), await standins.told(), least)
    _add(report, "all", first, calendars)
    cpu, wall, _ = first.per(calendars * EVENTS_PER_CALENDAR)
    report.add("all: CPU and wall, µs an event", f"{cpu:.0f} and {wall:.0f}")
    _add(report, "1 % changed", then, calendars)
    cpu, wall, _ = then.per(calendars)
    report.add("1 % changed: CPU and wall, µs a calendar", f"{cpu:,.0f} and {wall:,.0f}")
    return first


def _add(report: Report, name: str, took: Round, calendars: int) -> None:
    requests, people = took.told.requests, took.told.people
    pages = sum(requests[kind] for kind in _PAGES)
    report.add(f"{name}: pages of events", f"{pages:,}", f"{calendars:,}")
    report.add(f"{name}: other requests", f"{requests.total() - pages:,}")
    report.add(f"{name}: bytes / least", f"{took.told.bytes / took.least:.2f}")
    told = "\n".join(f"{kind} {number:,}" for kind, number in sorted(people.items()))
    report.add(f"{name}: of people crossed", told or "nothing")
