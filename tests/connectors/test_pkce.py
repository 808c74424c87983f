import re
from base64 import urlsafe_b64decode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.pkce import challenge, new_verifier, nonce

VERIFIERS = st.from_regex(r"[A-Za-z0-9\-._~]{43,128}", fullmatch=True)


def test_the_standards_own_example() -> None:
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_verifiers_differ_and_are_good() -> None:
    made = {new_verifier() for _ in range(100)}
    assert len(made) == 100
    assert all(map(challenge, made))


@given(VERIFIERS)
def test_a_challenge_is_a_digest_and_needs_no_escape(verifier: str) -> None:
    assert urlsafe_b64decode(challenge(verifier) + "=") == sha256(verifier.encode()).digest()
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", nonce(verifier))


@given(VERIFIERS, VERIFIERS)
def test_neither_tells_the_other_nor_belongs_to_two(one: str, other: str) -> None:
    assert len({one, challenge(one), nonce(one)}) == 3
    assert (one == other) == (nonce(one) == nonce(other)) == (challenge(one) == challenge(other))


@pytest.mark.parametrize(
    "verifier", ["", "short", "v" * 42, "v" * 129, "v" * 42 + "+", "v" * 43 + "\n", "é" * 43]
)
def test_what_is_no_verifier_is_none(verifier: str) -> None:
    for make in (challenge, nonce):
        with pytest.raises(ValueError, match="43 to 128") as caught:
            make(verifier)
        assert not verifier or verifier not in str(caught.value)
