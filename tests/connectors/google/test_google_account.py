"""Google's JSON of users and of its logs, byte by byte."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.accounts import AccountEvent
from connectors.errors import Malformed
from connectors.google import account
from connectors.google.account import Entry

OURS = frozenset({"100000000000000000001"})
AT = "2027-03-01T09:00:00.123Z"


def body(**members: Any) -> bytes:
    return msgspec.json.encode(members)


def item(**changed: Any) -> dict[str, Any]:
    """A person took back what they had granted to us."""
    parameters = [{"name": "client_id", "value": "100000000000000000001"}, {"name": "scope"}]
    return {
        "id": {"time": AT, "uniqueQualifier": "-7"},
        "actor": {"profileId": "17"},
        "events": [{"name": "revoke", "parameters": parameters}],
    } | changed


def entries(*items: Any) -> tuple[Entry, ...]:
    found, token = account.entries(body(items=items), "revoke", "client_id", OURS)
    assert token is None
    return found


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"suspended": False, "archived": False}, None),
        ({"suspended": False}, None),
        ({"suspended": True, "archived": False}, AccountEvent.DISABLED),
        ({"suspended": False, "archived": True}, AccountEvent.DISABLED),
        ({"suspended": True}, AccountEvent.DISABLED),
        ({"suspended": "odd", "archived": True}, AccountEvent.DISABLED),
        # Whatever cannot be read is never taken for an account that can be used.
        ({}, AccountEvent.CHANGED),
        ({"suspended": "true"}, AccountEvent.CHANGED),
        ({"suspended": None}, AccountEvent.CHANGED),
        ({"suspended": False, "archived": "odd"}, AccountEvent.CHANGED),
    ],
)
def test_what_a_user_is(members: dict[str, Any], expected: AccountEvent | None) -> None:
    row = {"id": "17", **members}
    listed = account.users(body(users=[row]), deleted=False)
    assert ([change.what for change in listed.changes], listed.ids) == (
        [expected] if expected else [],
        ("17",),
    )
    assert account.user(msgspec.json.encode(row), "17").what is (expected or AccountEvent.ENABLED)
    (deleted,) = account.users(body(users=[row]), deleted=True).changes
    assert deleted.what is AccountEvent.DELETED


def test_an_odd_row_costs_no_other_and_a_page_without_rows_is_one() -> None:
    rows = [{"id": "", "suspended": True}, {"suspended": True}, 7, {"id": "17", "suspended": True}]
    listed = account.users(body(users=rows, nextPageToken="next"), deleted=False)
    assert ([change.account for change in listed.changes], listed.next) == (["17"], "next")
    assert account.users(b"{}", deleted=False) == account.Listed((), (), None)
    for odd in (b"[]", b'{"users": 7}', b"<html>"):
        with pytest.raises(Malformed):
            account.users(odd, deleted=False)


def test_another_account_is_not_the_one_that_was_asked_for() -> None:
    for odd in (body(id="18", suspended=False), b"{}", b"[]"):
        with pytest.raises(Malformed):
            account.user(odd, "17")


def test_an_entry_about_us_is_told_by_who_and_when() -> None:
    (told,) = entries(item())
    assert (told.at, told.actor) == (datetime(2027, 3, 1, 9, 0, 0, 123_000, UTC), "17")
    other = entries(item(id={"time": AT, "uniqueQualifier": "-8"}))
    assert other[0].key != told.key


@pytest.mark.parametrize(
    "changed",
    [
        {"events": []},
        {"events": [{"name": "authorize", "parameters": item()["events"][0]["parameters"]}]},
        {"events": [{"name": "revoke", "parameters": [{"name": "client_id", "value": "2"}]}]},
        {"events": [{"name": "revoke", "parameters": [{"name": "app_name", "value": min(OURS)}]}]},
        {"events": [{"name": "revoke"}]},
        {"events": [7]},
    ],
)
def test_what_is_not_about_us_is_nobodys_business_here(changed: dict[str, Any]) -> None:
    assert entries(item(**changed)) == ()


def test_one_of_several_events_is_enough_and_odd_ones_cost_nothing() -> None:
    several = [7, {"name": "other"}, *item()["events"]]
    assert len(entries(7, item(events=several), {})) == 1


@pytest.mark.parametrize("actor", [{"profileId": "105250506097979753968"}, {}, 7, None])
def test_whoever_has_no_account_is_nobody(actor: Any) -> None:
    (told,) = entries(item(actor=actor))
    assert told.actor == ""


@pytest.mark.parametrize("at", ["", "yesterday", "2027-03-01T09:00:00", "0001-01-01T00:00:00+09:00", None])
def test_a_time_that_cannot_be_read_hides_no_entry(at: Any) -> None:
    (told,) = entries(item(id={"time": at, "uniqueQualifier": 3}))
    assert told.at is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["id", "time", "events", "name", "actor", "users", "items"]), inner
            )
        ),
    )
)
def test_whatever_comes_is_read_or_malformed(told: Any) -> None:
    document = msgspec.json.encode(told)
    for read in (
        lambda: account.users(document, deleted=False),
        lambda: account.entries(document, "revoke", "client_id", OURS),
        lambda: account.user(document, "17"),
    ):
        try:
            read()
        except Malformed:
            continue


def test_nothing_that_is_read_shows_whose_it_is() -> None:
    assert "17" not in repr(entries(item()))
