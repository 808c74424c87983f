"""GET /v1/feed as a stream: page after page in one answer, each read and written as if it were alone."""

from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import hdrs, web
from aiohttp_sse import EventSourceResponse

from gateway.feed.page import Page, Position
from gateway.web.authentication import credentials_of
from gateway.web.emission import WRITE_TIMEOUT_SECONDS, begun, in_time
from gateway.web.forms import NDJSON
from gateway.web.parts import PARTS, STREAMS
from gateway.web.waiting import news, seat

#: Shorter than proxies let a silent connection live.
PING_SECONDS = 15
#: How often what no change tells of is looked at: whether it may still be read, and what is unavailable.
LOOK_SECONDS = 30
#: The event behind each page; ids stand on these alone, so that whoever resumes misses nothing of a page.
POSITION = "feed.position"
#: Set by whoever resumes (WHATWG HTML, section 9.2).
LAST_EVENT_ID = "Last-Event-ID"

#: Reads the page behind a cursor, or the first one.
ReadPage = Callable[[str | None], Awaitable[Page]]


async def send_events(request: web.Request, read: ReadPage, after: str | None) -> web.StreamResponse:
    """Server-Sent Events for as long as the consumer listens: one for each entry, and for each position."""
    parts = request.app[PARTS]
    async with seat(request.app[STREAMS], credentials_of(request).token):
        page, told = await read(request.headers.get(LAST_EVENT_ID, after)), None
        response = EventSourceResponse(send_timeout=WRITE_TIMEOUT_SECONDS, ping_interval=PING_SECONDS)
        with begun(request):
            async with in_time(request):
                await response.prepare(request)
            async with response:
                while True:
                    told = await _send(request, response, page, told)
                    parts.metrics.entries.inc(len(page.told))
                    page = await news(partial(read, page.position.next), parts.pulse, LOOK_SECONDS)


async def _send(
    request: web.Request, response: EventSourceResponse, page: Page, told: Position | None
) -> Position:
    """A page's events; nothing where it says only what was ``told`` last."""
    async with in_time(request):
        for one in page.told:
            await response.send(one.event.decode(), event=one.kind)
        if page.position != told:
            await response.send(page.position.json.decode(), id=page.position.next, event=POSITION)
    return page.position


async def send_lines(request: web.Request, first: Page, read: ReadPage) -> web.StreamResponse:
    """NDJSON: entries up to the present, a line each, and behind each page a line with its position."""
    parts, page = request.app[PARTS], first
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: NDJSON})
    with begun(request):
        async with in_time(request):
            await response.prepare(request)
        while True:
            async with in_time(request):
                await response.write(page.lines)
            parts.metrics.entries.inc(len(page.told))
            if not page.position.more:
                break
            page = await read(page.position.next)
        async with in_time(request):
            await response.write_eof()
    return response
