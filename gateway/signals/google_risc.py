"""Google's Cross-Account Protection, which is older than the standards that came of it.

developers.google.com/identity/protocols/risc. OAuth event types are those of a draft, openid.net/specs/
oauth-event-types-1_0.
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping

from gateway.signals.event_type import EventType, always
from gateway.signals.expectation import Expectation
from gateway.signals.members import Members, text
from gateway.signals.signal import About, Claim, Name, NameKind
from gateway.signals.subject_identifier import NOBODY, Subject, subject

PREFIX_LENGTH = 16

_BASE = "https://schemas.openid.net/secevent/oauth/event-type/"
_PREFIX, _HASH = "prefix", "hash_base64_sha512_sha512"

TYPES: Mapping[str, EventType] = {
    f"{_BASE}tokens-revoked": always(Claim.CONSENT_REVOKED),
    f"{_BASE}token-revoked": always(Claim.CONSENT_REVOKED),
}


def grant_names(refresh_token: str) -> frozenset[Name]:
    """By what Google may name a refresh token."""
    inner = hashlib.sha512(refresh_token.encode()).digest()
    double = b64encode(hashlib.sha512(inner).digest()).decode()
    return frozenset({_grant(_PREFIX, refresh_token[:PREFIX_LENGTH]), _grant(_HASH, double)})


def google_subject(identifier: Members, expectation: Expectation) -> Subject | None:
    """As ``subject``; a refresh token too."""
    if text(identifier, "subject_type") != "oauth_token":
        return subject(identifier, expectation)
    algorithm, token = text(identifier, "token_identifier_alg"), text(identifier, "token")
    is_named = algorithm in {_PREFIX, _HASH} and text(identifier, "token_type") == "refresh_token"
    if algorithm is None or token is None or not is_named:
        return Subject(NOBODY)
    return Subject(About.person(_grant(algorithm, token)))


def _grant(algorithm: str, token: str) -> Name:
    """Begins with the algorithm: a prefix may read like a hash. Base64 is written in more than one way."""
    value = token.rstrip("=").translate(_URL_SAFE) if algorithm == _HASH else token
    return Name(NameKind.GRANT, f"{algorithm}:{value}")


_URL_SAFE = str.maketrans("+/", "-_")
