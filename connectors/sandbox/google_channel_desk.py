"""Where Google's channels are opened and stopped, whatever they watch. Nothing lists or renews one."""

from typing import Any

import msgspec
from aiohttp import web

from connectors.sandbox.calendar import Clock
from connectors.sandbox.door import json_response
from connectors.sandbox.google_access import Visitor
from connectors.sandbox.google_channel import Asked, Channel, Life, check, granted
from connectors.sandbox.google_messenger import GoogleMessenger
from connectors.sandbox.google_query import invalid
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.refusal import google_refusal


class Named(msgspec.Struct, frozen=True, rename="camel"):
    """The body of ``channels.stop``: what else a channel has may come along."""

    id: str
    resource_id: str


class ChannelDesk:
    """Only who opened a channel may stop it."""

    def __init__(self, messenger: GoogleMessenger, clock: Clock, faults: NotificationFaults) -> None:
        self._messenger = messenger
        self.now = clock
        self._faults = faults

    async def open(
        self, request: web.Request, visitor: Visitor, watched: str, uri: str, life: Life
    ) -> web.Response:
        """Open what the body asks for."""
        asked: Asked = await _read(request, Asked)
        check(asked)
        channel = Channel(
            id=asked.id,
            tenant=visitor.tenant.id,
            subject=visitor.subject.lower(),
            watched=watched,
            address=asked.address,
            token=asked.token,
            uri=uri,
            until=granted(asked, life, self.now()),
        )
        self._messenger.open(channel)
        if self._faults.take("channel-sync-first"):
            await self._messenger.deliver()
        return json_response(channel.printed(as_number=self._faults.take("channel-expiration-number")))

    async def stop(self, request: web.Request, visitor: Visitor) -> web.Response:
        """Stop what the body names, be it stopped already or not."""
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
