"""Transmitters as an admin sees them: who tells us of a tenant's people, and what was heard of them."""

import secrets
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode

from msgspec.structs import replace

from gateway.app.asking import Asker, NotAnswered, is_local
from gateway.app.outgoing import public_target
from gateway.app.parts import Parts
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError, UnknownName
from gateway.signals.stream import (
    Agreed,
    Metadata,
    agreed,
    metadata,
    stream_request,
    verification_request,
    well_known,
)
from gateway.signals.transmitter import Transmitter, TransmitterKind, hash_of
from gateway.store.named_secrets import new_secret
from gateway.store.registry import Standing
from gateway.store.signals import SignalRow, signals_of
from gateway.store.store import Fence
from gateway.store.transmitters import TransmitterRow, transmitters_of
from gateway.store.unlock import unlock

SIGNALS_PATH = "/v1/signals"
#: How each kind's addresses end.
_ENDS = {TransmitterKind.SSF_PUSH: "events", TransmitterKind.OKTA: "okta", TransmitterKind.SCIM: "scim/v2"}
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
    address = None if secret is None else _address(parts, secret, kind)
    shows = secrets.token_urlsafe(32) if kind.comes else None
    made = Transmitter(
        kind=kind,
        issuer=issuer,
        shown=None if shows is None else hash_of(shows),
        application=application,
        organization=organization,
        token=token,
    )
    if kind.is_stream:
        made = await _agree(asker, made, address, shows)
    keys = await unlock(parts.keyring, standing)
    await parts.store.turn(
        Fence.of(standing), keys, lambda to: to.transmitters.add(name, kind, made.written, secret)
    )
    return Registered(name, None if kind.is_stream else address, None if kind.is_stream else shows)


async def list_transmitters(parts: Parts, standing: Standing) -> list[TransmitterRow]:
    """Those of a tenant, the first first."""
    return await parts.store.read(partial(transmitters_of, tenant=standing.tenant))


async def list_signals(parts: Parts, standing: Standing, most: int) -> list[SignalRow]:
    """What signals did, the newest first."""
    return await parts.store.read(partial(signals_of, tenant=standing.tenant, most=most))


async def load_transmitter(parts: Parts, standing: Standing, name: str) -> Transmitter:
    """One of a tenant's. Raises UnknownName, KeyUnavailable."""
    keys = await unlock(parts.keyring, standing)
    found = await parts.store.look(Fence.of(standing), keys, lambda to: to.transmitters.load(name))
    if found is None:
        raise UnknownName("There is no such transmitter. 'gateway signals list' shows them.")
    return Transmitter.read(found)


async def remove_transmitter(parts: Parts, standing: Standing, asker: Asker, name: str) -> bool:
    """Believe one no more; False where its stream could not be ended at its end. Raises UnknownName."""
    transmitter = await load_transmitter(parts, standing, name)
    keys = await unlock(parts.keyring, standing)
    await parts.store.turn(Fence.of(standing), keys, lambda to: to.transmitters.remove(name))
    if transmitter.metadata is None or transmitter.agreed is None:
        return True
    query = urlencode({"stream_id": transmitter.agreed.stream_id})
    try:
        await asker.delete(f"{transmitter.metadata.configuration_endpoint}?{query}", transmitter.token)
    except NotAnswered:
        return False
    return True


async def ask_to_verify(parts: Parts, standing: Standing, asker: Asker, name: str) -> str:
    """Ask a stream to say that it works; returns the state that it is to repeat.

    Raises UnknownName, NotAnswered; ConfigurationError for one that takes no questions.
    """
    transmitter = await load_transmitter(parts, standing, name)
    if transmitter.metadata is None or transmitter.agreed is None:
        raise ConfigurationError(
            "This transmitter takes no questions: let its operator send a test from where it was set up. "
            "Nothing was asked."
        )
    endpoint = transmitter.metadata.verification_endpoint
    if endpoint is None:
        raise ConfigurationError("This transmitter verifies nothing when asked to. Nothing was asked.")
    state = secrets.token_urlsafe(STATE_BYTES)
    keys = await unlock(parts.keyring, standing)
    asking = transmitter.asking(state, milliseconds(parts.clock()))
    # Before it is asked: it may answer sooner than we know that it was.
    await parts.store.turn(Fence.of(standing), keys, lambda to: to.transmitters.write(name, asking.written))
    await asker.post(endpoint, verification_request(transmitter.agreed.stream_id, state), transmitter.token)
    return state


async def _agree(asker: Asker, made: Transmitter, address: str | None, shows: str | None) -> Transmitter:
    own = await described(asker, made.issuer)
    authorization = None if shows is None else f"Bearer {shows}"
    document = await asker.post(
        own.configuration_endpoint, stream_request(address, authorization), made.token
    )
    stream: Agreed | None = agreed(document, made.issuer)
    if stream is None or (address is None and not _leads(made.issuer, stream.delivery.endpoint_url)):
        raise NotAnswered("no_stream")
    return replace(made, metadata=own, agreed=stream)


async def described(asker: Asker, issuer: str) -> Metadata:
    """What an issuer says of itself, where nothing leads elsewhere than it may. Raises NotAnswered."""
    own = metadata(await asker.get(well_known(issuer)), issuer)
    if own is None or not all(_leads(issuer, address) for address in own.addresses):
        raise NotAnswered("no_metadata")
    return own


def _leads(issuer: str, address: str | None) -> bool:
    """Whether an address that an issuer names may be asked: one elsewhere names none on this machine."""
    if address is None:
        return False
    return is_local(address) if is_local(issuer) else public_target(address) is not None


def _check(parts: Parts, known: list[TransmitterRow], kind: TransmitterKind, issuer: str) -> None:
    """Raises ConfigurationError."""
    if len(known) >= TRANSMITTERS_MAX:
        raise ConfigurationError(
            f"At most {TRANSMITTERS_MAX} transmitters tell of a tenant. Remove one; nothing was recorded."
        )
    if not _leads(issuer, issuer):
        raise ConfigurationError(
            "An issuer is https://HOST on the public network, as its metadata have it. Nothing was recorded."
        )
    if kind.comes and parts.settings.listen.public_url is None:
        raise ConfigurationError(
            "No listen.public_url is configured, so no transmitter could reach the gateway. Set it, or have "
            "signals fetched (ssf-poll); nothing was recorded."
        )


def _address(parts: Parts, secret: str, kind: TransmitterKind) -> str:
    return f"{(parts.settings.listen.public_url or '').rstrip('/')}{SIGNALS_PATH}/{secret}/{_ENDS[kind]}"
