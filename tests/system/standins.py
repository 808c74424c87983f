"""Stand-ins with somebody between them and whoever asks: to watch, to slow down, to put canaries in."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from connectors.sandbox.calendar import Clock
from connectors.sandbox.door import Handler, Route, json_response
from connectors.sandbox.refusal import Refusal
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import World
from gateway.clock import system_clock
from tests.fakes.identity import one_identity
from tests.system import google_canaries, graph_canaries
from tests.system.canaries import Canaries, Plot

Body = dict[str, Any]

_DIRECTORIES = frozenset({
    "graph.areas", "graph.listed-rooms", "graph.places", "graph.room-lists",
    "google.buildings", "google.resources",
})  # fmt: skip

#: Answers a request of a kind, with the stand-in's own handler or without.
Between = Callable[[str, Handler, web.Request], Awaitable[web.Response]]


class WatchedSandbox(Sandbox):
    """The stand-ins, with somebody between."""

    def __init__(self, world: World, between: Between, clock: Clock | None = None) -> None:
        real = system_clock()
        super().__init__(world, clock or system_clock(world.now - real()), real, identity=one_identity())
        self._between = between

    def _routes(self) -> list[Route]:
        return [route._replace(handler=self._watched(route)) for route in super()._routes()]

    def _watched(self, route: Route) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            return await self._between(route.kind, route.handler, request)

        return handle


class Slow:
    """Notes when each request came, lets its answer take a while, and none pass while ``gate`` is closed."""

    def __init__(self, seconds: float = 0) -> None:
        self.arrivals: list[tuple[float, str]] = []
        self.gate = asyncio.Event()
        self.at_the_gate = 0
        #: Whether each page of a view leads to another one, and how many did.
        self.endless = False
        self.links = 0
        self._seconds = seconds

    async def __call__(self, kind: str, handler: Handler, request: web.Request) -> web.Response:
        self.arrivals.append((asyncio.get_running_loop().time(), kind))
        await asyncio.sleep(self._seconds)
        if kind in {"graph.view", "google.events"}:
            self.at_the_gate += 1
            await self.gate.wait()
        if self.endless and kind == "graph.view":
            self.links += 1
            more = str(request.url.update_query(page=self.links))
            return json_response({"value": [], "@odata.nextLink": more})
        return await handler(request)

    def of(self, provider: str) -> list[float]:
        """When calendar or directory data of a provider was asked for; tokens tell nothing of anybody."""
        return [at for at, kind in self.arrivals if kind.startswith(provider) and not kind.endswith("token")]


class Talkative:
    """Puts canaries into headers, envelopes, directory entries and errors; refuses what it was told to."""

    def __init__(self, canaries: Canaries) -> None:
        self.tokens: set[str] = set()
        self.canaries = canaries
        self._answers = 0
        self._refusals: list[tuple[str, Callable[[Plot], Refusal]]] = []

    def refuse(self, kind: str, worded: Callable[[Plot], Refusal]) -> None:
        """Refuse the next request of a kind, in words that may hold canaries."""
        self._refusals.append((kind, worded))

    async def __call__(self, kind: str, handler: Handler, request: web.Request) -> web.Response:
        if kind.endswith(".authorize"):
            # Told to a person's browser, which goes where it is sent.
            return await handler(request)
        self._answers += 1
        plot = Plot(self.canaries, f"answer-{self._answers}-{kind}")
        for due in self._refusals:
            if due[0] == kind:
                self._refusals.remove(due)
                raise due[1](plot)
        try:
            response = await handler(request)
        except Refusal as refusal:
            body = {**refusal.body, **_envelope(plot)}
            raise Refusal(refusal.status, body, refusal.headers | _headers(plot)) from None
        if not response.body:
            response.headers.update(_headers(plot))
            return response
        assert isinstance(response.body, bytes)
        body = _embellished(kind, msgspec.json.decode(response.body), plot)
        self.tokens |= {body[name] for name in ("access_token",) if name in body}
        return json_response(body, status=response.status, headers=_headers(plot))


def _embellished(kind: str, body: Body, plot: Plot) -> Body:
    extras = graph_canaries.place_extras if kind.startswith("graph.") else google_canaries.place_extras
    if kind in _DIRECTORIES:
        for collection in ("value", "items", "buildings"):
            for number, entry in enumerate(body.get(collection, [])):
                # What the stand-in said goes first: of two members with one name its own counts.
                body[collection][number] = extras(plot.below(f"{collection}-{number}")) | entry
    return _envelope(plot) | body


def _envelope(plot: Plot) -> Body:
    return {
        "summary": plot.text("summary"),
        "description": plot.text("description"),
        "id_token": plot.word("id_token"),
        "error_uri": plot.link("error_uri"),
        plot.word("member"): {plot.word("inner-member"): [plot.text("inner-value")]},
    }


def _headers(plot: Plot) -> dict[str, str]:
    words = plot.each(
        "request-id", "client-request-id", "ETag", "x-ms-ags-diagnostic", "Warning", by=Plot.word
    )
    return words | {
        "Set-Cookie": f"{plot.word('cookie')}={plot.word('cookie')}; Path=/",
        "Location": plot.link("Location"),
        "WWW-Authenticate": f'Bearer realm="{plot.word("realm")}"',
        f"x-{plot.word('header')}": plot.word("header-value"),
    }


def graph_refusal(status: int, code: str, **headers: str) -> Callable[[Plot], Refusal]:
    return lambda plot: Refusal(status, graph_canaries.graph_fault(plot, code), _headers(plot) | headers)


def google_refusal(status: int, reason: str, **headers: str) -> Callable[[Plot], Refusal]:
    return lambda plot: Refusal(
        status, google_canaries.google_fault(plot, status, reason), _headers(plot) | headers
    )


def grant_refusal(status: int, error: str, **members: Any) -> Callable[[Plot], Refusal]:
    """As both token endpoints word it, with whatever either adds."""

    def worded(plot: Plot) -> Refusal:
        told = plot.each("error_description", "trace_id", "correlation_id", "claims", "suberror")
        return Refusal(status, told | {"error": error} | members | _envelope(plot), _headers(plot))

    return worded
