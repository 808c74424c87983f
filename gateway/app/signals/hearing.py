"""Hearing: what transmitters tell is opened, verified, and handed to the door."""

from functools import partial
from hmac import compare_digest

import structlog

from gateway.app.parts import Parts
from gateway.app.signals.asking import Asker
from gateway.app.signals.key_rings import KeyRings
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.signals.expectation import Expectation
from gateway.signals.receiver import received
from gateway.signals.refusal import RefusalCode, SetRefused
from gateway.signals.signal import Signal
from gateway.signals.transmitter import Caller, Question, Transmitter, TransmitterKind
from gateway.store.registry import standing_of
from gateway.store.store import Fence
from gateway.store.transmitters import known_by
from gateway.store.unlock import open_keys
from gateway.withdrawal.door import Door

log = structlog.get_logger()


class Hearing:
    """Opens what transmitters tell."""

    def __init__(self, parts: Parts, door: Door, asker: Asker) -> None:
        self._parts = parts
        self._door = door
        self._rings = KeyRings(asker)

    async def find(self, secret: str, kind: TransmitterKind) -> Caller | None:
        """Who was given this secret as such a one. Raises KeyUnavailable."""
        known = await self._parts.store.read(partial(known_by, secret=secret))
        if known is None or known.kind != kind:
            return None
        return await self.opened(known.tenant, known.id)

    async def hear(self, caller: Caller, token: bytes, came_at: int | None = None) -> None:
        """Do what a security event token says; durable once it returns.

        ``came_at``: when it came, in epoch milliseconds; None: now. Raises SetRefused; NotHeard, where it
        cannot be known yet whether it is good; KeyUnavailable, StoreBusy, Fenced.
        """
        transmitter, now = caller.transmitter, milliseconds(self._parts.clock())
        address = transmitter.metadata.jwks_uri if transmitter.metadata else ""
        since = now if came_at is None else came_at
        signal = await told(token, self._rings, address, expected(transmitter), now=now, since=since)
        check_answer(signal, transmitter.question)
        await self._door.receive(caller.tenant, caller.id, [signal])

    async def opened(self, tenant: TenantId, name: str) -> Caller | None:
        """One of a tenant's, if both are there. Raises KeyUnavailable."""
        standing = await self._parts.store.watch(partial(standing_of, tenant=tenant))
        if standing is None or not standing.authorization.state.is_open:
            return None
        keys = await open_keys(self._parts.keyring, standing)
        record = await self._parts.store.look(Fence.of(standing), keys, lambda to: to.transmitters.load(name))
        return None if record is None else Caller(tenant, name, Transmitter.read(record))


def expected(transmitter: Transmitter) -> Expectation:
    """What its tokens have to be."""
    agreed, own = transmitter.agreed, transmitter.metadata
    return Expectation(
        issuer=transmitter.issuer,
        audiences=frozenset(agreed.audiences if agreed else ()),
        tenant=transmitter.organization,
        critical=frozenset(own.critical_subject_members if own else ()),
        stream=agreed.stream_id if agreed else None,
    )


async def told(
    token: bytes, rings: KeyRings, address: str, expectation: Expectation, *, now: int, since: int
) -> Signal:
    """What a token says that came ``since`` then, by the keys told at an address. In epoch milliseconds.

    What is refused is told no more: a key that we do not know is looked for among those told since. Raises
    SetRefused, NotHeard.
    """
    try:
        return received(token, await rings.of(address, now), expectation, now)
    except SetRefused as error:
        if error.code is not RefusalCode.INVALID_KEY:
            raise
    return received(token, await rings.of_since(address, now, since), expectation, now)


def check_answer(signal: Signal, question: Question | None) -> None:
    """Raises SetRefused for a signal that repeats another state than was asked for."""
    if signal.state is None:
        return
    if question is None or not compare_digest(question.state.encode(), signal.state.encode()):
        raise SetRefused(RefusalCode.INVALID_STATE, "it repeats another state than it was asked to.")
