"""Project stream: how Google's Cross-Account Protection is arranged for, one stream for each project. Pure.

developers.google.com/identity/protocols/risc. Its shapes are older than the framework's. What the other end
writes is foreign: what cannot be read, or breaks a bound, is as if there were nothing.
"""

from typing import Annotated, Self, TypeVar

import msgspec
from msgspec.json import Decoder, encode

from gateway.signals.expectation import Expectation
from gateway.signals.signal import About, Claim, Extent, NameKind, Signal
from gateway.signals.stream import DOCUMENT_BYTES_MAX, Status, Text
from gateway.signals.transmitter import Question

ISSUER = "https://accounts.google.com"
#: Behind the host of accounts; and behind that of management, where Google's own document repeats a part.
METADATA = ".well-known/risc-configuration"
CONFIGURATION, UPDATE, VERIFY = "v1beta/stream", "v1beta/stream:update", "v1beta/stream:verify"
STATUS, STATUS_UPDATE = "v1beta/stream/status", "v1beta/stream/status:update"

_SCHEMAS = "https://schemas.openid.net/secevent"
_PUSH = f"{_SCHEMAS}/risc/delivery-method/push"
_RISC = (
    *("sessions-revoked", "account-disabled", "account-enabled", "account-credential-change-required"),
    "verification",
)
#: All that it tells. What it may come to tell besides is understood, and cannot be asked for.
REQUESTED = frozenset({
    *(f"{_SCHEMAS}/risc/event-type/{name}" for name in _RISC),
    *(f"{_SCHEMAS}/oauth/event-type/{name}" for name in ("tokens-revoked", "token-revoked")),
})  # fmt: skip

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
Found = TypeVar("Found")
_Events = Annotated[tuple[Text, ...], msgspec.Meta(max_length=128)]


class Metadata(msgspec.Struct, frozen=True):
    """What we go by of what Google says of itself. Where it is asked, settings say."""

    issuer: Text
    jwks_uri: Text


class _Delivery(msgspec.Struct, frozen=True):
    delivery_method: Text = ""
    url: Text = ""


class Configuration(msgspec.Struct, frozen=True):
    """A stream as it stands at Google, or as we want it."""

    delivery: _Delivery = _Delivery()
    events_requested: _Events = ()

    @classmethod
    def wanted(cls, url: str) -> Self:
        """One that comes to ``url``."""
        return cls(_Delivery(_PUSH, url), tuple(sorted(REQUESTED)))

    @property
    def written(self) -> bytes:
        return encode(self)

    def is_as(self, wanted: "Configuration") -> bool:
        """Whether all that is wanted stands there; their order says nothing, and more does no harm."""
        return self.delivery == wanted.delivery and {*wanted.events_requested} <= {*self.events_requested}


class _Status(msgspec.Struct, frozen=True):
    status: Status


class ProjectStream(msgspec.Struct, frozen=True, kw_only=True):
    """What is known here of the stream. Stored sealed: the ``secret`` is what its address ends with.

    ``jwks_uri``: where its keys are told, once that was; ``question``: what it is to repeat.
    """

    secret: str
    jwks_uri: str | None = None
    question: Question | None = None

    def __repr__(self) -> str:
        return "<ProjectStream>"

    @classmethod
    def read(cls, record: bytes) -> Self:
        return msgspec.json.decode(record, type=cls)

    @property
    def written(self) -> bytes:
        return encode(self)


_METADATA, _CONFIGURATION, _STATUS = Decoder(Metadata), Decoder(Configuration), Decoder(_Status)


def metadata(document: bytes) -> Metadata | None:
    """What Google says of itself; None for what another would say."""
    found = _read(_METADATA, document)
    return found if found is not None and found.issuer.rstrip("/") == ISSUER else None


def configuration(document: bytes) -> Configuration | None:
    """The stream as it stands there."""
    return _read(_CONFIGURATION, document)


def status(document: bytes) -> Status | None:
    """Whether it tells what happens; None for a word that we do not know."""
    found = _read(_STATUS, document)
    return None if found is None else found.status


def enabling_request() -> bytes:
    """Asks that it tells what happens."""
    return encode({"status": Status.ENABLED})


def verification_request(state: str) -> bytes:
    """Asks that it says that it works, and repeats the state."""
    return encode({"state": state})


def expected(client: str) -> Expectation:
    """What its tokens have to be; ``client``: the id of our web client there."""
    return Expectation(ISSUER, frozenset({client}))


def of_a_person(signal: Signal) -> Signal:
    """What a token of the project is believed: of one person, by ids that Google gave.

    It goes to every tenant, so it stops no tenant, and an address in it finds nobody: whose that is at a
    tenant, Google does not say.
    """
    if signal.about.extent is not Extent.PERSON:
        return signal._replace(about=About.person(), proves=Claim.UNKNOWN)
    named = frozenset(name for name in signal.about.names if name.kind is not NameKind.ADDRESS)
    return signal._replace(about=signal.about._replace(names=named))


def _read(decoder: Decoder[Found], document: bytes) -> Found | None:
    try:
        return decoder.decode(document) if len(document) <= DOCUMENT_BYTES_MAX else None
    except _UNREADABLE:
        return None
