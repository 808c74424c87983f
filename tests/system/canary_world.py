"""A world of files with a canary in everything that is free to be anything, and what must come of it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from connectors.sandbox.truth import Mode, Provider, ResourceKind
from tests.system import google_canaries, graph_canaries
from tests.system.canaries import Canaries, Fate, Plot

Event = dict[str, Any]

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
TODAY = datetime.combine(NOW, time(), UTC)
WINDOW = (TODAY - timedelta(days=1), TODAY + timedelta(days=180))
ZONE = "Europe/Oslo"

VARIANTS = {
    Provider.MICROSOFT: graph_canaries.graph_variants,
    Provider.GOOGLE: google_canaries.google_variants,
}
OCCUPIES = {Provider.MICROSOFT: graph_canaries.occupies, Provider.GOOGLE: google_canaries.occupies}


class Sort(NamedTuple):
    """One sort of place. ``imported``: by which providers' connectors."""

    name: str
    kind: ResourceKind
    capacity: int | None = None
    mode: Mode = Mode.RESERVABLE
    imported: tuple[Provider, ...] = tuple(Provider)

    @property
    def single_person(self) -> bool:
        return self.capacity == 1


SORTS = (
    Sort("room", ResourceKind.ROOM, capacity=8),
    Sort("office", ResourceKind.ROOM, capacity=1),
    Sort("pool", ResourceKind.DESK_POOL, capacity=6),
    Sort("desk", ResourceKind.DESK),
    Sort("own-desk", ResourceKind.DESK, mode=Mode.ASSIGNED, imported=()),
    Sort("screen", ResourceKind.EQUIPMENT, imported=(Provider.GOOGLE,)),
)


@dataclass
class CanaryWorld:
    """What was written, and what a consumer has to be told of it.

    ``bookings`` counts them by place id; ``unnamed`` of places whose id is not told, for they are a person's.
    """

    canaries: Canaries
    bookings: dict[str, int] = field(default_factory=dict)
    unnamed: list[int] = field(default_factory=list)

    def write(self, folder: Path, tenants: Mapping[str, Provider], sorts: Iterable[Sort] = SORTS) -> None:
        """Write ``world.toml`` and the events of every place."""
        folder.mkdir()
        lines = [f"now = {NOW:%Y-%m-%dT%H:%M:%SZ}"]
        for name, provider in tenants.items():
            plot = Plot(self.canaries, name)
            lines += self._tenant(plot, provider)
            for sort in sorts:
                lines += self._resource(folder, plot.below(sort.name), provider, sort)
        (folder / "world.toml").write_text("\n".join(lines))

    def _tenant(self, plot: Plot, provider: Provider) -> list[str]:
        identity = {Provider.MICROSOFT: "directory_id", Provider.GOOGLE: "customer"}[provider]
        table = {
            "name": plot.text("name", Fate.ADMINISTRATIVE),
            "provider": provider,
            "zone": ZONE,
            identity: f"{plot.word('id', Fate.ADMINISTRATIVE)}.example",
        }
        lines = _table("[[tenant]]", table)
        # The first is the account to read as, which an administrator named.
        for name, fate in (("reader", Fate.ADMINISTRATIVE), ("person", Fate.SECRET)):
            person = plot.below(name)
            address = person.address("address", fate)
            told = {"id": person.word("id"), "name": person.text("name"), "address": address}
            lines += _table("[[tenant.person]]", told)
        return lines

    def _resource(self, folder: Path, plot: Plot, provider: Provider, sort: Sort) -> list[str]:
        is_told = provider in sort.imported
        fate = Fate.DISCLOSED if is_told else Fate.SECRET
        own_fate = Fate.SECRET if sort.single_person else fate
        table = {
            "id": plot.word("id", own_fate),
            "kind": sort.kind,
            "name": plot.text("name", own_fate),
            "address": plot.address("address"),
            "capacity": sort.capacity,
            "site": plot.text("site", fate),
            "building": plot.text("building", fate),
            "floor": plot.text("floor", fate),
            "mode": sort.mode,
            "events": f"{plot.word('file')}.json",
        }
        events = list(VARIANTS[provider](plot, NOW))
        (folder / str(table["events"])).write_text(json.dumps(events))
        if is_told:
            self._expect(str(table["id"]), events, provider, sort)
        return _table("[[tenant.resource]]", table)

    def _expect(self, place: str, events: Iterable[Event], provider: Provider, sort: Sort) -> None:
        today = TODAY.date() if sort.single_person else None
        count = sum(OCCUPIES[provider](event, WINDOW, today) for event in events)
        if sort.single_person:
            self.unnamed.append(count)
        else:
            self.bookings[place] = count

    def is_told(self, standing: Mapping[str, tuple[int, str]]) -> bool:
        """Whether a consumer has every booking of every place, and knows all of them to be current."""
        named = {place: count for place, (count, _) in standing.items() if place in self.bookings}
        others = [count for place, (count, _) in standing.items() if place not in self.bookings]
        is_current = {freshness for _, freshness in standing.values()} == {"fresh"}
        return is_current and named == self.bookings and sorted(others) == sorted(self.unnamed)


def _table(head: str, members: Mapping[str, object]) -> list[str]:
    # A JSON string or number is a TOML one.
    pairs = (f"{name} = {json.dumps(value)}" for name, value in members.items() if value is not None)
    return [head, *pairs]
