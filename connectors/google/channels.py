"""Google's channels, which tell that a calendar has changed: opened and stopped. Nothing renews or lists one.

developers.google.com/workspace/calendar/api/guides/push, /workspace/calendar/api/v3/reference/events/watch.
"""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any
from uuid import uuid4

import msgspec
from msgspec.json import Decoder
from msgspec.structs import replace

from connectors.decoding import decode
from connectors.errors import ConnectorError, Malformed, PushRefused
from connectors.google.refusal import reasons, refusal
from connectors.google.requests import request
from connectors.google.service import Service
from connectors.port import CalendarAddress, Clock, Target, Watch
from connectors.quota import Allowance
from connectors.raw import Hidden
from connectors.transport import Answer

#: What is read of an answer, and so asked for: the rest names the calendar and repeats our secret.
FIELDS = "id,resourceId,expiration"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_MAX = (datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
STOPPED = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND})

_TAKEN = "channelIdNotUnique"
_RECEIVER = frozenset({"webhookUrlUnauthorized", "webhookUrlNotHttps"})
#: What stands before some of the reasons, in some answers.
_PREFIX = "push."


class _Channel(Hidden, frozen=True, rename="camel"):
    """What is read of one. The expiration is a string or a number, of milliseconds since 1970."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    resource_id: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
    expiration: Annotated[int, msgspec.Meta(ge=0, le=_MILLISECONDS_MAX)]


_CHANNEL = Decoder(_Channel, strict=False)


class Channels:
    """One tenant's. Raises PushRefused for what Google does not tell of, or not to us."""

    def __init__(self, service: Service, events: Any, channels: Any, clock: Clock) -> None:
        self._service = service
        self._watch = events.watch
        self._stop = channels.stop
        self._now = clock

    async def open(
        self, calendar: CalendarAddress, target: Target, until: datetime, allowance: Allowance
    ) -> Watch:
        """What lasts too long is cut by Google."""
        answer = await self._opened(calendar, target, until, allowance)
        if is_taken(answer):
            answer = await self._opened(calendar, target, until, allowance)
        if answer.status != HTTPStatus.OK:
            raise push_refusal(answer)
        return replace(watch(answer.body), url=target.url)

    async def _opened(
        self, calendar: CalendarAddress, target: Target, until: datetime, allowance: Allowance
    ) -> Answer:
        body = asked(str(uuid4()), target, until - self._now())
        return await self._service.answer(
            request(self._watch, calendarId=calendar, body=body, fields=FIELDS), allowance
        )

    async def stop(self, known: Watch, allowance: Allowance) -> None:
        """One that is gone is no error."""
        body = {"id": known.id, "resourceId": known.resource}
        answer = await self._service.answer(request(self._stop, body=body), allowance)
        if answer.status not in STOPPED:
            raise refusal(answer, by_cursor=False)


def asked(channel_id: str, target: Target, life: timedelta) -> dict[str, Any]:
    """The body that asks for one, under an id that nobody has used."""
    return {
        "id": channel_id,
        "type": "web_hook",
        "address": target.url,
        "token": target.secret,
        "params": {"ttl": str(life // timedelta(seconds=1))},
    }


def watch(body: bytes) -> Watch:
    """What Google has promised. Raises Malformed."""
    try:
        promised = decode(body, _CHANNEL)
    except msgspec.ValidationError:
        raise Malformed("bad_watch") from None
    expires_at = _EPOCH + timedelta(milliseconds=promised.expiration)
    return Watch(promised.id, promised.resource_id, expires_at)


def is_about_receiver(answer: Answer) -> bool:
    """Google answers 401 also where it is the address of ours that it does not take."""
    return not _RECEIVER.isdisjoint(_said(answer))


def is_taken(answer: Answer) -> bool:
    """Whether somebody has used the id that we made up."""
    return _TAKEN in _said(answer)


def push_refusal(answer: Answer) -> ConnectorError:
    """The error to raise for an answer that promises nothing."""
    if is_about_receiver(answer):
        return PushRefused("google_receiver_refused")
    if is_taken(answer):
        return PushRefused("google_channel_not_unique")
    if answer.status == HTTPStatus.BAD_REQUEST:
        return PushRefused("google_push_not_supported")
    return refusal(answer, by_cursor=False)


def _said(answer: Answer) -> frozenset[str]:
    return frozenset(reason.removeprefix(_PREFIX) for reason in reasons(answer))
