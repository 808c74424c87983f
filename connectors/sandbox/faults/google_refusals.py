"""What Google's token endpoint, Calendar and Directory may refuse, in their own words."""

from http import HTTPStatus
from typing import NamedTuple

from aiohttp import hdrs, web

from connectors.sandbox.faults.acts import refused
from connectors.sandbox.faults.fault import Fault, Visit
from connectors.sandbox.refusal import Refusal, google_refusal, grant_refusal

TOKEN = ("google.token",)
EVENTS = ("google.events",)
_DIRECTORY = ("google.resources", "google.buildings", "google.users", "google.user")
DATA = ("google.events", "google.event", *_DIRECTORY, "google.activities")
UNDELEGATED = (
    "Client is unauthorized to retrieve access tokens using this method, "
    "or client not authorized for any of the scopes requested."
)
_LIMIT = "Rate Limit Exceeded"


class _Grant(NamedTuple):
    name: str
    status: int
    error: str
    description: str


_GRANTS = (
    _Grant("delegation-missing", 401, "unauthorized_client", UNDELEGATED),
    _Grant("client-unauthorized", 400, "unauthorized_client", "Unauthorized client or scope in request."),
    _Grant("scopes-reduced", 403, "access_denied", "Requested client not authorized."),
    _Grant("policy-enforced", 400, "admin_policy_enforced", "The app is blocked by an admin's policy."),
    _Grant("user-missing", 400, "invalid_grant", "Not a valid email or user ID."),
    _Grant("user-invalid", 400, "invalid_grant", "Invalid email or User ID"),
    _Grant("signature-invalid", 400, "invalid_grant", "Invalid JWT Signature."),
    _Grant("clock-skew", 400, "invalid_grant",
           "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."),
    _Grant("account-not-found", 400, "invalid_grant", "Invalid grant: account not found"),
    _Grant("grant-revoked", 400, "invalid_grant", "Token has been expired or revoked."),
    _Grant("account-deleted", 400, "invalid_grant", "Account has been deleted"),
    _Grant("session-ended", 400, "invalid_grant", "reauth related error (invalid_rapt)"),
    _Grant("code-malformed", 400, "invalid_grant", "Malformed auth code."),
    _Grant("verifier-invalid", 400, "invalid_grant", "Invalid code verifier."),
    _Grant("grant-bad-request", 400, "invalid_grant", "Bad Request"),
    _Grant("scope-invalid", 400, "invalid_scope", "Invalid OAuth scope or ID token audience provided."),
    _Grant("client-disabled", 401, "disabled_client", "The OAuth client was disabled."),
    _Grant("client-deleted", 401, "deleted_client", "The OAuth client was deleted."),
    _Grant("client-invalid", 401, "invalid_client", "The OAuth client was not found."),
    _Grant("org-internal", 403, "org_internal", "The client is restricted to users of its organization."),
    _Grant("grant-unknown", 400, "new_error", "Something new."),
    _Grant("grant-server-error", 500, "server_error", "Internal error."),
    _Grant("grant-unavailable", 503, "temporarily_unavailable", "Try again."),
)  # fmt: skip


class _Row(NamedTuple):
    name: str
    status: int
    reason: str
    message: str
    domain: str = "global"
    meets: tuple[str, ...] = DATA
    wait: str = ""
    having: tuple[str, ...] = ()


_ROWS = (
    _Row("time-range-empty", 400, "timeRangeEmpty", "The time range is empty.", "calendar", EVENTS),
    _Row("invalid", 400, "invalid", "Invalid Value"),
    _Row("bad-request", 400, "badRequest", "Bad Request"),
    _Row("sync-token-refused", 400, "invalid", "Sync token cannot be used with specified parameters.",
         meets=EVENTS, having=("syncToken",)),
    _Row("auth-error", 401, "authError", "Invalid Credentials"),
    _Row("user-rate-limit", 403, "userRateLimitExceeded", "User Rate Limit Exceeded", "usageLimits"),
    _Row("rate-limit-403", 403, "rateLimitExceeded", _LIMIT, "usageLimits"),
    _Row("quota-exceeded", 403, "quotaExceeded", "Calendar usage limits exceeded.", "usageLimits"),
    _Row("not-configured", 403, "accessNotConfigured", "Access Not Configured.", "usageLimits"),
    _Row("forbidden", 403, "forbidden", "Forbidden"),
    _Row("insufficient-permissions", 403, "insufficientPermissions",
         "Request had insufficient authentication scopes."),
    _Row("not-admin", 403, "forbidden", "Not Authorized to access this resource/api", meets=_DIRECTORY),
    _Row("user-not-found", 404, "notFound", "Resource Not Found: userKey", meets=("google.user",)),
    _Row("sharing-revoked", 404, "notFound", "Not Found", meets=("google.events", "google.event")),
    _Row("duplicate", 409, "duplicate", "The requested identifier already exists."),
    _Row("full-sync-required", 410, "fullSyncRequired", "A full sync is required.", "calendar", EVENTS,
         having=("syncToken",)),
    _Row("updated-min-too-old", 410, "updatedMinTooLongAgo", "The requested minimum is too long ago.",
         "calendar", EVENTS, having=("syncToken",)),
    _Row("gone", 410, "deleted", "Resource has been deleted", meets=EVENTS, having=("syncToken",)),
    _Row("condition-not-met", 412, "conditionNotMet", "Precondition Failed"),
    _Row("rate-limit", 429, "rateLimitExceeded", _LIMIT, "usageLimits"),
    _Row("rate-limit-wait", 429, "rateLimitExceeded", _LIMIT, "usageLimits", wait="5"),
    _Row("rate-limit-huge", 429, "rateLimitExceeded", _LIMIT, "usageLimits", wait="9" * 30),
    _Row("backend-error-500", 500, "backendError", "Backend Error"),
    _Row("backend-error", 503, "backendError", "Backend Error"),
)  # fmt: skip


def undelegated(_: Visit) -> Refusal:
    return grant_refusal(HTTPStatus.UNAUTHORIZED, "unauthorized_client", UNDELEGATED)


def out_of_scope(_: Visit) -> Refusal:
    message = "Request had insufficient authentication scopes."
    return google_refusal(HTTPStatus.FORBIDDEN, "insufficientPermissions", message)


def _newer(_: Visit) -> Refusal:
    """As newer front ends say it: beside the old list a status and details."""
    refusal = google_refusal(HTTPStatus.FORBIDDEN, "insufficientPermissions", "Insufficient Permission")
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    }
    refusal.body["error"].update(status="PERMISSION_DENIED", details=[detail])
    return refusal


async def _with_a_trailing_comma(_: Visit) -> web.StreamResponse:
    body = b'{"error": {"code": 403, "errors": [{"domain": "usageLimits", "reason": "rateLimitExceeded",}],}}'
    return web.Response(body=body, status=HTTPStatus.FORBIDDEN, content_type="application/json")


def _granting(row: _Grant) -> Fault:
    act = refused(lambda _: grant_refusal(row.status, row.error, row.description))
    return Fault(f"google.{row.name}", f"{row.status} {row.error}: {row.description}", TOKEN, act)


def _reading(row: _Row) -> Fault:
    def worded(_: Visit) -> Refusal:
        refusal = google_refusal(row.status, row.reason, row.message, row.domain)
        refusal.headers.update({hdrs.RETRY_AFTER: row.wait} if row.wait else {})
        return refusal

    after = f", Retry-After {row.wait}" if row.wait else ""
    does = f"{row.status} {row.domain}/{row.reason}{after}."
    return Fault(f"google.{row.name}", does, row.meets, refused(worded), having=row.having)


GOOGLE_REFUSALS = (
    *map(_granting, _GRANTS),
    *map(_reading, _ROWS),
    Fault("google.forbidden-newer", "403 with a status and details.", DATA, refused(_newer)),
    Fault(
        "google.error-trailing-comma", "403 whose JSON has a comma too many.", DATA, _with_a_trailing_comma
    ),
)
