"""The server: which address is answered by whom, and what every request is held to."""

import asyncio
import logging

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from gateway.web.erasures import post_acknowledgement
from gateway.web.failures import tell_problems
from gateway.web.feed import get_feed
from gateway.web.health import get_live, get_metrics, get_ready
from gateway.web.parts import PARTS, SEATS, Parts
from gateway.web.problems import FEED_PATH
from gateway.web.waiting import SEATS_MAX

BODY_BYTES_MAX = 64 * 1024
#: Long enough for a cursor over a hundred tenants.
REQUEST_LINE_BYTES_MAX = 16 * 1024
HEADER_BYTES_MAX = 4 * 1024
HEADERS_MAX = 64
#: Also the longest that a request's head may take to arrive.
IDLE_SECONDS_MAX = 75
#: How long the rest of a body that nobody reads may take to arrive.
LINGER_SECONDS_MAX = 2
#: A request that waits for news is cut off when the service stops; consumers ask again.
SHUTDOWN_SECONDS_MAX = 2


def application(parts: Parts) -> web.Application:
    """All addresses, over the parts behind them."""
    site = web.Application(middlewares=[count, tell_problems], client_max_size=BODY_BYTES_MAX)
    site[PARTS] = parts
    site[SEATS] = asyncio.Semaphore(SEATS_MAX)
    site.on_response_prepare.append(harden)
    site.add_routes(
        [
            web.get(FEED_PATH, get_feed, allow_head=False),
            web.post("/v1/erasures/{erasure}/acknowledgement", post_acknowledgement),
            web.get("/health/live", get_live),
            web.get("/health/ready", get_ready),
        ]
    )
    return site


def watch_application(parts: Parts) -> web.Application:
    """What operators watch, on a listener of its own: counters tell of edits that a feed keeps silent."""
    site = web.Application(middlewares=[tell_problems])
    site[PARTS] = parts
    site.on_response_prepare.append(harden)
    site.add_routes([web.get("/metrics", get_metrics)])
    return site


def runner(site: web.Application) -> web.AppRunner:
    """What runs the application, with a bound on everything that a client sends."""
    return web.AppRunner(
        site,
        # Addresses carry cursors, and malformed requests carry anything: neither is logged.
        access_log=None,
        logger=logging.Logger("silent", logging.CRITICAL + 1),  # noqa: LOG001  one of our own, not a shared one
        # Whoever goes away ends its request.
        handler_cancellation=True,
        max_line_size=REQUEST_LINE_BYTES_MAX,
        max_field_size=HEADER_BYTES_MAX,
        max_headers=HEADERS_MAX,
        keepalive_timeout=IDLE_SECONDS_MAX,
        lingering_time=LINGER_SECONDS_MAX,
        shutdown_timeout=SHUTDOWN_SECONDS_MAX,
        auto_decompress=False,
    )


@web.middleware
async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count what was answered, by status."""
    response = await handler(request)
    request.app[PARTS].metrics.requests.labels(status=str(response.status)).inc()
    return response


async def harden(_request: web.Request, response: web.StreamResponse) -> None:
    """Set what goes with every answer."""
    response.headers[hdrs.SERVER] = "calendar-pii-gateway"
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
