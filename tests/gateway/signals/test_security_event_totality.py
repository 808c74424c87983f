"""Whatever is sent, it is one signal or one refusal; and nothing that is not signed is a signal."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.signals import caep, google_risc, risc, ssf
from gateway.signals.expectation import Expectation
from gateway.signals.receiver import received
from gateway.signals.refusal import SetRefused
from tests.connectors.hostile_json import items, printed, values
from tests.fakes.security_events import (
    EXPECTED,
    EXPECTED_OF_GOOGLE,
    GOOGLE,
    ISSUER,
    NOW,
    STREAM,
    changed,
    ec,
    event,
    google_event,
    jwks,
    public,
    ring,
    rsa,
    signed,
)
from tests.gateway.signals.fuzzing import fuzz, take
from tests.gateway.signals.refusing import refusal

uris = st.sampled_from([*caep.TYPES, *risc.TYPES, *ssf.TYPES, *google_risc.TYPES, "urn:example:new"])
formats = st.sampled_from(
    [
        "account",
        "email",
        "iss_sub",
        "iss-sub",
        "opaque",
        "aliases",
        "complex",
        "id_token_claims",
        "oauth_token",
    ]
)
texts = st.sampled_from(
    [ISSUER, GOOGLE, "ines-id", "Ines@Example.org", "acct:a@b", "org-1", STREAM, "prefix", "refresh_token"]
)
NAMES = ["iss", "sub", "id", "email", "uri", "token", "token_type", "token_identifier_alg", "new"]
COMPLEX = ["user", "device", "session", "application", "tenant", "org_unit", "group", "vehicle"]


def _simple(odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    of = st.dictionaries(st.sampled_from(NAMES), texts | odd, max_size=4)
    return st.builds(lambda kind, of: {"format": kind, **of}, formats, of)


def _identifiers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {},
        optional={
            "format": formats,
            "subject_type": formats,
            "identifiers": st.lists(inner, max_size=3),
            **dict.fromkeys(COMPLEX, inner),
        },
    )


identifiers = st.recursive(_simple(values) | values, _identifiers, max_leaves=6)
events = items(["reason", "change_type", "current_level", "status", "state", "event_timestamp", "subject"])
#: As any parser reads it.
readable = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text("abc \u00e9\x00"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("abc"), inner, max_size=2),
    max_leaves=4,
)
simple = _simple(readable)
CLAIMS = ["iss", "aud", "iat", "jti", "sub_id", "events", "exp", "sub", "toe", "txn"]


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    fuzz(data)


@given(items([*CLAIMS, "alg", "kid", "typ", "crit", "b64", "keys", "x5c"]), st.booleans())
def test_any_json(document: Any, ascii_only: bool) -> None:  # noqa: FBT001  drawn
    fuzz(printed(document, ascii_only=ascii_only))


@given(
    st.lists(
        st.dictionaries(st.sampled_from([*public(ec()), "n", "e", "alg", "use"]), texts | values), max_size=2
    )
)
def test_any_keys(changes: list[dict[str, Any]]) -> None:
    fuzz(jwks(*(changed(public(ec()), change) for change in changes)))


@given(uris, events, identifiers, st.dictionaries(st.sampled_from(CLAIMS), values, max_size=1))
def test_any_event_about_anybody(uri: str, told: Any, subject: Any, odd: dict[str, Any]) -> None:
    take(signed(printed(event(uri, told, subject, **odd), ascii_only=False)), EXPECTED)
    of_event = told if isinstance(told, dict) else {}
    take(signed(printed(google_event(uri, of_event, subject, **odd), ascii_only=False)), EXPECTED_OF_GOOGLE)


@given(uris, simple, st.dictionaries(st.text("abc", min_size=1).map("x-{}".format), readable, max_size=3))
def test_what_nobody_has_defined_changes_nothing(uri: str, subject: Any, new: dict[str, Any]) -> None:
    plain = event(uri, {}, {"format": "complex", "user": subject})
    more = event(uri, new, {"format": "complex", "user": {**subject, **new}, **new}, **new)
    found = take(signed(plain), EXPECTED)
    assert found is not None
    assert take(signed(more), EXPECTED) == found


@given(uris, st.sampled_from([EXPECTED, EXPECTED_OF_GOOGLE]), st.booleans())
def test_what_another_has_signed_is_no_signal(uri: str, expectation: Expectation, is_rsa: bool) -> None:  # noqa: FBT001  drawn
    claims = (google_event if expectation.is_google else event)(uri)
    key, another = (rsa(), rsa("another")) if is_rsa else (ec(), ec("another"))
    assert refusal(signed(claims, key), expectation) is None
    assert refusal(signed(claims, another, kid=key.kid), expectation) is not None


@given(uris, st.data())
def test_what_was_signed_and_then_changed_is_no_signal(uri: str, data: st.DataObject) -> None:
    token = bytearray(signed(event(uri)))
    place = data.draw(st.integers(0, len(token) - 1))
    token[place] ^= data.draw(st.integers(1, 255))
    try:
        received(bytes(token), ring(), EXPECTED, NOW)
    except SetRefused:
        return
    raise AssertionError(token)
