"""What is not acknowledged in time is brought before people: once each, within bounds, whatever dies."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from gateway.app.consumers.overview import add_consumer, revoke_consumer
from gateway.app.tenants import withdraw_tenant
from gateway.clock import milliseconds
from gateway.store.acknowledgements import acknowledge
from gateway.store.escalations import Escalation
from gateway.store.store import Store
from gateway.store.tables import escalations
from gateway.withdrawal.chasing import Chase, Tell
from gateway.withdrawal.outbox import NotTold
from tests.fakes.enrolled import WENDLA, allow, enrol, withdraw
from tests.fakes.filled_store import NOON
from tests.fakes.full_site import rows_of
from tests.fakes.installation import Installation
from tests.fakes.site import Site, open_site

MINUTE = timedelta(minutes=1)
DUE = timedelta(hours=72)
#: Seconds between ten attempts, as Standard Webhooks suggests.
PAUSES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)


@dataclass
class Operator:
    """Whoever is told; takes it or not."""

    takes: bool = True
    told: list[Escalation] = field(default_factory=list)

    async def __call__(self, escalation: Escalation) -> None:
        self.told.append(escalation)
        if not self.takes:
            raise NotTold("not now")


@dataclass
class Scene:
    """A tenant that was erased, and one consumer that was told."""

    site: Site
    consumer: str
    erasure: str
    operator: Operator

    @property
    def here(self) -> Installation:
        return self.site.installation

    def chase(self, tell: Tell | None = None, store: Store | None = None) -> Chase:
        """As one process would."""
        parts = self.here.parts
        tell = tell or self.operator
        return Chase(
            store or parts.store, parts.keyring, self.here.clock, parts.metrics, tell=tell, owner="test"
        )

    def overdue(self) -> float:
        """What an operator's monitoring sees."""
        (family,) = self.here.parts.metrics.acknowledgements_overdue.collect()
        return family.samples[0].value

    async def acknowledge(self, consumer: str) -> None:
        await self.here.store.administer(
            lambda rows: acknowledge(rows.handle, self.site.tenant, self.erasure, consumer, at=rows.now)
        )


@pytest.fixture
async def scene(installation: Installation) -> Scene:
    site = await open_site(installation)
    consumer, _ = await add_consumer(installation.parts, "FlexO", [site.tenant], purpose="occupancy")
    erasure = (await withdraw_tenant(installation.parts, site.tenant)).id
    return Scene(site, consumer.id, erasure, Operator())


async def test_nobody_is_told_before_it_is_due(scene: Scene) -> None:
    # Told is the minute in which it was committed.
    scene.here.clock.move(DUE - timedelta(seconds=30))
    await scene.chase().visit()
    assert (scene.operator.told, scene.overdue()) == ([], 0)
    scene.here.clock.move(timedelta(seconds=1))
    await scene.chase().visit()
    assert scene.overdue() == 1
    (told,) = scene.operator.told
    assert (told.erasure, told.consumer) == (scene.erasure, scene.consumer)
    assert told.since == milliseconds(NOON.replace(second=0) + DUE)


async def test_a_clock_that_is_set_back_holds_up_no_look(scene: Scene) -> None:
    chase = scene.chase()
    scene.here.clock.move(DUE + timedelta(days=1))
    await chase.visit()
    assert scene.overdue() == 1
    scene.here.clock.move(-timedelta(days=2))
    await chase.visit()
    assert scene.overdue() == 0


async def test_one_process_looks_once_a_minute(scene: Scene) -> None:
    chase, found = scene.chase(), list[float]()
    scene.here.clock.move(DUE)
    await chase.visit()
    await scene.acknowledge(scene.consumer)
    for seconds in (0, 59, 1):
        scene.here.clock.move(timedelta(seconds=seconds))
        await chase.visit()
        found.append(scene.overdue())
    assert found == [1, 1, 0]


async def test_it_is_told_and_logged_once(scene: Scene) -> None:
    scene.here.clock.move(DUE)
    with capture_logs() as logs:
        for chase in (scene.chase(), scene.chase()):
            for _ in range(3):
                await chase.visit()
                scene.here.clock.move(10 * MINUTE)
    assert len(scene.operator.told) == 1
    assert [one["event"] for one in logs] == ["acknowledgement_overdue"]
    assert logs[0]["consumer"] == scene.consumer
    (row,) = await rows_of(scene.here.store, escalations, scene.site.tenant)
    assert row.told_at is not None


async def test_an_operator_without_an_address_has_the_log_and_is_told_later(scene: Scene) -> None:
    scene.here.clock.move(DUE)
    parts = scene.here.parts
    silent = Chase(parts.store, parts.keyring, scene.here.clock, parts.metrics, tell=None, owner="test")
    with capture_logs() as logs:
        await silent.visit()
    assert [one["event"] for one in logs] == ["acknowledgement_overdue"]
    await scene.chase().visit()
    assert len(scene.operator.told) == 1


async def test_what_is_not_taken_is_tried_ten_times_in_three_days_under_one_id(scene: Scene) -> None:
    scene.here.clock.move(DUE)
    scene.operator.takes, chase = False, scene.chase()
    with capture_logs() as logs:
        await chase.visit()
        for pause in PAUSES:
            before = len(scene.operator.told)
            scene.here.clock.move(timedelta(seconds=pause - 1))
            await chase.visit()
            assert len(scene.operator.told) == before
            scene.here.clock.move(timedelta(seconds=1))
            await chase.visit()
            assert len(scene.operator.told) == before + 1
        scene.here.clock.move(timedelta(days=30))
        await chase.visit()
    assert len(scene.operator.told) == 10
    assert len({one.id for one in scene.operator.told}) == 1
    told = [one["event"] for one in logs]
    assert told == ["acknowledgement_overdue", *["escalation_not_told"] * 9, "escalation_given_up"]
    # It is overdue all the same.
    assert scene.overdue() == 1


async def test_who_acknowledges_meanwhile_is_not_told_of_again(scene: Scene) -> None:
    scene.here.clock.move(DUE)
    scene.operator.takes, chase = False, scene.chase()
    await chase.visit()
    await scene.acknowledge(scene.consumer)
    scene.here.clock.move(timedelta(days=1))
    await chase.visit()
    assert (len(scene.operator.told), scene.overdue()) == (1, 0)
    (row,) = await rows_of(scene.here.store, escalations, scene.site.tenant)
    assert row.told_at is None


async def test_a_process_that_dies_after_telling_leaves_it_to_be_told_under_the_same_id(scene: Scene) -> None:
    scene.here.clock.move(DUE)

    class Death(Exception):
        """The process ends."""

    async def tell_and_die(escalation: Escalation) -> None:
        await scene.operator(escalation)
        raise Death

    with pytest.raises(Death):
        await scene.chase(tell_and_die).visit()
    await scene.chase().visit()
    assert len(scene.operator.told) == 1
    scene.here.clock.move(3 * MINUTE)
    await scene.chase().visit()
    first, second = scene.operator.told
    assert first == second


async def test_two_that_look_at_once_tell_it_once(scene: Scene) -> None:
    scene.here.clock.move(DUE)
    one, other = scene.chase(), scene.chase()

    async def tell_while_another_looks(escalation: Escalation) -> None:
        await scene.operator(escalation)
        await other.visit()

    await scene.chase(tell_while_another_looks).visit()
    await one.visit()
    assert len(scene.operator.told) == 1


async def test_who_cannot_answer_any_more_is_told_of_and_not_waited_for(scene: Scene) -> None:
    scene.here.clock.move(MINUTE)
    await revoke_consumer(scene.here.parts, scene.consumer)
    scene.here.clock.move(DUE)
    await scene.chase().visit()
    assert (len(scene.operator.told), scene.overdue()) == (1, 0)


async def test_who_came_or_went_before_anything_was_to_be_deleted_is_nobody(scene: Scene) -> None:
    scene.here.clock.move(MINUTE)
    await add_consumer(scene.here.parts, "later", [scene.site.tenant], purpose="occupancy")
    await scene.acknowledge(scene.consumer)
    scene.here.clock.move(DUE)
    await scene.chase().visit()
    assert (scene.operator.told, scene.overdue()) == ([], 0)


async def test_a_tenants_erasure_takes_the_place_of_its_subjects(installation: Installation) -> None:
    allow(installation)
    site = await open_site(installation, policy="all")
    consumer, _ = await add_consumer(installation.parts, "FlexO", [site.tenant], purpose="occupancy")
    await enrol(site, WENDLA)
    assert await withdraw(site, address=WENDLA)
    operator = Operator()
    scene = Scene(site, consumer.id, (await withdraw_tenant(installation.parts, site.tenant)).id, operator)
    installation.clock.move(DUE)
    await scene.chase().visit()
    assert [one.erasure for one in operator.told] == [scene.erasure]
