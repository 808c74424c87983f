"""Google's ``events.watch`` and ``channels.stop``."""

from datetime import timedelta

from aiohttp import web

from connectors.sandbox.door import Route
from connectors.sandbox.google_access import GoogleAccess
from connectors.sandbox.google_channel import Life
from connectors.sandbox.google_channel_desk import ChannelDesk
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.refusal import google_refusal

_SCOPES = (
    "calendar.events.freebusy",
    "calendar.events.owned.readonly",
    "calendar.events.readonly",
    "calendar.readonly",
)
#: As observed.
_LIFE = Life(timedelta(days=7), timedelta(days=7))


class GoogleChannels:
    """Who may read a calendar may watch it."""

    def __init__(self, url: str, access: GoogleAccess, desk: ChannelDesk, faults: NotificationFaults) -> None:
        self._url = url
        self._access = access
        self._desk = desk
        self._faults = faults

    def routes(self) -> list[Route]:
        root = "/google/calendar/v3"
        return [
            Route("google.watch", "POST", root + "/calendars/{calendar}/events/watch", self._watch),
            Route("google.stop", "POST", root + "/channels/stop", self._stop),
        ]

    async def _watch(self, request: web.Request) -> web.Response:
        visitor = self._access.visitor(request, *_SCOPES)
        address = self._access.calendar(visitor, request.match_info["calendar"]).address
        if self._faults.take("channel-refused"):
            message = "Push notifications are not supported by this resource."
            raise google_refusal(400, "pushNotSupportedForRequestedResource", message, "push")
        uri = f"{self._url}/calendar/v3/calendars/{address}/events?alt=json"
        return await self._desk.open(request, visitor, address, uri, _LIFE)

    async def _stop(self, request: web.Request) -> web.Response:
        return await self._desk.stop(request, self._access.visitor(request, *_SCOPES))
