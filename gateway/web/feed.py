"""GET /v1/feed: a page of entries behind a cursor, by long-poll."""

from functools import partial
from typing import NamedTuple

from aiohttp import web

from gateway.web.authentication import bearer_token
from gateway.web.emission import emit
from gateway.web.feed_reader import read_page
from gateway.web.parameters import given_parameters, number
from gateway.web.parts import PARTS, SEATS
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


async def get_feed(request: web.Request) -> web.Response:
    """A page of the feed."""
    parts, token, query = request.app[PARTS], bearer_token(request), feed_query(request)
    read = partial(read_page, parts, token, query.after, query.limit)
    if query.wait:
        async with seat(request.app[SEATS]):
            page = await news(read, parts.pulse, query.wait)
    else:
        page = await read()
    response = await emit(request, page.body)
    parts.metrics.entries.inc(page.told)
    return response
