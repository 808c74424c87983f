"""Project stream: what Google tells of accounts, arranged for once for all tenants, and watched over.

Google has one stream for each of its projects, so it is the installation's. Who serves it first makes its
secret; one of many asks at a time, and finds in the store what the others did.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import NamedTuple

import structlog
from msgspec.structs import replace

from connectors.google.delegation import client_id
from connectors.google.risc import RiscKey
from gateway.app.parts import Parts
from gateway.app.providers.credentials import read_client, read_risc_key, tls_context
from gateway.app.providers.sessions import open_session
from gateway.app.signals.addresses import SIGNALS_PATH
from gateway.app.signals.asking import Asker, HostAsker, NotAnswered
from gateway.app.signals.fetching import NO_KEYS
from gateway.app.signals.project_hearing import ProjectHearing
from gateway.app.signals.streams import LOOK_MILLISECONDS, SILENT, SLOW, VISIT_SECONDS
from gateway.app.signals.transmitters import STATE_BYTES
from gateway.clock import milliseconds
from gateway.errors import Fenced, GatewayError
from gateway.settings import GoogleSettings, Settings
from gateway.signals.key_ring import key_ring
from gateway.signals.project_stream import (
    CONFIGURATION,
    METADATA,
    STATUS,
    STATUS_UPDATE,
    UPDATE,
    VERIFY,
    Configuration,
    ProjectStream,
    configuration,
    enabling_request,
    metadata,
    status,
    verification_request,
)
from gateway.signals.stream import Status
from gateway.signals.transmitter import VERIFY_MILLISECONDS, Question
from gateway.store.project_streams import (
    PROJECT_STREAMS,
    Hold,
    ProjectStreamRow,
    ProjectStreamRows,
    claim,
    project_stream,
    settle,
)
from gateway.store.registry import Registry
from gateway.vault.columns import SealedColumn
from gateway.withdrawal.door import Door

log = structlog.get_logger()

#: How its address ends, behind a secret.
END = "google"
#: It did not lead here, and was put right.
LED_ELSEWHERE = "led_elsewhere"
SECRET_BYTES = 32


class _Hosts(NamedTuple):
    """Where Google says who it is, and where its stream is arranged for."""

    accounts: str
    management: str

    def of_accounts(self, path: str) -> str:
        return f"{self.accounts.rstrip('/')}/{path}"

    def of_management(self, path: str) -> str:
        return f"{self.management.rstrip('/')}/{path}"


class ProjectVisits:
    """Asks for the stream as it should be, whether it stands, and whether it works. One of many."""

    def __init__(self, parts: Parts, asker: Asker, hosts: _Hosts, key: RiscKey, *, owner: str) -> None:
        self._parts = parts
        self._asker = asker
        self._hosts = hosts
        self._key = key
        self._owner = owner
        #: What is wanted may be another than before this process began.
        self._has_asked = False

    async def visit(self) -> None:
        """Ask, at first and whenever that is due. Raises StoreBusy, KeyUnavailable."""
        row, store = await self._parts.store.read(project_stream), self._parts.store
        if row is not None and self._has_asked and row.due_at > milliseconds(self._parts.clock()):
            return
        records = await self._parts.keyring.service(*PROJECT_STREAMS)
        if row is None:
            await store.administer(partial(_begin, records=records))
        hold = await store.administer(lambda registry: claim(registry.handle, self._owner, registry.now))
        if hold is None:
            return
        self._has_asked = True
        with suppress(Fenced):
            # Another process asks by now, if its lease ran out.
            await self._settle(hold, await self._why(hold, records))

    async def _settle(self, hold: Hold, reason: str | None) -> None:
        row = await self._parts.store.read(project_stream)
        if reason is not None and row is not None and reason != row.reason:
            log.warning("project_stream_not_heard", reason=reason)
        due_at = milliseconds(self._parts.clock()) + LOOK_MILLISECONDS
        write = partial(settle, hold=hold, due_at=due_at, reason=reason)
        await self._parts.store.administer(lambda registry: write(registry.handle))

    async def _why(self, hold: Hold, records: SealedColumn) -> str | None:
        """Ask all that is to be asked; why it does not tell as it should. Raises Fenced."""
        try:
            async with asyncio.timeout(VISIT_SECONDS):
                return await self._asked(hold, records)
        except TimeoutError:
            return SLOW

    async def _asked(self, hold: Hold, records: SealedColumn) -> str | None:
        """The first reason of several: what is not to be had keeps nothing else from being asked."""
        keys = await _reason(self._learn_keys(hold, records))
        stands = await _reason(self._let_stand(records))
        works = await _reason(self._verify(hold, records))
        row = await self._parts.store.read(project_stream)
        return keys or stands or works or _silent(row, milliseconds(self._parts.clock()))

    async def _let_stand(self, records: SealedColumn) -> None:
        """Raises NotAnswered, by how it stood where it did not tell."""
        wanted = Configuration.wanted(self._address((await self._known(records)).secret))
        found = await self._configured()
        if found is None or not found.is_as(wanted):
            await self._post(UPDATE, wanted.written)
        stands = status(await self._get(STATUS))
        if stands is Status.ENABLED:
            if found is not None and found.delivery != wanted.delivery:
                # Two installations of one project would take it from each other for ever.
                raise NotAnswered(LED_ELSEWHERE)
            return
        # Where its operator does not want to, whoever looks sees how it stands.
        with suppress(NotAnswered):
            await self._post(STATUS_UPDATE, enabling_request())
        raise NotAnswered("no_status" if stands is None else stands.value)

    async def _configured(self) -> Configuration | None:
        """None where there is none yet, or what stands there cannot be read."""
        try:
            return configuration(await self._get(CONFIGURATION))
        except NotAnswered as error:
            if error.code != "not_found":
                raise
            return None

    async def _learn_keys(self, hold: Hold, records: SealedColumn) -> None:
        """Where keys are told, if they are: what is heard is judged by those, and else by those of before."""
        own = metadata(await self._asker.get(self._hosts.of_accounts(METADATA)))
        if own is None:
            raise NotAnswered("no_metadata")
        if key_ring(await self._asker.get(own.jwks_uri)) is None:
            raise NotAnswered(NO_KEYS)
        known = await self._known(records)
        if own.jwks_uri != known.jwks_uri:
            await self._write(hold, records, replace(known, jwks_uri=own.jwks_uri))

    async def _verify(self, hold: Hold, records: SealedColumn) -> None:
        """Ask whether it works, if that was not asked lately."""
        known, now = await self._known(records), milliseconds(self._parts.clock())
        if known.question is not None and 0 <= now - known.question.asked_at < VERIFY_MILLISECONDS:
            return
        state = secrets.token_urlsafe(STATE_BYTES)
        # Before it is asked: it may answer sooner than we know that it was.
        await self._write(hold, records, replace(known, question=Question(state, now)))
        await self._post(VERIFY, verification_request(state))

    async def _known(self, records: SealedColumn) -> ProjectStream:
        record = await self._parts.store.read(lambda handle: ProjectStreamRows(handle, records).load())
        if record is None:
            raise Fenced("The stream of the project was forgotten meanwhile; it is asked for anew.")
        return ProjectStream.read(record)

    async def _write(self, hold: Hold, records: SealedColumn, known: ProjectStream) -> None:
        def write(registry: Registry) -> None:
            ProjectStreamRows(registry.handle, records).write(hold, known.written)

        await self._parts.store.administer(write)

    async def _get(self, path: str) -> bytes:
        return await self._asker.get(self._hosts.of_management(path), self._key.token())

    async def _post(self, path: str, body: bytes) -> None:
        await self._asker.post(self._hosts.of_management(path), body, self._key.token())

    def _address(self, secret: str) -> str:
        return f"{(self._parts.settings.listen.public_url or '').rstrip('/')}{SIGNALS_PATH}/{secret}/{END}"


class OpenedProject(NamedTuple):
    """What hears of accounts, and what visits the stream on which they are told."""

    hearing: ProjectHearing
    visit: Callable[[], Awaitable[None]]


@asynccontextmanager
async def open_project(parts: Parts, door: Door) -> AsyncIterator[OpenedProject | None]:
    """Both, if Google is to tell of accounts. Raises ConfigurationError for keys that cannot be used."""
    google = parts.settings.providers.google
    opened = _opened(google)
    if google is None or opened is None:
        yield None
        return
    client, key = opened
    hosts = _Hosts(google.accounts_url, google.risc_url)
    async with open_session(tls_context(google.ca_file)) as session:
        # Keys are told at the host of other services of Google's.
        asker = HostAsker(session, (*hosts, google.calendar_url))
        visits = ProjectVisits(parts, asker, hosts, key, owner=secrets.token_hex(8))
        yield OpenedProject(ProjectHearing(parts, door, asker, client), visits.visit)


def check_project(settings: Settings) -> None:
    """Raises ConfigurationError for a key that cannot be used, or is of another project than the client."""
    _opened(settings.providers.google)


def _opened(google: GoogleSettings | None) -> tuple[str, RiscKey] | None:
    """The id of our web client, and what arranges for its project's stream."""
    if google is None or google.risc_key_file is None or google.client_file is None:
        return None
    client = read_client(google.client_file)
    return client_id(client), read_risc_key(google.risc_key_file, client)


def _begin(registry: Registry, *, records: SealedColumn) -> None:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    rows = ProjectStreamRows(registry.handle, records)
    rows.begin(ProjectStream(secret=secret).written, secret, registry.now)


def _silent(row: ProjectStreamRow | None, now: int) -> str | None:
    return SILENT if row is not None and row.is_silent(now, pause=VERIFY_MILLISECONDS) else None


async def _reason(asking: Awaitable[None]) -> str | None:
    """What keeps it from being had. Raises Fenced."""
    try:
        await asking
    except NotAnswered as error:
        return error.code
    except Fenced:
        raise
    except GatewayError as error:
        return type(error).__name__
    return None
