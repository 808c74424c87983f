"""Hearing: what transmitters tell is opened, verified, and handed to the door."""

from functools import partial
from hmac import compare_digest
from typing import NamedTuple

import structlog

from gateway.app.asking import Asker, NotAnswered
from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.clock import HOUR_MILLISECONDS, MINUTE_MILLISECONDS, milliseconds
from gateway.signals.expectation import Expectation
from gateway.signals.key_ring import KeyRing, key_ring
from gateway.signals.receiver import received
from gateway.signals.refusal import NotHeard, RefusalCode, SetRefused
from gateway.signals.signal import Signal
from gateway.signals.transmitter import Caller, Transmitter, TransmitterKind
from gateway.store.registry import standing_of
from gateway.store.store import Fence
from gateway.store.transmitters import known_by
from gateway.store.unlock import open_keys
from gateway.withdrawal.door import Door

log = structlog.get_logger()

#: A key ring is asked for anew after so long; where it does not know a key, sooner, but not all the time.
KEYS_LAST_MILLISECONDS = HOUR_MILLISECONDS
KEYS_PAUSE_MILLISECONDS = MINUTE_MILLISECONDS // 2


class _Fetched(NamedTuple):
    ring: KeyRing | None
    at: int


class KeyRings:
    """The public keys of transmitters, by where they are told. In memory alone."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._known: dict[str, _Fetched] = {}

    async def of(self, address: str, now: int, *, anew: bool = False) -> KeyRing:
        """Those that are told there; ``anew``: one was not among those at hand. Raises NotHeard."""
        known = self._known.get(address)
        lasts = (
            KEYS_PAUSE_MILLISECONDS if anew or known is None or known.ring is None else KEYS_LAST_MILLISECONDS
        )
        if known is None or not 0 <= now - known.at < lasts:
            known = self._known[address] = _Fetched(await self._fetched(address, known), now)
        if known.ring is None:
            raise NotHeard(
                "The keys of a transmitter are not to be had. What it tells is not taken; it is told again."
            )
        return known.ring

    async def _fetched(self, address: str, known: _Fetched | None) -> KeyRing | None:
        try:
            found = key_ring(await self._asker.get(address))
        except NotAnswered:
            found = None
        # What was good stays so while nobody answers.
        return found or (None if known is None else known.ring)


class Hearing:
    """Opens what transmitters tell."""

    def __init__(self, parts: Parts, door: Door, asker: Asker) -> None:
        self._parts = parts
        self._door = door
        self._asker = asker
        self._rings = KeyRings(asker)

    async def find(self, secret: str, kind: TransmitterKind) -> Caller | None:
        """Who was given this secret as such a one. Raises KeyUnavailable."""
        known = await self._parts.store.read(partial(known_by, secret=secret))
        if known is None or known.kind != kind:
            return None
        return await self.opened(known.tenant, known.id)

    async def hear(self, caller: Caller, token: bytes) -> None:
        """Do what a security event token says; durable once it returns.

        Raises SetRefused, NotHeard; KeyUnavailable, StoreBusy, Fenced.
        """
        signal = await self._signal(caller.transmitter, token)
        if signal.state is not None and not _answers(caller.transmitter, signal.state):
            raise SetRefused(RefusalCode.INVALID_STATE, "it repeats another state than it was asked to.")
        await self._door.receive(caller.tenant, caller.id, [signal])

    async def _signal(self, transmitter: Transmitter, token: bytes) -> Signal:
        """Raises SetRefused, NotHeard."""
        expectation, now = expected(transmitter), milliseconds(self._parts.clock())
        address = transmitter.metadata.jwks_uri if transmitter.metadata else ""
        try:
            return received(token, await self._rings.of(address, now), expectation, now)
        except SetRefused as error:
            if error.code is not RefusalCode.INVALID_KEY:
                raise
        return received(token, await self._rings.of(address, now, anew=True), expectation, now)

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
