"""Whether the provider reaches us: asked of the stand-ins, which ask the address that they are given."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from sqlalchemy import insert

from connectors.grant_form import Check
from connectors.sandbox.identity import Identity
from connectors.sandbox.truth import Provider
from gateway.app.examining.diagnosis import Answer, Diagnosis, Finding
from gateway.clock import milliseconds
from gateway.store.registry import Registry
from gateway.store.tables import bucket_of, calendars, channels
from tests.connectors.sandbox.receivers import Receiver, Time, listening
from tests.gateway.app.clinic import Clinic, clinic

GRANTS = {Provider.MICROSOFT: "scoped", Provider.GOOGLE: "shared"}
NOWHERE = "https://127.0.0.1:9"
BOTH = pytest.mark.parametrize("provider", Provider)


@asynccontextmanager
async def told(
    folder: Path, identity: Identity, provider: Provider, grant: str | None = None
) -> AsyncIterator[tuple[Clinic, Receiver]]:
    """A clinic, and whoever answers at its public address."""
    async with (
        clinic(folder, identity, provider, grant or GRANTS[provider]) as opened,
        listening(Time(), _certified(opened)) as receiver,
    ):
        publish(opened, receiver.url)
        yield opened, receiver


def _certified(opened: Clinic) -> ssl.SSLContext:
    return opened.sandbox.identity.authority.server_context()


def publish(opened: Clinic, url: str | None) -> None:
    settings = opened.parts.settings
    listen = msgspec.structs.replace(settings.listen, public_url=url)
    opened.parts = replace(opened.parts, settings=msgspec.structs.replace(settings, listen=listen))


def push(found: Diagnosis) -> Finding:
    return next(finding for finding in found.findings if finding.check is Check.PUSH)


def asked(opened: Clinic) -> int:
    """How often the stand-ins were asked to tell, or to stop telling."""
    kinds = ("subscribe", "unsubscribe", "watch", "stop")
    return sum(number for kind, number in opened.sandbox.requests.items() if kind.endswith(kinds))


async def promise(opened: Clinic, ends: timedelta, *, heard: timedelta | None = None) -> None:
    """Two channels, one of which lives until then; and of one calendar the provider has told."""
    own = {"bucket": bucket_of(opened.tenant), "tenant": opened.tenant, "epoch": 1, "due_at": 0}
    until = milliseconds(opened.clock() + ends)
    calendar = {"id": "one", "resource": "a", "details": b"", "generation": 1, "freshness": "fresh"}
    calendar |= {"authorization": "employer's"}

    def write(registry: Registry) -> None:
        for name, expires_at in (("one", until), ("two", None)):
            registry.handle.execute(insert(channels).values(**own, calendar=name, expires_at=expires_at))
        if heard is not None:
            notified_at = milliseconds(opened.clock() - heard)
            registry.handle.execute(insert(calendars).values(**own, **calendar, notified_at=notified_at))

    await opened.parts.store.administer(write)


async def test_graph_asks_our_address_before_it_promises(tmp_path: Path, identity: Identity) -> None:
    async with told(tmp_path, identity, Provider.MICROSOFT) as (opened, receiver):
        found = await opened.look()
        assert (push(found).answer, found.is_sound) == (Answer.YES, True)
        assert len(receiver.tokens) == 2
        assert list(opened.sandbox.notifier.subscriptions) == []


async def test_a_promise_of_google_shows_nothing_yet(tmp_path: Path, identity: Identity) -> None:
    async with told(tmp_path, identity, Provider.GOOGLE) as (opened, _):
        found = await opened.look()
        assert (push(found).answer, "first change" in push(found).fact) == (Answer.NOT_CHECKED, True)
        assert asked(opened) == 2
        assert found.is_sound


async def test_an_address_where_nobody_answers_is_told_with_what_to_do(
    tmp_path: Path, identity: Identity
) -> None:
    async with told(tmp_path, identity, Provider.MICROSOFT) as (opened, receiver):
        receiver.echo = lambda _: web.Response(status=404)
        for url in (receiver.url, NOWHERE):
            publish(opened, url)
            found = push(await opened.look())
            assert (found.answer, found.where) == (Answer.NO, "gateway.toml, listen.public_url")
            assert "graph_receiver_unconfirmed" in found.fact


async def test_a_calendar_that_cannot_be_watched_spoils_nothing(tmp_path: Path, identity: Identity) -> None:
    async with told(tmp_path, identity, Provider.MICROSOFT) as (opened, _):
        opened.sandbox.notifier.faults.plan("subscription-duplicate", None)
        found = await opened.look()
        assert (push(found).answer, found.is_sound) == (Answer.NOT_CHECKED, True)
        assert "graph_watch_duplicate" in push(found).fact


@BOTH
async def test_what_is_promised_already_is_not_tried(
    tmp_path: Path, identity: Identity, provider: Provider
) -> None:
    async with told(tmp_path, identity, provider) as (opened, receiver):
        await promise(opened, timedelta(hours=1))
        found = push(await opened.look())
        assert "1 of 2 calendars" in found.fact
        assert found.answer is (Answer.YES if provider is Provider.MICROSOFT else Answer.NOT_CHECKED)
        assert (asked(opened), receiver.tokens) == (0, [])


@pytest.mark.parametrize(("days", "answer"), [(6, Answer.YES), (8, Answer.NOT_CHECKED)])
async def test_what_has_arrived_lately_shows_that_we_are_reached(
    tmp_path: Path, identity: Identity, days: int, answer: Answer
) -> None:
    async with told(tmp_path, identity, Provider.GOOGLE) as (opened, _):
        await promise(opened, timedelta(hours=1), heard=timedelta(days=days))
        assert push(await opened.look()).answer is answer


async def test_a_promise_that_has_ended_is_none(tmp_path: Path, identity: Identity) -> None:
    async with told(tmp_path, identity, Provider.MICROSOFT) as (opened, receiver):
        await promise(opened, -timedelta(hours=1))
        assert "trial" in push(await opened.look()).fact
        assert len(receiver.tokens) == 2


@pytest.mark.parametrize(
    ("grant", "url", "words"),
    [("scoped", None, "No public address"), ("org-wide", NOWHERE, "allows no push")],
)
async def test_nothing_is_tried_where_nothing_could_come_of_it(
    tmp_path: Path, identity: Identity, grant: str, url: str | None, words: str
) -> None:
    async with told(tmp_path, identity, Provider.MICROSOFT, grant) as (opened, _):
        publish(opened, url)
        found = push(await opened.look())
        assert (found.answer, words in found.fact) == (Answer.NOT_CHECKED, True)
        assert asked(opened) == 0


@BOTH
async def test_a_calendar_that_cannot_be_read_is_not_tried(
    tmp_path: Path, identity: Identity, provider: Provider
) -> None:
    async with told(tmp_path, identity, provider) as (opened, _):
        opened.consent.reach = frozenset()
        assert push(await opened.look()).answer is Answer.NOT_CHECKED
        assert asked(opened) == 0
