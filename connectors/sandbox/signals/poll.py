"""Tokens that are fetched (RFC 8936)."""

import asyncio
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

import msgspec
from aiohttp import web

from connectors.sandbox.calendar import Clock, Event
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.refusal import Refusal
from connectors.sandbox.signals.register import Register, said
from connectors.sandbox.signals.stream import Stream

#: At once, whatever is asked for.
SETS_MAX = 100
#: How long a poll waits that need not return at once, and how often it looks.
PATIENCE_SECONDS, _STEP_SECONDS = 30.0, 0.05


class SetError(msgspec.Struct, frozen=True):
    """Why a token was not taken."""

    err: str
    description: str = ""


class Polling(msgspec.Struct, frozen=True, rename="camel"):
    """What a receiver asks for, and what it has to say of what it has got."""

    max_events: Annotated[int, msgspec.Meta(ge=0)] = SETS_MAX
    return_immediately: bool = False
    ack: tuple[str, ...] = ()
    set_errs: dict[str, SetError] = {}


class Poll:
    """What is not acknowledged comes again with each poll."""

    def __init__(self, register: Register, clock: Clock, faults: NotificationFaults) -> None:
        self._register = register
        self._now = clock
        self._faults = faults

    def routes(self) -> list[Route]:
        return [Route("signals.poll", "POST", "/poll/{stream}", self._poll)]

    async def _poll(self, request: web.Request) -> web.Response:
        receiver = self._register.receiver(request)
        stream = self._register.touched(receiver, request.match_info["stream"])
        if not stream.is_polled:
            raise said(HTTPStatus.NOT_FOUND, "This stream is pushed.")
        polling = await _read(request)
        if not self._faults.take("poll-acks-forgotten"):
            stream.take(polling.ack)
            for id_, error in polling.set_errs.items():
                stream.refuse(id_, error.err)
        if self._faults.take("poll-more-for-ever"):
            return json_response({"sets": {}, "moreAvailable": True})
        if polling.max_events and not polling.return_immediately:
            await self._wait(stream)
        return json_response(self._sets(stream, polling.max_events, self._now()))

    def _sets(self, stream: Stream, most: int, now: datetime) -> Event:
        due = stream.due(now)
        if due and self._faults.take("poll-one-at-a-time"):
            most = 1
        # Of several of an id the first: an object has each member once.
        told = {one.id: one.token for one in reversed(due)}
        ids = [*dict.fromkeys(one.id for one in due)][: min(most, SETS_MAX)]
        return {"sets": {id_: told[id_] for id_ in ids}, "moreAvailable": len(due) > len(ids)}

    async def _wait(self, stream: Stream) -> None:
        for _ in range(round(PATIENCE_SECONDS / _STEP_SECONDS)):
            if stream.due(self._now()):
                return
            await asyncio.sleep(_STEP_SECONDS)


async def _read(request: web.Request) -> Polling:
    try:
        return msgspec.json.decode(await request.read(), type=Polling)
    except msgspec.DecodeError:
        refused = {"err": "invalid_request", "description": "The body is no poll."}
        raise Refusal(HTTPStatus.BAD_REQUEST, refused) from None
