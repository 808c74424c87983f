"""POST /v1/signals/{address}/workspace: something has become of an account, or of our delegation.

A push is a hint, and nothing in it is believed: what is asked about for it shows what is so. Every one is
answered alike, whatever it holds; of who shows no secret of ours nothing is written, but that one came.
"""

import asyncio
from http import HTTPStatus

from aiohttp import web

from gateway.signals import google_admin
from gateway.signals.transmitter import Caller, TransmitterKind
from gateway.web.body import bounded_body
from gateway.web.evenly import evenly_refused
from gateway.web.parts import PARTS
from gateway.web.problems import UNAVAILABLE, Problem
from gateway.web.receiving import NOBODY, RECEIVING, SIGNALS_PATH

WORKSPACE_PATH = f"{SIGNALS_PATH}/{{address}}/workspace"

#: Of what is pushed about a user, and more than that.
BODY_BYTES_MAX = 64 * 1024
#: Google comes again to whoever takes longer, or has too much to do.
SECONDS_MAX = 10.0


async def post_workspace(request: web.Request) -> web.Response:
    """What Google says. Raises Problem where an answer would come too late."""
    try:
        async with asyncio.timeout(SECONDS_MAX):
            said = await _said(request)
    except TimeoutError:
        raise Problem(UNAVAILABLE) from None
    request.app[PARTS].metrics.notifications.labels(said).inc()
    return web.Response(status=HTTPStatus.ACCEPTED)


async def _said(request: web.Request) -> str:
    """Whose it was, and whether it was news: as a counter has it."""
    body = await bounded_body(request, BODY_BYTES_MAX)
    try:
        caller = await evenly_refused(_admitted(request))
    except _NotAdmittedError:
        return "unknown"
    hint = google_admin.heard(request.headers, body)
    is_news = hint is not None and await request.app[RECEIVING].hint(caller, hint.account)
    return "ours" if is_news else "no_news"


class _NotAdmittedError(Exception):
    """Whoever says something does not know the secrets that were given to Google."""


async def _admitted(request: web.Request) -> Caller:
    receiving = request.app[RECEIVING]
    async with receiving.desk.turn():
        caller = await receiving.find(request.match_info["address"], TransmitterKind.GOOGLE)
    told = request.headers.getall("X-Goog-Channel-Token", [])
    shown = told[0] if len(told) == 1 else None
    if not (NOBODY if caller is None else caller.transmitter).is_shown(shown) or caller is None:
        raise _NotAdmittedError
    return caller
