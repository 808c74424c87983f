"""POST /v1/notifications/{provider}: a provider tells that calendars have changed.

A notification is a hint: it makes a calendar due, unless what it holds is known already, and nothing in it
becomes a booking. Every one is answered alike, so that nobody learns by asking which are ours. Answered once
it is durable, and with nothing else on the way.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus

from aiohttp import web

from gateway.clock import milliseconds
from gateway.signals import google, graph
from gateway.signals.notification import Heard, Told
from gateway.store.handle import Handle
from gateway.store.notified import Ringing, make_due, recognized, ring
from gateway.web.body import bounded_body
from gateway.web.parameters import given_parameters
from gateway.web.parts import NOBODY, PARTS
from gateway.web.problems import BAD_REQUEST, UNAVAILABLE, Problem

#: So many look notifications up at once, and so many more may wait for it.
DESK_ROOM = 2
WAITING_MAX = 64

GRAPH_PATH = "/v1/notifications/graph"
GOOGLE_PATH = "/v1/notifications/google"

BODY_BYTES_MAX = 2**20
#: Longer than any that Graph has been seen to send.
VALIDATION_LENGTH_MAX = 4096


class Desk:
    """Where what anybody may ask is looked up, few at a time: a flood leaves the store to others."""

    def __init__(self, room: int) -> None:
        self._room = asyncio.Semaphore(room)
        self.waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Raises Problem where too many wait: who asked comes again."""
        if self.waiting >= WAITING_MAX:
            raise Problem(UNAVAILABLE)
        self.waiting += 1
        try:
            async with self._room:
                yield
        finally:
            self.waiting -= 1


DESK = web.AppKey("desk", Desk)


async def post_graph(request: web.Request) -> web.Response:
    """Graph's notifications, and its question whether this address is ours."""
    token = given_parameters(request, {"validationToken"}).get("validationToken")
    if token is not None:
        if not 0 < len(token) <= VALIDATION_LENGTH_MAX:
            raise Problem(BAD_REQUEST)
        # As Graph wants it: decoded, as plain text. It is foreign text, and goes nowhere else.
        return web.Response(text=token, content_type="text/plain")
    return await _accepted(request, graph.heard(await bounded_body(request, BODY_BYTES_MAX)))


async def post_google(request: web.Request) -> web.Response:
    """Google's notifications, which are headers alone."""
    return await _accepted(request, google.heard(request.headers))


async def _accepted(request: web.Request, heard: Heard) -> web.Response:
    parts = request.app[PARTS]
    told = heard.notifications
    if told:
        # Read first: nobody unknown may hold the one writing transaction.
        known = await _known(request, {one.secret for one in told})
        quiet = await parts.quiet(heard, known) if known else NOBODY
        ours = [(known[one.secret], one.told) for one in told if one.secret in known]
        calls = [(call, said) for call, said in ours if call not in quiet]
        parts.metrics.notifications.labels("ours").inc(len(calls))
        parts.metrics.notifications.labels("no_news").inc(len(ours) - len(calls))
        parts.metrics.notifications.labels("unknown").inc(len(told) - len(ours))
        if calls:
            now = milliseconds(parts.clock())
            await parts.store.administer(lambda registry: _mark(registry.handle, calls, now))
            for call, said in calls:
                parts.watches.note(call.tenant, said)
    return web.Response(status=HTTPStatus.ACCEPTED)


async def _known(request: web.Request, repeated: AbstractSet[str]) -> Mapping[str, Ringing]:
    """Which of the secrets are ours. Raises Problem where too many wait."""
    async with request.app[DESK].turn():
        return await request.app[PARTS].store.read(partial(recognized, repeated=repeated))


def _mark(handle: Handle, calls: Sequence[tuple[Ringing, Told]], now: int) -> None:
    ring(handle, {call for call, _ in calls}, now)
    make_due(handle, {call for call, told in calls if told is Told.ENDING}, now, ended=False)
    make_due(handle, {call for call, told in calls if told is Told.ENDED}, now, ended=True)
