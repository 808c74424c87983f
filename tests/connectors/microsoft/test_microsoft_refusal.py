import json
from typing import Any

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
from connectors.microsoft.refusal import Denial, entra_refusal, graph_codes, graph_refusal
from connectors.transport import Answer

EXPIRED = CursorExpired, "graph_cursor_expired"


def said(status: int, error: Any = None) -> Answer:
    return Answer(status, json.dumps({"error": error}).encode())


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (said(410), EXPIRED),
        (said(410, {"code": "resyncRequired"}), EXPIRED),
        (said(400, {"code": "SyncStateNotFound"}), EXPIRED),
        (said(404, {"code": "x", "innerError": {"code": "syncStateNotFound"}}), EXPIRED),
        (
            said(
                404, {"code": "x", "innererror": {"code": "y", "innererror": {"code": "SYNCSTATENOTFOUND"}}}
            ),
            EXPIRED,
        ),
        (said(403, {"code": "ErrorAccessDenied"}), (AccessDenied, "graph_access_denied")),
        (said(403, {"message": "a proxy's"}), (Unreachable, "graph_refusal_unknown")),
        (said(404, {"code": "ErrorInvalidUser"}), (CalendarMissing, "graph_not_found")),
        (Answer(404, b"<html>not here</html>"), (CalendarMissing, "graph_not_found")),
        (said(400, {"code": "BadRequest"}), (Malformed, "graph_bad_request")),
        (said(302), (Malformed, "graph_unexpected_status")),
        (said(501, {"code": "NotImplemented"}), (Malformed, "graph_unexpected_status")),
    ],
)
def test_graphs_refusals(answer: Answer, expected: tuple[type[ConnectorError], str]) -> None:
    error = graph_refusal(answer, by_cursor=False)
    assert (type(error), error.code) == expected


def test_a_bad_request_made_with_a_cursor_is_the_cursors_end() -> None:
    error = graph_refusal(said(400, {"code": "BadRequest"}), by_cursor=True)
    assert (type(error), error.code) == (CursorExpired, "graph_cursor_refused")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"error": 5}',
        b'{"error": {"code": 5}}',
        b'{"error":' * 3000,
        b"\xff",
    ],
)
def test_an_unreadable_error_has_no_codes(body: bytes) -> None:
    assert graph_codes(Answer(400, body)) == frozenset()


@pytest.mark.parametrize("odd", [5, None, "x", [], {}, {"code": {}}, True])
@pytest.mark.parametrize("name", ["code", "innerError", "innererror", "message", "details"])
def test_one_odd_member_hides_no_code(name: str, odd: Any) -> None:
    other = "innererror" if name == "innerError" else "innerError"
    error = {"code": "top", other: {"code": "syncStateNotFound"}} | {name: odd}
    assert "syncstatenotfound" in graph_codes(said(404, error))
    refused = graph_refusal(said(404, error), by_cursor=False)
    assert (type(refused), refused.code) == EXPIRED
    deeper = {"code": "top", "innererror": {"code": "middle", "innererror": error}}
    assert {"top", "middle", "syncstatenotfound"} <= graph_codes(said(404, deeper))


def test_both_ways_of_writing_an_inner_error_are_followed() -> None:
    error = {
        "code": "UnknownError",
        "innerError": {"code": "first", "innerError": {"code": "second"}},
        "innererror": {"code": "third", "innererror": {"code": "fourth"}},
    }
    assert graph_codes(said(404, error)) == {"unknownerror", "first", "second", "third", "fourth"}


def test_a_sentence_that_cannot_be_decoded_hides_no_code() -> None:
    body = b'{"error": {"code": "SyncStateNotFound", "message": "\xff \\ud800", "date": NaN}}'
    assert graph_codes(Answer(404, body)) == {"syncstatenotfound"}


def test_codes_are_looked_for_to_a_depth_only() -> None:
    error: dict[str, Any] = {"code": "syncStateNotFound"}
    for _ in range(20):
        error = {"code": "outer", "innerError": error}
    assert graph_codes(said(400, error)) == {"outer"}


@pytest.mark.parametrize(
    ("denial", "kind", "code"),
    [
        (Denial("unauthorized_client", error_codes=(700016,)), AccessLost, "entra_app_missing"),
        (Denial("unauthorized_client", error_codes=(7000112,)), AccessLost, "entra_app_disabled"),
        (Denial("invalid_request", error_codes=(90002,)), AccessLost, "entra_tenant_missing"),
        (Denial("invalid_client", error_codes=(650052,)), AccessLost, "entra_consent_missing"),
        (Denial("invalid_grant", "consent_required"), AccessLost, "entra_consent_missing"),
        (Denial("access_denied", error_codes=(53003,)), AccessLost, "entra_blocked_by_policy"),
        (Denial("invalid_client", error_codes=(7000222,)), CredentialRefused, "entra_credential_refused"),
        (Denial("invalid_client", error_codes=(700027,)), CredentialRefused, "entra_credential_refused"),
        (Denial("invalid_scope", error_codes=(70011,)), CredentialRefused, "entra_request_refused"),
        (Denial("x", error_codes=(90038,)), CredentialRefused, "entra_wrong_cloud"),
        (Denial("invalid_grant", error_codes=(50196,)), Throttled, "entra_loop_detected"),
        (Denial("x", error_codes=(90033,)), Unreachable, "entra_unavailable"),
        (Denial("temporarily_unavailable"), Unreachable, "entra_unavailable"),
        (Denial("invalid_client", error_codes=(999999,)), AccessLost, "entra_unknown"),
        (Denial(), AccessLost, "entra_unknown"),
        # A lost access is never hidden behind a code that only asks for patience.
        (Denial("x", error_codes=(90033, 50196, 700016)), AccessLost, "entra_app_missing"),
    ],
)
def test_entras_refusals(denial: Denial, kind: type[ConnectorError], code: str) -> None:
    error = entra_refusal(denial)
    assert (type(error), error.code) == (kind, code)
