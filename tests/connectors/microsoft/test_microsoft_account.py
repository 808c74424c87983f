"""What Graph's JSON of users and of our own application says, however odd."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.accounts import AccountEvent, ApplicationState
from connectors.errors import Malformed
from connectors.microsoft.account import application_state, user_changes

ENDED = {"signInSessionsValidFromDateTime": "2027-03-01T09:00:00.5000000Z"}
BLOCKED = "DisabledDueToViolationOfServicesAgreement"
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 7, "x", "Minor", [], {}, {"reason": 3}, "2027-03-01", "9999-12-31T23:59:59-14:00"]
)
MEMBERS = ("@removed", "accountEnabled", "ageGroup", "consentProvidedForMinor", *ENDED)


def page(*rows: Any, **links: str) -> bytes:
    return json.dumps({"value": rows} | {f"@odata.{name}": link for name, link in links.items()}).encode()


def said(**members: Any) -> list[AccountEvent]:
    changes, _, _ = user_changes(page({"id": "a"} | members))
    assert all(change.account == "a" for change in changes)
    return [change.what for change in changes]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"@removed": {"reason": "deleted"}}, AccountEvent.DELETED),
        ({"@removed": {"reason": "changed"}}, AccountEvent.SOFT_DELETED),
        # Nothing but the word itself destroys.
        ({"@removed": {"reason": "Deleted"}}, AccountEvent.SOFT_DELETED),
        ({"@removed": {}}, AccountEvent.SOFT_DELETED),
        ({"@removed": "deleted"}, AccountEvent.SOFT_DELETED),
        ({"@removed": {"reason": "deleted"}, "accountEnabled": True, **ENDED}, AccountEvent.DELETED),
        ({"accountEnabled": False}, AccountEvent.DISABLED),
        ({"accountEnabled": True, "@removed": None}, AccountEvent.ENABLED),
        ({}, AccountEvent.CHANGED),
        ({"accountEnabled": "false"}, AccountEvent.CHANGED),
    ],
)
def test_what_became_of_an_account(members: dict[str, Any], expected: AccountEvent) -> None:
    assert said(**members) == [expected]


@pytest.mark.parametrize(
    ("age", "consent", "expected"),
    [
        ("Minor", None, AccountEvent.MINOR),
        ("minor", "denied", AccountEvent.MINOR),
        ("Minor", "newValue", AccountEvent.MINOR),
        ("Minor", "Granted", AccountEvent.ENABLED),
        ("Minor", "notRequired", AccountEvent.ENABLED),
        ("Toddler", None, AccountEvent.MINOR),
        (7, None, AccountEvent.MINOR),
        ("NotAdult", None, AccountEvent.ENABLED),
        ("adult", "Denied", AccountEvent.ENABLED),
        (None, "Denied", AccountEvent.ENABLED),
    ],
)
def test_minors_without_a_parents_consent(age: Any, consent: Any, expected: AccountEvent) -> None:
    members = {"ageGroup": age, "consentProvidedForMinor": consent}
    assert said(accountEnabled=True, **members) == [expected]
    assert said(accountEnabled=False, **members) == [AccountEvent.DISABLED]
    unread = AccountEvent.CHANGED if expected is AccountEvent.ENABLED else expected
    assert said(**members) == [unread]


def test_when_sessions_ended_is_told_beside_what_else_is() -> None:
    changes, _, _ = user_changes(page({"id": "a", "accountEnabled": True, **ENDED}))
    assert [change.what for change in changes] == [AccountEvent.ENABLED, AccountEvent.SESSIONS_ENDED]
    assert changes[1].at == datetime(2027, 3, 1, 9, 0, 0, 500_000, UTC)
    for odd in ("2027-03-01T09:00:00", "soon", 7, "0001-01-01T00:00:00+14:00"):
        assert said(accountEnabled=True, signInSessionsValidFromDateTime=odd) == [AccountEvent.ENABLED]


def test_rows_of_nobody_cost_no_others() -> None:
    rows = (
        {"accountEnabled": False},
        {"id": 7},
        {"id": ""},
        "row",
        None,
        {"id": "b", "accountEnabled": False},
    )
    changes, next_link, delta_link = user_changes(page(*rows, nextLink="n", deltaLink="d"))
    assert [change.account for change in changes] == ["b"]
    assert (next_link, delta_link) == ("n", "d")


@pytest.mark.parametrize("body", [b"[]", b'{"value": 7}', b"{}", b"<html>"])
def test_what_is_no_page_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        user_changes(body)


@given(st.dictionaries(st.sampled_from(MEMBERS), ODD))
def test_whatever_stands_in_a_row_it_is_told_and_only_the_word_says_gone_for_good(
    members: dict[str, Any],
) -> None:
    first, *rest = said(**members)
    assert first is not AccountEvent.DELETED
    assert rest in ([], [AccountEvent.SESSIONS_ENDED])
    if members.get("accountEnabled") is not True:
        assert first is not AccountEvent.ENABLED


def test_a_change_shows_nothing_of_whom_it_is_about() -> None:
    (change,), _, _ = user_changes(page({"id": "somebody"}))
    assert "somebody" not in repr(change)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"accountEnabled": True, "disabledByMicrosoftStatus": None}, ApplicationState.WORKS),
        ({"accountEnabled": True}, ApplicationState.WORKS),
        ({"accountEnabled": True, "disabledByMicrosoftStatus": "NotDisabled"}, ApplicationState.WORKS),
        ({"accountEnabled": False, "disabledByMicrosoftStatus": "notDisabled"}, ApplicationState.DISABLED),
        (
            {"accountEnabled": False, "disabledByMicrosoftStatus": BLOCKED},
            ApplicationState.BLOCKED,
        ),
        ({"accountEnabled": True, "disabledByMicrosoftStatus": "newValue"}, ApplicationState.BLOCKED),
        ({"accountEnabled": True, "disabledByMicrosoftStatus": ""}, ApplicationState.BLOCKED),
    ],
)  # fmt: skip
def test_how_our_application_stands(told: dict[str, Any], expected: ApplicationState) -> None:
    assert application_state(json.dumps(told).encode()) is expected


@pytest.mark.parametrize(
    "told",
    [
        *({}, []),
        *({"accountEnabled": odd} for odd in (None, "true", 1)),
        {"accountEnabled": True, "disabledByMicrosoftStatus": 7},
    ],
)
def test_an_application_that_cannot_be_read_does_not_work(told: Any) -> None:
    with pytest.raises(Malformed):
        application_state(json.dumps(told).encode())
