"""Stream: how a receiver and a transmitter agree on what is told, and where. Pure.

Shared Signals Framework 1.0, sections 6 to 8; RFC 8936 for what is fetched. What the other end writes is
foreign: what cannot be read, or breaks a bound, is as if there were nothing.
"""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated, Self, TypeVar
from urllib.parse import urlsplit, urlunsplit

import msgspec
from msgspec.json import Decoder, encode
from msgspec.structs import replace

from gateway.signals.signature import TOKEN_BYTES_MAX

DOCUMENT_BYTES_MAX = 64 * 2**10
#: Of one answer to a poll: so many tokens, and so large together.
SETS_MAX = 100
POLLED_BYTES_MAX = 2**22
TEXT_LENGTH_MAX = 2_000

_SCHEMAS = "https://schemas.openid.net/secevent"
_CAEP = (
    *("session-revoked", "token-claims-change", "credential-change", "assurance-level-change"),
    *("device-compliance-change", "risk-level-change"),
)
_RISC = (
    *("account-credential-change-required", "account-purged", "account-disabled", "account-enabled"),
    *("identifier-changed", "identifier-recycled", "credential-compromise", "opt-out-effective"),
    "sessions-revoked",
)
#: All that we ask to be told of.
REQUESTED = (
    *(f"{_SCHEMAS}/caep/event-type/{name}" for name in _CAEP),
    *(f"{_SCHEMAS}/risc/event-type/{name}" for name in _RISC),
)

#: That somebody is not there any more, or was made to leave; the last by either of its names.
NEEDED: Mapping[str, frozenset[str]] = {
    "account-disabled": frozenset({f"{_SCHEMAS}/risc/event-type/account-disabled"}),
    "account-purged": frozenset({f"{_SCHEMAS}/risc/event-type/account-purged"}),
    "session-revoked": frozenset({
        f"{_SCHEMAS}/caep/event-type/session-revoked",
        f"{_SCHEMAS}/risc/event-type/sessions-revoked",
    }),
}  # fmt: skip

PUSH, POLL = "urn:ietf:rfc:8935", "urn:ietf:rfc:8936"

Found = TypeVar("Found")
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_LENGTH_MAX)]
_UNREADABLE = (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError)


class Status(StrEnum):
    """What a transmitter does with what happens: tell it, hold it, or neither."""

    ENABLED = "enabled"
    PAUSED = "paused"
    DISABLED = "disabled"


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a transmitter says of itself (section 7.1): only what we go by.

    Who verifies nothing cannot be told, once silent, from who has nothing to tell: it is none of ours.
    """

    issuer: Text
    jwks_uri: Text
    configuration_endpoint: Text
    verification_endpoint: Text
    status_endpoint: Text | None = None
    critical_subject_members: Annotated[tuple[Text, ...], msgspec.Meta(max_length=32)] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Wherever it is to be asked."""
        named = (self.jwks_uri, self.configuration_endpoint, self.verification_endpoint)
        return named if self.status_endpoint is None else (*named, self.status_endpoint)


class _Delivery(msgspec.Struct, frozen=True):
    endpoint_url: Text | None = None


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """A stream as its transmitter has made it (section 8.1.1). ``aud``: by what it will name us.

    ``events_delivered``: what it will tell of all that was asked for; None: it does not say.
    """

    stream_id: Text
    iss: Text
    aud: Text | Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, max_length=16)]
    delivery: _Delivery = _Delivery()
    events_delivered: Annotated[tuple[Text, ...], msgspec.Meta(max_length=128)] | None = None
    min_verification_interval: Annotated[int, msgspec.Meta(ge=0)] | None = None

    def delivered_to(self, address: str) -> "Agreed":
        """The same, which comes to this address of ours."""
        return replace(self, delivery=_Delivery(address))

    @property
    def missing(self) -> tuple[str, ...]:
        """What ends somebody's part, and is not told."""
        told = None if self.events_delivered is None else frozenset(self.events_delivered)
        return () if told is None else tuple(name for name, uris in NEEDED.items() if told.isdisjoint(uris))

    @property
    def pause(self) -> int:
        """How many seconds have to lie between two questions."""
        return self.min_verification_interval or 0

    @property
    def audiences(self) -> tuple[str, ...]:
        return (self.aud,) if isinstance(self.aud, str) else self.aud


class Polled(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a poll has brought (RFC 8936, section 2.3): tokens by their ids."""

    sets: Annotated[dict[Text, str], msgspec.Meta(max_length=SETS_MAX)] = {}
    more_available: bool = False

    @classmethod
    def read(cls, document: bytes) -> Self | None:
        """None for what is none, or too much at once."""
        try:
            return None if len(document) > POLLED_BYTES_MAX else Decoder(cls).decode(document)
        except _UNREADABLE:
            return None


_SCALAR = rb'(?:true|false|null|-?[0-9]{1,20}|"[^"\\]{0,200}")'
#: As far as to the first token, and that as far as it goes or was read. It has no escapes: it is base64url.
_FIRST = re.compile(
    rb'\s*\{\s*(?:"[^"\\]{1,100}"\s*:\s*' + _SCALAR + rb"\s*,\s*){0,8}"
    rb'"sets"\s*:\s*\{\s*("(?:[^"\\]|\\.){1,4000}")\s*:\s*"([^"\\]*)("?)'
)


def first_of(beginning: bytes) -> Polled | None:
    """What a poll has brought first, where it brought too much to read; None where that cannot be told.

    A token that is too long to be one is not read to its end. That there is more is said of it.
    """
    found = _FIRST.match(beginning)
    if found is None or not (found[3] or len(found[2]) > TOKEN_BYTES_MAX):
        return None
    try:
        return Polled(sets={_ID.decode(found[1]): found[2].decode("ascii")}, more_available=True)
    except _UNREADABLE:
        return None


class _Status(msgspec.Struct, frozen=True):
    status: Status


_METADATA, _AGREED, _STATUS = Decoder(Metadata), Decoder(Agreed), Decoder(_Status)
_ID: Decoder[str] = Decoder(Text)


def well_known(issuer: str) -> str:
    """Where an issuer's metadata are: between its host and its path (section 7.2)."""
    parts = urlsplit(issuer)
    path = parts.path if parts.path != "/" else ""
    return urlunsplit((parts.scheme, parts.netloc, f"/.well-known/ssf-configuration{path}", "", ""))


def metadata(document: bytes, issuer: str) -> Metadata | None:
    """What an issuer says of itself; None for what is none, and for what another would say of itself."""
    found = _read(_METADATA, document)
    return found if found is not None and found.issuer == issuer else None


def agreed(document: bytes, issuer: str) -> Agreed | None:
    """The stream that was made."""
    found = _read(_AGREED, document)
    return found if found is not None and found.iss == issuer else None


def status(document: bytes) -> Status | None:
    """How a stream stands."""
    found = _read(_STATUS, document)
    return None if found is None else found.status


def stream_request(endpoint: str | None, authorization: str | None) -> bytes:
    """Asks for a stream that comes to ``endpoint`` and shows that header; None: that is asked for."""
    delivery = {"method": POLL if endpoint is None else PUSH}
    if endpoint is not None and authorization is not None:
        delivery |= {"endpoint_url": endpoint, "authorization_header": authorization}
    return encode({"delivery": delivery, "events_requested": REQUESTED})


def verification_request(stream: str, state: str) -> bytes:
    """Asks that a stream says that it works, and repeats the state."""
    return encode({"stream_id": stream, "state": state})


def enabling_request(stream: str) -> bytes:
    """Asks that a stream tells what happens."""
    return encode({"stream_id": stream, "status": Status.ENABLED})


def poll_request(taken: Collection[str], refused: Mapping[str, str], most: int) -> bytes:
    """Asks for what there is, now. ``taken``: what is remembered here; ``refused``: why the rest is not."""
    errors = {name: {"err": code, "description": "It was not taken."} for name, code in refused.items()}
    asked = {"maxEvents": most, "returnImmediately": True, "ack": sorted(taken)}
    return encode(asked | ({"setErrs": errors} if errors else {}))


def _read(decoder: Decoder[Found], document: bytes) -> Found | None:
    try:
        return decoder.decode(document) if len(document) <= DOCUMENT_BYTES_MAX else None
    except _UNREADABLE:
        return None
