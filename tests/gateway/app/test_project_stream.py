"""The stream of our project at Google: asked for, watched over, and what is wrong with it told."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from connectors.sandbox.identity import Identity
from gateway.app.examining.diagnosis import Answer, Verdicts
from gateway.app.providers.grants import form_of
from gateway.app.signals.project_standing import project_finding, project_trouble, trouble_with
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import Fenced
from gateway.signals.project_stream import REQUESTED
from gateway.store.database import Database
from gateway.store.leases import LEASE_MILLISECONDS
from gateway.store.project_streams import PROJECT_STREAMS, ProjectStreamRows, claim, settle
from gateway.store.registry import Registry
from gateway.tenant import Connection, Persons, Provider, Registration, Tenant
from tests.fakes.installation import Installation, open_installation
from tests.fakes.persons import ANYBODY
from tests.fakes.project import Project, open_told_project

HOUR, PAST_A_LOOK = timedelta(hours=1), timedelta(minutes=11)


@pytest.fixture
async def project(installation: Installation, tmp_path: Path, identity: Identity) -> AsyncIterator[Project]:
    async with open_told_project(installation, tmp_path, identity) as opened:
        yield opened


async def test_a_stream_is_asked_for_once_and_says_every_hour_that_it_works(project: Project) -> None:
    row = await project.visit()
    assert (row.reason, row.heard_at) == (None, None)
    assert set(project.stream.requested) == REQUESTED
    assert project.path.startswith("/v1/signals/")
    await project.stream.deliver()
    assert [answer.status for answer in project.stream.answers] == [202]
    heard = milliseconds(project.installation.clock())
    for _ in range(3):
        assert await project.row() == row._replace(heard_at=heard)
        # Not due.
        await project.opened.visit()
    later = await project.visit(PAST_A_LOOK)
    await project.stream.deliver()
    assert (later.reason, later.heard_at, len(project.stream.answers)) == (None, heard, 1)
    await project.visit(HOUR)
    await project.stream.deliver()
    assert (await project.visit()).heard_at == milliseconds(project.installation.clock())
    asked = project.sandbox.requests
    assert (asked["risc.update"], asked["risc.verify"], asked["risc.status-update"]) == (1, 2, 0)


async def test_what_stands_there_otherwise_is_put_right_and_told(project: Project) -> None:
    await project.visit()
    address, project.stream.url = project.stream.url, "http://127.0.0.1:1/another"
    assert (await project.visit(PAST_A_LOOK)).reason == "led_elsewhere"
    assert project.stream.url == address
    assert (await project.visit(PAST_A_LOOK)).reason is None
    project.stream.requested = project.stream.requested[1:]
    project.stream.is_enabled = False
    assert (await project.visit(PAST_A_LOOK)).reason == "disabled"
    assert set(project.stream.requested) == REQUESTED
    assert project.stream.is_enabled
    assert (await project.visit(PAST_A_LOOK)).reason is None


async def test_another_process_asks_as_it_starts_and_for_the_same_stream(project: Project) -> None:
    await project.visit()
    address, project.stream.url = project.stream.url, "http://127.0.0.1:1/another"
    async with AsyncExitStack() as stack:
        another = await project.begin_anew(stack)
        await another.visit()
        assert project.stream.url == address


async def test_who_says_nothing_for_three_hours_is_silent(project: Project) -> None:
    project.sandbox.faults.order("set-lost")
    for _ in range(4):
        assert (await project.visit(HOUR)).reason is None
    assert (await project.visit(PAST_A_LOOK)).reason == "silent"
    project.sandbox.faults.clear()
    await project.visit(HOUR)
    await project.stream.deliver()
    row = await project.row()
    assert row is not None
    assert (row.reason, row.heard_at) == (None, milliseconds(project.installation.clock()))


@pytest.mark.parametrize("fault", ["verification-wrong-state", "verification-no-state"])
async def test_what_does_not_repeat_what_was_asked_shows_nothing(project: Project, fault: str) -> None:
    project.sandbox.faults.order(fault, times=1)
    assert (await project.visit()).reason is None
    await project.stream.deliver()
    answer = project.stream.answers[-1]
    assert (answer.status == 400) == ("invalid_state" in answer.text) == (fault == "verification-wrong-state")
    row = await project.row()
    assert row is not None
    assert row.heard_at is None


async def test_an_answer_counts_once(project: Project) -> None:
    """One that comes again shows nothing of how the stream is by then."""
    await project.visit()
    await project.stream.deliver()
    heard = await project.row()
    question = (await project.known()).question
    assert question is not None
    project.installation.clock.move(PAST_A_LOOK)
    project.stream.verify(question.state)
    await project.stream.deliver()
    assert [answer.status for answer in project.stream.answers] == [202, 202]
    assert await project.row() == heard


async def test_one_asks_at_a_time_and_who_comes_first_makes_the_secret(
    database: Database, tmp_path: Path
) -> None:
    async with open_installation(tmp_path, database=database) as installation:
        await _take_turns(installation)


async def _take_turns(installation: Installation) -> None:
    column = await installation.parts.keyring.service(*PROJECT_STREAMS)
    store, now = installation.store, milliseconds(installation.clock())

    def begin(registry: Registry, *, record: bytes) -> bytes | None:
        rows = ProjectStreamRows(registry.handle, column)
        rows.begin(record, record.decode(), now)
        return rows.load()

    for record in (b"first", b"second"):
        assert await store.administer(partial(begin, record=record)) == b"first"
    first = await store.administer(lambda registry: claim(registry.handle, "a", now))
    assert first is not None
    assert await store.administer(lambda registry: claim(registry.handle, "b", now)) is None
    after = now + LEASE_MILLISECONDS + 1
    second = await store.administer(lambda registry: claim(registry.handle, "b", after))
    assert second is not None
    with pytest.raises(Fenced):
        await store.administer(lambda registry: settle(registry.handle, first, due_at=1, reason=None))
    await store.administer(lambda registry: settle(registry.handle, second, due_at=1, reason=None))
    assert await store.administer(lambda registry: claim(registry.handle, "a", after)) is not None


def a_tenant(provider: Provider = Provider.GOOGLE, persons: Persons | None = ANYBODY) -> Tenant:
    return Tenant(
        id=TenantId("ten_1"),
        authorization=AuthorizationId("aut_1"),
        connection=Connection(provider=provider, directory="C1"),
        registration=Registration(name="A", policy="occupancy", zone="UTC", basis="f", persons=persons),
    )


async def test_an_operator_is_told_how_it_stands_and_what_to_do(project: Project) -> None:
    parts, verdicts = project.installation.parts, Verdicts(form_of(Provider.GOOGLE, "shared"), timedelta())

    async def found() -> tuple[Answer, str]:
        told = await project_finding(parts, a_tenant(), verdicts)
        return told.answer, told.fact

    for stranger in (a_tenant(Provider.MICROSOFT), a_tenant(persons=None)):
        told = await project_finding(parts, stranger, verdicts)
        assert told.answer is Answer.NOT_CHECKED
    assert (await found())[0] is Answer.NO
    assert "gateway serve" in str(await project_trouble(parts))
    await project.visit()
    assert ((await found())[0], await project_trouble(parts)) == (Answer.NOT_YET, None)
    await project.stream.deliver()
    assert ((await found())[0], await project_trouble(parts)) == (Answer.YES, None)
    project.sandbox.faults.order("risc.no-role")
    await project.visit(PAST_A_LOOK)
    answer, fact = await found()
    assert (answer, "(forbidden)" in fact) == (Answer.NO, True)
    assert "roles/riscconfigs.admin" in str(await project_trouble(parts))
    project.sandbox.faults.clear()
    await project.visit(PAST_A_LOOK)
    assert (await found())[0] is Answer.YES
    project.installation.clock.move(4 * HOUR)
    assert "(not_asked)" in (await found())[1]


def test_whatever_google_refuses_with_has_an_answer_of_its_own() -> None:
    refused = ("not_understood", "unauthorized", "forbidden", "not_found")
    known = {trouble_with(code) for code in (*refused, "disabled", "silent", "led_elsewhere", "elsewhere")}
    assert len(known) == 8
    assert trouble_with("unreachable") == trouble_with("slow") not in known
    for trouble in known:
        assert all(trouble), trouble


REASONS = {
    "risc.other-project": "forbidden",
    "risc.no-role": "forbidden",
    "risc.domain-not-authorized": "forbidden",
    "risc.unauthorized": "unauthorized",
    "risc.no-configuration": "not_found",
    "risc.not-understood": "not_understood",
    "risc.stays-disabled": "disabled",
    "risc.other-issuer": "no_metadata",
    "risc.keys-elsewhere": "elsewhere",
    "risc.keys-down": "refused",
    "risc.html-error": "refused",
    "risc.dropped": "unreachable",
    "risc.no-body": "no_metadata",
}


async def test_what_is_wrong_is_told_by_its_code_and_mends_by_itself(project: Project) -> None:
    for fault, reason in REASONS.items():
        project.stream.url = None
        project.sandbox.faults.order(fault)
        assert (await project.visit(PAST_A_LOOK)).reason == reason, fault
        project.sandbox.faults.clear()
    assert (await project.visit(PAST_A_LOOK)).reason is None
    await project.stream.deliver()
    assert 202 in {answer.status for answer in project.stream.answers}
