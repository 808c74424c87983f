"""A running gateway: the pulse, the worker, the feed, and withdrawals that somebody left unfinished."""

import asyncio
import errno
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial

import structlog
from aiohttp import web

from gateway.app.accountability.transparency import witnesses
from gateway.app.census import tenant_statuses
from gateway.app.engine import Engine, log_refusal, open_engine, settle_epochs
from gateway.app.keys import evidence_copies
from gateway.app.keys.renewal import Renewal
from gateway.app.outgoing.escalation import open_escalation
from gateway.app.outgoing.posting import open_sender
from gateway.app.parts import Parts
from gateway.app.persons.sign_in import SignIns
from gateway.app.persons.subjects import tells_users
from gateway.app.providers.connecting import open_connectors, open_delegations, open_examiners, open_tellers
from gateway.app.providers.metering import meters
from gateway.app.rules import check_choices
from gateway.app.signals.account_hints import AccountHints
from gateway.app.signals.account_signals import AccountSignals
from gateway.app.signals.asking import Asker, open_asker
from gateway.app.signals.front_door import FrontDoor
from gateway.app.signals.hearing import Hearing
from gateway.app.signals.probing import Probes
from gateway.app.signals.project_stream import OpenedProject, check_project, open_project
from gateway.app.signals.streams import Streams
from gateway.app.signals.watch_signals import WatchSignals
from gateway.app.tenants import list_tenants, open_tenant
from gateway.app.terms.answering import open_change_clocks
from gateway.errors import (
    ConfigurationError,
    GatewayError,
    KeyUnavailable,
    RestoredStore,
    StoreBusy,
    Unreadable,
)
from gateway.minimization.purposes import purposes
from gateway.stopping import stopped_within, until_stopped
from gateway.store.consumers import mark_used
from gateway.store.registry import Standing
from gateway.store.states import NOT_READ_YET, NOT_UNDERSTOOD
from gateway.sync.tenancies import Connect
from gateway.sync.worker import Worker
from gateway.web.connection import runner
from gateway.web.parts import Parts as WebParts
from gateway.web.pushing import Push
from gateway.web.receiving import Receiving
from gateway.web.server import application, watch_application
from gateway.withdrawal.clocks import Clocks
from gateway.withdrawal.door import Door
from gateway.withdrawal.subject_clocks import SubjectClocks

log = structlog.get_logger()

RESUME_SECONDS = 10.0
LOOPBACK = "127.0.0.1"

#: Does what is due by now.
Visit = Callable[[], Awaitable[None]]

#: Told the port.
OnListening = Callable[[int], None]


class NotRead(GatewayError):
    """Some of what is to be read could not be read. What could be is stored."""


async def run_engine(engine: Engine, parts: Parts, stop: asyncio.Event) -> None:
    """Run until told to stop. If one part ends by an error, all end."""
    await settle_epochs(parts)
    async with asyncio.TaskGroup() as group:
        # A fence is obeyed for as long as anything still runs.
        ended = asyncio.Event()
        group.create_task(engine.pulse.run(ended), name="pulse")
        group.create_task(_work(engine.worker, stop, ended), name="worker")
        group.create_task(engine.upkeep.run(stop), name="upkeep")
        group.create_task(_repeat(engine.statistics.visit_all, stop), name="statistics")
        group.create_task(Renewal(parts).run(stop), name="renewal")
        group.create_task(evidence_copies.keep_copies(parts, stop), name="copies")
        group.create_task(_finish_withdrawals(engine, parts, stop), name="withdrawals")
        # On their own: who is told or asked may take their time, and a withdrawal waits for nobody.
        group.create_task(_repeat(engine.chase.visit, stop), name="chase")
        group.create_task(_repeat(engine.pending.visit, stop), name="pending")
        group.create_task(_repeat(engine.informing.visit, stop), name="informing")


async def serve_until(parts: Parts, stop: asyncio.Event, on_listening: OnListening) -> None:
    """Read, withdraw and serve the feed until told to stop; then end what runs, within bounds.

    ``on_listening`` is told the port once requests are answered.
    """
    listen = parts.settings.listen
    await check_installation(parts)
    async with open_engine(parts, listens=True) as engine, open_delegations(parts.settings) as delegate:
        await engine.preparation.begin()
        await engine.pulse.beat()
        web_parts = WebParts(
            parts.store,
            parts.keyring,
            engine.pulse,
            parts.metrics,
            parts.clock,
            purposes(parts.rules.policies),
            engine.quiet.calendars,
            partial(tells_users, parts),
            listen.certificate_proxies,
        )
        async with AsyncExitStack() as sites:
            asker = await sites.enter_async_context(open_asker())
            door = Door(parts.store, parts.keyring, parts.metrics)
            hearing, url = Hearing(parts, door, asker), listen.public_url
            project = await sites.enter_async_context(open_project(parts, door))
            sign_ins = None if url is None else SignIns(parts, delegate)
            receiving = None if url is None else receiving_of(parts, door, hearing, project, url)
            watching, feed = watch_application(web_parts), application(web_parts, sign_ins, receiving)
            await listen_at(sites, watching, LOOPBACK, listen.metrics_port, setting="listen.metrics_port")
            port = await listen_at(sites, feed, listen.host, listen.port, setting="listen.port")
            on_listening(port)
            sender = await sites.enter_async_context(open_sender())
            push = Push(web_parts, sender.send, owner=secrets.token_hex(8), chance=_chance)
            visits = await _open_visits(sites, parts, door, hearing, asker)
            visits["watches"] = WatchSignals(parts, door, web_parts.watches.take).visit
            visits |= {} if project is None else {"project stream": project.visit}
            async with asyncio.TaskGroup() as group:
                group.create_task(push.run(stop), name="push")
                for name, visit in visits.items():
                    # Who is asked may hang; what was not done by then is done by whoever comes next.
                    group.create_task(_repeat(visit, stop, at_once=True), name=name)
                group.create_task(_repeat(partial(_note_uses, web_parts), stop), name="uses")
                await run_engine(engine, parts, stop)


def receiving_of(
    parts: Parts, door: Door, hearing: Hearing, project: OpenedProject | None, url: str
) -> Receiving:
    """Where identity providers tell us of people."""
    hints = AccountHints(parts)
    front, told = FrontDoor(parts, door), None if project is None else project.hearing
    return Receiving(hearing.find, front, hearing.hear, parts.clock, url, told, hints.take)


async def _open_visits(
    sites: AsyncExitStack, parts: Parts, door: Door, hearing: Hearing, asker: Asker
) -> dict[str, Visit]:
    """What asks those who tell that an authorization is over, and tries what they claim."""
    settings, clock = parts.settings, parts.clock
    tell = await sites.enter_async_context(open_tellers(settings, clock, meters(parts.metrics)))
    examine = await sites.enter_async_context(open_examiners(settings, clock))
    ask_provider = AccountSignals(parts, door, tell).look
    streams = Streams(parts, hearing, asker, ask_provider, owner=secrets.token_hex(8))
    return {"streams": streams.visit, "probes": Probes(parts, examine).visit}


async def _note_uses(parts: WebParts) -> None:
    uses = parts.uses.take()
    if uses:
        await parts.store.administer(lambda registry: mark_used(registry.handle, uses))


def _chance() -> float:
    return secrets.randbelow(1_000_000) / 1_000_000


async def listen_at(
    sites: AsyncExitStack, site: web.Application, host: str, port: int, *, setting: str
) -> int:
    """Serve until the stack is closed; returns the port. Raises ConfigurationError that names ``setting``."""
    serving = runner(site)
    sites.push_async_callback(serving.cleanup)
    await serving.setup()
    try:
        await web.TCPSite(serving, host, port).start()
    except (OSError, UnicodeError) as error:
        if isinstance(error, OSError) and error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise ConfigurationError(
                f"Cannot listen on {host}:{port}: the port is taken, or not this user's to take. Choose "
                f"another {setting}, or end what holds it."
            ) from None
        raise ConfigurationError(
            f"Cannot listen on {host}: it is no address of this machine. Choose another listen.host."
        ) from None
    return int(serving.addresses[0][1])


async def check_installation(parts: Parts) -> None:
    """Look at every credential, at who witnesses, and at what every tenant chose. Raises ConfigurationError.

    Tenants whose keys are not to be had are passed over: they are neither read nor served.
    """
    witnesses(parts)
    check_project(parts.settings)
    await evidence_copies.check(parts)
    async with (
        open_escalation(parts.settings, parts.clock),
        open_connectors(parts.settings, parts.clock) as connectors,
    ):
        for overview in await list_tenants(parts):
            if overview.is_open:
                await _check_tenant(parts, connectors.connect, overview.standing)


async def _check_tenant(parts: Parts, connect: Connect, standing: Standing) -> None:
    try:
        tenant = await open_tenant(parts, standing)
    except (KeyUnavailable, RestoredStore, Unreadable) as error:
        log_refusal(standing.tenant, error)
        return

    async def admit() -> None:
        return

    try:
        check_choices(parts.rules, tenant)
        if tenant.connection.is_whole:
            connect(tenant, admit)
    except GatewayError as error:
        raise ConfigurationError(f"Tenant {tenant.id} cannot be read. {error}") from None


async def sync_once(parts: Parts, on_turn: Callable[[], Awaitable[None]]) -> None:
    """Read everything that is due, once.

    Raises ConfigurationError if a provider refuses our credential, NotRead if anything else kept from it.
    """
    await check_installation(parts)
    stop = asyncio.Event()
    async with open_engine(parts, listens=False) as engine, asyncio.TaskGroup() as group:
        await engine.preparation.begin()
        await Clocks(parts.store, parts.keyring, engine.cascade, parts.clock).visit_all()
        await open_change_clocks(parts, engine.cascade).visit_all()
        await SubjectClocks(parts.store, parts.keyring, engine.cascade, parts.clock).visit_all()
        await engine.requests.visit_all()
        await settle_epochs(parts)
        group.create_task(engine.pulse.run(stop), name="pulse")
        await engine.upkeep.visit_all()
        await Renewal(parts).visit_all()
        await engine.limitation.visit()
        await engine.reviews.visit()
        await _visit(engine.chase.visit)
        await _visit(engine.pending.visit)
        await _visit(engine.informing.visit)
        await evidence_copies.copy_or_tell(parts)
        await engine.worker.run_until_idle(on_turn)
        await _visit(engine.statistics.visit_all)
        stop.set()
    if engine.worker.refusals:
        codes = ", ".join(sorted(engine.worker.refusals))
        raise ConfigurationError(
            f"A provider refuses our own credential ({codes}). What is stored stays as it is and grows "
            "stale. Put the credential that the provider knows into [providers], then read again."
        )
    await refuse_unread(parts)


async def refuse_unread(parts: Parts) -> None:
    """Raises NotRead if a calendar or directory could not be read, whether or not it is due again."""
    kept_from = Counter[str]()
    for overview, census, *_ in await tenant_statuses(parts):
        if overview.is_open:
            kept_from.update(census.reasons)
            kept_from[NOT_READ_YET] += census.untouched
    # These calendars were read; an item of theirs was not understood.
    del kept_from[NOT_UNDERSTOOD]
    if kept_from.total():
        what = "calendar or directory" if kept_from.total() == 1 else "calendars or directories"
        codes = ", ".join(f"{reason}: {number:,}" for reason, number in sorted(kept_from.items()) if number)
        raise NotRead(
            f"{kept_from.total():,} {what} could not be read ({codes}). What is stored of them stays as it "
            "is and grows stale. Each is asked for again once it is due; 'gateway status' tells whose it is."
        )


async def _work(worker: Worker, stop: asyncio.Event, ended: asyncio.Event) -> None:
    try:
        await worker.run(stop)
    finally:
        ended.set()


async def _finish_withdrawals(engine: Engine, parts: Parts, stop: asyncio.Event) -> None:
    clocks = Clocks(parts.store, parts.keyring, engine.cascade, parts.clock)
    changes = open_change_clocks(parts, engine.cascade)
    subjects = SubjectClocks(parts.store, parts.keyring, engine.cascade, parts.clock)
    while not stop.is_set():
        parts.keyring.expire()
        try:
            await engine.preparation.go_on()
            await clocks.visit_all()
            await changes.visit_all()
            await subjects.visit_all()
            await engine.requests.visit_all()
            await engine.cascade.resume()
            await engine.limitation.visit()
            await engine.reviews.visit()
        except StoreBusy:
            log.warning("withdrawals_wait_for_the_store")
        await stopped_within(stop, RESUME_SECONDS)


async def _repeat(visit: Visit, stop: asyncio.Event, *, at_once: bool = False) -> None:
    """Until told to stop: then what has begun goes on to its end, or ends at once."""
    while not stop.is_set():
        await (until_stopped(stop, _visit(visit)) if at_once else _visit(visit))
        await stopped_within(stop, RESUME_SECONDS)


async def _visit(visit: Visit) -> None:
    """What cannot be done now is done the next time, and holds up nothing else."""
    try:
        await visit()
    except (StoreBusy, KeyUnavailable) as error:
        log.warning("visit_delayed", code=type(error).__name__)
