"""What a refusal of Google means to us. Pure.

developers.google.com/workspace/calendar/api/guides/errors, /identity/protocols/oauth2/service-account.
"""

from http import HTTPStatus

import msgspec
from msgspec.json import Decoder

from connectors.errors import (
    AccessDenied,
    AccessLost,
    CalendarMissing,
    ConnectorError,
    CredentialRefused,
    CursorExpired,
    Malformed,
    Throttled,
    Unreachable,
)
from connectors.transport import Answer

#: A quota of a day or of a project is not waited out within a request.
QUOTA_PAUSE_SECONDS = 3600.0

_BUSY = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})


class _Detail(msgspec.Struct):
    """One of the reasons of an error."""

    reason: str = ""


class _Fault(msgspec.Struct):
    """An error with its reasons."""

    errors: list[_Detail] = []


class _Refusal(msgspec.Struct):
    """The body of an answer that is an error."""

    error: _Fault


class _GrantRefusal(msgspec.Struct):
    """The body of a token endpoint's error."""

    error: str = ""
    error_description: str = ""


_REFUSAL, _GRANT_REFUSAL = Decoder(_Refusal), Decoder(_GrantRefusal)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def reasons(answer: Answer) -> frozenset[str]:
    try:
        return frozenset(detail.reason for detail in _REFUSAL.decode(answer.body).error.errors)
    except _UNREADABLE:
        return frozenset()


def is_busy(answer: Answer) -> bool:
    """Google throttles with 403 as well as with 429."""
    return answer.status == HTTPStatus.FORBIDDEN and not _BUSY.isdisjoint(reasons(answer))


def refusal(answer: Answer, *, by_cursor: bool) -> ConnectorError:
    """The error to raise for an answer other than 200; ``by_cursor`` if a sync token of ours was sent."""
    is_bad_request = answer.status == HTTPStatus.BAD_REQUEST
    if answer.status == HTTPStatus.GONE:
        return CursorExpired("google_cursor_expired")
    if is_bad_request and by_cursor:
        return CursorExpired("google_cursor_refused")
    if answer.status == HTTPStatus.FORBIDDEN:
        return _forbidden(reasons(answer))
    if answer.status == HTTPStatus.NOT_FOUND:
        return CalendarMissing("google_not_found")
    return Malformed("google_bad_request" if is_bad_request else "google_unexpected_status")


def _forbidden(said: frozenset[str]) -> ConnectorError:
    if "quotaExceeded" in said:
        return Throttled("google_quota_exceeded", QUOTA_PAUSE_SECONDS)
    if "accessNotConfigured" in said:
        return AccessLost("google_api_disabled")
    return AccessDenied("google_access_denied")


_LOST = {
    "unauthorized_client": "google_delegation_missing",
    "access_denied": "google_delegation_reduced",
    "admin_policy_enforced": "google_blocked_by_policy",
}
_OURS = {
    "invalid_scope": "google_request_refused",
    "invalid_client": "google_account_refused",
    "disabled_client": "google_account_refused",
    "deleted_client": "google_account_refused",
    "org_internal": "google_wrong_organization",
}
_TRANSIENT = frozenset({"server_error", "temporarily_unavailable", "internal_failure"})


def grant_refusal(answer: Answer) -> ConnectorError:
    """The error to raise when no token was given. What nobody knows counts as access lost."""
    try:
        said = _GRANT_REFUSAL.decode(answer.body)
    except _UNREADABLE:
        return Unreachable("google_unreadable")
    if said.error in _LOST:
        return AccessLost(_LOST[said.error])
    if said.error in _OURS:
        return CredentialRefused(_OURS[said.error])
    if said.error in _TRANSIENT:
        return Unreachable("google_unavailable")
    if said.error == "invalid_grant":
        return _invalid_grant(said.error_description.lower())
    return AccessLost("google_unknown")


def _invalid_grant(description: str) -> ConnectorError:
    """Google tells our key, our clock and the customer's user apart in its sentences alone."""
    if "short-lived" in description:
        return CredentialRefused("google_clock_wrong")
    if "jwt" in description:
        return CredentialRefused("google_key_refused")
    if "account not found" in description:
        return CredentialRefused("google_account_missing")
    return AccessLost("google_reader_missing" if "email or user id" in description else "google_unknown")
