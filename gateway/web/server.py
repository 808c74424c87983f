"""The server: which address is answered by whom, and what every request is held to."""

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from gateway.web.connecting import (
    CONNECTING,
    RETURN_PATH,
    SIGN_INS,
    SIGN_INS_AT_ONCE,
    START_PATH,
    Connecting,
    get_return,
    get_start,
)
from gateway.web.connection import harden
from gateway.web.failures import tell_problems
from gateway.web.health import get_live, get_metrics, get_ready
from gateway.web.lasting import lasting
from gateway.web.limits import LIMITS, RESOLUTIONS, RESOLUTIONS_MAX, Limits, limit, tell_left
from gateway.web.notifications import (
    DESK,
    DESK_ROOM,
    GOOGLE_PATH,
    GRAPH_PATH,
    Desk,
    post_google,
    post_graph,
)
from gateway.web.operation import Operation
from gateway.web.operations import OPERATIONS
from gateway.web.parts import PARTS, SEATS, STREAMS, Parts
from gateway.web.receiving import Receiving
from gateway.web.reference import OPENAPI_PATH, PROBLEM_PATH, REFERENCE_PATH, Reference
from gateway.web.signals import receive
from gateway.web.waiting import SEATS_EACH_MAX, SEATS_MAX, STREAMS_EACH_MAX, STREAMS_MAX, Seats

BODY_BYTES_MAX = 64 * 1024


def application(
    parts: Parts, connecting: Connecting | None = None, receiving: Receiving | None = None
) -> web.Application:
    """All addresses, over the parts behind them; where people connect and where issuers tell, if they can."""
    site = web.Application(middlewares=[count, tell_problems, limit], client_max_size=BODY_BYTES_MAX)
    site[PARTS] = parts
    site[DESK] = Desk(DESK_ROOM)
    site[LIMITS] = Limits()
    site[RESOLUTIONS] = Limits(RESOLUTIONS_MAX)
    site[SEATS] = Seats(SEATS_MAX, SEATS_EACH_MAX)
    site[STREAMS] = Seats(STREAMS_MAX, STREAMS_EACH_MAX)
    site.on_response_prepare.extend((harden, tell_left))
    reference = Reference(OPERATIONS)
    site.add_routes(
        [
            *map(_route, OPERATIONS),
            web.get(OPENAPI_PATH, reference.get_openapi),
            web.get(REFERENCE_PATH, reference.get_reference),
            web.get(PROBLEM_PATH, reference.get_problem),
            web.post(GRAPH_PATH, post_graph),
            web.post(GOOGLE_PATH, post_google),
            web.get("/health/live", get_live),
            web.get("/health/ready", get_ready),
        ]
    )
    if connecting is not None:
        site[CONNECTING] = connecting
        site[SIGN_INS] = Desk(SIGN_INS_AT_ONCE)
        site.cleanup_ctx.append(lasting)
        site.router.add_get(f"{START_PATH}/{{invitation}}", get_start, allow_head=False)
        site.router.add_get(RETURN_PATH, get_return, allow_head=False)
    if receiving is not None:
        receive(site, receiving)
    return site


def _route(one: Operation) -> web.RouteDef:
    # What HEAD would have to count and to wait for, nobody asks.
    without_head = {"allow_head": False} if one.method == hdrs.METH_GET else {}
    return web.route(one.method, one.path, one.handle, **without_head)


def watch_application(parts: Parts) -> web.Application:
    """What operators watch, on a listener of its own: counters tell of edits that a feed keeps silent."""
    site = web.Application(middlewares=[tell_problems])
    site[PARTS] = parts
    site.on_response_prepare.append(harden)
    site.add_routes([web.get("/metrics", get_metrics)])
    return site


@web.middleware
async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count what was answered, by status."""
    response = await handler(request)
    request.app[PARTS].metrics.requests.labels(status=str(response.status)).inc()
    return response
