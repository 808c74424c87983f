"""What a refusal of Google means to us. Pure.

developers.google.com/workspace/calendar/api/guides/errors, /identity/protocols/oauth2/service-account.
"""

from http import HTTPStatus

import msgspec
from msgspec.json import Decoder

from connectors.decoding import fitting
from connectors.errors import CalendarMissing, ConnectorError, CursorExpired, Malformed, Unreachable
from connectors.proof import Proof, Row, first, row
from connectors.transport import Answer

#: A quota of a day or of a project is not waited out within a request.
QUOTA_PAUSE_SECONDS = 3600.0

_SPENT = row(
    "google_quota_exceeded",
    Proof.LOAD,
    *("quotaExceeded", "dailyLimitExceeded", "RESOURCE_QUOTA_EXCEEDED"),
    pause_seconds=QUOTA_PAUSE_SECONDS,
)
_BUSY = row(
    "throttled",
    Proof.LOAD,
    *("rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED"),
)
#: Reasons of a 403. Throttling first: beside it, a newer front end still names a refusal.
FORBIDDEN_ROWS = (
    _SPENT,
    _BUSY,
    row("google_api_disabled", Proof.GRANT_LOST, "accessNotConfigured", "SERVICE_DISABLED"),
    row(
        "google_access_denied",
        Proof.ONE_DENIED,
        *("forbidden", "insufficientPermissions", "insufficientAudience", "insufficientAuthorizedParty"),
        *("domainPolicy", "domainCannotUseApis", "lockedDomainForbidden", "notACalendarUser"),
        *("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "ACCOUNT_STATE_INVALID", "USER_BLOCKED_BY_ADMIN"),
        *("ORG_RESTRICTION_VIOLATION", "SECURITY_POLICY_VIOLATED"),
    ),
)
#: What Google calls any 403 that it does not call otherwise: it counts only where it stands alone.
_DENIED_ALONE = row("google_access_denied", Proof.ONE_DENIED, "PERMISSION_DENIED")
_UNKNOWN_403 = row("google_refusal_unknown", Proof.NOTHING)

#: Errors of the token endpoint, and what each proves.
GRANT_ROWS = (
    row("google_delegation_missing", Proof.GRANT_LOST, "unauthorized_client"),
    row("google_delegation_reduced", Proof.GRANT_LOST, "access_denied"),
    row("google_blocked_by_policy", Proof.GRANT_LOST, "admin_policy_enforced"),
    row("google_request_refused", Proof.OUR_FAULT, "invalid_scope", "redirect_uri_mismatch"),
    row("google_account_refused", Proof.OUR_FAULT, "invalid_client", "disabled_client", "deleted_client"),
    row("google_wrong_organization", Proof.OUR_FAULT, "org_internal"),
    row(
        "google_unavailable",
        Proof.NOTHING,
        *("server_error", "temporarily_unavailable", "internal_failure"),
    ),
)
#: Of ``invalid_grant``, Google tells our clock, our key and the customer's user apart in sentences alone.
#: For *expired or revoked* there are many reasons, among them that the person has taken the grant back.
SENTENCE_ROWS = (
    row("google_clock_wrong", Proof.OUR_FAULT, "short-lived"),
    row("google_key_refused", Proof.OUR_FAULT, "jwt"),
    row("google_account_missing", Proof.OUR_FAULT, "account not found"),
    row("google_reader_missing", Proof.PERSON_LOST, "email or user id"),
    row("google_user_missing", Proof.PERSON_LOST, "account has been deleted"),
    row("google_grant_revoked", Proof.PERSON_LOST, "expired or revoked"),
    row("google_session_ended", Proof.SIGN_IN_NEEDED, "invalid_rapt", "rapt_required"),
    row("google_code_refused", Proof.SIGN_IN_NEEDED, "auth code", "already redeemed", "code verifier"),
)
UNKNOWN = row("google_unknown", Proof.UNKNOWN)

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
    error_subtype: str = ""


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
    return first(FORBIDDEN_ROWS, reasons(answer)) is _BUSY


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
    alone = _DENIED_ALONE if said == _DENIED_ALONE.said else _UNKNOWN_403
    return (first(FORBIDDEN_ROWS, said) or alone).error()


def grant_refusal(answer: Answer) -> ConnectorError:
    """The error to raise when no token was given."""
    try:
        said = _GRANT_REFUSAL.decode(answer.body)
    except _UNREADABLE:
        return Unreachable("google_unreadable")
    if said.error == "invalid_grant":
        return _invalid_grant(f"{said.error_subtype} {said.error_description}".lower()).error()
    return (first(GRANT_ROWS, (said.error,)) or UNKNOWN).error()


def _invalid_grant(description: str) -> Row:
    told = (line for line in SENTENCE_ROWS if any(str(words) in description for words in line.said))
    return next(told, UNKNOWN)


def is_token_gone(answer: Answer) -> bool:
    """Whether there is nothing left to revoke."""
    said = fitting(msgspec.Raw(answer.body), _GRANT_REFUSAL)
    return answer.status == HTTPStatus.BAD_REQUEST and said is not None and said.error == "invalid_token"
