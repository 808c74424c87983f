"""GET /v1/feed: entries behind a cursor, by long-poll or as a stream."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

from aiohttp import web

from gateway.feed.page import Page
from gateway.web.authentication import credentials_of
from gateway.web.emission import emit
from gateway.web.feed_reader import read_page
from gateway.web.forms import EVENT_STREAM, JSON, NDJSON, accepted
from gateway.web.parameters import given_parameters, number
from gateway.web.parts import PARTS, SEATS
from gateway.web.streams import send_events, send_lines
from gateway.web.waiting import news, seat

LIMITS = range(1, 501)
WAITS_SECONDS = range(31)


class FeedQuery(NamedTuple):
    """``after``: the cursor; None begins with the current state. ``wait``: seconds, if there is no news."""

    after: str | None
    limit: int
    wait: int


def feed_query(request: web.Request) -> FeedQuery:
    """The query of a request. Raises Problem that names a bad parameter."""
    given = given_parameters(request, frozenset(FeedQuery._fields))
    return FeedQuery(
        after=given.get("after"),
        limit=number(given, "limit", LIMITS, default=100),
        wait=number(given, "wait", WAITS_SECONDS, default=0),
    )


async def _first(request: web.Request, read: Callable[[], Awaitable[Page]], wait_seconds: int) -> Page:
    if not wait_seconds:
        return await read()
    async with seat(request.app[SEATS], credentials_of(request).token):
        return await news(read, request.app[PARTS].pulse, wait_seconds)


async def get_feed(request: web.Request) -> web.StreamResponse:
    """The feed, in the form that is accepted."""
    parts, credentials, query = request.app[PARTS], credentials_of(request), feed_query(request)

    async def read(after: str | None) -> Page:
        return await read_page(parts, credentials, after, query.limit)

    wanted = accepted(request, JSON, EVENT_STREAM, NDJSON)
    if wanted == EVENT_STREAM:
        return await send_events(request, read, query.after)
    page = await _first(request, partial(read, query.after), query.wait)
    if wanted == NDJSON:
        return await send_lines(request, page, read)
    response = await emit(request, page.body)
    parts.metrics.entries.inc(len(page.told))
    return response
