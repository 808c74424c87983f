"""What a page of the feed costs, over HTTP and without, and beside one made by json; how large listeners are.

As a module: serves a small feed until its standard input ends, then prints its peak in KiB.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.booking import TenantId
from gateway.entry import Entry
from gateway.feed.cloudevents import cloud_event
from gateway.store.feed_log import FeedLog
from gateway.store.handle import Handle
from gateway.store.unlock import unlock
from gateway.web.authentication import Credentials
from gateway.web.feed_reader import read_page
from gateway.web.parts import Parts
from tests.benchmarks.memory import own_peak
from tests.benchmarks.rounds import Costs
from tests.fakes.filled_store import FilledStore, a_booking, a_resource, open_filled_store
from tests.gateway.web.served import parts_of, serve

ENTRIES, PAGES = 500, 20
ROOM = "north"
LISTENERS = 1000
#: Consumers that they are shared by: none may have all the places.
CONSUMERS = 4


@dataclass
class Feed:
    """A page of entries: as it is served, as it is read, and as json makes it."""

    filled: FilledStore
    parts: Parts
    tenant: TenantId
    token: str
    opened: Sequence[Entry]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def over_http(self) -> None:
        """As a consumer asks for it that does nothing with it."""
        self.writer.write(_request(self.token, f"limit={ENTRIES}"))
        head = await self.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        await self.reader.readexactly(int(length))

    async def without_http(self) -> None:
        """What is done for it: read, opened, rendered."""
        page = await read_page(self.parts, Credentials(self.token), None, ENTRIES)
        assert len(page.told) == ENTRIES
        assert page.body

    async def rendered(self) -> None:
        """What is opened already, put into events."""
        assert b",".join(map(cloud_event, self.opened))

    async def rendered_by_json(self) -> None:
        """The same, each loaded, put into its event, and all of it dumped."""
        assert _dumped(self.opened)

    async def by_json(self) -> None:
        """The same rows, each loaded, put into its event, and all of it dumped."""
        entries = await _entries(self.filled, self.tenant)
        assert await self.filled.store.read(lambda handle: _dumped(entries(handle)))


async def compare_feeding(rounds: int) -> Costs:
    """Microseconds of process CPU an entry. The consumer over HTTP runs in the same process."""
    async with open_feed() as feed:
        ways: dict[str, Callable[[], Awaitable[None]]] = {
            "http": feed.over_http,
            "ours": feed.without_http,
            "json": feed.by_json,
            "rendered": feed.rendered,
            "rendered by json": feed.rendered_by_json,
        }
        for way in ways.values():
            await way()
        return Costs([{name: await _cost(way) for name, way in ways.items()} for _ in range(rounds)])


async def listening_peak(listeners: int) -> int:
    """KiB of a process of its own to which so many listen for events."""
    serving = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert serving.stdin is not None
    assert serving.stdout is not None
    port, *tokens = (await serving.stdout.readline()).decode().split()
    async with AsyncExitStack() as stack:
        for token in islice(cycle(tokens), listeners):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
            stack.callback(writer.close)
            writer.write(_request(token, f"limit={ENTRIES}", accept="text/event-stream"))
            await reader.readuntil(b"feed.position")
        serving.stdin.close()
        told = await serving.stdout.readline()
    await serving.wait()
    return int(told)


@asynccontextmanager
async def open_feed() -> AsyncIterator[Feed]:
    """More than a page of bookings, served."""
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(TemporaryDirectory()))
        filled = await stack.enter_async_context(open_filled_store(directory))
        tenant, token = await _fill(filled, ENTRIES + 100)
        served = await stack.enter_async_context(serve(filled))
        served.limits.requests_max = sys.maxsize
        url = served.client._base_url
        assert url is not None
        reader, writer = await asyncio.open_connection(url.host, url.port)
        stack.callback(writer.close)
        opened = await filled.store.read(await _entries(filled, tenant))
        yield Feed(filled, parts_of(filled), tenant, token, opened, reader, writer)


async def _fill(filled: FilledStore, bookings: int) -> tuple[TenantId, str]:
    tenant = await filled.add_tenant("harbour")
    await filled.put_resource(tenant, a_resource(ROOM))
    await filled.put(tenant, *(a_booking(f"booking-{number}", ROOM) for number in range(bookings)))
    return tenant, await filled.add_consumer(tenant)


async def _cost(way: Callable[[], Awaitable[None]]) -> float:
    begun = time.process_time()
    for _ in range(PAGES):
        await way()
    return (time.process_time() - begun) * 1e6 / PAGES / ENTRIES


async def _entries(filled: FilledStore, tenant: TenantId) -> Callable[[Handle], Sequence[Entry]]:
    """What opens a page of them."""
    standing = await filled.standing(tenant)
    keys = await unlock(filled.keyring, standing)
    purpose = next(iter(parts_of(filled).purposes.values()))
    return lambda handle: FeedLog(handle, standing, purpose).entries(keys, 0, ENTRIES)


def _dumped(entries: Sequence[Entry]) -> bytes:
    told = [
        {
            "specversion": "1.0",
            "id": str(entry.position),
            "source": f"/v1/tenants/{entry.tenant}",
            "type": str(entry.kind),
            "subject": entry.booking_id or entry.resource_id,
            "data": {"booking": json.loads(bytes(entry.booking or b"null")), "revision": 1},
        }
        for entry in entries
    ]
    return json.dumps({"entries": told, "next": "", "more": True, "unavailable": []}).encode()


def _request(token: str, query: str, accept: str = "application/json") -> bytes:
    lines = (
        f"GET /v1/feed?{query} HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {token}",
        f"Accept: {accept}",
    )
    return "\r\n".join((*lines, "", "")).encode()


async def _serve() -> None:
    """Tell the port and the tokens, and serve until nobody wants it any more."""
    with TemporaryDirectory() as directory:
        async with open_filled_store(Path(directory)) as filled, serve(filled) as served:
            served.limits.requests_max = sys.maxsize
            tenant, token = await _fill(filled, 10)
            more = [await filled.add_consumer(tenant) for _ in range(CONSUMERS - 1)]
            url = served.client._base_url
            assert url is not None
            sys.stdout.write(f"{url.port} {' '.join((token, *more))}\n")
            sys.stdout.flush()
            await asyncio.to_thread(sys.stdin.read)
            sys.stdout.write(f"{own_peak()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_serve())
