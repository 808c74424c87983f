"""Google's Cross-Account Protection: its subjects, and refresh tokens by name."""

import base64
import hashlib
from typing import Any

import pytest

from gateway.signals.google_risc import grant_names
from gateway.signals.receiver import received
from gateway.signals.signal import About, Name, NameKind
from gateway.signals.subject_identifier import NOBODY
from tests.fakes.security_events import (
    ABSENT,
    EXPECTED_OF_GOOGLE,
    GOOGLE,
    NOW,
    OAUTH,
    RISC,
    google_event,
    ring,
    rsa,
    signed,
)

TOKEN = "1//0abcdefghijklmnopqrstuvwxyz-made-up"  # noqa: S105  made up
DOUBLE = base64.b64encode(hashlib.sha512(hashlib.sha512(TOKEN.encode()).digest()).digest()).decode()
PREFIX, HASH = "prefix", "hash_base64_sha512_sha512"

PERSON = About.person(Name(NameKind.ACCOUNT, "ines-id"))


def about(subject: object, uri: str = f"{OAUTH}token-revoked", **changes: Any) -> About:
    token = signed(google_event(uri, subject=subject, **changes), rsa())
    return received(token, ring(), EXPECTED_OF_GOOGLE, NOW).about


def of(algorithm: object, token: object, type_: object = "refresh_token") -> dict[str, Any]:
    return {
        "subject_type": "oauth_token",
        "token_type": type_,
        "token_identifier_alg": algorithm,
        "token": token,
    }


@pytest.mark.parametrize(
    ("algorithm", "token"),
    [
        (PREFIX, TOKEN[:16]),
        (HASH, DOUBLE),
        (HASH, DOUBLE.rstrip("=")),
        (HASH, DOUBLE.replace("+", "-").replace("/", "_")),
    ],
)
def test_a_refresh_token_is_found_by_either_name(algorithm: str, token: str) -> None:
    (name,) = about(of(algorithm, token)).names
    assert name.kind is NameKind.GRANT
    assert name in grant_names(TOKEN)


def test_one_kind_of_name_is_never_taken_for_the_other() -> None:
    for written in (DOUBLE, DOUBLE.rstrip("=").replace("+", "-").replace("/", "_")):
        assert not about(of(PREFIX, written)).names & grant_names(TOKEN)
    assert not about(of(HASH, TOKEN[:16])).names & grant_names(TOKEN)
    assert not about(of(PREFIX, f"{TOKEN[:15]}=")).names & grant_names(TOKEN)
    assert len(grant_names(TOKEN)) == 2
    assert not grant_names(TOKEN) & grant_names("another")


@pytest.mark.parametrize(
    "subject",
    [
        of("plain", TOKEN),
        of(None, TOKEN),
        of(PREFIX, None),
        of(PREFIX, ""),
        of(PREFIX, ["1//0"]),
        of(PREFIX, "x" * 513),
        of(PREFIX, TOKEN[:16], "access_token"),
        of(PREFIX, TOKEN[:16], None),
        ABSENT,
        None,
        {},
        "ines-id",
        {"subject_type": "iss-sub", "iss": "https://another.example/", "sub": "ines-id"},
    ],
)
def test_what_names_no_token_and_nobody_is_about_nobody(subject: object) -> None:
    assert about(subject) == NOBODY


@pytest.mark.parametrize("iss", [GOOGLE, GOOGLE.rstrip("/")])
def test_an_account_by_its_older_names(iss: str) -> None:
    for kind in ("iss-sub", "iss_sub", "id_token_claims"):
        assert about({"subject_type": kind, "iss": iss, "sub": "ines-id"}, f"{RISC}account-purged") == PERSON
    with_address = {
        "subject_type": "id_token_claims",
        "iss": iss,
        "sub": "ines-id",
        "email": "Ines@e.example",
    }
    assert about(with_address) == About.person(*PERSON.names, Name(NameKind.ADDRESS, "ines@e.example"))


def test_google_may_come_to_speak_as_the_standard_has_it() -> None:
    subject = {"format": "iss_sub", "iss": GOOGLE, "sub": "ines-id"}
    assert about(subject) == PERSON
    assert about(ABSENT, sub_id=subject) == PERSON
    assert about({"format": "opaque", "id": "another"}, sub_id=subject) == PERSON
