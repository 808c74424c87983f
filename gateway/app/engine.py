"""Engine: what moves in a process, put together and standing still."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import structlog

from gateway.app.cascades import open_cascade
from gateway.app.consumers.counting import open_statistics
from gateway.app.examining.removals import looking
from gateway.app.holds.reviews import Reviews
from gateway.app.outgoing.employers import open_employers
from gateway.app.outgoing.escalation import open_escalation
from gateway.app.parts import Parts
from gateway.app.persons.linking import CONSENT
from gateway.app.preparing import Preparation
from gateway.app.providers.connecting import Connectors, open_connectors
from gateway.app.providers.grants import notify_url
from gateway.app.providers.metering import meters
from gateway.app.requests.opening import open_requests
from gateway.app.revoking import open_revoker
from gateway.booking import TenantId
from gateway.errors import GatewayError, KeyUnavailable
from gateway.store.persons import persons_standing
from gateway.store.pulse import Pulse
from gateway.store.registry import Standing, standings
from gateway.store.subjects import owners_standing
from gateway.sync.persons import Persons
from gateway.sync.quiet import Quiet
from gateway.sync.tenancies import Tenancies
from gateway.sync.upkeep import Upkeep
from gateway.sync.usage import Statistics
from gateway.sync.worker import Worker
from gateway.withdrawal.cascade import Cascade
from gateway.withdrawal.chasing import Chase
from gateway.withdrawal.informing import Informing
from gateway.withdrawal.limitation import Limitation
from gateway.withdrawal.pending import Pending
from gateway.withdrawal.requests import Requests

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Engine:
    """What moves: reads providers, obeys fences, finishes withdrawals."""

    worker: Worker
    upkeep: Upkeep
    statistics: Statistics
    pulse: Pulse
    cascade: Cascade
    quiet: Quiet
    limitation: Limitation
    preparation: Preparation
    requests: Requests
    reviews: Reviews
    chase: Chase
    pending: Pending
    informing: Informing


def open_limitation(parts: Parts) -> Limitation:
    """What lets go of proof, once an installation's limitation period is over."""
    days = parts.settings.limitation_days
    return Limitation(parts.store, parts.keyring, parts.keys, parts.clock, days=days)


@asynccontextmanager
async def open_engine(parts: Parts, *, listens: bool) -> AsyncIterator[Engine]:
    """Build what moves, standing still. Raises ConfigurationError for credentials that cannot be read.

    ``listens``: whether somebody is there whom providers can tell of changes.
    """
    owner = secrets.token_hex(8)
    async with (
        open_connectors(parts.settings, parts.clock, meters(parts.metrics)) as connectors,
        open_revoker(parts) as revoke,
        _open_far_side(parts, connectors, owner) as far_side,
    ):
        tenancies = Tenancies(
            parts.store,
            parts.keyring,
            connectors.connect,
            policies=parts.rules.policies,
            legal=parts.rules.legal,
            on_refusal=log_refusal,
            notify_at=partial(notify_url, parts.settings.listen.public_url),
        )
        worker = _worker(parts, tenancies, connectors, owner, listens=listens)

        async def obey_fence(standing: Standing) -> None:
            parts.keyring.drop(standing.tenant)
            worker.drop(standing.tenant)
            await _settle_epoch(parts, standing)

        async def obey_persons_fence(standing: Standing) -> None:
            owners = await parts.store.watch(partial(owners_standing, tenant=standing.tenant))
            parts.keyring.keep_only(standing.tenant, owners)
            found = await parts.store.watch(partial(persons_standing, tenant=standing.tenant))
            worker.keep_only(standing.tenant, found)

        cascade = open_cascade(parts, revoke, owner)
        upkeep, statistics = Upkeep(parts.store, parts.keyring, parts.clock), open_statistics(parts)
        quiet = Quiet(parts.store, tenancies, connectors.vouch, parts.clock)
        pulse = Pulse(parts.store, obey_fence, obey_persons_fence)
        limitation, preparation = open_limitation(parts), Preparation(parts, revoke)
        reviews, requests = Reviews(parts), open_requests(parts, cascade)
        moving = (worker, upkeep, statistics, pulse, cascade, quiet)
        yield Engine(*moving, limitation, preparation, requests, reviews, *far_side)


def _worker(
    parts: Parts, tenancies: Tenancies, connectors: Connectors, owner: str, *, listens: bool
) -> Worker:
    consent = parts.rules.legal.ceiling(CONSENT, personal=True)
    persons = Persons(parts.store, parts.keyring, connectors.connect_person, consent=consent)
    return Worker(
        parts.store,
        tenancies,
        persons,
        owner=owner,
        clock=parts.clock,
        metrics=parts.metrics,
        chance=lambda: secrets.randbelow(1_000_000) / 1_000_000,
        notified=listens and parts.settings.listen.public_url is not None,
    )


@asynccontextmanager
async def _open_far_side(
    parts: Parts, connectors: Connectors, owner: str
) -> AsyncIterator[tuple[Chase, Pending, Informing]]:
    """What waits for others: for consumers, for the customer at its provider, and at its own address."""
    store, keyring, clock = parts.store, parts.keyring, parts.clock
    pending = Pending(store, keyring, clock, look=looking(connectors.roles_in), owner=owner)
    async with open_escalation(parts.settings, clock) as tell, open_employers(clock) as tell_employer:
        chase = Chase(store, keyring, clock, parts.metrics, tell=tell, owner=owner)
        yield chase, pending, Informing(store, keyring, clock, tell=tell_employer, owner=owner)


async def settle_epochs(parts: Parts) -> None:
    """Tell the key service what epochs were committed; a crash may have come between."""
    for standing in await parts.store.read(standings):
        await _settle_epoch(parts, standing)


async def _settle_epoch(parts: Parts, standing: Standing) -> None:
    authorization = standing.authorization
    try:
        await parts.keys.raise_epoch(standing.tenant, authorization.id, authorization.epoch)
    except KeyUnavailable:
        # That tenant is neither read nor served; the others are.
        log.error("tenant_keys_missing", tenant=standing.tenant)  # noqa: TRY400  its text adds nothing


def log_refusal(tenant: TenantId, error: GatewayError) -> None:
    """For operators: a tenant is neither read nor served for now."""
    log.warning("tenant_not_opened", tenant=tenant, code=type(error).__name__)
