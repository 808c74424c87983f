"""Problems (RFC 9457): every answer that is not a success, from one closed table.

A problem says what happened and what to do. It may name a parameter of the request, never its value, and
nothing of what the gateway holds.
"""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from aiohttp import web

FEED_PATH = "/v1/feed"
MEDIA_TYPE = "application/problem+json"


class ProblemType(msgspec.Struct, frozen=True):
    """A kind of problem. ``name`` makes its type: a path below ``/v1/problems/`` that never changes."""

    name: str
    status: HTTPStatus
    title: str
    detail: str


BAD_REQUEST = ProblemType(
    "bad-request",
    HTTPStatus.BAD_REQUEST,
    "The request cannot be understood",
    "Compare it with the documentation of this address.",
)
INVALID_PARAMETER = ProblemType(
    "invalid-parameter",
    HTTPStatus.BAD_REQUEST,
    "A parameter is unknown, repeated or out of range",
    "Correct or leave out the parameter that is named here.",
)
UNKNOWN_CURSOR = ProblemType(
    "unknown-cursor",
    HTTPStatus.BAD_REQUEST,
    "This cursor was not given to this consumer",
    "Send the cursor exactly as it was received with this token, or follow 'restart' to begin from nothing.",
)
UNAUTHORIZED = ProblemType(
    "unauthorized",
    HTTPStatus.UNAUTHORIZED,
    "A valid token is needed",
    "Send the consumer's token as 'Authorization: Bearer'. If it was revoked, ask the operator for another.",
)
NOT_FOR_THIS_PURPOSE = ProblemType(
    "not-for-this-purpose",
    HTTPStatus.FORBIDDEN,
    "What this consumer reads for tells nobody's user id",
    "Ask with a consumer whose purpose is a person's own bookings, such as 'hot-desking'.",
)
NOT_FOUND = ProblemType(
    "not-found",
    HTTPStatus.NOT_FOUND,
    "There is nothing here for this consumer",
    "Check the address and its ids.",
)
NOT_RELEASED = ProblemType(
    "not-released",
    HTTPStatus.NOT_FOUND,
    "Nothing is released of this month",
    "A month is released on the second day after it (UTC), where the tenant has statistics, and told for 400 "
    "days. Ask again then, or for another month.",
)
METHOD_NOT_ALLOWED = ProblemType(
    "method-not-allowed",
    HTTPStatus.METHOD_NOT_ALLOWED,
    "This address does not take this method",
    "Use one of the methods in the Allow header.",
)
CURSOR_TOO_OLD = ProblemType(
    "cursor-too-old",
    HTTPStatus.GONE,
    "This cursor cannot be read on from any more",
    "Removals may have been missed: drop what you have, follow 'restart' and build it anew.",
)
ACKNOWLEDGEMENT_REFUSED = ProblemType(
    "acknowledgement-refused",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "This is no acknowledgement of this erasure by this consumer's key",
    "Send, as application/jose, a compact JWS of the right type by the Ed25519 key that the operator "
    "registered for you, over this erasure and its scope, executed since it was told; gateway/client.py "
    "makes one. Nothing was recorded.",
)
TOO_LARGE = ProblemType(
    "too-large",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "The request is larger than this address takes",
    "Send less.",
)
TOO_MANY_WAITING = ProblemType(
    "too-many-waiting",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Too many requests are waiting for news",
    "Ask again later, with fewer connections or without 'wait'.",
)
TOO_MANY_REQUESTS = ProblemType(
    "too-many-requests",
    HTTPStatus.TOO_MANY_REQUESTS,
    "This token has asked too often",
    "Ask again after 'Retry-After' seconds. 'wait' and streams tell of news without asking.",
)
UNAVAILABLE = ProblemType(
    "unavailable",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The service cannot answer now",
    "Ask again later. If it lasts, the operator should look at the key service and at /health/ready.",
)
NO_PURPOSE = ProblemType(
    "no-purpose",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "What this consumer reads for is not defined here any more",
    "Ask the operator for the policy file that was its purpose, or for another consumer.",
)
UNEXPECTED = ProblemType(
    "unexpected",
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Something went wrong here",
    "Ask again later. If it lasts, tell the operator when it happened; the log has the rest.",
)

#: All that there are, by name.
KINDS: Mapping[str, ProblemType] = {
    kind.name: kind
    for kind in (
        BAD_REQUEST,
        INVALID_PARAMETER,
        UNKNOWN_CURSOR,
        UNAUTHORIZED,
        NOT_FOR_THIS_PURPOSE,
        NOT_FOUND,
        NOT_RELEASED,
        METHOD_NOT_ALLOWED,
        CURSOR_TOO_OLD,
        ACKNOWLEDGEMENT_REFUSED,
        TOO_LARGE,
        TOO_MANY_WAITING,
        TOO_MANY_REQUESTS,
        UNAVAILABLE,
        NO_PURPOSE,
        UNEXPECTED,
    )
}


class Problem(Exception):
    """Ends a request with a problem. Members beside the standard ones are given by name."""

    def __init__(
        self, kind: ProblemType, *, headers: Mapping[str, str] | None = None, **members: str
    ) -> None:
        super().__init__(kind.name)
        self._kind = kind
        self._headers = headers or {}
        self._members = members

    def response(self) -> web.Response:
        """The answer it stands for."""
        kind = self._kind
        standard = {
            "type": f"/v1/problems/{kind.name}",
            "title": kind.title,
            "status": kind.status.value,
            "detail": kind.detail,
        }
        body = msgspec.json.encode(standard | self._members)
        return web.Response(status=kind.status, body=body, content_type=MEDIA_TYPE, headers=self._headers)
