"""What the doctor finds of grants at the stand-ins: right, too little, too much, and not known yet."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from connectors.google.grant import AUDIT_SCOPE, DIRECTORY_SCOPE, USERS_SCOPE
from connectors.grant_form import Check
from connectors.sandbox.consent import PLACES_ROLE, USERS_ROLE
from connectors.sandbox.identity import Identity
from connectors.sandbox.truth import Provider as Whose
from gateway.app.examining.diagnosis import Answer, Diagnosis, Finding
from gateway.app.providers.grants import form_of, form_with_accounts
from gateway.app.signals.transmitters import follow_accounts
from gateway.app.tenants import resume_tenant, withdraw_tenant
from gateway.authorization import SuspensionReason
from gateway.clock import system_clock
from gateway.errors import ConfigurationError, Fenced
from gateway.signals.transmitter import TransmitterKind
from gateway.tenant import Provider
from tests.gateway.app.clinic import LATER, Clinic, clinic


@pytest.fixture
async def scoped(tmp_path: Path, identity: Identity) -> AsyncIterator[Clinic]:
    async with clinic(tmp_path, identity, Whose.MICROSOFT, "scoped") as opened:
        yield opened


@pytest.fixture
async def shared(tmp_path: Path, identity: Identity) -> AsyncIterator[Clinic]:
    async with clinic(tmp_path, identity, Whose.GOOGLE, "shared") as opened:
        yield opened


def answers(found: Diagnosis) -> dict[Check, Answer]:
    return {finding.check: finding.answer for finding in found.findings}


def finding(found: Diagnosis, check: Check) -> Finding:
    return next(one for one in found.findings if one.check is check)


def all_yes_but(**others: Answer) -> dict[Check, Answer]:
    usual = dict.fromkeys(Check, Answer.YES) | dict.fromkeys((Check.PUSH, Check.ACCOUNTS), Answer.NOT_CHECKED)
    return usual | {Check(name): answer for name, answer in others.items()}


async def test_every_check_is_answered_once_and_in_order(scoped: Clinic) -> None:
    for reach in (scoped.consent.reach, frozenset[str]()):
        scoped.consent.reach = reach
        assert list(answers(await scoped.look())) == list(Check)


async def test_a_scoped_grant_as_it_should_be_is_sound(scoped: Clinic) -> None:
    found = await scoped.look()
    assert answers(found) == all_yes_but()
    assert (found.is_sound, found.grant) == (True, "scoped")


async def test_whoever_is_asked_about_accounts_needs_one_permission_more_and_no_other(scoped: Clinic) -> None:
    scoped.consent.roles = (PLACES_ROLE, USERS_ROLE)
    told = finding(await scoped.look(), Check.PERMISSIONS)
    assert (told.answer, told.fact) == (Answer.NO, f"More than needed: {USERS_ROLE}.")
    await follow_accounts(scoped.parts, (await scoped.overview()).standing, TransmitterKind.GRAPH)
    assert answers(await scoped.look()) == all_yes_but()
    scoped.consent.roles = (PLACES_ROLE,)
    told = finding(await scoped.look(), Check.PERMISSIONS)
    assert (told.answer, told.fact) == (Answer.NO, f"Missing: {USERS_ROLE}.")
    assert f"{PLACES_ROLE}, {USERS_ROLE}" in str(told.change)


async def test_at_google_two_scopes_more_are_needed_by_whoever_is_asked_about_accounts_and_by_no_other(
    tmp_path: Path, identity: Identity
) -> None:
    async with clinic(tmp_path, identity, Whose.GOOGLE, "delegated-readonly") as delegated:
        permissions = Check.PERMISSIONS
        assert finding(await delegated.look(), permissions).answer is Answer.YES
        delegated.consent.undelegated = frozenset({AUDIT_SCOPE})
        told = finding(await delegated.look(), permissions)
        assert (told.answer, told.fact) == (Answer.NO, f"More than needed: {USERS_SCOPE}.")
        standing = (await delegated.overview()).standing
        await follow_accounts(delegated.parts, standing, TransmitterKind.GOOGLE)
        told = finding(await delegated.look(), permissions)
        assert (told.answer, told.fact) == (Answer.NO, f"Missing: {AUDIT_SCOPE}.")
        assert f"{DIRECTORY_SCOPE},{USERS_SCOPE},{AUDIT_SCOPE}" in str(told.change)
        delegated.consent.undelegated = frozenset()
        assert finding(await delegated.look(), permissions).answer is Answer.YES


async def test_whoever_acts_for_itself_needs_a_role_and_no_scope_more(shared: Clinic) -> None:
    standing = (await shared.overview()).standing
    await follow_accounts(shared.parts, standing, TransmitterKind.GOOGLE)
    assert finding(await shared.look(), Check.PERMISSIONS).answer is Answer.YES
    form = form_with_accounts(Provider.GOOGLE, form_of(Provider.GOOGLE, "shared"))
    assert "to read users, and for reports" in form.steps[0].what


@pytest.mark.parametrize("role", ["Calendars.Read", "Calendars.ReadBasic.All", "Mail.Read"])
async def test_more_than_needed_is_no(scoped: Clinic, role: str) -> None:
    scoped.consent.roles = (PLACES_ROLE, role)
    found = await scoped.look()
    told = finding(found, Check.PERMISSIONS)
    assert (told.answer, told.fact) == (Answer.NO, f"More than needed: {role}.")
    assert "Entra admin center" in str(told.where)
    is_open = role.startswith("Calendars.")
    assert answers(found)[Check.CONFINEMENT] is (Answer.NO if is_open else Answer.YES)
    assert not found.is_sound


async def test_a_mailbox_that_should_be_refused_and_is_not_is_no(scoped: Clinic) -> None:
    scoped.consent.reach = None
    found = await scoped.look()
    assert answers(found) == all_yes_but(confinement=Answer.NO)


async def test_confinement_is_not_taken_for_granted(scoped: Clinic) -> None:
    async with scoped.doctor() as doctor:
        unnamed = await doctor.diagnosis(await scoped.overview(), None)
        with pytest.raises(ConfigurationError, match="--refused-mailbox is empty"):
            await doctor.diagnosis(await scoped.overview(), " ")
    missing = await scoped.look("nobody@haldenvoss.example")
    for found in (unnamed, missing):
        assert answers(found) == all_yes_but(confinement=Answer.NO)
        assert finding(found, Check.CONFINEMENT).where == "--refused-mailbox"


async def test_a_refusal_proves_nothing_while_everything_is_refused(scoped: Clinic) -> None:
    scoped.consent.reach = frozenset()
    found = await scoped.look()
    assert answers(found) == all_yes_but(calendar=Answer.NO, confinement=Answer.NOT_CHECKED)
    assert "New-ManagementScope" in str(finding(found, Check.CALENDAR).change)


async def test_what_is_missing_is_not_yet_at_first_and_then_no(scoped: Clinic) -> None:
    scoped.consent.roles = ()
    late = await scoped.look()
    scoped.clock.move(-LATER)
    early = await scoped.look()
    for found, answer in ((early, Answer.NOT_YET), (late, Answer.NO)):
        assert answers(found)[Check.PERMISSIONS] is answers(found)[Check.DIRECTORY] is answer
        assert finding(found, Check.PERMISSIONS).fact == "Missing: Place.Read.All."
        assert finding(found, Check.PERMISSIONS).usually == "up to 15 min"
        assert answers(found)[Check.CALENDAR] is Answer.NOT_CHECKED


async def test_without_a_token_nothing_else_is_asked(scoped: Clinic) -> None:
    scoped.sandbox.world.consent_removed.add(scoped.company.id)
    found = await scoped.look()
    assert finding(found, Check.TOKEN).fact == "The provider refuses a token (entra_app_missing)."
    rest = set(Check) - {Check.CLOCK, Check.TOKEN}
    assert {answers(found)[check] for check in rest} == {Answer.NOT_CHECKED}
    assert not [kind for kind in scoped.sandbox.requests if kind.startswith("graph.")]


async def test_no_event_is_asked_for(scoped: Clinic, shared: Clinic) -> None:
    await scoped.look()
    assert not [
        kind for kind in scoped.sandbox.requests if kind in {"graph.view", "graph.event", "graph.delta"}
    ]
    await shared.look()
    assert scoped.sandbox.crossed == {}
    (tally,) = shared.sandbox.crossed.values()
    assert tally.crossed.total() == 0


@pytest.mark.parametrize(
    ("minutes", "answer", "words"),
    [(0, Answer.YES, "agree"), (3, Answer.YES, "by 3 min"), (-9, Answer.NO, "by 9 min")],
)
async def test_a_clock_that_is_wrong_is_told(
    scoped: Clinic, minutes: int, answer: Answer, words: str
) -> None:
    scoped.wall_clock = system_clock(timedelta(minutes=minutes))
    found = await scoped.look()
    assert answers(found) == all_yes_but(clock=answer)
    assert words in finding(found, Check.CLOCK).fact


async def test_the_fence_is_obeyed(scoped: Clinic) -> None:
    async with scoped.doctor() as doctor:
        before = await scoped.overview()
        await scoped.suspend(SuspensionReason.ACCESS_LOST)
        with pytest.raises(Fenced, match="meanwhile"):
            await doctor.diagnosis(before, scoped.person)
        assert (await doctor.diagnosis(await scoped.overview(), scoped.person)).is_sound
        await resume_tenant(scoped.parts, scoped.tenant)
        await withdraw_tenant(scoped.parts, scoped.tenant)
        asked = scoped.sandbox.requests.total()
        with pytest.raises(Fenced, match="has withdrawn"):
            await doctor.diagnosis(await scoped.overview(), scoped.person)
        assert scoped.sandbox.requests.total() == asked


async def test_nothing_is_asked_about_a_restricted_tenant(scoped: Clinic) -> None:
    await scoped.suspend(SuspensionReason.RESTRICTED)
    asked = scoped.sandbox.requests.total()
    with pytest.raises(Fenced, match="restricted"):
        await scoped.look()
    assert scoped.sandbox.requests.total() == asked


@pytest.mark.parametrize(("admin", "answer"), [(5, Answer.YES), (999, Answer.NO)])
async def test_waiting_ends_when_a_grant_is_known_or_should_be(
    scoped: Clinic, admin: int, answer: Answer
) -> None:
    reach, scoped.consent.reach = scoped.consent.reach, frozenset()
    started, pauses, told = scoped.clock(), list[float](), list[timedelta]()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        scoped.clock.move(timedelta(seconds=seconds))
        if len(pauses) == admin:
            scoped.consent.reach = reach

    async with scoped.doctor() as doctor:
        found = await doctor.patient_diagnosis(
            await scoped.overview(), scoped.person, sleep=sleep, on_wait=lambda _, pause: told.append(pause)
        )
    assert answers(found)[Check.CALENDAR] is answer
    assert pauses[:6] == [30, 60, 120, 240, 480, 900][: len(pauses)]
    assert [pause.total_seconds() for pause in told] == pauses
    assert scoped.clock() - started <= timedelta(hours=2, minutes=15)


async def test_a_token_that_stays_refused_is_no_after_a_while(scoped: Clinic) -> None:
    started = scoped.clock()
    scoped.sandbox.world.consent_removed.add(scoped.company.id)

    async def sleep(seconds: float) -> None:
        scoped.clock.move(timedelta(seconds=seconds))

    async with scoped.doctor() as doctor:
        found = await doctor.patient_diagnosis(
            await scoped.overview(), scoped.person, sleep=sleep, on_wait=lambda *_: None
        )
    assert answers(found)[Check.TOKEN] is Answer.NO
    assert scoped.clock() - started < timedelta(minutes=31)


async def test_a_no_is_not_waited_for(scoped: Clinic) -> None:
    scoped.consent.roles = (PLACES_ROLE, "Calendars.Read")

    async def sleep(_: float) -> None:
        pytest.fail("A person has to act.")

    async with scoped.doctor() as doctor:
        found = await doctor.patient_diagnosis(
            await scoped.overview(), scoped.person, sleep=sleep, on_wait=lambda *_: None
        )
    assert not found.is_sound


async def test_an_org_wide_grant_is_sound_and_warned_of(tmp_path: Path, identity: Identity) -> None:
    async with clinic(tmp_path, identity, Whose.MICROSOFT, "org-wide") as here:
        here.consent.roles = (PLACES_ROLE, "Calendars.ReadBasic.All")
        async with here.doctor() as doctor:
            found = await doctor.diagnosis(await here.overview(), None)
        assert answers(found) == all_yes_but(confinement=Answer.NOT_CHECKED)
        assert found.is_sound
        assert "Every mailbox can be read" in found.warnings[0]
        assert answers(await here.look()) == all_yes_but(confinement=Answer.NO)


async def test_a_shared_grant_is_sound(shared: Clinic) -> None:
    found = await shared.look()
    assert answers(found) == all_yes_but()
    assert found.warnings == ()


async def test_a_persons_calendar_that_is_shared_is_told(shared: Clinic) -> None:
    shared.consent.reach = frozenset({shared.person, *(shared.consent.reach or ())})
    found = await shared.look()
    assert answers(found) == all_yes_but(confinement=Answer.NO)
    assert "Share with specific people" in str(finding(found, Check.CONFINEMENT).where)


@pytest.mark.parametrize("grant", ["delegated-freebusy", "delegated-readonly"])
async def test_delegated_grants_warn_of_everybody(tmp_path: Path, identity: Identity, grant: str) -> None:
    async with clinic(tmp_path, identity, Whose.GOOGLE, grant) as here:
        found = await here.look()
        assert answers(found) == all_yes_but()
        assert "this key can act as any user" in found.warnings[0]
        here.consent.withheld = frozenset({DIRECTORY_SCOPE})
        less = await here.look()
    assert finding(less, Check.PERMISSIONS).fact == f"Missing: {DIRECTORY_SCOPE}."
    assert answers(less)[Check.DIRECTORY] is Answer.NO


async def test_nothing_of_people_or_calendars_is_told(scoped: Clinic) -> None:
    scoped.consent.reach = None
    told = msgspec.json.encode(await scoped.look()).decode()
    for text in (scoped.person, scoped.company.name, scoped.company.id, scoped.company.resources[0].address):
        assert text not in told
