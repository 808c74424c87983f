"""The control endpoint: how another process changes the world and reads the counters. Loopback only.

``POST /control/events`` takes ``{"action", "calendar", "id", …}``; ``GET /control/counters`` tells.
"""

from datetime import date, datetime
from hmac import compare_digest
from typing import Annotated, Any

import msgspec
from aiohttp import hdrs, web

from connectors.sandbox.calendar import Calendar, Guest
from connectors.sandbox.door import Door, Route, json_response
from connectors.sandbox.errors import UnknownEvent
from connectors.sandbox.faults import Faults
from connectors.sandbox.ledger import Ledger
from connectors.sandbox.refusal import Refusal
from connectors.sandbox.truth import World

Aware = Annotated[datetime, msgspec.Meta(tz=True)]


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="action"):
    """A change to one event."""

    calendar: str


class Add(Command, frozen=True, tag="add"):
    """Put an event in, in the provider's own form."""

    event: dict[str, Any]


class OfEvent(Command, frozen=True):
    """Names an event that is there."""

    id: str


class Move(OfEvent, frozen=True, tag="move"):
    """To another time."""

    start: Aware
    end: Aware


class MoveDays(OfEvent, frozen=True, tag="move-days"):
    """To other whole days; ``end`` is the day after the last."""

    start: date
    end: date


class Cancel(OfEvent, frozen=True, tag="cancel"):
    """Called off, and still told of."""


class Private(OfEvent, frozen=True, tag="private"):
    """Marked private."""


class EditAttendees(OfEvent, frozen=True, tag="edit-attendees"):
    """Other people invited; rows of ``[name, address]``."""

    guests: tuple[tuple[str, str], ...]


class Delete(OfEvent, frozen=True, tag="delete"):
    """Gone."""


Change = Add | Move | MoveDays | Cancel | Private | EditAttendees | Delete


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Refuse the next requests of a kind."""

    kind: str
    status: int
    times: int
    headers: dict[str, str] = msgspec.field(default_factory=dict)


class Control:
    """Open only to whoever knows the token."""

    def __init__(self, token: str, world: World, door: Door, ledger: Ledger, faults: Faults) -> None:
        self._token = token
        self._world = world
        self._door = door
        self._ledger = ledger
        self._faults = faults

    def routes(self) -> list[Route]:
        return [
            Route("control.events", "POST", "/control/events", self._change),
            Route("control.faults", "POST", "/control/faults", self._fault),
            Route("control.counters", "GET", "/control/counters", self._counters),
        ]

    async def _change(self, request: web.Request) -> web.Response:
        self._admit(request)
        change = await _read(request, Change)
        try:
            _carry_out(change, self._world.calendar(change.calendar))
        except (KeyError, UnknownEvent):
            raise Refusal(404, {"error": "no such calendar or event"}) from None
        return json_response({"done": True})

    async def _fault(self, request: web.Request) -> web.Response:
        self._admit(request)
        fault = await _read(request, Fault)
        self._faults.refuse(fault.kind, fault.status, fault.times, fault.headers)
        return json_response({"done": True})

    async def _counters(self, request: web.Request) -> web.Response:
        self._admit(request)
        return json_response({"requests": self._door.requests, "crossed": self._ledger.tallies})

    def _admit(self, request: web.Request) -> None:
        given = request.headers.get(hdrs.AUTHORIZATION, "").encode()
        if not compare_digest(given, f"Bearer {self._token}".encode()):
            raise Refusal(401, {"error": "the control token is missing or wrong"})


async def _read(request: web.Request, kind: Any) -> Any:
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except msgspec.DecodeError:
        raise Refusal(400, {"error": "the body is not a command"}) from None


def _carry_out(change: Change, calendar: Calendar) -> None:
    match change:
        case Add(event=event):
            calendar.add(event)
        case Move(id=event_id, start=start, end=end) | MoveDays(id=event_id, start=start, end=end):
            calendar.move(event_id, start, end)
        case Cancel(id=event_id):
            calendar.cancel(event_id)
        case Private(id=event_id):
            calendar.make_private(event_id)
        case EditAttendees(id=event_id, guests=guests):
            calendar.edit_attendees(event_id, [Guest(*row) for row in guests])
        case Delete(id=event_id):
            calendar.delete(event_id)
