"""Security event token (RFC 8417), as Shared Signals Framework 1.0 narrows it: proved, not understood. Pure.

Google's older ones name whom they are about inside the event, and are told from ID tokens by what they lack:
their header may have no type of its own.
"""

from typing import NamedTuple

from gateway.clock import MINUTE_MILLISECONDS
from gateway.signals.expectation import Expectation
from gateway.signals.key_ring import KeyRing
from gateway.signals.members import Members, inner, members, seconds, text, texts
from gateway.signals.refusal import RefusalCode, SetRefused
from gateway.signals.signature import opened

#: How far a transmitter's clock may be before ours. How old a token is does not matter: late signals count.
SKEW = 5 * MINUTE_MILLISECONDS
ID_LENGTH_MAX = 256
#: One, and other names of its type.
EVENTS_MAX = 4

#: One media type twice: who reads "typ" has to take a name without a slash as if "application/" stood before
#: it (RFC 7515, section 4.1.9).
_MEDIA_TYPES: frozenset[str | None] = frozenset({"secevent+jwt", "application/secevent+jwt"})
_GOOGLE_MEDIA_TYPES = _MEDIA_TYPES | {None, "JWT"}

#: What other tokens have, and these must not.
_FOREIGN = ("sub", "exp")
#: Google says no more of an expiry than that it is not to be looked at.
_GOOGLE_FOREIGN = ("sub",)


class SecurityEvent(NamedTuple):
    """What a token tells. ``told_at``, ``happened_at``: seconds since 1970, where it says so.

    ``subject``: whom it is about; None if that stands in the event. ``events``: by type.
    """

    id: str
    told_at: float
    happened_at: float | None
    subject: Members | None
    events: Members


def verified(token: bytes, keys: KeyRing, expectation: Expectation, now: int) -> SecurityEvent:
    """What a token tells (``now`` in epoch milliseconds). Raises SetRefused."""
    type_, payload = opened(token, keys)
    claims = members(payload)
    if claims is None:
        raise _refused("it has to hold a JSON object.")
    _check_kind(type_, claims, expectation)
    _check_parties(claims, expectation)
    return _read(claims, expectation, now)


def _check_kind(type_: str | None, claims: Members, expectation: Expectation) -> None:
    if type_ not in (_GOOGLE_MEDIA_TYPES if expectation.is_google else _MEDIA_TYPES):
        raise _refused("its typ has to be secevent+jwt.")
    if any(name in claims for name in (_GOOGLE_FOREIGN if expectation.is_google else _FOREIGN)):
        raise _refused("it must have neither sub nor exp, as other kinds of tokens do.")


def _check_parties(claims: Members, expectation: Expectation) -> None:
    if text(claims, "iss") not in expectation.spellings:
        raise SetRefused(RefusalCode.INVALID_ISSUER, "its iss has to be that of the stream.")
    if texts(claims, "aud").isdisjoint(expectation.audiences):
        raise SetRefused(RefusalCode.INVALID_AUDIENCE, "its aud has to name this receiver.")


def _read(claims: Members, expectation: Expectation, now: int) -> SecurityEvent:
    id_, told_at = text(claims, "jti"), seconds(claims, "iat")
    if id_ is None or len(id_) > ID_LENGTH_MAX or not id_.isprintable():
        raise _refused(f"its jti has to be a text of at most {ID_LENGTH_MAX} printable characters.")
    if told_at is None or told_at * 1000 > now + SKEW:
        raise _refused("its iat has to be a time in seconds, and not in the future.")
    subject, events = inner(claims, "sub_id"), inner(claims, "events") or {}
    if subject is None and not expectation.is_google:
        raise _refused("its sub_id has to say whom it is about.")
    if not 0 < len(events) <= EVENTS_MAX:
        raise _refused("its events have to hold one event.")
    return SecurityEvent(id_, told_at, seconds(claims, "toe"), subject, events)


def _refused(why: str) -> SetRefused:
    return SetRefused(RefusalCode.INVALID_REQUEST, why)
