"""Google's ``events.watch`` and ``channels.stop``. Nothing lists channels, and nothing renews one."""

from typing import Any

import msgspec
from aiohttp import web

from connectors.sandbox.calendar import Clock
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.google_access import GoogleAccess
from connectors.sandbox.google_channel import Asked, Channel, check, granted
from connectors.sandbox.google_messenger import GoogleMessenger
from connectors.sandbox.google_query import invalid
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.refusal import google_refusal

_SCOPES = (
    "calendar.events.freebusy",
    "calendar.events.owned.readonly",
    "calendar.events.readonly",
    "calendar.readonly",
)


class Named(msgspec.Struct, frozen=True, rename="camel"):
    """The body of ``channels.stop``: what else a channel has may come along."""

    id: str
    resource_id: str


class GoogleChannels:
    """Who may read a calendar may watch it; only who opened a channel may stop it."""

    def __init__(
        self,
        url: str,
        access: GoogleAccess,
        messenger: GoogleMessenger,
        clock: Clock,
        faults: NotificationFaults,
    ) -> None:
        self._url = url
        self._access = access
        self._messenger = messenger
        self._now = clock
        self._faults = faults

    def routes(self) -> list[Route]:
        root = "/google/calendar/v3"
        return [
            Route("google.watch", "POST", root + "/calendars/{calendar}/events/watch", self._watch),
            Route("google.stop", "POST", root + "/channels/stop", self._stop),
        ]

    async def _watch(self, request: web.Request) -> web.Response:
        visitor = self._access.visitor(request, *_SCOPES)
        calendar = self._access.calendar(visitor, request.match_info["calendar"])
        asked: Asked = await _read(request, Asked)
        check(asked)
        if self._faults.take("channel-refused"):
            message = "Push notifications are not supported by this resource."
            raise google_refusal(400, "pushNotSupportedForRequestedResource", message, "push")
        channel = Channel(
            id=asked.id,
            tenant=visitor.tenant.id,
            subject=visitor.subject.lower(),
            calendar=calendar.address,
            address=asked.address,
            token=asked.token,
            uri=f"{self._url}/calendar/v3/calendars/{calendar.address}/events?alt=json",
            until=granted(asked, self._now()),
        )
        self._messenger.open(channel)
        if self._faults.take("channel-sync-first"):
            await self._messenger.deliver()
        return json_response(channel.printed(as_number=self._faults.take("channel-expiration-number")))

    async def _stop(self, request: web.Request) -> web.Response:
        """Stop it, be it stopped already or not."""
        visitor = self._access.visitor(request, *_SCOPES)
        named: Named = await _read(request, Named)
        channel = self._messenger.find(visitor.tenant.id, named.id, named.resource_id)
        if channel.subject != visitor.subject.lower() or self._faults.take("channel-stop-refused"):
            raise google_refusal(403, "forbidden", "Forbidden")
        channel.stopped = True
        # Raised past the door, which compresses what it is handed, and nothing cannot be compressed.
        raise web.HTTPNoContent


async def _read(request: web.Request, kind: Any) -> Any:
    try:
        # Google takes numbers as texts and the other way around.
        return msgspec.json.decode(await request.read(), type=kind, strict=False)
    except msgspec.DecodeError:
        raise invalid("Parse Error") from None
