"""What a provider says in between, without one: headers and bodies, and what is to be looked at for them."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from gateway.signals.google_admin import Hint, heard
from gateway.signals.push import HINTS_MAX, Push

USER = b'{"kind": "admin#directory#user", "id": "17", "etag": "x", "primaryEmail": "wendla@kestrel.example"}'
BEGUN = Push(secret="s", token="t")  # noqa: S106  made up


def said(state: str, body: bytes = USER) -> Hint | None:
    return heard(CIMultiDict({"x-goog-resource-state": state}), body)


@pytest.mark.parametrize("state", ["delete", "undelete", "update", "UPDATE"])
def test_what_happened_to_a_user_hints_at_their_account_and_says_no_name(state: str) -> None:
    hint = said(state)
    assert hint == Hint("17")
    assert "17" not in repr(hint)


@pytest.mark.parametrize("state", ["REMOVE_API_CLIENT_ACCESS", "revoke"])
@pytest.mark.parametrize("body", [USER, b"", b"{", b'{"actor": {"email": "admin@kestrel.example"}}'])
def test_what_was_done_to_a_clients_access_hints_at_all_there_is(state: str, body: bytes) -> None:
    assert said(state, body) == Hint(None)


@pytest.mark.parametrize(
    "state", ["sync", "add", "makeAdmin", "exists", "rearranged", "", "AUTHORIZE_API_CLIENT_ACCESS"]
)
def test_nothing_else_hints_at_anything(state: str) -> None:
    assert said(state) is None
    assert heard({}, USER) is None


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"{}", b'{"id": 17}', b'{"id": ""}', b'{"id": "wendla@kestrel.example"}', b"\xff",
     b'{"id": "' + b"7" * 65 + b'"}', b'{"id": "../1"}', b"[" * 10_000],
)  # fmt: skip
def test_a_body_that_names_no_account_hints_at_nobody(body: bytes) -> None:
    assert said("update", body) is None


@given(st.text(max_size=20), st.binary(max_size=60))
def test_whatever_comes_is_a_hint_or_none(state: str, body: bytes) -> None:
    hint = said(state, body)
    assert hint is None or hint.account is None or "@" not in hint.account


@given(st.lists(st.one_of(st.none(), st.sampled_from("abc"), st.just("take")), max_size=40))
def test_everything_that_is_heard_is_taken_over_once_and_nothing_is_lost(acts: list[str | None]) -> None:
    push, waiting, called = BEGUN, set[str](), False
    for act in acts:
        before = push
        if act == "take":
            push = push.taking()
            assert (push is before) is not (called or bool(waiting))
            assert waiting <= set(push.reading)
            waiting, called = set(), False
            push = push.having_looked(len(push.reading))
        else:
            push = push.hearing(act)
            assert (push is before) is (called if act is None else act in waiting)
            called, waiting = called or act is None, waiting | ({act} if act else set())
        assert (set(push.hints), push.called, push.is_calling) == (waiting, called, called or bool(waiting))


def test_what_is_heard_while_an_account_is_looked_at_is_looked_at_again() -> None:
    visiting = BEGUN.hearing("a").hearing("b").taking()
    heard_meanwhile = visiting.hearing("a")
    after = visiting.having_looked(1).beside(heard_meanwhile)
    assert (after.reading, after.hints) == (("b",), ("a",))
    assert after.taking().reading == ("b", "a")


def test_a_flood_is_bounded() -> None:
    push = BEGUN
    for number in range(HINTS_MAX + 5):
        push = push.hearing(str(number))
    assert len(push.hints) == HINTS_MAX
    assert push.hearing("one more") is push
    assert push.hearing(None).called


def test_it_shows_nothing_and_is_read_as_it_was_written() -> None:
    push = BEGUN.hearing("17")
    assert "17" not in repr(push)
    assert msgspec.json.decode(msgspec.json.encode(push), type=Push) == push
