"""Connections: what is no request is answered with a problem too, and nothing of it is quoted."""

import asyncio
import logging
from functools import partial
from typing import cast

from aiohttp import hdrs, web

from gateway.web.failures import refused
from gateway.web.problems import BAD_REQUEST, UNEXPECTED, Problem

#: Long enough for a cursor over a hundred tenants.
REQUEST_LINE_BYTES_MAX = 16 * 1024
#: A client's certificate of 6 KiB, as a proxy tells it.
HEADER_BYTES_MAX = 8 * 1024
HEADERS_MAX = 64
#: Also the longest that a request's head may take to arrive.
IDLE_SECONDS_MAX = 75
#: How long the rest of a body that nobody reads may take to arrive.
LINGER_SECONDS_MAX = 2
#: A request that waits for news is cut off when the service stops; consumers ask again.
SHUTDOWN_SECONDS_MAX = 2

#: Addresses carry cursors, and malformed requests carry anything: neither is logged.
SILENT = logging.Logger("silent", logging.CRITICAL + 1)  # noqa: LOG001  our own, not a shared one


class Connection(web.RequestHandler):
    """One client's connection."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The problem that stands for what aiohttp would tell in words of the client's.

        Raises ConnectionError where an answer has begun already.
        """
        super().handle_error(request, status, exc, message)
        answer = Problem(UNEXPECTED if status >= UNEXPECTED.status else BAD_REQUEST).response()
        answer.force_close()
        return answer

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Write an answer; one that was made before any of our own code could see the request as well."""
        if isinstance(resp, web.HTTPException):
            resp = refused(resp).response()
        if not resp.prepared:
            await harden(request, resp)
        return await super().finish_response(request, resp, start_time)


class Runner(web.AppRunner):
    """Runs an application on connections of our own."""

    @property
    def server(self) -> web.Server | None:
        server = super().server
        if server is None:
            return None
        connection = partial(
            Connection,
            server,
            loop=asyncio.get_running_loop(),
            access_log=SILENT,
            logger=SILENT,
            max_line_size=REQUEST_LINE_BYTES_MAX,
            max_field_size=HEADER_BYTES_MAX,
            max_headers=HEADERS_MAX,
            keepalive_timeout=IDLE_SECONDS_MAX,
            lingering_time=LINGER_SECONDS_MAX,
            auto_decompress=False,
        )
        # A site asks it for nothing but connections.
        return cast(web.Server, connection)


def runner(site: web.Application) -> Runner:
    """What runs the application, with a bound on everything that a client sends."""
    # Whoever goes away ends its request.
    return Runner(site, handler_cancellation=True, shutdown_timeout=SHUTDOWN_SECONDS_MAX, access_log=None)


async def harden(_request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Set what goes with every answer."""
    response.headers[hdrs.SERVER] = "calendar-pii-gateway"
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
