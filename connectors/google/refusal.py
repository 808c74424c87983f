"""What a refusal of Google means to us. Pure.

developers.google.com/workspace/calendar/api/guides/errors, /identity/protocols/oauth2/service-account.
"""

from http import HTTPStatus

import msgspec
from msgspec.json import Decoder

from connectors.decoding import fitting
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

_BUSY = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED"})
_SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded", "RESOURCE_QUOTA_EXCEEDED"})
_DISABLED = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_DENIED = frozenset(
    {
        "forbidden",
        "insufficientPermissions",
        "insufficientAudience",
        "insufficientAuthorizedParty",
        "domainPolicy",
        "domainCannotUseApis",
        "lockedDomainForbidden",
        "notACalendarUser",
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "ACCOUNT_STATE_INVALID",
        "USER_BLOCKED_BY_ADMIN",
        "ORG_RESTRICTION_VIOLATION",
        "SECURITY_POLICY_VIOLATED",
    }
)
#: What Google calls any 403 that it does not call otherwise: it counts only where it stands alone.
_DENIED_ALONE = frozenset({"PERMISSION_DENIED"})

_NULL = msgspec.Raw(b"null")


class _Detail(msgspec.Struct):
    """One of the reasons of an error, not yet looked into: an odd one must not hide the others."""

    reason: msgspec.Raw = _NULL


class _Fault(msgspec.Struct):
    """An error with its reasons, as older front ends list them and as newer ones do."""

    errors: msgspec.Raw = _NULL
    status: msgspec.Raw = _NULL
    details: msgspec.Raw = _NULL


class _Refusal(msgspec.Struct):
    """The body of an answer that is an error."""

    error: msgspec.Raw = _NULL


class _GrantRefusal(msgspec.Struct):
    """The body of a token endpoint's error."""

    error: str = ""
    error_description: str = ""


_REFUSAL, _FAULT, _DETAIL = Decoder(_Refusal), Decoder(_Fault), Decoder(_Detail)
_ITEMS, _TEXT = Decoder(list[msgspec.Raw]), Decoder(str)
_GRANT_REFUSAL = Decoder(_GrantRefusal)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def reasons(answer: Answer) -> frozenset[str]:
    """All reasons of an error's body, the name of its status among them; none if it cannot be read."""
    refusal = fitting(msgspec.Raw(answer.body), _REFUSAL)
    fault = None if refusal is None else fitting(refusal.error, _FAULT)
    if fault is None:
        return frozenset()
    parts = (fault.status, *_listed(fault.errors), *_listed(fault.details))
    return frozenset(filter(None, (fitting(part, _TEXT) for part in parts)))


def _listed(items: msgspec.Raw) -> list[msgspec.Raw]:
    details = (fitting(item, _DETAIL) for item in fitting(items, _ITEMS) or ())
    return [detail.reason for detail in details if detail is not None]


def is_busy(answer: Answer) -> bool:
    """Google throttles with 403 as well as with 429."""
    if answer.status != HTTPStatus.FORBIDDEN:
        return False
    said = reasons(answer)
    return not _BUSY.isdisjoint(said) and _SPENT.isdisjoint(said)


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
    """Throttling first: beside it, a newer front end still names a refusal."""
    if said & _SPENT:
        return Throttled("google_quota_exceeded", QUOTA_PAUSE_SECONDS)
    if said & _BUSY:
        return Throttled("throttled", 0)
    if said & _DISABLED:
        return AccessLost("google_api_disabled")
    if said & _DENIED or said == _DENIED_ALONE:
        return AccessDenied("google_access_denied")
    return Unreachable("google_refusal_unknown")


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
