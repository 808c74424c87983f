"""Which security event tokens are taken: rule by rule, and fault by fault."""

import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from gateway.signals.expectation import Expectation
from gateway.signals.key_ring import key_ring
from gateway.signals.receiver import received
from gateway.signals.refusal import RefusalCode
from gateway.signals.security_event import EVENTS_MAX, ID_LENGTH_MAX, SKEW
from gateway.signals.signal import About, Claim, Name, NameKind, Signal
from gateway.signals.signature import TOKEN_BYTES_MAX
from tests.fakes.security_events import (
    ABSENT,
    AT,
    CAEP,
    EXPECTED,
    EXPECTED_OF_GOOGLE,
    GOOGLE,
    ISSUER,
    NOW,
    RISC,
    SSF,
    by_symmetry,
    ec,
    encoded,
    encrypted,
    event,
    google_event,
    jwks,
    over,
    public,
    ring,
    rsa,
    signed,
    unsigned,
)
from tests.gateway.signals.refusing import refusal

REVOKED = f"{CAEP}session-revoked"
GOOD = event(REVOKED)
AUDIENCE = "https://gateway.example/signals/1"
#: Nothing more of why.
UNAUTHENTIC = RefusalCode.AUTHENTICATION_FAILED

SIGNAL = Signal(
    ISSUER, "event-1", About.person(Name(NameKind.ACCOUNT, "ines-id")), Claim.SESSIONS_ENDED, AT * 1000
)


@pytest.mark.parametrize(
    "token",
    [
        lambda: signed(GOOD),
        lambda: signed(GOOD, rsa()),
        lambda: signed(GOOD, rsa(), alg="PS256"),
        # RFC 7515, section 4.1.9: it is the same media type.
        lambda: signed(GOOD, typ="application/secevent+jwt"),
        # Nothing in a header names a key but its id, and what nobody knows is passed over.
        lambda: signed(
            GOOD, jwk=public(ec("ec-2")), jku="https://elsewhere.example/", x5c=["A" * 3000], new=[1]
        ),
        lambda: signed(GOOD | {"aud": ["https://another.example", AUDIENCE]}),
        lambda: signed(GOOD | {"txn": "8675309", "new": {"exp": 1, "sub": "x"}}),
        lambda: signed(json.dumps(GOOD, indent=2).encode()),
    ],
)
def test_what_keeps_the_rules_is_taken(token: Callable[[], bytes]) -> None:
    assert received(token(), ring(), EXPECTED, NOW) == SIGNAL


@pytest.mark.parametrize(
    "token",
    [
        lambda: b"",
        lambda: b"..",
        lambda: b"....",
        lambda: b"\xff.\xff.\xff",
        lambda: unsigned(GOOD),
        lambda: by_symmetry(GOOD, rsa()),
        lambda: encrypted(GOOD),
        lambda: json.dumps({"payload": "", "signatures": []}).encode(),
        lambda: signed(GOOD, alg="HS256"),
        lambda: signed(GOOD, alg="ES384"),
        lambda: signed(GOOD, rsa(), alg="RS512"),
        lambda: signed(GOOD, alg="es256"),
        lambda: signed(GOOD, alg=["ES256"]),
        lambda: signed(GOOD, alg=ABSENT),
        lambda: signed(GOOD, kid=ABSENT),
        lambda: signed(GOOD, kid=5),
        lambda: signed(GOOD, typ=5),
        lambda: signed(GOOD, crit=["new"], new=1),
        lambda: signed(GOOD, crit=["b64"], b64=True),
        lambda: signed(GOOD, crit=[]),
        lambda: signed(GOOD, b64=False),
        lambda: signed(GOOD, ec("another"), kid="ec-1"),
        lambda: signed(GOOD) + b"\n",
        lambda: signed(GOOD) + b"=",
        lambda: b" " + signed(GOOD),
        lambda: over(b"[]", b"{}", ec()),
        lambda: over(b'["alg", "b64"]', b"{}", ec()),
        lambda: over(b'"alg"', b"{}", ec()),
        lambda: over(b"5", b"{}", ec()),
        lambda: over(b"\xff", b"{}", ec()),
        lambda: over(b"[" * 4000, b"{}", ec()),
        lambda: over(b'{"alg":"ES256","kid":"ec-1","new":' + b"9" * 5000 + b"}", b"{}", ec()),
        lambda: over(b'{"alg":"ES256","kid":"ec-1","new":"' + b"9" * 9000 + b'"}', b"{}", ec()),
    ],
)
def test_what_is_signed_by_no_key_of_theirs_hears_no_more_of_why(token: Callable[[], bytes]) -> None:
    assert refusal(token()) is UNAUTHENTIC


def test_an_unknown_key_is_told_from_a_bad_signature() -> None:
    """Asking for the keys again may help: only then."""
    headers: list[dict[str, Any]] = [{"kid": "ec-2"}, {"kid": ""}, {"alg": "RS256"}, {"kid": "rsa-1"}]
    for header in headers:
        assert refusal(signed(GOOD, **header)) is RefusalCode.INVALID_KEY


def test_keys_rotate_mid_stream() -> None:
    token = signed(GOOD, ec("ec-2"))
    assert refusal(token) is RefusalCode.INVALID_KEY
    both = key_ring(jwks(public(ec()), public(ec("ec-2"))))
    assert refusal(token, keys=both) is refusal(signed(GOOD), keys=both) is None
    assert refusal(signed(GOOD), keys=key_ring(jwks(public(ec("ec-2"))))) is RefusalCode.INVALID_KEY


@pytest.mark.parametrize("typ", [ABSENT, "", "JWT", "at+jwt", "SECEVENT+JWT", "secevent+jwt ", "secevent"])
def test_a_token_of_another_kind_is_none(typ: object) -> None:
    assert refusal(signed(GOOD, typ=typ)) is RefusalCode.INVALID_REQUEST


@pytest.mark.parametrize(
    "iss", [ABSENT, None, 5, "", f"{ISSUER}/", ISSUER.upper(), "https://idp.example", [ISSUER], GOOGLE]
)
def test_the_issuer_is_that_of_the_stream(iss: object) -> None:
    assert refusal(signed(event(REVOKED, iss=iss))) is RefusalCode.INVALID_ISSUER


@pytest.mark.parametrize(
    "aud",
    [ABSENT, None, 5, "", [], "https://another.example", [f"{AUDIENCE}/"], [AUDIENCE, 5], {AUDIENCE: 1}],
)
def test_the_audience_is_ours(aud: object) -> None:
    assert refusal(signed(event(REVOKED, aud=aud))) is RefusalCode.INVALID_AUDIENCE


#: One at a time.
BAD_CLAIMS: list[dict[str, Any]] = [
    {"exp": AT + 3600},
    {"exp": None},
    {"sub": "ines-id"},
    {"sub": None},
    {"iat": ABSENT},
    {"iat": None},
    {"iat": True},
    {"iat": str(AT)},
    {"iat": 0},
    {"iat": -AT},
    {"iat": AT * 1000},
    {"iat": 10**400},
    {"iat": 1e300},
    {"jti": ABSENT},
    {"jti": None},
    {"jti": 5},
    {"jti": ""},
    {"jti": "x" * (ID_LENGTH_MAX + 1)},
    {"jti": "event\n1"},
    {"jti": "event\x001"},
    {"sub_id": ABSENT},
    {"sub_id": None},
    {"sub_id": "ines-id"},
    {"sub_id": [{"format": "opaque", "id": "ines-id"}]},
    {"sub_id": ABSENT, "events": {REVOKED: {"subject": {"format": "opaque", "id": "ines-id"}}}},
    {"events": ABSENT},
    {"events": None},
    {"events": {}},
    {"events": [REVOKED]},
    {"events": {REVOKED: None}},
    {"events": {REVOKED: []}},
    {"events": {REVOKED: "ines"}},
    {"events": {REVOKED: {}, f"{RISC}account-disabled": {}}},
    {"events": {REVOKED: {}, f"{RISC}sessions-revoked": {}}},
    {"events": {REVOKED: {}, "urn:example:new": {}}},
    {"events": {"urn:example:new": {}, REVOKED: {}}},
    {"events": {"urn:example:new": {}, "urn:example:newer": {}}},
    {"events": {f"urn:example:{number}": {} for number in range(EVENTS_MAX + 1)}},
]


@pytest.mark.parametrize(
    "changes", BAD_CLAIMS, ids=lambda changes: json.dumps(changes, default=lambda _: "absent")[:40]
)
def test_what_breaks_a_rule_of_the_token_is_an_invalid_request(changes: dict[str, Any]) -> None:
    assert refusal(signed(event(REVOKED, **changes))) is RefusalCode.INVALID_REQUEST


@pytest.mark.parametrize("payload", [b"", b"[]", b"null", b"\xff", b"[" * 9000, b'{"a":' * 9000, b"{} {}"])
def test_what_holds_no_claims_is_an_invalid_request(payload: bytes) -> None:
    assert refusal(signed(payload)) is RefusalCode.INVALID_REQUEST


def test_several_names_of_one_type_are_one_event() -> None:
    told: dict[str, Any] = {"state": "s"}
    older = SSF.replace("/ssf/", "/sse/")
    names = {f"{SSF}verification": told, f"{older}verification": told}
    claims = event("", events=names, sub_id={"format": "opaque", "id": EXPECTED.stream})
    assert received(signed(claims), ring(), EXPECTED, NOW).state == "s"
    names[f"{older}verification"] = {"state": "t"}
    assert refusal(signed(claims)) is RefusalCode.INVALID_REQUEST
    names |= {f"{older}verification": told, f"{SSF}stream-updated": told}
    assert refusal(signed(claims)) is RefusalCode.INVALID_REQUEST


@pytest.mark.parametrize(
    ("iat", "code"),
    [
        ((NOW + SKEW) // 1000, None),
        ((NOW + SKEW) / 1000 + 0.5, RefusalCode.INVALID_REQUEST),
        ((NOW + SKEW) // 1000 + 1, RefusalCode.INVALID_REQUEST),
        (AT - 10 * 365 * 86_400, None),
        (1, None),
    ],
)
def test_a_late_token_counts_and_an_early_one_does_not(iat: float, code: RefusalCode | None) -> None:
    assert refusal(signed(event(REVOKED, iat=iat))) is code


def test_a_token_has_a_longest() -> None:
    token = signed(GOOD | {"new": "x" * 48_600})
    assert TOKEN_BYTES_MAX - 500 < len(token) <= TOKEN_BYTES_MAX
    assert refusal(token) is None
    assert refusal(signed(GOOD | {"new": "x" * 49_200})) is UNAUTHENTIC
    assert refusal(b"e" * 2 * 2**20) is UNAUTHENTIC


def test_every_byte_counts() -> None:
    for token, bytes_ in ((signed(GOOD), b"AB._\xff"), (signed(GOOD, rsa()), b"B")):
        for place, byte in product(range(len(token)), bytes_):
            other = token[:place] + bytes([byte]) + token[place + 1 :]
            assert other == token or refusal(other) in {UNAUTHENTIC, RefusalCode.INVALID_KEY}


def test_a_good_signature_over_other_parts_is_none() -> None:
    head, _, signature = signed(GOOD).split(b".")
    _, payload, _ = signed(event(f"{RISC}account-purged")).split(b".")
    assert refusal(b".".join((head, payload, signature))) is UNAUTHENTIC
    assert refusal(b".".join((head, b"", signature))) is UNAUTHENTIC
    assert refusal(b".".join((encoded(b'{"alg":"ES256","kid":"ec-1"}'), payload, signature))) is UNAUTHENTIC


@pytest.mark.parametrize(
    "header",
    [{}, {"typ": ABSENT}, {"typ": "JWT"}, {"typ": "application/secevent+jwt"}],
)
@pytest.mark.parametrize("iss", [GOOGLE, GOOGLE.rstrip("/")])
@pytest.mark.parametrize("aud", ["1-a.apps.example", ["1-b.apps.example"]])
def test_googles_tokens_are_taken_in_their_older_shape(header: dict[str, Any], iss: str, aud: object) -> None:
    token = signed(google_event(f"{RISC}sessions-revoked", iss=iss, aud=aud, exp=AT + 1), rsa(), **header)
    assert received(token, ring(), EXPECTED_OF_GOOGLE, NOW) == SIGNAL._replace(issuer=GOOGLE)


@pytest.mark.parametrize(
    ("changes", "header", "code"),
    [
        ({"sub": "ines-id"}, {}, RefusalCode.INVALID_REQUEST),
        ({"events": ABSENT, "sub": "ines-id", "exp": AT + 3600}, {"typ": "JWT"}, RefusalCode.INVALID_REQUEST),
        ({"events": ABSENT}, {"typ": ABSENT}, RefusalCode.INVALID_REQUEST),
        ({}, {"typ": "at+jwt"}, RefusalCode.INVALID_REQUEST),
        ({"iss": "accounts.google.com"}, {}, RefusalCode.INVALID_ISSUER),
        ({"iss": f"{GOOGLE}/"}, {}, RefusalCode.INVALID_ISSUER),
        ({"aud": "2-a.apps.example"}, {}, RefusalCode.INVALID_AUDIENCE),
        ({}, {"kid": "rsa-2"}, RefusalCode.INVALID_KEY),
    ],
)
def test_googles_other_tokens_are_not(
    changes: dict[str, Any], header: dict[str, Any], code: RefusalCode
) -> None:
    """ID tokens are signed by the same keys for the same client."""
    token = signed(google_event(f"{RISC}sessions-revoked", **changes), rsa(), **header)
    assert refusal(token, EXPECTED_OF_GOOGLE) is code


def test_the_older_shape_is_googles_alone() -> None:
    for claims in (google_event(REVOKED, iss=ISSUER, aud=AUDIENCE), event(REVOKED, exp=AT + 1)):
        assert refusal(signed(claims)) is RefusalCode.INVALID_REQUEST
    assert refusal(signed(GOOD, typ=ABSENT)) is RefusalCode.INVALID_REQUEST
    assert not Expectation("https://accounts.google.com.example/", frozenset()).is_google
