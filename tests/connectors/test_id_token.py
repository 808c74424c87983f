import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Malformed
from connectors.id_token import TOKEN_LENGTH_MAX, claims

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
GOOD = {"iss": "https://login.example", "aud": "us", "exp": NOW.timestamp() + 60, "sub": "anna", "nonce": "n"}


def jwt(body: bytes) -> str:
    return f"e30.{urlsafe_b64encode(body).decode().rstrip('=')}.c2ln"


def said(**changed: Any) -> str:
    return jwt(
        json.dumps({name: value for name, value in (GOOD | changed).items() if value is not ...}).encode()
    )


def checked(token: str, now: datetime = NOW) -> None:
    issuers = frozenset({"https://login.example", "login.example"})
    claims(token).check(issuers=issuers, audience="us", nonce="n", now=now)


def test_a_token_for_us_of_this_sign_in_is_good() -> None:
    checked(said())
    checked(said(iss="login.example", name="Anna Schmidt"))
    read = claims(said(oid="o", tid="t", hd="corp.example"))
    assert (read.sub, read.oid, read.tid, read.hd) == ("anna", "o", "t", "corp.example")
    assert repr(read) == "<Claims>"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://login.example/"},
        {"iss": "https://elsewhere.example"},
        {"aud": "them"},
        {"aud": ""},
        {"nonce": "another"},
        {"nonce": ...},
    ],
)
def test_one_from_elsewhere_for_others_or_of_another_sign_in_is_not(changed: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="id_token_elsewhere"):
        checked(said(**changed))


@pytest.mark.parametrize("late", [timedelta(seconds=60), timedelta(days=9)])
def test_one_that_has_ended_is_not(late: timedelta) -> None:
    with pytest.raises(Malformed, match="id_token_expired"):
        checked(said(), NOW + late)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "opaque",
        "a.b",
        "a.b.c.d",
        "e30.*.c2ln",
        "e30.ü.c2ln",
        jwt(b""),
        jwt(b"[]"),
        jwt(b"{"),
        jwt(b"\xff"),
        jwt(b"[" * 5_000),
        said(aud=["us"]),
        said(aud=...),
        said(iss=...),
        said(exp=...),
        said(exp="soon"),
        said(exp=None),
        said(sub=...),
        said(sub=5),
        said(oid=None),
        said(x="x" * TOKEN_LENGTH_MAX),
    ],
)
def test_what_cannot_be_read_is_malformed_and_not_quoted(token: str) -> None:
    with pytest.raises(Malformed, match="id_token_unreadable") as caught:
        checked(token)
    assert caught.value.__context__ is None


@given(st.text() | st.binary().map(jwt))
def test_whatever_it_is_it_is_malformed(token: str) -> None:
    with pytest.raises(Malformed):
        checked(token)
