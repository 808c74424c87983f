"""Google's management of what it tells of accounts (Cross-Account Protection): one stream for a project.

``POST /control/risc`` takes ``{"event", "subject", "members"}`` and tells that, the event as in
``RISC_EVENTS``; after ``POST /control/risc-status`` with ``{"is_enabled"}`` it stands so. Receivers are on
this machine, and may do without TLS.
"""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import hdrs, web
from joserfc.jwk import RSAKey

from connectors.sandbox.assertion import is_current, verified
from connectors.sandbox.calendar import Clock, Event
from connectors.sandbox.control_door import admit, read
from connectors.sandbox.credentials import ServiceAccount
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.google_risc_stream import ISSUER, LISTED, RiscStream
from connectors.sandbox.notification_post import is_here
from connectors.sandbox.refusal import Refusal

_PUSH = "https://schemas.openid.net/secevent/risc/delivery-method/push"
_AUDIENCE = "https://risc.googleapis.com/google.identity.risc.v1beta.RiscManagementService"
_LIFE_MAX = timedelta(minutes=65)
OTHER_DOMAIN = "The delivery endpoint does not belong to any of your project's domains."
_OTHER_METHOD = "Existing stream configuration does not have spec-compliant delivery method for RISC."
_NO_CONFIGURATION = "Project has no RISC configuration."
_WORDS = {
    HTTPStatus.BAD_REQUEST: "INVALID_ARGUMENT",
    HTTPStatus.UNAUTHORIZED: "UNAUTHENTICATED",
    HTTPStatus.FORBIDDEN: "PERMISSION_DENIED",
    HTTPStatus.NOT_FOUND: "NOT_FOUND",
    HTTPStatus.SERVICE_UNAVAILABLE: "UNAVAILABLE",
}


class Happened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something to tell."""

    event: str
    subject: Event | None = None
    members: Event = {}


class Standing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the stream tells."""

    is_enabled: bool


class GoogleRisc:
    """Open to the service account of the project. ``url``: of Google's hosts in one."""

    def __init__(
        self,
        url: Callable[[], str],
        account: ServiceAccount,
        stream: RiscStream,
        wall_clock: Clock,
        control_token: str,
    ) -> None:
        self._url = url
        self._account = account
        self._stream = stream
        self._now = wall_clock
        self._token = control_token

    def routes(self) -> list[Route]:
        root = "/google/v1beta/stream"
        return [
            Route("risc.metadata", "GET", "/google/.well-known/risc-configuration", self._metadata),
            Route("risc.keys", "GET", "/google/risc/certs", self._keys),
            Route("risc.stream", "GET", root, self._show),
            Route("risc.update", "POST", f"{root}:update", self._update),
            Route("risc.status", "GET", f"{root}/status", self._show_status),
            Route("risc.status-update", "POST", f"{root}/status:update", self._set_status),
            Route("risc.verify", "POST", f"{root}:verify", self._verify),
            Route("control.risc", "POST", "/control/risc", self._happen),
            Route("control.risc-status", "POST", "/control/risc-status", self._stand),
        ]

    async def _metadata(self, _: web.Request) -> web.Response:
        """As Google's is: with names of its own, and a part of one address twice."""
        root = f"{self._url()}/v1beta"
        return json_response({
            "issuer": ISSUER,
            "jwks_uri": f"{self._url()}/risc/certs",
            "delivery_methods_supported": [_PUSH.replace("https:", "http:")],
            "add_subject_endpoint": f"{root}/subjects:add",
            "get_status_endpoint": f"{root}/stream/status",
            "get_configuration_endpoint": f"{root}/v1beta/stream",
            "update_configuration_endpoint": f"{root}/stream:update",
            "verification_endpoint": f"{root}/stream:verify",
        })  # fmt: skip

    async def _keys(self, _: web.Request) -> web.Response:
        return json_response(self._stream.keys.listed())

    async def _show(self, request: web.Request) -> web.Response:
        self._admit(request)
        self._check_there()
        return json_response(self._stream.configuration)

    async def _update(self, request: web.Request) -> web.Response:
        self._admit(request)
        body = await _body(request)
        delivery, events = _needed(body, "delivery"), _needed(body, "events_requested")
        if _needed(delivery, "delivery_method") != _PUSH:
            raise said(HTTPStatus.FORBIDDEN, _OTHER_METHOD)
        url = str(_needed(delivery, "url"))
        if not is_here(url):
            raise said(HTTPStatus.FORBIDDEN, OTHER_DOMAIN)
        self._stream.url = url
        self._stream.requested = tuple(one for one in events if one in LISTED)
        return json_response({})

    async def _show_status(self, request: web.Request) -> web.Response:
        self._admit(request)
        self._check_there()
        return json_response({"status": self._stream.status})

    async def _set_status(self, request: web.Request) -> web.Response:
        self._admit(request)
        wanted = _needed(await _body(request), "status")
        if wanted not in {"enabled", "disabled"}:
            raise said(HTTPStatus.FORBIDDEN, "Unsupported status.")
        self._check_there()
        self._stream.is_enabled = wanted == "enabled"
        return json_response({})

    async def _verify(self, request: web.Request) -> web.Response:
        self._admit(request)
        state = str(_needed(await _body(request), "state"))
        self._check_there()
        self._stream.verify(state)
        return json_response({})

    async def _happen(self, request: web.Request) -> web.Response:
        admit(request, self._token)
        happened: Happened = await read(request, Happened)
        return json_response({
            "told": self._stream.tell(happened.event, happened.subject, **happened.members)
        })  # fmt: skip

    async def _stand(self, request: web.Request) -> web.Response:
        admit(request, self._token)
        standing: Standing = await read(request, Standing)
        self._stream.is_enabled = standing.is_enabled
        return json_response({"done": True})

    def _check_there(self) -> None:
        if self._stream.url is None:
            raise said(HTTPStatus.NOT_FOUND, _NO_CONFIGURATION)

    def _admit(self, request: web.Request) -> None:
        """Refused with 401: who shows nothing that the service account signed for this service, for now."""
        scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        claims = _shown(token, self._account.public_key) if scheme == "Bearer" else {}
        is_itself = claims.get("iss") == claims.get("sub") == self._account.email
        if not (is_itself and claims.get("aud") == _AUDIENCE and is_current(claims, self._now(), _LIFE_MAX)):
            raise said(HTTPStatus.UNAUTHORIZED, "Unauthorized.")


def said(status: HTTPStatus, message: str) -> Refusal:
    """An error as Google words those of management."""
    return Refusal(status, {"error": {"code": status, "message": message, "status": _WORDS[status]}})


def _shown(token: str, key: RSAKey) -> dict[str, Any]:
    found = verified(token, key)
    return {} if found is None else found.claims


async def _body(request: web.Request) -> Event:
    try:
        return msgspec.json.decode(await request.read(), type=dict[str, Any])
    except msgspec.DecodeError:
        raise said(HTTPStatus.BAD_REQUEST, "Invalid JSON payload received.") from None


def _needed(body: Any, name: str) -> Any:
    if not isinstance(body, dict) or not body.get(name):
        raise said(HTTPStatus.BAD_REQUEST, f"Stream configuration must contain {name} field.")
    return body[name]
