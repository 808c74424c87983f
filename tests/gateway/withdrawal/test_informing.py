"""Employers are told what was restricted and what ends, once, within bounds, and nothing waits for it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, Table
from structlog.testing import capture_logs

from gateway.app.persons.subjects import resume_subject
from gateway.app.tenants import resume_tenant, withdraw_tenant
from gateway.authorization import State
from gateway.booking import TenantId
from gateway.clock import DAY_MILLISECONDS, milliseconds
from gateway.errors import KeyUnavailable
from gateway.signals.signal import TENANT, Claim
from gateway.store.escalations import Escalation, escalate
from gateway.store.leases import Lease
from gateway.store.limitation import forget_proof
from gateway.store.messages import Message, MessageType, Told, drop_webhook, has_webhook, tell_employer, told
from gateway.store.registry import Registry
from gateway.store.scope import TenantScope
from gateway.store.store import Store
from gateway.store.tables import escalations
from gateway.store.transmitters import fell_silent, heard_from
from gateway.store.withdrawals import NEVER
from gateway.vault.keyring import Keyring
from gateway.vault.keys import TenantPurpose
from gateway.vault.local import LocalKeyService
from gateway.vault.secret import SecretKey
from gateway.withdrawal.chasing import Chase
from gateway.withdrawal.clocks import Clocks
from gateway.withdrawal.door import Door
from gateway.withdrawal.informing import Informing
from gateway.withdrawal.outbox import TOLD_AT_ONCE
from gateway.withdrawal.subject_clocks import SubjectClocks
from tests.fakes.crashes import Crash, CrashingStore, Fuse
from tests.fakes.employer import Employer, name
from tests.fakes.enrolled import WENDLA
from tests.fakes.full_site import rows_of
from tests.fakes.heard import STREAM, let_tell
from tests.fakes.installation import REGION, Installation, lose_access, open_installation
from tests.fakes.signalled import ANA, OKTA, WENDLA_HERSELF, Scene, open_signalled_site
from tests.fakes.site import meetings, open_site

DAY, PAST_A_LEASE = timedelta(days=1), timedelta(minutes=3)
#: Seconds between ten attempts, as Standard Webhooks suggests.
PAUSES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_installation(tmp_path) as installation:
        yield await open_signalled_site(installation)


@pytest.fixture
async def on_either(installation: Installation) -> Scene:
    """On each database."""
    return await open_signalled_site(installation)


def clocks(scene: Scene) -> tuple[Clocks, SubjectClocks]:
    here = scene.site.installation
    with_them = here.store, here.parts.keyring, here.cascade(), here.clock
    return Clocks(*with_them), SubjectClocks(*with_them)


async def days_pass(scene: Scene, employer: Employer, *days: int) -> list[tuple[str, int | None]]:
    """What the employer is told meanwhile, and how many days are left then."""
    now, before = scene.site.installation.clock, len(employer.told)
    for after in days:
        now.move(after * DAY)
        for one in clocks(scene):
            await one.visit_all()
        await employer.visit()
    return [
        (one.what.value, None if one.ends_at is None else (one.ends_at - one.since) // DAY_MILLISECONDS)
        for one in employer.told[before:]
    ]


async def messages(scene: Scene) -> list[Row[tuple[object, ...]]]:
    return await rows_of(scene.site.installation.store, escalations, scene.site.tenant)


async def test_what_signals_restrict_is_told_once_and_so_is_what_comes_back(on_either: Scene) -> None:
    scene = on_either
    employer, here = await name(scene.site), scene.site.installation
    employers = (await here.standing(scene.site.tenant)).authorization.id
    for of in ("one", "two"):
        await scene.tell(WENDLA_HERSELF, Claim.DISABLED, of=f"{of} of hers")
        await scene.tell(ANA, Claim.CONSENT_REVOKED, of=f"{of} of Ana's")
    assert await employer.visit() == [
        ("subject.suspended", scene.wendla),
        ("authorization.suspended", scene.ana),
    ]
    await resume_subject(here.parts, await here.standing(scene.site.tenant), address=WENDLA)
    await scene.tell(TENANT, Claim.GRANT_LOST)
    await resume_tenant(here.parts, scene.site.tenant)
    assert await employer.visit() == [
        ("subject.resumed", scene.wendla),
        ("authorization.suspended", employers),
        ("authorization.resumed", employers),
    ]
    # What only makes somebody look again restricts nobody.
    await scene.tell(TENANT, Claim.ACCESS_DOUBTFUL)
    assert await employer.visit(DAY) == []


async def test_who_is_deleted_is_told_of_once_they_are_erased(scene: Scene) -> None:
    employer = await name(scene.site)
    await scene.tell(WENDLA_HERSELF, Claim.DELETED)
    await scene.tell(ANA, Claim.DELETED)
    assert await employer.visit() == []
    await scene.site.installation.cascade().resume()
    assert sorted(await employer.visit()) == [
        ("authorization.erased", scene.ana),
        ("subject.erased", scene.wendla),
    ]


async def test_clocks_are_told_with_their_days_and_then_the_end(scene: Scene) -> None:
    employer = await name(scene.site)
    await scene.tell(WENDLA_HERSELF, Claim.DISABLED)
    announced = "subject.erasure_announced"
    assert await days_pass(scene, employer, 0, 16, 11, 2, 1) == [
        ("subject.suspended", None),
        *((announced, days) for days in (30, 14, 3, 1)),
        ("subject.erased", None),
    ]


async def test_an_employer_is_told_its_own_end_and_then_forgotten(on_either: Scene) -> None:
    scene = on_either
    employer, here = await name(scene.site), scene.site.installation
    await scene.tell(TENANT, Claim.GRANT_LOST)
    announced = "authorization.erasure_announced"
    assert await days_pass(scene, employer, 0, 16, 11, 2) == [
        ("authorization.suspended", None),
        *((announced, days) for days in (30, 14, 3, 1)),
    ]
    employer.takes = False
    # That people's ends with it is not told of each.
    assert await days_pass(scene, employer, 1) == [("authorization.erased", None)]
    assert (await here.standing(scene.site.tenant)).authorization.state is State.ERASED
    has = partial(has_webhook, tenant=scene.site.tenant)
    assert await here.store.read(has)
    employer.takes = True
    assert [what for what, _ in await employer.visit(DAY)] == ["authorization.erased"]
    assert not await here.store.read(has)
    assert await employer.visit(DAY) == []


async def test_a_channel_that_falls_silent_is_told_of_once_for_each_silence(scene: Scene) -> None:
    employer, here = await name(scene.site), scene.site.installation
    await let_tell(scene.site)

    for _ in range(2):
        await told_that(scene, fell_silent, STREAM)
    assert await employer.visit() == [("transmitter.silent", STREAM)]
    here.clock.move(DAY)
    for silence in (fell_silent, heard_from, fell_silent):
        await told_that(scene, silence, STREAM)
    assert await employer.visit() == [("transmitter.silent", STREAM)]


async def told_that(scene: Scene, silence: Callable[[TenantScope, str], object], name: str) -> None:
    def write(rows: Registry) -> None:
        silence(TenantScope(handle=rows.handle, tenant=scene.site.tenant, now=rows.now), name)

    await scene.site.installation.store.administer(write)


async def test_who_says_again_and_again_that_it_tells_nothing_is_told_of_once_a_day(on_either: Scene) -> None:
    """A transmitter may say so as often as it likes, and that it works in between."""
    scene = on_either
    employer, here, other = await name(scene.site), scene.site.installation, "trm_other"
    for one in (STREAM, other):
        await let_tell(scene.site, one)

    async def flap(*names: str) -> None:
        for silence in (fell_silent, heard_from) * 3:
            for one in names:
                await told_that(scene, silence, one)

    await flap(STREAM, other)
    assert sorted(await employer.visit()) == [("transmitter.silent", one) for one in sorted((STREAM, other))]
    since = milliseconds(here.clock())
    for _ in range(2):
        here.clock.move(DAY / 3)
        await flap(STREAM)
        assert await employer.visit() == []
    assert await employer.visit(DAY / 3) == [("transmitter.silent", STREAM)]
    assert employer.told[-1].since == since + DAY_MILLISECONDS // 3
    assert len(await messages(scene)) == len(employer.told)
    # An address that is down collects none of it.
    employer.takes = False
    await flap(STREAM)
    for _ in range(2):
        await employer.visit(DAY)
        await flap(STREAM)
    assert len(await messages(scene)) == len({message.id for message in employer.told})


@pytest.mark.parametrize("after", [False, True])
async def test_what_is_told_is_committed_with_what_it_tells_of(scene: Scene, *, after: bool) -> None:
    await name(scene.site)
    parts = scene.site.installation.parts
    for about, claim in ((WENDLA_HERSELF, Claim.DISABLED), (TENANT, Claim.GRANT_LOST)):
        dying = Door(CrashingStore(parts.store, Fuse(0, after=after)), parts.keyring, parts.metrics)
        with pytest.raises(Crash):
            await dying.receive(scene.site.tenant, OKTA, [scene.signal(about, claim)])
    subject, state = await scene.subject(), await scene.state()
    assert subject is not None
    assert ((subject.suspended_at is not None), state is State.SUSPENDED) == (after, after)
    assert len(await messages(scene)) == 2 * after


async def test_who_dies_after_telling_is_followed_by_one_that_tells_the_same(scene: Scene) -> None:
    employer, parts = await name(scene.site), scene.site.installation.parts
    await scene.tell(WENDLA_HERSELF, Claim.DISABLED)
    store = CrashingStore(parts.store, Fuse(0))
    with pytest.RaisesGroup(Crash):
        await Informing(store, parts.keyring, parts.clock, tell=employer, owner="dying").visit()
    assert await employer.visit() == []
    assert await employer.visit(PAST_A_LEASE) == [("subject.suspended", scene.wendla)]
    first, second = employer.told
    assert first == second
    assert await employer.visit(DAY) == []


async def test_what_is_not_taken_is_tried_ten_times_and_then_given_up(scene: Scene) -> None:
    employer, here = await name(scene.site), scene.site.installation
    await scene.tell(WENDLA_HERSELF, Claim.DISABLED)
    employer.takes = False
    how = partial(told, tenant=scene.site.tenant)
    with capture_logs() as logs:
        assert len(await employer.visit()) == 1
        for pause in PAUSES:
            assert await here.store.read(how) == Told(waiting=1, given_up=0)
            assert await employer.visit(timedelta(seconds=pause - 1)) == []
            assert len(await employer.visit(timedelta(seconds=1))) == 1
        assert await employer.visit(30 * DAY) == []
    assert [log["event"] for log in logs] == [
        *["employer_message_not_told"] * 9,
        "employer_message_given_up",
    ]
    assert len({message.id for message in employer.told}) == 1
    assert await here.store.read(how) == Told(waiting=0, given_up=1)
    # It restricts all the same, and whoever names an address anew is told there.
    subject = await scene.subject()
    assert subject is not None
    assert subject.suspended_at is not None
    await name(scene.site)
    employer.takes = True
    assert await employer.visit() == [("subject.suspended", scene.wendla)]
    assert await here.store.read(how) == Told(waiting=0, given_up=0)


async def test_an_address_that_hangs_delays_nothing_and_nobody(scene: Scene) -> None:
    here = scene.site.installation
    other = await open_site(here, *meetings(1))
    for site in (scene.site, other):
        await name(site)
    hangs, was_told, told_of = asyncio.Event(), asyncio.Event(), list[str]()

    async def tell(message: Message) -> None:
        told_of.append(message.tenant)
        if not hangs.is_set():
            hangs.set()
            await asyncio.Event().wait()
        was_told.set()

    await scene.tell(WENDLA_HERSELF, Claim.DISABLED)
    await lose_access(here.store, other.tenancy)
    informing = Informing(here.store, here.parts.keyring, here.clock, tell=tell, owner="informing")
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        visiting = group.create_task(informing.visit())
        await hangs.wait()
        await scene.tell(TENANT, Claim.GRANT_LOST)
        assert await scene.state() is State.SUSPENDED
        await was_told.wait()
        visiting.cancel()
    assert {*told_of} == {scene.site.tenant, other.tenant}


async def test_an_employer_that_cannot_be_told_its_end_is_forgotten_after_three_days(scene: Scene) -> None:
    employer, here = await name(scene.site), scene.site.installation
    await withdraw_tenant(here.parts, scene.site.tenant)
    employer.takes = False
    for pause in (0, *PAUSES):
        assert await here.store.read(partial(has_webhook, tenant=scene.site.tenant))
        assert len(await employer.visit(timedelta(seconds=pause))) == 1
    assert not await here.store.read(partial(has_webhook, tenant=scene.site.tenant))


async def test_the_operators_and_employers_are_kept_apart(on_either: Scene) -> None:
    scene = on_either
    employer, here = await name(scene.site), scene.site.installation
    await scene.tell(WENDLA_HERSELF, Claim.DISABLED)

    def overdue(rows: Registry) -> None:
        scope = TenantScope(handle=rows.handle, tenant=scene.site.tenant, now=rows.now)
        escalate(scope, "era_1", "con_1", since=rows.now)

    await here.store.administer(overdue)
    assert await employer.visit() == [("subject.suspended", scene.wendla)]
    await scene.tell(ANA, Claim.CONSENT_REVOKED)
    operator = list[str]()

    async def tell(escalation: Escalation) -> None:
        operator.append(escalation.consumer)

    parts = here.parts
    await Chase(parts.store, parts.keyring, here.clock, parts.metrics, tell=tell, owner="chase").visit()
    assert operator == ["con_1"]
    assert await employer.visit() == [("authorization.suspended", scene.ana)]


async def test_who_names_no_address_or_takes_it_back_is_told_nothing(scene: Scene) -> None:
    here, tenant = scene.site.installation, scene.site.tenant
    await scene.tell(WENDLA_HERSELF, Claim.DISABLED)
    assert await messages(scene) == []
    employer = await name(scene.site)
    await scene.tell(ANA, Claim.CONSENT_REVOKED)
    for is_there in (True, False):
        assert await here.store.administer(lambda rows: drop_webhook(rows.handle, tenant)) is is_there
    await scene.tell(TENANT, Claim.GRANT_LOST)
    assert await employer.visit() == []
    assert await messages(scene) == []
    assert await here.store.read(partial(told, tenant=tenant)) is None


async def test_what_was_told_is_proof_for_as_long_as_all_else_is(scene: Scene) -> None:
    employer, here = await name(scene.site), scene.site.installation
    await scene.tell(WENDLA_HERSELF, Claim.DISABLED)
    await employer.visit()
    (row,) = await messages(scene)
    assert (row.what, row.told_at, row.due_at) == ("subject.suspended", milliseconds(here.clock()), NEVER)

    def forget(rows: Registry, before: int) -> None:
        forget_proof(TenantScope(handle=rows.handle, tenant=scene.site.tenant, now=rows.now), before)

    for before, left in ((row.since, 1), (row.since + 1, 0)):
        await here.store.administer(partial(forget, before=before))
        assert len(await messages(scene)) == left


class WithoutEvidence(LocalKeyService):
    """A key service that does not answer."""

    async def open_key(self, _tenant: TenantId, _purpose: TenantPurpose) -> SecretKey:
        raise KeyUnavailable("It does not answer.")


async def test_without_its_evidence_key_nothing_is_told_and_nothing_lost(
    scene: Scene, tmp_path: Path
) -> None:
    employer, here = await name(scene.site), scene.site.installation
    await scene.tell(WENDLA_HERSELF, Claim.DISABLED)
    away = WithoutEvidence(tmp_path / "keys", tmp_path / "store")
    keyring = Keyring(away, region=REGION, clock=here.clock)
    await Informing(here.store, keyring, here.clock, tell=employer, owner="informing").visit()
    assert employer.told == []
    assert await employer.visit() == [("subject.suspended", scene.wendla)]


async def test_so_many_are_told_in_one_visit_and_the_rest_in_the_next(scene: Scene) -> None:
    employer, here = await name(scene.site), scene.site.installation

    def write(rows: Registry) -> None:
        for number in range(TOLD_AT_ONCE + 1):
            what = MessageType.TRANSMITTER_SILENT
            tell_employer(rows.handle, scene.site.tenant, what, f"trm_{number}", at=rows.now)

    await here.store.administer(write)
    assert [len(await employer.visit()) for _ in range(3)] == [TOLD_AT_ONCE, 1, 0]


async def test_what_is_taken_back_while_it_is_told_stays_taken_back(scene: Scene) -> None:
    employer, here = await name(scene.site), scene.site.installation
    await scene.tell(WENDLA_HERSELF, Claim.DISABLED)

    async def tell(message: Message) -> None:
        await employer(message)
        await here.store.administer(lambda rows: drop_webhook(rows.handle, message.tenant))

    await Informing(here.store, here.parts.keyring, here.clock, tell=tell, owner="informing").visit()
    assert len(employer.told) == 1
    assert await messages(scene) == []


class TakingBack(Store):
    """A store in which an address is taken back between a message being claimed and being read."""

    async def claim(
        self, table: Table, *, tenant: TenantId, owner: str, limit: int, **which: Any
    ) -> list[Lease]:
        claimed = await super().claim(table, tenant=tenant, owner=owner, limit=limit, **which)
        await self.administer(lambda rows: drop_webhook(rows.handle, tenant))
        return claimed


async def test_what_is_taken_back_as_it_is_about_to_be_told_keeps_nobody_from_being_told(
    scene: Scene,
) -> None:
    """By a command of another process, as whatever serves has just claimed it."""
    employer, here = await name(scene.site), scene.site.installation
    await scene.tell(WENDLA_HERSELF, Claim.DISABLED)
    store = TakingBack(here.store._lanes, here.store._clock)
    await Informing(store, here.parts.keyring, here.clock, tell=employer, owner="informing").visit()
    assert (employer.told, await messages(scene)) == ([], [])
