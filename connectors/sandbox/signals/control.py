"""How another process lets a transmitter tell something. Loopback only.

``POST /control/signals`` takes ``{"event", "subject", "members"}``, the event as in ``EVENT_TYPES``;
``POST /control/streams`` takes ``{"status", "reason"}``; after ``POST /control/keys`` another key signs.
Faults and the clock are those of the providers.
"""

from collections.abc import Callable

import msgspec
from aiohttp import web

from connectors.sandbox.calendar import Event
from connectors.sandbox.control_door import admit, read
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.refusal import Refusal
from connectors.sandbox.signals.event_types import EVENT_TYPES
from connectors.sandbox.signals.keys import Keys
from connectors.sandbox.signals.stream import Status


class Happened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something to tell."""

    event: str
    subject: Event
    members: Event = {}


class Standing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How all streams are to stand."""

    status: Status
    reason: str | None = None


class SignalControl:
    """Open only to whoever knows the token."""

    def __init__(
        self,
        token: str,
        tell: Callable[..., list[str]],
        update: Callable[[Status, str | None], None],
        keys: Keys,
    ) -> None:
        self._token = token
        self._tell = tell
        self._update = update
        self._keys = keys

    def routes(self) -> list[Route]:
        return [
            Route("control.signals", "POST", "/control/signals", self._happen),
            Route("control.streams", "POST", "/control/streams", self._stand),
            Route("control.keys", "POST", "/control/keys", self._rotate),
        ]

    async def _happen(self, request: web.Request) -> web.Response:
        admit(request, self._token)
        happened: Happened = await read(request, Happened)
        if happened.event not in EVENT_TYPES:
            raise Refusal(404, {"error": "no such event; EVENT_TYPES lists them"})
        return json_response({"told": self._tell(happened.event, happened.subject, **happened.members)})

    async def _stand(self, request: web.Request) -> web.Response:
        admit(request, self._token)
        standing: Standing = await read(request, Standing)
        self._update(standing.status, standing.reason)
        return json_response({"done": True})

    async def _rotate(self, request: web.Request) -> web.Response:
        admit(request, self._token)
        self._keys.rotate()
        return json_response({"done": True})
