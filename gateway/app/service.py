"""A running gateway: the pulse, the worker, the feed, and withdrawals that somebody left unfinished."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from aiohttp import web

from gateway.app.connecting import open_connectors
from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.errors import ConfigurationError, GatewayError, KeyUnavailable
from gateway.settings import Listen
from gateway.store.pulse import Pulse
from gateway.store.registry import Standing, standings
from gateway.sync.tenancies import Tenancies
from gateway.sync.worker import Worker
from gateway.web.parts import Parts as WebParts
from gateway.web.server import application, runner
from gateway.withdrawal.cascade import Cascade

log = structlog.get_logger()

RESUME_SECONDS = 10.0

#: Told the port.
OnListening = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Engine:
    """What moves: reads providers, obeys fences, finishes withdrawals."""

    worker: Worker
    pulse: Pulse
    cascade: Cascade


@asynccontextmanager
async def open_engine(parts: Parts) -> AsyncIterator[Engine]:
    """Build what moves, standing still. Raises ConfigurationError for credentials that cannot be read."""
    owner = secrets.token_hex(8)
    async with open_connectors(parts.settings) as connect:
        tenancies = Tenancies(
            parts.store,
            parts.keyring,
            connect,
            policies=parts.rules.policies,
            legal=parts.rules.legal,
            on_refusal=_log_refusal,
        )
        worker = Worker(
            parts.store,
            tenancies,
            owner=owner,
            clock=parts.clock,
            metrics=parts.metrics,
            chance=lambda: secrets.randbelow(1_000_000) / 1_000_000,
        )

        async def obey_fence(standing: Standing) -> None:
            parts.keyring.drop(standing.tenant)
            worker.drop(standing.tenant)
            await _settle_epoch(parts, standing)

        cascade = Cascade(parts.store, parts.keyring, parts.keys, owner=owner)
        yield Engine(worker, Pulse(parts.store, obey_fence), cascade)


async def run_engine(engine: Engine, parts: Parts, stop: asyncio.Event) -> None:
    """Run until told to stop. If one part ends by an error, all end."""
    await settle_epochs(parts)
    async with asyncio.TaskGroup() as group:
        group.create_task(engine.pulse.run(stop), name="pulse")
        group.create_task(engine.worker.run(stop), name="worker")
        group.create_task(_finish_withdrawals(engine.cascade, parts, stop), name="withdrawals")


async def serve_until(parts: Parts, stop: asyncio.Event, on_listening: OnListening) -> None:
    """Read, withdraw and serve the feed until told to stop; then end what runs, within bounds.

    ``on_listening`` is told the port once requests are answered.
    """
    listen = parts.settings.listen
    async with open_engine(parts) as engine:
        await engine.pulse.beat()
        site = runner(
            application(WebParts(parts.store, parts.keyring, engine.pulse, parts.metrics, parts.clock))
        )
        try:
            await site.setup()
            port = await _listen(site, listen)
            on_listening(port)
            await run_engine(engine, parts, stop)
        finally:
            await site.cleanup()


async def _listen(site: web.AppRunner, listen: Listen) -> int:
    try:
        await web.TCPSite(site, listen.host, listen.port).start()
    except OSError as error:
        raise ConfigurationError(
            f"Nothing can be served on port {listen.port} ({error.strerror}). Choose another in [listen]."
        ) from None
    return int(site.addresses[0][1])


async def check_credentials(parts: Parts) -> None:
    """Read every credential that the configuration names. Raises ConfigurationError."""
    async with open_connectors(parts.settings):
        return


async def sync_once(parts: Parts, on_turn: Callable[[], Awaitable[None]]) -> None:
    """Read everything that is due, once."""
    await settle_epochs(parts)
    stop = asyncio.Event()
    async with open_engine(parts) as engine, asyncio.TaskGroup() as group:
        group.create_task(engine.pulse.run(stop), name="pulse")
        await engine.worker.run_until_idle(on_turn)
        stop.set()


async def settle_epochs(parts: Parts) -> None:
    """Tell the key service what epochs were committed; a crash may have come between."""
    async with parts.store.reading() as connection:
        found = await standings(connection)
    for standing in found:
        await _settle_epoch(parts, standing)


async def _settle_epoch(parts: Parts, standing: Standing) -> None:
    authorization = standing.authorization
    try:
        await parts.keys.raise_epoch(standing.tenant, authorization.id, authorization.epoch)
    except KeyUnavailable:
        # That tenant is neither read nor served; the others are.
        log.error("tenant_keys_missing", tenant=standing.tenant)  # noqa: TRY400  its text adds nothing


async def _finish_withdrawals(cascade: Cascade, parts: Parts, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await cascade.resume()
        parts.keyring.expire()
        try:
            await asyncio.wait_for(stop.wait(), RESUME_SECONDS)
        except TimeoutError:
            continue


def _log_refusal(tenant: TenantId, error: GatewayError) -> None:
    log.warning("tenant_not_opened", tenant=tenant, code=type(error).__name__)
