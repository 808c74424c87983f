"""What Graph may refuse, in its own words."""

from datetime import timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any, NamedTuple

from connectors.sandbox.faults.acts import refused
from connectors.sandbox.faults.fault import Fault, Visit
from connectors.sandbox.refusal import Refusal, graph_refusal

ALL = ("graph",)
#: What reads one mailbox.
MAILBOX = ("graph.view", "graph.delta", "graph.event", "graph.instances")
#: What goes on from a token.
_DELTA = ("graph.delta", "graph.users-delta")
_TOKENS = ("$deltatoken", "$skiptoken")

OVER_LIMIT = "Application is over its MailboxConcurrency limit."
SCOPED = "Access to OData is disabled."
_DENIED = "Access is denied. Check credentials and try again."
_WAIT_SECONDS = 30


class _Row(NamedTuple):
    """A refusal that is always worded alike. ``wait`` is its Retry-After."""

    name: str
    status: int
    code: str
    message: str = "The request could not be answered."
    wait: str = ""
    meets: tuple[str, ...] = ALL


_ROWS = (
    _Row("invalid-token", 401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid."),
    _Row("identity-not-found", 401, "Authorization_IdentityNotFound",
         "The identity of the calling application could not be established."),
    _Row("access-denied", 403, "ErrorAccessDenied", _DENIED),
    _Row("scope-denied", 403, "ErrorAccessDenied", SCOPED, meets=MAILBOX),
    _Row("scope-denied-extension", 403, "extensionError", SCOPED, meets=MAILBOX),
    _Row("item-not-found", 404, "ErrorItemNotFound", meets=MAILBOX),
    _Row("mailbox-not-enabled", 404, "MailboxNotEnabledForRESTAPI", meets=MAILBOX),
    _Row("user-invalid", 404, "ErrorInvalidUser", meets=MAILBOX),
    _Row("resource-not-found", 404, "ResourceNotFound"),
    _Row("areas-unknown", 400, "BadRequest", "Resource not found for the segment.", meets=("graph.areas",)),
    _Row("not-implemented", 501, "NotImplemented"),
    _Row("throttled", 429, "ApplicationThrottled", OVER_LIMIT, "5"),
    _Row("throttled-no-wait", 429, "ApplicationThrottled", OVER_LIMIT),
    _Row("throttled-long", 429, "ApplicationThrottled", OVER_LIMIT, "86400"),
    _Row("throttled-huge", 429, "ApplicationThrottled", OVER_LIMIT, "9" * 30),
    _Row("throttled-activity", 429, "activityLimitReached", "Throttled.", "5"),
    _Row("mailbox-concurrency", 503, "MailboxConcurrency", OVER_LIMIT, "1"),
    _Row("internal-error", 500, "InternalServerError"),
    _Row("bad-gateway", 502, "BadGateway"),
    _Row("unavailable", 503, "ServiceUnavailable"),
    _Row("unavailable-wait", 503, "ServiceUnavailable", wait="5"),
    _Row("gateway-timeout", 504, "GatewayTimeout"),
    _Row("bandwidth", 509, "BandwidthLimitExceeded"),
)  # fmt: skip


def _fault(row: _Row) -> Fault:
    headers = {"Retry-After": row.wait} if row.wait else {}
    after = f", Retry-After {row.wait}" if row.wait else ""
    act = refused(lambda _: graph_refusal(row.status, row.code, row.message, headers))
    return Fault(f"graph.{row.name}", f"{row.status} {row.code}{after}.", row.meets, act)


def too_many(_: Visit) -> Refusal:
    """More than four requests at once."""
    return graph_refusal(HTTPStatus.TOO_MANY_REQUESTS, "ApplicationThrottled", OVER_LIMIT)


def out_of_scope(_: Visit) -> Refusal:
    return graph_refusal(HTTPStatus.FORBIDDEN, "ErrorAccessDenied", SCOPED)


def until_a_date(visit: Visit) -> Refusal:
    """Retry-After as a date, and the Date that it has to be measured against."""
    until = format_datetime(visit.now + timedelta(seconds=_WAIT_SECONDS), usegmt=True)
    headers = {"Retry-After": until, "Date": format_datetime(visit.now, usegmt=True)}
    return graph_refusal(HTTPStatus.TOO_MANY_REQUESTS, "ApplicationThrottled", OVER_LIMIT, headers)


def inside_a_window(visit: Visit) -> Refusal:
    """Retry-After tells how much is left of half a minute."""
    left = timedelta(seconds=_WAIT_SECONDS) - visit.since
    headers = {"Retry-After": str(int(left.total_seconds()) + 1)}
    return graph_refusal(HTTPStatus.TOO_MANY_REQUESTS, "ApplicationThrottled", OVER_LIMIT, headers)


def with_details(visit: Visit) -> Refusal:
    """The longer form: the inner error repeats code and status."""
    refusal = graph_refusal(HTTPStatus.TOO_MANY_REQUESTS, "TooManyRequests", "Too many requests.")
    inner = {"code": "429", "status": "429", "date": f"{visit.now:%Y-%m-%dT%H:%M:%S}"}
    refusal.body["error"]["innerError"].update(inner)
    return refusal


def _state_lost(status: int, code: str, name: str, does: str, *inner: str, located: bool = False) -> Fault:
    def worded(visit: Visit) -> Refusal:
        path = visit.request.url.with_query(None)
        headers = {"Location": f"{path}?$deltatoken="} if located else {}
        refusal = graph_refusal(status, code, "The sync state generation is not found.", headers)
        error: dict[str, Any] = refusal.body["error"]
        for number, nested in enumerate(inner):
            error["innererror" if number % 2 else "innerError"] = {"code": nested}
            error = error["innererror" if number % 2 else "innerError"]
        return refusal

    return Fault(f"graph.{name}", does, _DELTA, refused(worded), having=_TOKENS)


_LOST = (
    _state_lost(410, "syncStateNotFound", "gone-located", "410 syncStateNotFound, Location.", located=True),
    _state_lost(410, "syncStateNotFound", "gone", "410 syncStateNotFound without Location."),
    _state_lost(410, "SyncStateNotFound", "gone-other-case", "410 SyncStateNotFound."),
    _state_lost(410, "resyncRequired", "resync-required", "410 resyncRequired."),
    _state_lost(400, "syncStateNotFound", "state-not-found", "400 syncStateNotFound."),
    _state_lost(400, "BadRequest", "state-nested", "400 with syncStateNotFound in the third inner error.",
                "badRequest", "InvalidRequest", "syncStateNotFound"),
)  # fmt: skip

GRAPH_REFUSALS = (
    *map(_fault, _ROWS),
    Fault("graph.throttled-date", "429, Retry-After as a date half a minute ahead.", ALL,
          refused(until_a_date)),
    Fault("graph.throttled-details", "429 TooManyRequests, told again inside.", ALL, refused(with_details)),
    *_LOST,
)  # fmt: skip
