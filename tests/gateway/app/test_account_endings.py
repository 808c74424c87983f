"""What Google was asked to say in between is given back with the transmitter, and with the tenant."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace as dataclass_replace
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.meter import unmetered
from connectors.sandbox.identity import Identity
from connectors.sandbox.truth import Provider as Whose
from gateway.app.parts import Parts
from gateway.app.providers.connecting import open_tellers
from gateway.app.signals.account_signals import AccountSignals
from gateway.app.signals.asking import open_asker
from gateway.app.signals.transmitters import (
    end_streams,
    follow_accounts,
    list_transmitters,
    load_transmitter,
    remove_transmitter,
)
from gateway.signals.transmitter import TransmitterKind
from gateway.store.registry import Standing
from gateway.withdrawal.door import Door
from tests.gateway.app.clinic import Clinic, clinic

TOPICS = 5


class Told:
    """A tenant whose provider was asked once, and promised to say in between what it has to tell."""

    def __init__(self, delegated: Clinic) -> None:
        listen = replace(delegated.parts.settings.listen, public_url="http://127.0.0.1:9")
        settings = replace(delegated.parts.settings, listen=listen)
        self.clinic = delegated
        self.parts: Parts = dataclass_replace(delegated.parts, settings=settings)

    async def standing(self) -> Standing:
        return (await self.clinic.overview()).standing

    async def ask(self) -> str:
        parts = self.parts
        name = await follow_accounts(parts, await self.standing(), TransmitterKind.GOOGLE)
        (row,) = await list_transmitters(parts, await self.standing())
        async with open_tellers(parts.settings, parts.clock, lambda _: unmetered) as tell:
            signals = AccountSignals(parts, Door(parts.store, parts.keyring, parts.metrics), tell)
            _, reason = await signals.look(self.clinic.tenant, row)
        assert reason is None
        push = (await load_transmitter(parts, await self.standing(), name)).push
        assert push is not None
        assert len(push.promises) == TOPICS
        return name


@pytest.fixture
async def told(tmp_path: Path, identity: Identity) -> AsyncIterator[Told]:
    async with clinic(tmp_path, identity, Whose.GOOGLE, "delegated-readonly") as delegated:
        delegated.consent.undelegated = frozenset()
        yield Told(delegated)


async def test_they_are_given_back_with_their_transmitter(told: Told) -> None:
    name, requests = await told.ask(), told.clinic.sandbox.requests
    async with open_asker() as asker:
        assert await remove_transmitter(told.parts, await told.standing(), asker, name)
    assert requests["google.stop"] == TOPICS
    assert await list_transmitters(told.parts, await told.standing()) == []


async def test_they_are_given_back_with_their_tenant_and_what_is_not_ends_by_itself(told: Told) -> None:
    await told.ask()
    before = Counter(told.clinic.sandbox.requests)
    await end_streams(told.parts, await told.standing())
    assert (told.clinic.sandbox.requests - before)["google.stop"] == TOPICS
    # Google takes nothing back from whom it lets in no more; that stops nobody.
    told.clinic.sandbox.world.consent_removed.add(told.clinic.company.id)
    async with open_asker() as asker:
        (row,) = await list_transmitters(told.parts, await told.standing())
        assert not await remove_transmitter(told.parts, await told.standing(), asker, row.id)
