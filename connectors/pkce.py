"""Proof Key for Code Exchange, RFC 7636: who redeems a code is who asked for it. S256 alone, never plain."""

import re
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


def new_verifier() -> str:
    """256 bits that nobody can guess, for one sign-in."""
    return secrets.token_urlsafe(32)


def challenge(verifier: str) -> str:
    """What is shown of a verifier beforehand. ValueError if it is none of RFC 7636, section 4.1."""
    return _digest("", verifier)


def nonce(verifier: str) -> str:
    """What an id_token has to repeat: one secret binds both, and neither tells the other."""
    return _digest("nonce ", verifier)


def _digest(purpose: str, verifier: str) -> str:
    if not _VERIFIER.fullmatch(verifier):
        raise ValueError(
            "A verifier has 43 to 128 characters that need no escape in a URL: see new_verifier."
        )
    return urlsafe_b64encode(sha256(f"{purpose}{verifier}".encode()).digest()).decode().rstrip("=")
