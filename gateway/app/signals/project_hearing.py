"""Project hearing: what Google tells of accounts on the one stream of our project.

A token names somebody, and no tenant: it goes through the door of each tenant that knows them.
"""

import asyncio
from collections.abc import Collection, Mapping
from functools import partial

from gateway.app.parts import Parts
from gateway.app.signals.asking import Asker
from gateway.app.signals.hearing import check_answer, told
from gateway.app.signals.key_rings import KeyRings
from gateway.clock import milliseconds
from gateway.errors import GatewayError
from gateway.signals.naming import link_finders, subject_finders
from gateway.signals.project_stream import ProjectStream, expected, of_a_person
from gateway.signals.refusal import NotHeard
from gateway.signals.signal import Extent, Name, Signal
from gateway.store.handle import Handle
from gateway.store.project_streams import (
    GOOGLE,
    PROJECT_STREAMS,
    Finders,
    ProjectStreamRows,
    heard,
    is_its_secret,
    project_stream,
    tenants_finding,
    tenants_with_links,
)
from gateway.store.registry import Standing, load_tenant, standings
from gateway.store.unlock import open_keys
from gateway.tenant import Provider
from gateway.vault.index import Index
from gateway.vault.keyring import TenantKeys
from gateway.withdrawal.door import Door, Outcome

#: So many tokens are handed out at the same time; and of one, the keys of so many tenants are opened.
TOKENS_AT_ONCE = 2
TENANTS_AT_ONCE = 16


class ProjectHearing:
    """Opens what Google tells. ``client``: the id of our web client there."""

    def __init__(self, parts: Parts, door: Door, asker: Asker, client: str) -> None:
        self._parts = parts
        self._door = door
        self._expectation = expected(client)
        self._rings = KeyRings(asker)
        self._tokens = asyncio.Semaphore(TOKENS_AT_ONCE)

    async def recognize(self, secret: str) -> bool:
        """Whether the stream's address ends so."""
        return await self._parts.store.read(partial(is_its_secret, secret=secret))

    async def hear(self, token: bytes) -> None:
        """Do what a token says, at every tenant that knows whom it is about; durable once it returns.

        Where that cannot be had at one of them, the others are told all the same, and it has to come again.
        Raises SetRefused, NotHeard; KeyUnavailable, RestoredStore, StoreBusy, Fenced.
        """
        known, now = await self._known(), milliseconds(self._parts.clock())
        signal = await told(token, self._rings, known.jwks_uri or "", self._expectation, now=now, since=now)
        if signal.about.extent is Extent.CHANNEL:
            await self._of_stream(known, signal)
            return
        async with self._tokens:
            await self._of_person(of_a_person(signal))

    async def _known(self) -> ProjectStream:
        """Raises NotHeard before it was ever asked where keys are told."""
        column = await self._parts.keyring.service(*PROJECT_STREAMS)
        record = await self._parts.store.read(lambda handle: ProjectStreamRows(handle, column).load())
        known = None if record is None else ProjectStream.read(record)
        if known is None or known.jwks_uri is None:
            raise NotHeard("Where the keys of this stream are is not known yet. What it tells comes again.")
        return known

    async def _of_stream(self, known: ProjectStream, signal: Signal) -> None:
        """One that repeats no state shows nothing: it may be as old as it likes."""
        check_answer(signal, known.question)
        row = await self._parts.store.read(project_stream)
        if known.question is None or signal.state is None or row is None:
            return
        self._parts.metrics.signals.labels(claim=signal.proves, outcome=Outcome.DONE).inc()
        if (row.heard_at or 0) < known.question.asked_at:
            await self._parts.store.administer(lambda registry: heard(registry.handle, registry.now))

    async def _of_person(self, signal: Signal) -> None:
        keys, kept_from = await self._opened()
        theirs = partial(_knowing, keys=keys, names=signal.about.names)
        knowing = await self._parts.store.read(theirs)
        for standing in knowing:
            try:
                await self._door.receive(standing.tenant, GOOGLE, [signal])
            except GatewayError as error:
                kept_from = kept_from or error
        if not knowing:
            self._parts.metrics.signals.labels(claim=signal.proves, outcome=Outcome.NOBODY).inc()
        if kept_from is not None:
            raise kept_from

    async def _opened(self) -> tuple[Mapping[Standing, TenantKeys], GatewayError | None]:
        """The keys of all whose people have connected; and what kept it from having any of them."""
        found, failed = dict[Standing, TenantKeys](), list[GatewayError]()
        room = asyncio.Semaphore(TENANTS_AT_ONCE)

        async def open_one(standing: Standing) -> None:
            async with room:
                try:
                    found[standing] = await open_keys(self._parts.keyring, standing)
                except GatewayError as error:
                    failed.append(error)

        async with asyncio.TaskGroup() as group:
            for standing in await self._parts.store.read(_concerned):
                group.create_task(open_one(standing), name="project token")
        return found, failed[0] if failed else None


def _concerned(handle: Handle) -> list[Standing]:
    """The tenants that have not ended, and whose people have connected calendars of their own."""
    having = tenants_with_links(handle)
    return [one for one in standings(handle) if one.tenant in having and one.authorization.state.is_open]


def _knowing(
    handle: Handle, *, keys: Mapping[Standing, TenantKeys], names: Collection[Name]
) -> list[Standing]:
    """Those at which these names find somebody. An id of Google's names nobody elsewhere."""
    asked = {standing.tenant: _finders(theirs.index, names) for standing, theirs in keys.items()}
    found = set(tenants_finding(handle, asked))
    return [
        standing
        for standing, theirs in keys.items()
        if standing.tenant in found
        and load_tenant(handle, standing, theirs).connection.provider is Provider.GOOGLE
    ]


def _finders(index: Index, names: Collection[Name]) -> Finders:
    identify = index.identifier
    return Finders(link_finders(names, identify), frozenset(subject_finders(names, identify)))
