"""A process that dies anywhere while it counts or releases leaves what the next one completes, once."""

from pathlib import Path

import pytest

from gateway.clock import begin_of
from gateway.store.database import Database
from gateway.sync import counting
from gateway.sync.usage import RELEASED
from gateway.tally import Tally
from gateway.usage import SiteBookers
from tests.fakes.counted import (
    MARCH,
    a_day,
    count_month,
    enrol_many,
    load_exact,
    note_bookers,
    open_counted,
    rooms,
    statistics,
    tallies,
    told,
)
from tests.fakes.crashes import Crash, CrashingKeys, CrashingStore, Fuse
from tests.fakes.enrolled import BOOKERS, allow
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, open_installation
from tests.fakes.provider import meeting
from tests.fakes.rows import rows_of
from tests.fakes.site import Site

#: A day is counted in two slices; a month is released, and the key service told.
EFFECTS = 4
#: Before an effect is after the one before it, but before the first.
CRASHES = [
    ("sqlite", 0, False),
    *(("sqlite", effect, True) for effect in (0, 2)),
    ("postgresql", 2, True),
]
SECOND_OF_APRIL = begin_of(NOON.date().replace(month=4, day=2))


@pytest.fixture(autouse=True)
def _smaller_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "CALENDARS_AT_ONCE", 6)


async def begun(installation: Installation) -> Site:
    """A month that is over, and a day of the next one."""
    allow(installation)
    places = rooms(11)
    site = await open_counted(installation, places, policy=BOOKERS, basis="b")
    people = await enrol_many(site)
    await count_month(site, MARCH, dict.fromkeys(places, a_day()))
    await note_bookers(site, MARCH, people[:3])
    for place in places:
        site.provider.put(place, meeting("event-0", SECOND_OF_APRIL.replace(day=1, hour=9)))
    await installation.sync_later(SECOND_OF_APRIL - installation.clock.now)
    return site


async def visit(site: Site, fuse: Fuse) -> None:
    here = site.installation
    store, keys = CrashingStore(here.store, fuse), CrashingKeys(here.parts.keys, fuse)
    await statistics(site, store=store, keys=keys, load_noise=load_exact).visit_all()


async def test_a_visit_has_so_many_effects(installation: Installation) -> None:
    fuse = Fuse(EFFECTS)
    await visit(await begun(installation), fuse)
    with pytest.raises(Crash):
        fuse.before()


@pytest.mark.parametrize(("database", "effect", "after"), CRASHES, indirect=["database"])
async def test_the_next_process_completes_it(
    tmp_path: Path, database: Database, effect: int, *, after: bool
) -> None:
    async with open_installation(tmp_path, database=database) as installation:
        site = await begun(installation)
        with pytest.raises(Crash):
            await visit(site, Fuse(effect, after=after))
        found, left = await told(site), await tallies(site)
        # Either is there, and never both: else it could be computed anew.
        assert (found is None) == bool(left)
        for _ in range(2):
            await statistics(site).visit_all()
        found = await told(site)
        assert found is not None
        (group,) = found.aggregated.groups
        assert (group.resources, group.bookings, group.complete) == (11, 11 * 31, True)
        assert found.anonymous.sites == [SiteBookers(site="Harbour", bookers=3)]
        assert {*(await tallies(site, MARCH + 1)).values()} == {Tally(1, 1, 60)}
        rows = await rows_of(installation.store)
        assert (len(rows["budgets"]), rows["counted_bookers"]) == (1, [])
        assert await installation.parts.keys.epoch(site.tenant, RELEASED) == MARCH + 1
