"""POST /v1/notifications/{provider}: a provider tells that calendars have changed.

A notification is a hint: it makes a calendar due, and nothing in it is believed. Every one is answered alike,
so that nobody learns by asking which are ours. Answered once it is durable, and with nothing else on the way.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus

from aiohttp import web

from gateway.clock import milliseconds
from gateway.signals import google, graph
from gateway.signals.notification import Notification, Told
from gateway.store.handle import Handle
from gateway.store.notified import Ringing, make_due, recognized, ring
from gateway.web.parameters import given_parameters
from gateway.web.parts import PARTS, Parts
from gateway.web.problems import BAD_REQUEST, Problem

GRAPH_PATH = "/v1/notifications/graph"
GOOGLE_PATH = "/v1/notifications/google"

BODY_BYTES_MAX = 2**20
READING_SECONDS_MAX = 3
#: Longer than any that Graph has been seen to send.
VALIDATION_LENGTH_MAX = 4096


async def post_graph(request: web.Request) -> web.Response:
    """Graph's notifications, and its question whether this address is ours."""
    token = given_parameters(request, {"validationToken"}).get("validationToken")
    if token is not None:
        if not 0 < len(token) <= VALIDATION_LENGTH_MAX:
            raise Problem(BAD_REQUEST)
        # As Graph wants it: decoded, as plain text. It is foreign text, and goes nowhere else.
        return web.Response(text=token, content_type="text/plain")
    body = await _body(request)
    return await _accepted(request.app[PARTS], graph.notifications(body))


async def post_google(request: web.Request) -> web.Response:
    """Google's notifications, which are headers alone."""
    return await _accepted(request.app[PARTS], google.notifications(request.headers))


async def _body(request: web.Request) -> bytes:
    """The body; nothing of one that is too long or too slow."""
    body = bytearray()
    try:
        async with asyncio.timeout(READING_SECONDS_MAX):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > BODY_BYTES_MAX:
                    return b""
    except TimeoutError:
        return b""
    return bytes(body)


async def _accepted(parts: Parts, told: Sequence[Notification]) -> web.Response:
    if told:
        # Read first: nobody unknown may hold the one writing transaction.
        known = await parts.store.read(partial(recognized, repeated={one.secret for one in told}))
        calls = [(known[one.secret], one.told) for one in told if one.secret in known]
        parts.metrics.notifications.labels("ours").inc(len(calls))
        parts.metrics.notifications.labels("unknown").inc(len(told) - len(calls))
        if calls:
            now = milliseconds(parts.clock())
            await parts.store.administer(lambda registry: _mark(registry.handle, calls, now))
    return web.Response(status=HTTPStatus.ACCEPTED)


def _mark(handle: Handle, calls: Sequence[tuple[Ringing, Told]], now: int) -> None:
    ring(handle, {call for call, _ in calls}, now)
    make_due(handle, {call for call, told in calls if told is Told.ENDING}, ended=False)
    make_due(handle, {call for call, told in calls if told is Told.ENDED}, ended=True)
