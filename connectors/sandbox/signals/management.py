"""Where receivers arrange for a stream: its configuration, its status, whether it works (SSF 1.0, section 8).

Discovery (section 7) and the keys stand here, too: they are for anybody.
"""

from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
from aiohttp import hdrs, web

from connectors.sandbox.calendar import Clock, Event
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.notification_post import is_here
from connectors.sandbox.signals.keys import Keys
from connectors.sandbox.signals.register import Register, said
from connectors.sandbox.signals.stream import POLL, PUSH, Asked, DeliveryAsked, Status, Stream
from connectors.sandbox.signals.teller import Teller
from connectors.sandbox.signals.writer import CRITICAL

Read = TypeVar("Read")


class StatusAsked(msgspec.Struct, frozen=True):
    """What a receiver wants of a stream."""

    stream_id: str
    status: Status
    reason: str | None = None


class Verification(msgspec.Struct, frozen=True):
    """What a stream is to repeat."""

    stream_id: str
    state: str | None = None


class Management:
    """``url``: where it stands. ``issuer``: below it, with a path of its own."""

    def __init__(
        self, url: str, issuer: str, keys: Keys, register: Register, teller: Teller, clock: Clock
    ) -> None:
        self._url = url
        self._issuer = issuer
        self._keys = keys
        self._register = register
        self._teller = teller
        self._now = clock

    def routes(self) -> list[Route]:
        well_known = f"/.well-known/ssf-configuration{urlsplit(self._issuer).path}"
        return [
            Route("signals.metadata", "GET", well_known, self._metadata),
            Route("signals.keys", "GET", "/keys", self._listed),
            Route("signals.stream", "POST", "/stream", self._make),
            Route("signals.stream", "GET", "/stream", self._show),
            Route("signals.stream", "PATCH", "/stream", self._change),
            Route("signals.stream", "PUT", "/stream", self._replace),
            Route("signals.stream", "DELETE", "/stream", self._delete),
            Route("signals.status", "GET", "/status", self._show_status),
            Route("signals.status.change", "POST", "/status", self._set_status),
            Route("signals.verify", "POST", "/verify", self._verify),
        ]

    async def _metadata(self, _: web.Request) -> web.Response:
        return json_response({
            "spec_version": "1_0",
            "issuer": self._issuer,
            "jwks_uri": f"{self._url}/keys",
            "delivery_methods_supported": [PUSH, POLL],
            "configuration_endpoint": f"{self._url}/stream",
            "status_endpoint": f"{self._url}/status",
            "verification_endpoint": f"{self._url}/verify",
            "critical_subject_members": CRITICAL,
            "authorization_schemes": [{"spec_urn": "urn:ietf:rfc:6750"}],
            "default_subjects": "ALL",
        })  # fmt: skip

    async def _listed(self, _: web.Request) -> web.Response:
        return json_response(self._keys.listed())

    async def _make(self, request: web.Request) -> web.Response:
        receiver = self._register.receiver(request)
        asked = _possible(await _read(request, Asked))
        stream = self._register.make(receiver)
        stream.change(asked, wholly=True)
        return json_response(stream.printed(), status=HTTPStatus.CREATED)

    async def _show(self, request: web.Request) -> web.Response:
        receiver = self._register.receiver(request)
        if "stream_id" not in request.query:
            return json_response([stream.printed() for stream in self._register.of(receiver)])
        return json_response(self._named(request).printed())

    async def _change(self, request: web.Request) -> web.Response:
        return await self._changed(request, wholly=False)

    async def _replace(self, request: web.Request) -> web.Response:
        return await self._changed(request, wholly=True)

    async def _changed(self, request: web.Request, *, wholly: bool) -> web.Response:
        receiver = self._register.receiver(request)
        asked = _possible(await _read(request, Asked))
        stream = self._register.touched(receiver, asked.stream_id)
        stream.change(asked, wholly=wholly)
        return json_response(stream.printed())

    async def _delete(self, request: web.Request) -> web.Response:
        self._register.delete(self._named(request))
        return nothing()

    async def _show_status(self, request: web.Request) -> web.Response:
        return json_response(_standing(self._named(request)))

    async def _set_status(self, request: web.Request) -> web.Response:
        receiver = self._register.receiver(request)
        asked: StatusAsked = await _read(request, StatusAsked)
        stream = self._register.touched(receiver, asked.stream_id)
        if asked.status is not stream.status:
            self._teller.update(stream, asked.status, asked.reason)
        return json_response(_standing(stream))

    async def _verify(self, request: web.Request) -> web.Response:
        receiver = self._register.receiver(request)
        asked: Verification = await _read(request, Verification)
        stream = self._register.touched(receiver, asked.stream_id)
        now, interval = self._now(), stream.terms.between_verifications
        if stream.verified_at is not None and now < stream.verified_at + interval:
            raise said(HTTPStatus.TOO_MANY_REQUESTS, "This stream was verified a moment ago.")
        stream.verified_at = now
        self._teller.verify(stream, asked.state)
        return nothing()

    def _named(self, request: web.Request) -> Stream:
        return self._register.touched(self._register.receiver(request), request.query.get("stream_id"))


def nothing() -> web.Response:
    """204. Raised past the door, which compresses what it is handed, and nothing cannot be compressed."""
    raise web.HTTPNoContent


def _standing(stream: Stream) -> Event:
    told = {"stream_id": stream.id, "status": stream.status.value}
    return told if stream.reason is None else told | {"reason": stream.reason}


def _possible(asked: Asked) -> Asked:
    """Refused with 400: a delivery that is none, and receivers elsewhere."""
    delivery = asked.delivery or DeliveryAsked(POLL)
    if delivery.method not in {PUSH, POLL}:
        raise said(HTTPStatus.BAD_REQUEST, "This delivery method is not supported.")
    if delivery.method == PUSH and not is_here(delivery.endpoint_url or ""):
        raise said(HTTPStatus.BAD_REQUEST, "Tokens are pushed to receivers on this machine only.")
    return asked


async def _read(request: web.Request, kind: type[Read]) -> Read:
    if request.content_type != "application/json":
        raise said(HTTPStatus.BAD_REQUEST, f"{hdrs.CONTENT_TYPE} has to be application/json.")
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except msgspec.DecodeError:
        raise said(HTTPStatus.BAD_REQUEST, "The body cannot be read.") from None
