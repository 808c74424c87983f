"""Transmitters as an admin sees them: who tells us of a tenant's people, and what was heard of them."""

import asyncio
import secrets
from functools import partial
from typing import NamedTuple

import structlog
from msgspec.structs import replace

from gateway.app.parts import Parts
from gateway.app.signals.account_claims import ISSUER
from gateway.app.signals.account_endings import end_watching
from gateway.app.signals.addresses import address_at
from gateway.app.signals.arranging import agree, end_stream, leads, verify
from gateway.app.signals.asking import Asker, open_asker
from gateway.app.tenants import open_tenant
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError, GatewayError, UnknownName
from gateway.signals.push import Push
from gateway.signals.transmitter import Transmitter, TransmitterKind, hash_of
from gateway.store.named_secrets import new_secret
from gateway.store.registry import Standing
from gateway.store.signals import SignalRow, signals_of
from gateway.store.store import Fence
from gateway.store.transmitters import TransmitterRow, transmitters_of
from gateway.store.unlock import open_keys, unlock
from gateway.tenant import Provider

log = structlog.get_logger()

#: Which tenants each provider can be asked about, and what they have there.
_TOLD_OF = {
    TransmitterKind.GRAPH: (Provider.MICROSOFT, "Microsoft 365"),
    TransmitterKind.GOOGLE: (Provider.GOOGLE, "Google Workspace"),
}
#: Of one tenant.
TRANSMITTERS_MAX = 16
STATE_BYTES = 16


class Registered(NamedTuple):
    """What was registered, and what its operator has to be told, once: where to, and what to show there."""

    id: str
    address: str | None
    shows: str | None


async def add_transmitter(
    parts: Parts,
    standing: Standing,
    asker: Asker,
    *,
    kind: TransmitterKind,
    issuer: str,
    token: str | None = None,
    application: str | None = None,
    organization: str | None = None,
) -> Registered:
    """Believe what an issuer tells of a tenant's people from now on.

    A stream is agreed on with its transmitter, by ``token``. Raises ConfigurationError for what cannot be,
    NotAnswered where a transmitter does not make a stream; KeyUnavailable.
    """
    name = f"trm_{secrets.token_urlsafe(12)}"
    known = await parts.store.read(partial(transmitters_of, tenant=standing.tenant))
    _check(parts, known, kind, issuer)
    secret = new_secret(standing.tenant, name) if kind.comes else None
    url = parts.settings.listen.public_url or ""
    address = None if secret is None else address_at(url, secret, kind)
    shows = secrets.token_urlsafe(32) if kind.comes else None
    made = Transmitter(
        kind=kind,
        issuer=issuer,
        shown=None if shows is None else hash_of(shows),
        application=application,
        organization=organization,
        token=token,
    )
    keys = await unlock(parts.keyring, standing)
    if kind.is_stream:
        made = await agree(asker, made, address, shows)
    try:
        await parts.store.turn(
            Fence.of(standing),
            keys,
            lambda to: to.transmitters.add(name, kind, made.written, secret, pause=made.pause),
        )
    except GatewayError:
        # A stream of which nobody here knows would stand in the way of the next one.
        await end_stream(asker, made)
        raise
    return Registered(name, None if kind.is_stream else address, None if kind.is_stream else shows)


async def follow_accounts(
    parts: Parts, standing: Standing, kind: TransmitterKind, closed: str | None = None
) -> str:
    """Let a tenant's own provider be asked what becomes of accounts, and of our application; its name.

    ``closed``: a mailbox that must stay closed to us. Raises ConfigurationError, KeyUnavailable.
    """
    name, (provider, of) = f"trm_{secrets.token_urlsafe(12)}", _TOLD_OF[kind]
    known = await parts.store.read(partial(transmitters_of, tenant=standing.tenant))
    _check_room(known)
    if any(row.kind == kind for row in known):
        raise ConfigurationError(f"{kind.title()} is asked about this tenant already. Nothing was recorded.")
    if (await open_tenant(parts, standing)).connection.provider is not provider:
        raise ConfigurationError(
            f"{kind.title()} tells of {of}, and this tenant's calendars are elsewhere. Nothing was recorded."
        )
    if closed is not None and not closed.strip():
        raise ConfigurationError(
            "--refused-mailbox is empty. Give the address of a mailbox that is nobody's."
        )
    made, secret = Transmitter(kind=kind, issuer=ISSUER, closed=closed), None
    if kind is TransmitterKind.GOOGLE:
        # Whether it can be told where we are shows at each visit.
        secret, token = new_secret(standing.tenant, name), secrets.token_urlsafe(32)
        made = replace(made, shown=hash_of(token), push=Push(secret=secret, token=token))
    keys = await unlock(parts.keyring, standing)
    await parts.store.turn(
        Fence.of(standing),
        keys,
        lambda to: to.transmitters.add(name, kind, made.written, secret, pause=made.pause),
    )
    return name


async def list_transmitters(parts: Parts, standing: Standing) -> list[TransmitterRow]:
    """Those of a tenant, the first first."""
    return await parts.store.read(partial(transmitters_of, tenant=standing.tenant))


async def list_signals(parts: Parts, standing: Standing, most: int) -> list[SignalRow]:
    """What signals did, the newest first."""
    return await parts.store.read(partial(signals_of, tenant=standing.tenant, most=most))


async def load_transmitter(parts: Parts, standing: Standing, name: str) -> Transmitter:
    """One of a tenant's, whether it may be read or not. Raises UnknownName, KeyUnavailable."""
    keys = await open_keys(parts.keyring, standing)
    found = await parts.store.look(Fence.of(standing), keys, lambda to: to.transmitters.load(name))
    if found is None:
        raise UnknownName("There is no such transmitter. 'gateway signals list' shows them.")
    return Transmitter.read(found)


async def remove_transmitter(parts: Parts, standing: Standing, asker: Asker, name: str) -> bool:
    """Believe one no more; False where its stream could not be ended at its end. Raises UnknownName."""
    transmitter = await load_transmitter(parts, standing, name)
    keys = await open_keys(parts.keyring, standing)
    await parts.store.turn(Fence.of(standing), keys, lambda to: to.transmitters.remove(name))
    return await _ended(parts, standing, asker, transmitter)


async def end_streams(parts: Parts, standing: Standing) -> None:
    """End the streams of a tenant that has ended at their transmitters, as far as they are to be reached.

    What is not stands there until its operator deletes it, or, at the tenant's own provider, until it ends by
    itself; nobody believes it any more.
    """
    rows = await list_transmitters(parts, standing)
    kinds = {row.id: TransmitterKind(row.kind) for row in rows}
    streams = [name for name, kind in kinds.items() if kind.is_stream or kind.is_asked]
    if streams:
        async with open_asker() as asker, asyncio.TaskGroup() as group:
            for name in streams:
                group.create_task(_end(parts, standing, asker, name))


async def _end(parts: Parts, standing: Standing, asker: Asker, name: str) -> None:
    try:
        is_ended = await _ended(parts, standing, asker, await load_transmitter(parts, standing, name))
    except GatewayError:
        is_ended = False
    if not is_ended:
        log.warning("stream_not_ended", tenant=standing.tenant, transmitter=name)


async def _ended(parts: Parts, standing: Standing, asker: Asker, transmitter: Transmitter) -> bool:
    return await end_stream(asker, transmitter) and await end_watching(parts, standing, transmitter)


async def ask_to_verify(parts: Parts, standing: Standing, asker: Asker, name: str) -> Transmitter:
    """Ask a stream to say that it works, if it may be asked by now; returns what is known of it from then on.

    Where it may not, what it was asked last is still to be answered, or was a moment ago.

    Raises UnknownName, NotAnswered; ConfigurationError for one that takes no questions.
    """
    transmitter = await load_transmitter(parts, standing, name)
    if transmitter.metadata is None or transmitter.agreed is None:
        raise ConfigurationError(
            "This transmitter takes no questions: let its operator send a test from where it was set up. "
            "Nothing was asked."
        )
    now, last = milliseconds(parts.clock()), transmitter.question
    if last is not None and 0 <= now - last.asked_at < transmitter.agreed.pause * 1000:
        return transmitter
    state = secrets.token_urlsafe(STATE_BYTES)
    keys = await open_keys(parts.keyring, standing)
    asking = transmitter.asking(state, now)
    # Before it is asked: it may answer sooner than we know that it was.
    await parts.store.turn(
        Fence.of(standing),
        keys,
        lambda to: to.transmitters.write(name, asking.written, pause=asking.pause),
    )
    await verify(asker, asking, state)
    return asking


def _check(parts: Parts, known: list[TransmitterRow], kind: TransmitterKind, issuer: str) -> None:
    """Raises ConfigurationError."""
    _check_room(known)
    if not leads(issuer, issuer):
        raise ConfigurationError(
            "An issuer is https://HOST on the public network, as its metadata have it. Nothing was recorded."
        )
    if kind.comes and parts.settings.listen.public_url is None:
        raise ConfigurationError(
            "No listen.public_url is configured, so no transmitter could reach the gateway. Set it, or have "
            "signals fetched (ssf-poll); nothing was recorded."
        )


def _check_room(known: list[TransmitterRow]) -> None:
    """Raises ConfigurationError."""
    if len(known) >= TRANSMITTERS_MAX:
        raise ConfigurationError(
            f"At most {TRANSMITTERS_MAX} transmitters tell of a tenant. Remove one; nothing was recorded."
        )
