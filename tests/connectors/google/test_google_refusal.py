import json

import pytest

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
from connectors.google.refusal import grant_refusal, is_busy, reasons, refusal
from connectors.transport import Answer


def said(status: int, *given: str) -> Answer:
    errors = [{"domain": "x", "reason": reason, "message": "x"} for reason in given]
    return Answer(status, json.dumps({"error": {"code": status, "message": "x", "errors": errors}}).encode())


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (said(410, "fullSyncRequired"), CursorExpired, "google_cursor_expired"),
        (said(410, "deleted"), CursorExpired, "google_cursor_expired"),
        (said(403, "forbidden"), AccessDenied, "google_access_denied"),
        (said(403, "accessNotConfigured"), AccessLost, "google_api_disabled"),
        (said(403, "quotaExceeded"), Throttled, "google_quota_exceeded"),
        (Answer(403, b"<html>"), AccessDenied, "google_access_denied"),
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


def test_google_throttles_with_403_too() -> None:
    assert is_busy(said(403, "rateLimitExceeded"))
    assert is_busy(said(403, "x", "userRateLimitExceeded"))
    assert not is_busy(said(403, "forbidden"))
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
        ("invalid_grant", "Bad Request", AccessLost, "google_unknown"),
        ("invalid_scope", "x", CredentialRefused, "google_request_refused"),
        ("disabled_client", "x", CredentialRefused, "google_account_refused"),
        ("org_internal", "x", CredentialRefused, "google_wrong_organization"),
        ("internal_failure", "x", Unreachable, "google_unavailable"),
        ("something_new", "x", AccessLost, "google_unknown"),
    ],
)
def test_refused_grants(error: str, description: str, kind: type[ConnectorError], code: str) -> None:
    body = json.dumps({"error": error, "error_description": description}).encode()
    refused = grant_refusal(Answer(400, body))
    assert (type(refused), refused.code) == (kind, code)


def test_an_unreadable_refusal_proves_nothing() -> None:
    assert type(grant_refusal(Answer(400, b"<html>"))) is Unreachable
