"""News of a provider's own watches stand among the signals, once a day of each sort, and change nothing."""

from functools import partial

import pytest

from gateway.app.signals.watch_signals import CHANNEL, WatchSignals
from gateway.authorization import State
from gateway.booking import TenantId
from gateway.errors import StoreBusy
from gateway.signals.notification import Told
from gateway.signals.signal import Signal
from gateway.store.handle import Handle
from gateway.store.signals import SignalRow, signals_of
from gateway.store.tables import calendars
from gateway.web.watches import Watches
from gateway.withdrawal.door import Door
from tests.fakes.installation import Installation
from tests.fakes.provider import FakeProvider
from tests.fakes.signalled import HOUR
from tests.fakes.site import meetings, open_site


class Scene:
    """A tenant, and what was told of its watches."""

    def __init__(self, here: Installation, tenant: TenantId) -> None:
        self.here = here
        self.tenant = tenant
        self.watches = Watches()
        self.signals = self.begun()

    def begun(self, door: Door | None = None) -> WatchSignals:
        """As by a process that has just started."""
        parts = self.here.parts
        return WatchSignals(parts, door or Door(parts.store, parts.keyring, parts.metrics), self.watches.take)

    async def tell(self, *told: Told) -> None:
        for one in told:
            self.watches.note(self.tenant, one)
        await self.signals.visit()

    async def rows(self) -> list[SignalRow]:
        return await self.here.store.read(partial(signals_of, tenant=self.tenant, most=100))

    async def what(self) -> list[tuple[str, ...]]:
        rows = await self.rows()
        return sorted((row.channel, row.claim, row.extent, row.effect) for row in rows)


@pytest.fixture
async def scene(installation: Installation) -> Scene:
    return Scene(installation, await installation.onboard(FakeProvider()))


ENDING = (CHANNEL, "watch_ending", "watch", "refresh")
LOST = (CHANNEL, "watch_lost", "watch", "recreate")


async def test_that_a_watch_ends_or_has_ended_is_told_with_what_was_done(scene: Scene) -> None:
    await scene.tell(Told.ENDING, Told.ENDED)
    assert await scene.what() == [ENDING, LOST]
    standing = await scene.here.standing(scene.tenant)
    assert {row.authorization for row in await scene.rows()} == {standing.authorization.id}


async def test_a_storm_makes_a_row_a_day_and_what_is_missed_makes_none(scene: Scene) -> None:
    for _ in range(3):
        await scene.tell(*[Told.ENDING, Told.CHANGED] * 500)
    assert await scene.what() == [ENDING]
    # Nor do several who were told, or who have forgotten that they were.
    scene.signals = scene.begun()
    await scene.tell(Told.ENDING)
    assert await scene.what() == [ENDING]
    scene.here.clock.move(24 * HOUR)
    await scene.tell(Told.ENDING)
    assert await scene.what() == [ENDING, ENDING]


async def test_nothing_else_is_done_for_it(installation: Installation) -> None:
    """Only the calendar that was told of is looked at: by whoever was told."""
    scene = Scene(installation, (await open_site(installation, *meetings(1))).tenant)

    def leased(handle: Handle) -> list[object]:
        return [*map(tuple, handle.execute(calendars.select()))]

    before = await scene.here.store.read(leased)
    assert before
    await scene.tell(Told.ENDING, Told.ENDED)
    assert await scene.here.store.read(leased) == before
    assert (await scene.here.standing(scene.tenant)).authorization.state is State.ACTIVE


class Busy(Door):
    """The store is busy for a while; and how often it was asked."""

    def __init__(self, here: Installation) -> None:
        super().__init__(here.parts.store, here.parts.keyring, here.parts.metrics)
        self.is_busy, self.asked = True, 0

    async def receive(self, tenant: TenantId, channel: str, signals: list[Signal]) -> None:  # type: ignore[override]
        self.asked += 1
        if self.is_busy:
            raise StoreBusy("The store is busy.")
        await super().receive(tenant, channel, signals)


async def test_what_cannot_be_written_now_is_written_later_and_not_asked_about_again(scene: Scene) -> None:
    door = Busy(scene.here)
    scene.signals = scene.begun(door)
    await scene.tell(Told.ENDED)
    door.is_busy = False
    await scene.tell()
    assert await scene.what() == [LOST]
    await scene.tell(Told.ENDED)
    assert door.asked == 2


async def test_of_a_tenant_that_has_ended_nothing_is_written(scene: Scene) -> None:
    await scene.here.cascade().fence(scene.tenant)
    await scene.tell(Told.ENDED)
    assert await scene.rows() == []
