"""Writes tokens: what happened becomes claims, and those a token, each right but for the faults it meets."""

from collections.abc import Callable, Mapping

from joserfc.jwk import RSAKey

from connectors.sandbox.calendar import Event
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.signals import token
from connectors.sandbox.signals.event_types import uri
from connectors.sandbox.signals.keys import Keys

#: Members of complex subjects that a receiver has to understand; the last is this transmitter's own.
CRITICAL = ("user", "tenant", "clearance")

_OVERSIZED_BYTES = 2_000_000
_HOUR, _TEN_YEARS = 3_600, 315_576_000
_ELSEWHERE = "https://elsewhere.example"


class Writer:
    """Signs with whatever key signs by then."""

    def __init__(self, keys: Keys, faults: NotificationFaults) -> None:
        self._keys = keys
        self._faults = faults

    def write(self, claims: Event) -> str:
        """The token of these claims, which may be changed."""
        for name, change in _CLAIMS.items():
            if self._faults.take(name):
                change(claims)
        for name, forge in _FORGED.items():
            if self._faults.take(name):
                return forge(claims, self._keys.current)
        if self._faults.take("set-wrong-type"):
            return token.signed(claims, self._keys.current, "JWT")
        is_strangers = self._faults.take("set-unknown-key")
        return token.signed(claims, self._keys.stranger if is_strangers else self._keys.current)


def _with(name: str, value: object) -> Callable[[Event], None]:
    """Let a claim be this."""

    def change(claims: Event) -> None:
        claims[name] = value

    return change


def _issued(later: int) -> Callable[[Event], None]:
    """Let it be issued so many seconds later."""

    def change(claims: Event) -> None:
        claims["iat"] += later

    return change


def _expire(claims: Event) -> None:
    claims["exp"] = claims["iat"] + _HOUR


def _name_many(claims: Event) -> None:
    claims["aud"] = [f"{_ELSEWHERE}/receiver", claims["aud"]]


def _end_in_a_slash(claims: Event) -> None:
    claims["iss"] += "/"


def _tell_two(claims: Event) -> None:
    claims["events"] |= {uri("caep/session-revoked"): {}, uri("risc/account-purged"): {}}


def _forget_subject(claims: Event) -> None:
    claims.pop("sub_id", None)


def _speak_as_google(claims: Event) -> None:
    subject: Event = claims.pop("sub_id", {})
    told = {name: value for name, value in subject.items() if name != "format"}
    told["subject_type"] = str(subject.get("format")).replace("_", "-")
    claims["events"] = {name: {**event, "subject": told} for name, event in claims["events"].items()}


def _invent(claims: Event) -> None:
    claims["events"] = {f"{_ELSEWHERE}/event-type/novelty": {}}


def _name_strangely(claims: Event) -> None:
    claims["sub_id"] = {"format": "horoscope", "sign": "virgo"}


def _name_critically(claims: Event) -> None:
    subject = claims.get("sub_id", {})
    claims["sub_id"] = {"format": "complex", "user": subject, CRITICAL[-1]: {"format": "opaque", "id": "7"}}


def _name_all(claims: Event) -> None:
    claims["sub_id"] = {"format": "complex", "tenant": {"format": "opaque", "id": "org-1"}}


_CLAIMS: Mapping[str, Callable[[Event], None]] = {
    "set-other-issuer": _with("iss", _ELSEWHERE),
    "set-issuer-slash": _end_in_a_slash,
    "set-audience-array": _name_many,
    "set-other-audience": _with("aud", f"{_ELSEWHERE}/receiver"),
    "set-expiry": _expire,
    "set-sub": _with("sub", "somebody"),
    "set-two-events": _tell_two,
    "set-no-subject": _forget_subject,
    "set-google-shape": _speak_as_google,
    "set-unknown-event": _invent,
    "set-unknown-format": _name_strangely,
    "set-unknown-critical": _name_critically,
    "set-tenant-only": _name_all,
    "set-future": _issued(_HOUR),
    "set-years-old": _issued(-_TEN_YEARS),
    "set-oversized": _with("padding", "x" * _OVERSIZED_BYTES),
}

_FORGED: Mapping[str, Callable[[Event, RSAKey], str]] = {
    "set-unsigned": token.unsigned,
    "set-symmetric": token.symmetric,
    "set-wrong-signature": token.transplanted,
    "set-encrypted": token.encrypted,
}
