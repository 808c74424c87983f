"""What a signal claims of a tenant's grant is tried at its provider, and written beside it; nothing else."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from connectors.sandbox.identity import Identity
from connectors.sandbox.truth import Provider as Whose
from gateway.app.providers.connecting import open_examiners
from gateway.app.signals import probing
from gateway.app.signals.probing import Probes, Shown
from gateway.app.signals.transmitters import follow_accounts
from gateway.app.tenants import resume_tenant, withdraw_tenant
from gateway.authorization import State, SuspensionReason
from gateway.clock import milliseconds
from gateway.signals.signal import TENANT, Claim, Signal
from gateway.signals.transmitter import TransmitterKind
from gateway.store.registry import Standing
from gateway.store.signals import SignalRow, signals_of
from gateway.withdrawal.door import Door
from tests.gateway.app.clinic import LATER, Clinic, clinic

AGAIN = timedelta(minutes=5)


@pytest.fixture
async def scoped(tmp_path: Path, identity: Identity) -> AsyncIterator[Clinic]:
    async with clinic(tmp_path, identity, Whose.MICROSOFT, "scoped") as opened:
        # Its store goes by a clock that nobody moves.
        opened.clock.move(-LATER)
        yield opened


@pytest.fixture
async def probes(scoped: Clinic) -> AsyncIterator[Probes]:
    async with open_examiners(scoped.parts.settings, scoped.sandbox.clock) as examine:
        yield Probes(scoped.parts, examine)


async def claim(clinic: Clinic, proves: Claim = Claim.GRANT_LOST, name: str = "1") -> None:
    door = Door(clinic.parts.store, clinic.parts.keyring, clinic.parts.metrics)
    told = Signal("https://issuer.example", name, TENANT, proves, milliseconds(clinic.clock()))
    await door.receive(clinic.tenant, "trm_1", [told])


async def rows(clinic: Clinic) -> list[SignalRow]:
    return await clinic.parts.store.read(partial(signals_of, tenant=clinic.tenant, most=9))


async def shown(clinic: Clinic) -> set[str | None]:
    return {row.probe for row in await rows(clinic)}


async def standing(clinic: Clinic) -> Standing:
    return (await clinic.overview()).standing


async def test_what_is_tried_is_written_beside_the_signal_and_re_opens_nothing(
    scoped: Clinic, probes: Probes
) -> None:
    await claim(scoped)
    await claim(scoped, Claim.APPLICATION_BLOCKED, "2")
    before, asked = await standing(scoped), Counter(scoped.sandbox.requests)
    await probes.visit()
    assert await shown(scoped) == {Shown.STILL_WORKS}
    assert await standing(scoped) == before
    assert before.authorization.state is State.SUSPENDED
    # A fresh token, the directory of places and one calendar, of which no event is asked for; once for both.
    kinds = scoped.sandbox.requests - asked
    assert (kinds["entra.token"], kinds["graph.calendar"]) == (1, 1)
    assert not {"graph.view", "graph.event", "graph.delta", "graph.subscriptions"} & kinds.keys()
    scoped.clock.move(timedelta(hours=1))
    await probes.visit()
    assert scoped.sandbox.requests - asked == kinds


async def test_what_probes_show(scoped: Clinic, probes: Probes) -> None:
    # Somebody's mailbox, which must stay closed.
    await follow_accounts(scoped.parts, await standing(scoped), TransmitterKind.GRAPH, scoped.person)
    world, reach = scoped.sandbox.world, scoped.consent.reach
    ways: dict[Shown, Callable[[], None]] = {
        Shown.STILL_WORKS: lambda: None,
        Shown.TOO_WIDE: lambda: setattr(scoped.consent, "reach", None),
        Shown.REDUCED: lambda: setattr(scoped.consent, "reach", frozenset()),
        Shown.GONE: lambda: world.consent_removed.add(scoped.company.id),
        Shown.OUR_CREDENTIAL: lambda: scoped.sandbox.faults.ask("entra.aadsts7000222"),
        Shown.NOT_TOLD: lambda: scoped.sandbox.faults.ask("entra.aadsts90033"),
    }
    assert ways.keys() == set(Shown)
    for how, change in ways.items():
        scoped.consent.reach = reach
        world.consent_removed.clear()
        scoped.sandbox.faults.clear()
        change()
        await claim(scoped, name=how)
        await probes.visit()
        assert Counter(row.probe for row in await rows(scoped))[how] == 1
        assert (await standing(scoped)).authorization.reason is SuspensionReason.REVOCATION_CLAIMED
        await resume_tenant(scoped.parts, scoped.tenant)


async def test_a_provider_that_tells_nothing_is_tried_again_for_an_hour(
    scoped: Clinic, probes: Probes
) -> None:
    scoped.sandbox.faults.ask("entra.aadsts90033")
    await claim(scoped)
    asked = scoped.sandbox.requests["entra.token"]
    tries = []
    for _ in range(30):
        await probes.visit()
        tries.append(scoped.sandbox.requests["entra.token"] - asked)
        scoped.clock.move(AGAIN / 2)
    assert tries[:4] == [1, 1, 2, 2]
    assert 12 <= tries[-5] == tries[-1] <= 13
    assert await shown(scoped) == {Shown.NOT_TOLD}
    await resume_tenant(scoped.parts, scoped.tenant)
    scoped.clock.move(-30 * AGAIN / 2)
    await claim(scoped, name="2")
    await probes.visit()
    scoped.sandbox.faults.clear()
    scoped.clock.move(AGAIN)
    await probes.visit()
    assert await shown(scoped) == {Shown.NOT_TOLD, Shown.STILL_WORKS}


async def test_a_provider_that_hangs_holds_up_nobody(
    scoped: Clinic, probes: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "PROBE_SECONDS", 0.1)
    scoped.sandbox.faults.ask("graph.stalled")
    await claim(scoped)
    await probes.visit()
    assert await shown(scoped) == {Shown.NOT_TOLD}


async def test_only_what_suspends_all_of_a_tenant_is_tried_while_it_is_and_for_a_day(
    scoped: Clinic, probes: Probes
) -> None:
    asked = Counter(scoped.sandbox.requests)
    await claim(scoped, Claim.CREDENTIAL_REFUSED)
    await probes.visit()
    await claim(scoped, name="2")
    await resume_tenant(scoped.parts, scoped.tenant)
    await probes.visit()
    await claim(scoped, name="3")
    scoped.clock.move(timedelta(days=1, minutes=1))
    await probes.visit()
    await resume_tenant(scoped.parts, scoped.tenant)
    scoped.clock.move(-timedelta(days=1, minutes=1))
    await scoped.suspend(SuspensionReason.RESTRICTED)
    await probes.visit()
    await withdraw_tenant(scoped.parts, scoped.tenant)
    await probes.visit()
    assert scoped.sandbox.requests == asked
