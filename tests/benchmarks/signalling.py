"""How soon a signal stops everything of a tenant: requests to its provider, and entries of its feed."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.booking import TenantId
from gateway.errors import Fenced
from gateway.signals.signal import TENANT, Claim, Signal
from gateway.store.store import Fence
from gateway.web.authentication import Credentials
from gateway.web.feed_reader import read_page
from gateway.withdrawal.door import Door
from tests.fakes.filled_store import FilledStore, a_booking, a_resource, open_filled_store
from tests.fakes.identity_providers import SHOWN, open_identity_providers
from tests.fakes.installation import open_installation
from tests.fakes.security_events import CAEP, RISC
from tests.fakes.signalled import ANAS_ID
from tests.gateway.web.served import parts_of

CALENDARS, READERS = 200, 4
#: How long a provider takes to answer, and how long all of them run before the signal comes.
ANSWER_SECONDS, RUN_SECONDS = 0.05, 0.5


FORGED_A_MINUTE, GOOD_EVERY = 10_000, 40


@dataclass
class Traffic:
    """When the last request was sent, and when the last entry but the notice was told."""

    requested: float = 0.0
    told: float = 0.0
    stopped: asyncio.Event = field(default_factory=asyncio.Event)


async def seconds_to_stop(rounds: int) -> list[float]:
    """From a signal's coming in to the last request or entry, the later one, once for each round."""
    with TemporaryDirectory() as directory:
        async with open_filled_store(Path(directory)) as filled:
            return [await _one(filled, f"harbour{number}") for number in range(rounds)]


async def _one(filled: FilledStore, name: str) -> float:
    tenant = await filled.add_tenant(name)
    for number in range(CALENDARS):
        await filled.put_resource(tenant, a_resource(f"room-{number}"))
    token, parts, traffic = await filled.add_consumer(tenant), parts_of(filled), Traffic()
    door = Door(filled.store, filled.keyring, parts.metrics)
    async with asyncio.TaskGroup() as group:
        for number in range(CALENDARS):
            group.create_task(_read(filled, tenant, number, traffic))
        for _ in range(READERS):
            group.create_task(_follow(filled, token, traffic))
        await asyncio.sleep(RUN_SECONDS)
        begun = time.perf_counter()
        await door.receive(tenant, "bench", [Signal("issuer", name, TENANT, Claim.GRANT_LOST, 0)])
        # Twice what is allowed: whatever still comes by then is seen.
        await asyncio.sleep(2.0)
        traffic.stopped.set()
    return max(traffic.requested, traffic.told, begun) - begun


async def _read(filled: FilledStore, tenant: TenantId, number: int, traffic: Traffic) -> None:
    """As a turn does: ask whether it may, ask the provider, and store what it says."""
    standing = await filled.standing(tenant)
    fence = Fence(tenant, standing.authorization.id, standing.authorization.epoch)
    change = 0
    while not traffic.stopped.is_set():
        try:
            await filled.store.check(fence)
            traffic.requested = time.perf_counter()
            await asyncio.sleep(ANSWER_SECONDS)
            change += 1
            booking = a_booking(f"booking-{number}-{change}", f"room-{number}")
            await filled.put(tenant, booking)
        except Fenced:
            return


async def _follow(filled: FilledStore, token: str, traffic: Traffic) -> None:
    """As a consumer does that is always there."""
    parts, after = parts_of(filled), None
    while not traffic.stopped.is_set():
        page = await read_page(parts, Credentials(token), after, 500)
        if any(not entry.kind.startswith("tenant.") for entry in page.told):
            traffic.told = time.perf_counter()
        after = page.position.next
        await asyncio.sleep(0.01)


async def seconds_under_forgeries(seconds: int) -> float:
    """How long the slowest of good deliveries takes, beside 10,000 forged ones a minute, of all sorts."""
    with TemporaryDirectory() as directory:
        async with (
            open_installation(Path(directory)) as installation,
            open_identity_providers(installation) as here,
        ):
            path, took = await here.add_stream(), list[float]()

            async def forge(number: int) -> None:
                # By whoever knows no address, or no secret, or no key.
                where = f"/v1/signals/ten_none.trm_1.{number}/events" if number % 3 == 0 else path
                shown = "another" if number % 3 == 1 else SHOWN
                token = here.token(f"{RISC}account-purged", here.named("nobody"))
                answer = await here.push(where, token[:-8] + b"AAAAAAAA", shown=shown)
                assert answer.status in {400, 503}

            async with asyncio.TaskGroup() as group:
                for number in range(seconds * FORGED_A_MINUTE // 60):
                    group.create_task(forge(number))
                    await asyncio.sleep(60 / FORGED_A_MINUTE)
                    if number % GOOD_EVERY == 0:
                        begun = time.perf_counter()
                        good = here.token(f"{CAEP}session-revoked", here.named(ANAS_ID))
                        assert (await here.push(path, good)).status == 202
                        took.append(time.perf_counter() - begun)
            return max(took)
