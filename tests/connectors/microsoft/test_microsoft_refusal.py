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
from connectors.microsoft.refusal import (
    ENTRA_ROWS,
    Denial,
    entra_refusal,
    graph_codes,
    graph_refusal,
    is_unlisted,
)
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


@pytest.mark.parametrize(
    ("answer", "unlisted"),
    [
        *((said(status, {"code": "any"}), True) for status in (400, 403, 404, 501)),
        *((said(status, {"code": "any"}), False) for status in (200, 401, 410, 429, 503)),
        # Anybody's between us.
        (said(403, {"message": "a proxy's"}), False),
        (Answer(404, b"<html>not here</html>"), False),
    ],
)
def test_what_graph_does_not_list_it_says_in_its_own_words(answer: Answer, *, unlisted: bool) -> None:
    assert is_unlisted(answer) == unlisted


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


LOST, DOUBTFUL, OURS, SIGN_IN = AccessLost, AccessDoubtful, CredentialRefused, SignInNeeded
#: Microsoft's own list of codes, one by one: what each means to an authorization.
MEANINGS: dict[type[ConnectorError], dict[str, tuple[int, ...]]] = {
    LOST: {
        "entra_app_missing": (700016, 700011, 90099),
        "entra_app_disabled": (7000112, 70001, 1000031),
        "entra_resource_missing": (500011,),
        "entra_consent_missing": (65001, 65004, 90094, 90095),
        "entra_consent_outdated": (650052, 650054, 650056, 650057),
        "entra_tenant_missing": (90002,),
        "entra_blocked_by_policy": (53000, 53001, 53002, 53003, 530032, 530035, 53011),
        "entra_other_tenants_blocked": (500212, 500213, 500021),
        "entra_not_assigned": (50105, 501051),
        "entra_user_missing": (50034, 51004, 50014),
        "entra_user_disabled": (50057,),
        "entra_user_is_minor": (54000, 50015),
        "entra_grant_revoked": (50173,),
        "entra_user_at_risk": (50053,),
    },
    SIGN_IN: {
        "entra_code_refused": (54005, 501481, 50148),
        "entra_password_changed": (50055, 50144, 50132, 50133),
        "entra_link_expired": (50089, 70000, 70008, 700082, 70043),
        "entra_second_factor_needed": (50076, 50079, 50072, 50074, 50078),
    },
    OURS: {
        "entra_wrong_client": (700084,),
        "entra_credential_refused": (7000215, 7000222, 700027, 700024, 700021, 50012, 50027, 7000218),
        "entra_request_refused": (70011, 28002, 9001023, 50194, 70003),
        "entra_redirect_refused": (50011, 500112),
        "entra_wrong_cloud": (90038, 900382, 900432),
    },
    Throttled: {"entra_loop_detected": (50196,), "entra_throttled": (90055,)},
    Unreachable: {"entra_unavailable": (90033, 90024, 90006, 50033, 50087)},
    DOUBTFUL: {"entra_unknown": (999999,)},
}
EACH = [
    (number, kind, code)
    for kind, codes in MEANINGS.items()
    for code, numbers in codes.items()
    for number in numbers
]


@pytest.mark.parametrize(("number", "kind", "code"), EACH)
@pytest.mark.parametrize("error", ["invalid_grant", "unauthorized_client", "invalid_client", "access_denied"])
def test_what_each_of_entras_codes_means(
    number: int, kind: type[ConnectorError], code: str, error: str
) -> None:
    """The number decides: the word beside it differs between versions."""
    refused = entra_refusal(Denial(error, error_codes=(number,)))
    assert (type(refused), refused.code) == (kind, code)


def test_no_code_is_left_out_of_the_list() -> None:
    listed = {number for number, _, code in EACH if code != "entra_unknown"}
    assert {number for line in ENTRA_ROWS for number in line.said} == listed


@pytest.mark.parametrize(
    ("denial", "kind", "code"),
    [
        (Denial("invalid_grant", "consent_required"), LOST, "entra_consent_missing"),
        (Denial("invalid_grant", "consent_required", (999999,)), LOST, "entra_consent_missing"),
        (Denial("interaction_required"), SIGN_IN, "entra_second_factor_needed"),
        (Denial("temporarily_unavailable"), Unreachable, "entra_unavailable"),
        (Denial("server_error"), Unreachable, "entra_unavailable"),
        (Denial(), DOUBTFUL, "entra_unknown"),
        (Denial("invalid_grant"), DOUBTFUL, "entra_unknown"),
        # A lost access is never hidden behind a code that only asks for patience, or for a password.
        (Denial("x", error_codes=(90033, 50196, 50076, 700016)), LOST, "entra_app_missing"),
        (Denial("x", error_codes=(50076, 50057)), LOST, "entra_user_disabled"),
    ],
)
def test_entras_other_words(denial: Denial, kind: type[ConnectorError], code: str) -> None:
    error = entra_refusal(denial)
    assert (type(error), error.code) == (kind, code)


def test_a_loop_is_left_by_waiting() -> None:
    refused = entra_refusal(Denial(error_codes=(50196,)))
    assert isinstance(refused, Throttled)
    assert refused.retry_after_seconds == 300
