"""How findings are worded, whatever a provider says."""

from datetime import UTC, datetime, timedelta

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
from connectors.google.grants import SHARED
from connectors.grant_form import Check
from connectors.microsoft.grants import SCOPED
from gateway.app.examining.diagnosis import Answer, Diagnosis, Finding, Verdicts

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
EARLY, LATE = (Verdicts(SCOPED, timedelta(minutes=minutes)) for minutes in (1, 24 * 60))


def diagnosis(*answers: Answer) -> Diagnosis:
    findings = tuple(Finding(check=Check.TOKEN, answer=answer, fact="So it is.") for answer in answers)
    return Diagnosis(tenant="ten_1", grant="scoped", warnings=(), findings=findings)


@pytest.mark.parametrize(
    ("error", "early", "late"),
    [
        (AccessLost("entra_app_missing"), Answer.NOT_YET, Answer.NO),
        (AccessDenied("graph_access_denied"), Answer.NOT_YET, Answer.NO),
        (CalendarMissing("graph_not_found"), Answer.NOT_YET, Answer.NO),
        (Unreachable("network"), Answer.NOT_YET, Answer.NOT_YET),
        (Throttled("throttled", 7), Answer.NOT_YET, Answer.NOT_YET),
        (CredentialRefused("entra_credential_refused"), Answer.NO, Answer.NO),
        (Malformed("bad_page"), Answer.NO, Answer.NO),
        (CursorExpired("graph_cursor_expired"), Answer.NO, Answer.NO),
    ],
)
def test_an_error_says_what_to_do_and_whether_it_passes(
    error: ConnectorError, early: Answer, late: Answer
) -> None:
    for verdicts, answer in ((EARLY, early), (LATE, late)):
        found = verdicts.failed(Check.CALENDAR, "the calendar of a place", error)
        assert found.answer is answer
        assert error.code in found.fact
        assert found.change
        assert found.where
        assert (found.usually is None) == (type(error) in {CredentialRefused, Malformed, CursorExpired})


def test_what_hangs_on_no_customer_is_ours() -> None:
    found = Verdicts(SHARED, timedelta()).failed(Check.TOKEN, "a token", AccessLost("google_unknown"))
    assert (found.answer, found.where) == (Answer.NO, "gateway.toml, [providers]")


@pytest.mark.parametrize(
    ("held", "answer", "fact"),
    [
        ({"Place.Read.All"}, Answer.YES, "Exactly what is needed: Place.Read.All."),
        ({"Place.Read.All", "Mail.Read"}, Answer.NO, "More than needed: Mail.Read."),
        ({"Mail.Read"}, Answer.NO, "More than needed: Mail.Read."),
        (set(), Answer.NO, "Missing: Place.Read.All."),
        ({"Place.Read.All", "anna.schmidt@corp.example\x1b[31m"}, Answer.NO, "More than needed: 1 more."),
        ({f"Role.{number}" for number in range(20)}, Answer.NO, "12 more"),
        (None, Answer.NO, "nobody knows"),
    ],
)
def test_permissions_are_exact_or_told(held: set[str] | None, answer: Answer, fact: str) -> None:
    found = LATE.permissions(held)
    assert found.answer is answer
    assert fact in found.fact
    assert "anna" not in repr(found)


@pytest.mark.parametrize(
    ("seconds", "answer", "fact"),
    [
        (60, Answer.YES, "agree"),
        (61, Answer.YES, "by 1 min"),
        (300, Answer.YES, "by 5"),
        (301, Answer.NO, "by 5"),
    ],
)
def test_clocks_are_compared_both_ways(seconds: int, answer: Answer, fact: str) -> None:
    for skew in (timedelta(seconds=seconds), -timedelta(seconds=seconds)):
        found = LATE.clock(NOW + skew, NOW)
        assert found.answer is answer
        assert fact in found.fact
    assert LATE.clock(None, NOW).answer is Answer.NOT_CHECKED


def test_only_what_holds_is_sound_and_only_time_is_waited_for() -> None:
    assert diagnosis(Answer.YES, Answer.NOT_CHECKED).is_sound
    assert not diagnosis(Answer.YES, Answer.NOT_YET).is_sound
    assert not diagnosis(Answer.YES, Answer.NO).is_sound
    assert diagnosis(Answer.YES, Answer.NOT_YET).may_pass
    assert not diagnosis(Answer.NO, Answer.NOT_YET).may_pass
    assert not diagnosis(Answer.YES).may_pass
