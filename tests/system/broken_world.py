"""A world in which every closed field of an event is broken once, each in a calendar of its own."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.dialects import DIALECTS
from connectors.sandbox.directory import Person
from connectors.sandbox.door import Handler
from connectors.sandbox.truth import Provider, Resource, ResourceKind, Tenant, World
from tests.system.canaries import Canaries, Fate, Plot
from tests.system.canary_world import NOW, ZONE
from tests.system.closed_fields import Event, Path, broken, closed_fields
from tests.system.google_canaries import google_event
from tests.system.graph_canaries import graph_event

DAY, HOUR = timedelta(days=1), timedelta(hours=1)

#: So many events, each with a broken field of its own, share a calendar.
_GROUP = 12

EVENTS = {Provider.MICROSOFT: graph_event, Provider.GOOGLE: google_event}

#: What a page may be instead of one, from a canary.
Envelope = Callable[[str], Any]

_FOREIGN = "https://{0}.example/v1.0/{0}?$skiptoken={0}"
ENVELOPES: dict[Provider, tuple[Envelope, ...]] = {
    Provider.MICROSOFT: (
        lambda word: {"@odata.nextLink": word},
        lambda word: {"@odata.nextLink": _FOREIGN.format(word)},
        lambda word: {"@odata.nextLink": None, "@odata.deltaLink": word},
        lambda word: {"@odata.nextLink": [word]},
        lambda word: {"value": word},
        lambda word: word,
    ),
    Provider.GOOGLE: (
        lambda word: {"nextPageToken": word},
        lambda word: {"nextPageToken": None, "nextSyncToken": word},
        lambda word: {"nextSyncToken": [word]},
        lambda word: {"items": word},
        lambda word: word,
    ),
}


@dataclass(frozen=True)
class Exhibit:
    """A place. Of each event but the first one field breaks, or the envelope of all of them does."""

    place: Resource
    calendar: Calendar
    paths: tuple[Path, ...]
    envelope: Envelope | None = None

    @property
    def tells_when(self) -> bool:
        """Whether all that breaks is about something else than when its events are."""
        return not any(path[0] in {"start", "end"} for path in self.paths)


@dataclass
class BrokenWorld:
    """Whole at first. ``employers`` names Microsoft's and Google's."""

    canaries: Canaries
    employers: dict[str, Provider]
    exhibits: list[Exhibit] = field(default_factory=list)
    is_broken: bool = False

    def build(self) -> World:
        tenants = [
            self._tenant(Plot(self.canaries, name), provider) for name, provider in self.employers.items()
        ]
        calendars = {exhibit.calendar.address: exhibit.calendar for exhibit in self.exhibits}
        for tenant in tenants:
            for person in tenant.people:
                dialect = DIALECTS[tenant.provider]
                calendars[person.address] = Calendar(person.address, ZONE, dialect, lambda: NOW)
        return World(NOW, tenants, calendars)

    def break_all(self) -> None:
        """Put a canary into one field of each event but the first, and into some envelopes."""
        self.is_broken = True
        for exhibit in self.exhibits:
            events = list(exhibit.calendar.events.items())[1:]
            for path, (event_id, event) in zip(exhibit.paths, events, strict=False):
                # Past the calendar's own verbs, which would stamp, and so read, what they change.
                word = self.canaries.word(f"{exhibit.place.id}/{_named(path)}")
                exhibit.calendar.events[event_id] = broken(event, path, word)
                exhibit.calendar.changes.append(event_id)

    async def __call__(self, _kind: str, handler: Handler, request: web.Request) -> web.Response:
        """Stand between: the envelopes of some calendars are broken on the way."""
        response = await handler(request)
        found = [one for one in self.exhibits if one.envelope and one.calendar.address in request.path]
        if not (found and self.is_broken and found[0].envelope):
            return response
        change = found[0].envelope(self.canaries.word(f"{found[0].place.id}/envelope"))
        assert isinstance(response.body, bytes)
        body = json.loads(response.body) | change if isinstance(change, dict) else change
        return web.json_response(body)

    def _tenant(self, plot: Plot, provider: Provider) -> Tenant:
        exhibits = [*self._exhibits(plot, provider)]
        self.exhibits += exhibits
        reader = Person(id=plot.word("reader"), name=plot.text("reader"), address=plot.address("reader"))
        return Tenant(
            name=plot.text("name", Fate.ADMINISTRATIVE),
            provider=provider,
            zone=ZONE,
            id=f"{plot.word('id', Fate.ADMINISTRATIVE)}.example",
            people=(reader,),
            resources=tuple(exhibit.place for exhibit in exhibits),
        )

    def _exhibits(self, plot: Plot, provider: Provider) -> Iterator[Exhibit]:
        paths = [path for path in closed_fields(_event(plot, provider, 0)) if _is_looked_at_once(path)]
        times = [path for path in paths if path[0] in {"start", "end"}]
        others = [path for path in paths if path not in times]
        groups = [times, *(others[start : start + _GROUP] for start in range(0, len(others), _GROUP))]
        for number, group in enumerate(groups):
            yield self._exhibit(plot.below(str(number)), provider, tuple(group))
        for number, envelope in enumerate(ENVELOPES[provider]):
            yield self._exhibit(plot.below(f"envelope-{number}"), provider, (), envelope)

    def _exhibit(
        self, plot: Plot, provider: Provider, paths: tuple[Path, ...], envelope: Envelope | None = None
    ) -> Exhibit:
        place = Resource(
            id=plot.word("place", Fate.DISCLOSED),
            kind=ResourceKind.ROOM,
            name=plot.text("name", Fate.DISCLOSED),
            address=plot.address("address"),
            capacity=8,
        )
        calendar = Calendar(place.address, ZONE, DIALECTS[provider], lambda: NOW)
        calendar.load(_event(plot.below(str(hour)), provider, hour) for hour in range(len(paths) + 1))
        return Exhibit(place, calendar, paths, envelope)


def _event(plot: Plot, provider: Provider, hour: int) -> Event:
    start = NOW + DAY + hour * HOUR
    return EVENTS[provider](plot, start, start + HOUR)


def _is_looked_at_once(path: Path) -> bool:
    """Places beyond the first break as that one does."""
    return path[0] != "locations"


def _named(path: Path) -> str:
    return ".".join(map(str, path))
