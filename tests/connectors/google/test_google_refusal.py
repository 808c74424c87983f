import json
from typing import Any

import pytest

from connectors.errors import (
    AccessDenied,
    AccessDoubtful,
    AccessLost,
    CalendarMissing,
    ConnectorError,
    CredentialRefused,
    CursorExpired,
    Malformed,
    SignInNeeded,
    Throttled,
    Unreachable,
)
from connectors.google.refusal import (
    FORBIDDEN_ROWS,
    GRANT_ROWS,
    QUOTA_PAUSE_SECONDS,
    grant_refusal,
    is_busy,
    is_token_gone,
    reasons,
    refusal,
)
from connectors.transport import Answer


def said(status: int, *given: str) -> Answer:
    errors = [{"domain": "x", "reason": reason, "message": "x"} for reason in given]
    return Answer(status, json.dumps({"error": {"code": status, "message": "x", "errors": errors}}).encode())


def newer(status: str, *given: str, errors: Any = None) -> Answer:
    """The body of Google's newer front ends, with ``errors`` as the older ones have it or without."""
    details = [{"@type": "x/google.rpc.ErrorInfo", "reason": reason, "domain": "x"} for reason in given]
    error = {"code": 403, "message": "x", "status": status, "details": [{"links": []}, *details]}
    return Answer(403, json.dumps({"error": error | ({} if errors is None else {"errors": errors})}).encode())


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (said(410, "fullSyncRequired"), CursorExpired, "google_cursor_expired"),
        (said(410, "deleted"), CursorExpired, "google_cursor_expired"),
        (said(403, "forbidden"), AccessDenied, "google_access_denied"),
        (said(403, "accessNotConfigured"), AccessLost, "google_api_disabled"),
        (said(403, "quotaExceeded"), Throttled, "google_quota_exceeded"),
        (said(403, "dailyLimitExceeded"), Throttled, "google_quota_exceeded"),
        (said(403, "insufficientPermissions"), AccessDenied, "google_access_denied"),
        (said(403, "domainPolicy"), AccessDenied, "google_access_denied"),
        (newer("PERMISSION_DENIED"), AccessDenied, "google_access_denied"),
        (newer("PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), AccessDenied, "google_access_denied"),
        (newer("PERMISSION_DENIED", "SERVICE_DISABLED"), AccessLost, "google_api_disabled"),
        (newer("PERMISSION_DENIED", "RESOURCE_QUOTA_EXCEEDED"), Throttled, "google_quota_exceeded"),
        (newer("RESOURCE_EXHAUSTED", "dailyLimitExceeded"), Throttled, "google_quota_exceeded"),
        # What Google has yet to invent says nothing about an authorization.
        (newer("PERMISSION_DENIED", "NEW_LIMIT"), Unreachable, "google_refusal_unknown"),
        (said(403, "newLimit"), Unreachable, "google_refusal_unknown"),
        (said(403), Unreachable, "google_refusal_unknown"),
        (Answer(403, b"<html>"), Unreachable, "google_refusal_unknown"),
        (Answer(403, b""), Unreachable, "google_refusal_unknown"),
        # Google's own samples have a comma too many.
        (
            Answer(403, b'{"error": {"errors": [{"reason": "forbidden",}]}}'),
            Unreachable,
            "google_refusal_unknown",
        ),
        (said(404, "notFound"), CalendarMissing, "google_not_found"),
        (said(400, "invalid"), Malformed, "google_bad_request"),
        (said(302), Malformed, "google_unexpected_status"),
    ],
)
def test_refusals(answer: Answer, kind: type[ConnectorError], code: str) -> None:
    error = refusal(answer, by_cursor=False)
    assert (type(error), error.code) == (kind, code)


def test_a_bad_request_made_with_a_cursor_is_the_cursors_end() -> None:
    error = refusal(said(400, "invalid"), by_cursor=True)
    assert (type(error), error.code) == (CursorExpired, "google_cursor_refused")


def test_a_day_is_not_waited_out() -> None:
    assert not is_busy(said(403, "dailyLimitExceeded"))
    assert not is_busy(newer("RESOURCE_EXHAUSTED", errors=[{"reason": "quotaExceeded"}]))
    day = refusal(said(403, "dailyLimitExceeded"), by_cursor=False)
    assert isinstance(day, Throttled)
    assert day.retry_after_seconds == QUOTA_PAUSE_SECONDS


@pytest.mark.parametrize(
    "odd", [{"reason": None}, {"reason": 5}, {"reason": {}}, {}, None, 5, [], "x", {"domain": "\ud800"}]
)
def test_one_odd_reason_hides_no_other(odd: Any) -> None:
    assert reasons(newer("X", "Y", errors=[odd, {"reason": "rateLimitExceeded"}])) == {
        "X",
        "Y",
        "rateLimitExceeded",
    }
    assert reasons(newer("X", "Y", errors=odd)) == {"X", "Y"}
    error = {"status": odd, "details": odd, "errors": [{"reason": "rateLimitExceeded"}]}
    body = json.dumps({"error": error}).encode()
    assert "rateLimitExceeded" in reasons(Answer(403, body))


def test_throttling_is_told_even_beside_a_refusal() -> None:
    busy = newer("PERMISSION_DENIED", errors=[{"reason": "rateLimitExceeded"}, {"reason": "forbidden"}])
    assert is_busy(busy)
    assert type(refusal(busy, by_cursor=False)) is Throttled


def test_google_throttles_with_403_too() -> None:
    assert is_busy(said(403, "rateLimitExceeded"))
    assert is_busy(said(403, "x", "userRateLimitExceeded"))
    assert is_busy(newer("RESOURCE_EXHAUSTED"))
    assert is_busy(newer("PERMISSION_DENIED", "RATE_LIMIT_EXCEEDED"))
    assert is_busy(newer("PERMISSION_DENIED", errors=[{"reason": "userRateLimitExceeded"}]))
    assert not is_busy(said(403, "forbidden"))
    assert not is_busy(Answer(403, b"<html>"))
    assert not is_busy(said(404, "rateLimitExceeded"))


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"error": 5}', b'{"error": {"errors": [{"reason": 5}]}}', b"[" * 9000]
)
def test_an_unreadable_error_has_no_reasons(body: bytes) -> None:
    assert reasons(Answer(403, body)) == frozenset()


@pytest.mark.parametrize(
    ("error", "description", "kind", "code"),
    [
        ("unauthorized_client", "Client is unauthorized to …", AccessLost, "google_delegation_missing"),
        ("access_denied", "x", AccessLost, "google_delegation_reduced"),
        ("admin_policy_enforced", "x", AccessLost, "google_blocked_by_policy"),
        ("invalid_grant", "Not a valid email or user ID.", AccessLost, "google_reader_missing"),
        ("invalid_grant", "Invalid email or User ID", AccessLost, "google_reader_missing"),
        ("invalid_grant", "Invalid JWT Signature.", CredentialRefused, "google_key_refused"),
        (
            "invalid_grant",
            "Invalid JWT: Token must be a short-lived token",
            CredentialRefused,
            "google_clock_wrong",
        ),
        ("invalid_grant", "Invalid grant: account not found", CredentialRefused, "google_account_missing"),
        ("invalid_grant", "Bad Request", AccessDoubtful, "google_unknown"),
        (
            "invalid_grant",
            "Token has been expired or revoked.",
            AccessLost,
            "google_grant_revoked",
        ),
        ("invalid_grant", "Account has been deleted", AccessLost, "google_user_missing"),
        ("invalid_grant", "reauth related error (invalid_rapt)", SignInNeeded, "google_session_ended"),
        ("invalid_grant", "reauth related error (rapt_required)", SignInNeeded, "google_session_ended"),
        ("invalid_grant", "Malformed auth code.", SignInNeeded, "google_code_refused"),
        ("invalid_grant", "Code was already redeemed.", SignInNeeded, "google_code_refused"),
        ("invalid_grant", "Invalid code verifier.", SignInNeeded, "google_code_refused"),
        ("redirect_uri_mismatch", "Bad Request", CredentialRefused, "google_request_refused"),
        ("invalid_client", "x", CredentialRefused, "google_account_refused"),
        ("deleted_client", "x", CredentialRefused, "google_account_refused"),
        ("server_error", "x", Unreachable, "google_unavailable"),
        ("temporarily_unavailable", "x", Unreachable, "google_unavailable"),
        ("invalid_scope", "x", CredentialRefused, "google_request_refused"),
        ("disabled_client", "x", CredentialRefused, "google_account_refused"),
        ("org_internal", "x", CredentialRefused, "google_wrong_organization"),
        ("internal_failure", "x", Unreachable, "google_unavailable"),
        ("something_new", "x", AccessDoubtful, "google_unknown"),
    ],
)
def test_refused_grants(error: str, description: str, kind: type[ConnectorError], code: str) -> None:
    body = json.dumps({"error": error, "error_description": description}).encode()
    refused = grant_refusal(Answer(400, body))
    assert (type(refused), refused.code) == (kind, code)


def test_a_session_that_ended_is_told_in_two_places() -> None:
    body = b'{"error": "invalid_grant", "error_description": "Bad Request", "error_subtype": "invalid_rapt"}'
    assert grant_refusal(Answer(400, body)).code == "google_session_ended"


@pytest.mark.parametrize(
    ("status", "body", "gone"),
    [
        (400, b'{"error": "invalid_token"}', True),
        (400, b'{"error": "invalid_request"}', False),
        (403, b'{"error": "invalid_token"}', False),
        (400, b"<html>", False),
    ],
)
def test_what_cannot_be_revoked_any_more(status: int, body: bytes, gone: bool) -> None:  # noqa: FBT001  an example
    assert is_token_gone(Answer(status, body)) is gone


def test_an_unreadable_refusal_proves_nothing() -> None:
    assert type(grant_refusal(Answer(400, b"<html>"))) is Unreachable


def test_every_reason_of_the_tables_is_told_by_itself() -> None:
    for line in FORBIDDEN_ROWS:
        for reason in line.said:
            assert refusal(said(403, str(reason)), by_cursor=False).code == line.code
    for line in GRANT_ROWS:
        for error in line.said:
            assert grant_refusal(Answer(400, json.dumps({"error": error}).encode())).code == line.code
