"""The stand-ins as a soak meets them: all their clocks go with the loop's, and every error says too much."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import hdrs, web

from connectors.sandbox.bearer import opened
from connectors.sandbox.door import Answering, Door
from connectors.sandbox.lifetimes import Lifetimes
from connectors.sandbox.refusal import Refusal
from connectors.sandbox.truth import World
from tests.system.canaries import Canaries, Plot
from tests.system.soak_time import clock_from
from tests.system.soak_visits import Visits
from tests.system.standins import Talkative, WatchedSandbox

#: What a provider writes for people. Whoever reads it looks for words of the provider's own.
_SENTENCES = frozenset({"message", "error_description"})
_PAGE_TEXT = b"Try later."


class SoakSandbox(WatchedSandbox):
    """Puts canaries into all that goes wrong, faults included, and notes who is asked for.

    Each answer takes ``pace_seconds``.
    """

    def __init__(self, world: World, canaries: Canaries) -> None:
        # Asked for its time once it is running, by threads too.
        self._passed = clock_from(world.now)
        super().__init__(world, Talkative(canaries), self._passed)
        self._canaries = canaries
        self._answers = 0
        self.visits = Visits()
        self.pace_seconds = 0.0
        # Twice: a token may end when a fault says so, and ends when the stand-in does, however it was sent.
        lives = Lifetimes(self.now), Lifetimes(self.now)
        self._door = Door(self._worded, lives[0], self.faults, lives[1])

    def now(self) -> datetime:
        return self._wall_clock() + (self._passed() - self.world.now)

    async def _worded(self, kind: str, answering: Answering, request: web.Request) -> web.StreamResponse:
        self._answers += 1
        plot = Plot(self._canaries, f"fault-{self._answers}-{kind}")
        await self._note(request)
        if self.pace_seconds:
            await asyncio.sleep(self.pace_seconds)
        try:
            response = await answering(request)
        except Refusal as refusal:
            body, headers = _embellished(refusal.body, plot), _headers(plot)
            raise Refusal(refusal.status, body, headers | refusal.headers) from None
        if not response.prepared:
            response.headers.update(_headers(plot))
            if isinstance(response, web.Response) and isinstance(response.body, bytes):
                response.body = response.body.replace(_PAGE_TEXT, plot.text("page").encode())
        return response

    async def _note(self, request: web.Request) -> None:
        """Whose data is asked for; tokens tell it, and asking for a token tells nothing of anybody."""
        badge = opened(self._access_seal, request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Bearer "))
        if badge is not None:
            await self.visits.note(badge.tenant, self.clock())
            if badge.generation is not None:
                await self.visits.note(badge.subject, self.clock())


def _embellished(body: Mapping[str, Any], plot: Plot) -> dict[str, Any]:
    """The same error with more in every sentence, and a member beside those that are known."""
    told = {name: _said(name, value, plot) for name, value in body.items()}
    return told | {plot.word("member"): plot.text("value")}


def _said(name: str, value: Any, plot: Plot) -> Any:
    if isinstance(value, dict):
        return _embellished(value, plot)
    if isinstance(value, list):
        return [_said(name, one, plot) for one in value]
    return f"{value} {plot.text(name)}" if name in _SENTENCES else value


def _headers(plot: Plot) -> dict[str, str]:
    return {
        "request-id": plot.word("request-id"),
        "Warning": f'299 - "{plot.word("Warning")}"',
        f"x-{plot.word('header')}": plot.word("header-value"),
    }
