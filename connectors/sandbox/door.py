"""The door in front of every handler: counts who comes, lets others stand between, words refusals."""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

import msgspec
from aiohttp import hdrs, web

from connectors.sandbox.refusal import Refusal

Handler = Callable[[web.Request], Awaitable[web.Response]]

#: A handler, or whatever stands before it.
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: Answers a request of a kind, with what is behind it or without.
Between = Callable[[str, Answering, web.Request], Awaitable[web.StreamResponse]]


class Route(NamedTuple):
    """One path of a stand-in. ``kind`` names it in counters and faults, such as ``graph.view``."""

    kind: str
    method: str
    path: str
    handler: Handler


class Door:
    """Counts requests by kind and never keeps what was in them. Of those between, the first comes first."""

    def __init__(self, *between: Between) -> None:
        self.requests: Counter[str] = Counter()
        self._between = between

    def hang(self, application: web.Application, routes: Iterable[Route]) -> None:
        for route in routes:
            application.router.add_route(route.method, route.path, self._guarded(route))

    def _guarded(self, route: Route) -> Answering:
        answering: Answering = route.handler
        # The control is no provider: nothing goes wrong there.
        if not route.kind.startswith("control."):
            for between in reversed(self._between):
                answering = partial(between, route.kind, answering)

        async def handle(request: web.Request) -> web.StreamResponse:
            self.requests[route.kind] += 1
            try:
                response = await answering(request)
            except Refusal as refusal:
                response = json_response(refusal.body, status=refusal.status, headers=refusal.headers)
            # As both providers do. Left to itself, aiohttp prefers deflate, of which clients know two kinds.
            if not response.prepared and "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
                response.enable_compression(web.ContentCoding.gzip)
            return response

        return handle


def encoded(body: Any) -> bytes:
    """JSON, also of what only the standard library can write: halves of surrogate pairs, escaped."""
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:
        # Outlook cuts texts by UTF-16 units, sometimes through an emoji.
        return json.dumps(body).encode()


def json_response(body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        body=encoded(body), status=status, headers=headers, content_type="application/json", charset="utf-8"
    )
