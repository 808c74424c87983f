"""The door: the one way in for signals, whoever tells them and however. It restricts, and never widens.

A signal is durable once it was received. Of whom we do not know nothing is written.
"""

import secrets
from collections.abc import Sequence
from enum import StrEnum
from functools import partial

import structlog

from gateway.authorization import State
from gateway.booking import TenantId
from gateway.errors import Fenced, KeyUnavailable
from gateway.metrics import Metrics
from gateway.signals.decision import Effect, decide
from gateway.signals.signal import Claim, Extent, Signal
from gateway.store.registry import Registry, Standing, standing_of
from gateway.store.scope import TenantScope
from gateway.store.signals import SignalRow, SignalRows
from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.store.transmitters import fell_silent, heard_from
from gateway.store.unlock import open_keys
from gateway.vault.keyring import Keyring, TenantKeys
from gateway.withdrawal.signalled import Done, do_to_person, do_to_tenant, is_known

log = structlog.get_logger()

#: A tenant that moves on while a signal is written down is looked at anew.
TRIES_MAX = 4


class Outcome(StrEnum):
    """What became of a signal."""

    DONE = "done"
    #: It was told before.
    KNOWN = "known"
    #: It is about nobody we know.
    NOBODY = "nobody"
    #: What it is about has ended.
    NOTHING = "nothing"


class Door:
    """Takes signals about tenants in. One of many: what a signal did is written down where it is done."""

    def __init__(self, store: Store, keyring: Keyring, metrics: Metrics) -> None:
        self._store = store
        self._keyring = keyring
        self._metrics = metrics

    async def receive(self, tenant: TenantId, channel: str, signals: Sequence[Signal]) -> None:
        """Do what signals come to, in their order. ``channel``: which transmitter; or how else they came.

        What is to be burnt is fenced by then; whatever serves takes the rest up. Raises KeyUnavailable where
        it cannot be known whom one is about, StoreBusy, Fenced: whoever told them tells them again.
        """
        for signal in signals:
            outcome = await self._receive(tenant, channel, signal)
            self._metrics.signals.labels(claim=signal.proves, outcome=outcome).inc()

    async def _receive(self, tenant: TenantId, channel: str, signal: Signal) -> Outcome:
        for _ in range(TRIES_MAX):
            standing = await self._store.watch(partial(standing_of, tenant=tenant))
            if standing is None or not standing.authorization.state.is_open:
                return Outcome.NOTHING
            try:
                return await self._one(standing, channel, signal)
            except Fenced:
                continue
        raise Fenced("A tenant moved on again and again while a signal was written down; tell it again.")

    async def _one(self, standing: Standing, channel: str, signal: Signal) -> Outcome:
        if signal.about.extent is Extent.CHANNEL:
            return await self._of_channel(standing, channel, signal)
        if signal.about.extent in {Extent.TENANT, Extent.WATCH}:
            return await self._of_tenant(standing, channel, signal)
        return await self._of_person(standing, channel, signal)

    async def _of_channel(self, standing: Standing, channel: str, signal: Signal) -> Outcome:
        if signal.proves is Claim.CHANNEL_WORKS:
            await self._store.administer(lambda registry: heard_from(_scope(registry, standing), channel))
        elif await self._store.administer(lambda registry: fell_silent(_scope(registry, standing), channel)):
            log.warning("transmitter_silent", tenant=standing.tenant, transmitter=channel)
        return Outcome.DONE

    async def _of_tenant(self, standing: Standing, channel: str, signal: Signal) -> Outcome:
        """Whosever keys are to be had: what stops all of it waits for nobody."""
        name = await self._name(standing, signal)

        def write(registry: Registry) -> Outcome:
            # First of all: of two who were told the same, the second finds what the first did.
            now, scope = registry.standing(standing.tenant), _scope(registry, standing)
            rows = SignalRows(scope)
            heard_from(scope, channel)
            if rows.is_known(name):
                return Outcome.KNOWN
            done = do_to_tenant(registry, now, signal)
            rows.add(_row(name, channel, signal, done, registry.now))
            return Outcome.DONE

        outcome = await self._store.restrict(write)
        self._tell_operators(standing, channel, signal, outcome)
        return outcome

    async def _of_person(self, standing: Standing, channel: str, signal: Signal) -> Outcome:
        keys = await open_keys(self._keyring, standing)
        look = partial(is_known, tenant=standing.tenant, index=keys.index, names=signal.about.names)
        if not await self._store.read(look):
            return Outcome.NOBODY
        if standing.authorization.state is State.TRIAL:
            # Nothing is stored of one, so nobody is connected and nobody enrolled.
            return Outcome.NOTHING

        def write(transaction: Transaction) -> Outcome:
            name = _keyed(keys, signal)
            if transaction.signals.is_known(name):
                return Outcome.KNOWN
            done = do_to_person(transaction, keys.index, signal)
            if done is None:
                return Outcome.NOBODY
            transaction.signals.add(_row(name, channel, signal, done, transaction.now))
            return Outcome.DONE

        outcome = await self._store.turn(Fence.of(standing), keys, write)
        self._tell_operators(standing, channel, signal, outcome)
        return outcome

    async def _name(self, standing: Standing, signal: Signal) -> str:
        """By what it is known; without the tenant's keys, as one that is told for the first time."""
        try:
            return _keyed(await open_keys(self._keyring, standing), signal)
        except KeyUnavailable:
            return secrets.token_urlsafe(16)

    def _tell_operators(self, standing: Standing, channel: str, signal: Signal, outcome: Outcome) -> None:
        """Whoever answers for the tenant tells it; nothing of what was told is in it."""
        usual = decide(signal.proves, signal.about.extent, at=0, granted_at=0)
        if outcome is Outcome.DONE and (usual.alerts or usual.effect >= Effect.DEGRADE):
            log.warning(
                "signal_received",
                tenant=standing.tenant,
                transmitter=channel,
                claim=signal.proves,
                extent=signal.about.extent,
            )


def _scope(registry: Registry, standing: Standing) -> TenantScope:
    return TenantScope(handle=registry.handle, tenant=standing.tenant, now=registry.now)


def _keyed(keys: TenantKeys, signal: Signal) -> str:
    """By what it is known that it was told: its issuer's id of it may tell whom it is about."""
    return keys.index.identifier("signal", signal.issuer, signal.id)


def _row(name: str, channel: str, signal: Signal, done: Done, now: int) -> SignalRow:
    about = (signal.proves, signal.about.extent, done.effect.name.lower())
    return SignalRow(name, channel, *about, now, done.is_late, done.authorization, done.subject)
