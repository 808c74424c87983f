"""Health and metrics, for those who watch over the service. They tell nothing of any tenant."""

import asyncio
from functools import partial

from aiohttp import hdrs, web
from prometheus_client import CONTENT_TYPE_LATEST

from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.store.census import erasures_ahead, requests_ahead
from gateway.store.notified import coverage
from gateway.store.registry import standing_of
from gateway.web.parts import PARTS
from gateway.web.problems import UNAVAILABLE, Problem

#: Ten beats missed: fences of other processes may go unseen.
PULSE_AGE_SECONDS_MAX = 5
DATABASE_TIMEOUT_SECONDS = 2

NOBODY = TenantId("")


async def get_live(_request: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"status": "live"})


async def get_ready(request: web.Request) -> web.Response:
    """The database answers and the pulse beats. Raises Problem or TimeoutError if not."""
    parts = request.app[PARTS]
    if parts.pulse.age_seconds() > PULSE_AGE_SECONDS_MAX:
        raise Problem(UNAVAILABLE)
    async with asyncio.timeout(DATABASE_TIMEOUT_SECONDS):
        await parts.store.read(partial(standing_of, tenant=NOBODY))
    return web.json_response({"status": "ready"})


async def get_metrics(request: web.Request) -> web.Response:
    """The Prometheus text format."""
    parts = request.app[PARTS]
    async with asyncio.timeout(DATABASE_TIMEOUT_SECONDS):
        now = milliseconds(parts.clock())
        counted = await parts.store.read(partial(coverage, now=now))
        ahead = await parts.store.read(erasures_ahead)
        asked = await parts.store.read(requests_ahead)
    parts.metrics.calendars.set(counted.calendars)
    parts.metrics.calendars_told.set(counted.told)
    parts.metrics.erasures.tell(ahead, now)
    parts.metrics.subject_requests.tell(asked, now)
    body = parts.metrics.exposition()
    return web.Response(body=body, headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST})
