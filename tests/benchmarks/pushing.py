"""How long it takes to tell a webhook all there is, beside others that hang."""

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.feed.settling import Taken
from gateway.web.pushing import Push
from tests.fakes.filled_store import a_booking, a_resource, open_filled_store
from tests.fakes.pushed import open_pushed

ROOMS, BOOKINGS = 16, 8
HANGING = 20


async def seconds_beside(hanging: int) -> float:
    """Until one endpoint was told of all bookings, while so many others never answer."""
    with TemporaryDirectory() as directory:
        async with open_filled_store(Path(directory)) as filled:
            tenant = await filled.add_tenant("harbour")
            for room in range(ROOMS):
                await filled.put_resource(tenant, a_resource(f"room-{room}"))
                names = (f"booking-{room}-{number}" for number in range(BOOKINGS))
                await filled.put(tenant, *(a_booking(name, f"room-{room}") for name in names))
            pushed = await open_pushed(filled, tenant)
            for _ in range(hanging):
                await open_pushed(filled, tenant)
            told, stop = asyncio.Event(), asyncio.Event()

            async def send(url: str, body: bytes, headers: dict[str, str]) -> Taken:
                if not url.endswith(pushed.consumer):
                    await asyncio.Event().wait()
                taken = await pushed.target.send(url, body, headers)
                if len(pushed.target.backend.view(tenant).bookings) == ROOMS * BOOKINGS:
                    told.set()
                return taken

            push = Push(pushed.parts, send, owner="bench", chance=lambda: 0.0)
            begun = time.perf_counter()
            async with asyncio.TaskGroup() as group:
                running = group.create_task(push.run(stop))
                await told.wait()
                spent = time.perf_counter() - begun
                stop.set()
                running.cancel()
            return spent
