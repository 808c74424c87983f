"""Hearing: what transmitters tell is opened, verified, and handed to the door."""

from functools import partial
from hmac import compare_digest

import structlog

from gateway.app.asking import Asker
from gateway.app.key_rings import KeyRings
from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.signals.expectation import Expectation
from gateway.signals.receiver import received
from gateway.signals.refusal import RefusalCode, SetRefused
from gateway.signals.signal import Signal
from gateway.signals.transmitter import Caller, Transmitter, TransmitterKind
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
        signal = await self._signal(caller.transmitter, token, came_at)
        if signal.state is not None and not _answers(caller.transmitter, signal.state):
            raise SetRefused(RefusalCode.INVALID_STATE, "it repeats another state than it was asked to.")
        await self._door.receive(caller.tenant, caller.id, [signal])

    async def _signal(self, transmitter: Transmitter, token: bytes, came_at: int | None) -> Signal:
        """Raises SetRefused, NotHeard.

        What is refused is told no more: a key that we do not know is looked for among those told since.
        """
        expectation, now = expected(transmitter), milliseconds(self._parts.clock())
        address = transmitter.metadata.jwks_uri if transmitter.metadata else ""
        try:
            return received(token, await self._rings.of(address, now), expectation, now)
        except SetRefused as error:
            if error.code is not RefusalCode.INVALID_KEY:
                raise
        since = now if came_at is None else came_at
        return received(token, await self._rings.of_since(address, now, since), expectation, now)

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


def _answers(transmitter: Transmitter, state: str) -> bool:
    question = transmitter.question
    return question is not None and compare_digest(question.state.encode(), state.encode())
