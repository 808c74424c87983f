"""Bytes for the readers of what Okta and SCIM send: they answer, or refuse, and nothing else ever happens.

For any fuzzer that hands in bytes; Hypothesis does so in the tests beside this.
"""

from contextlib import suppress
from datetime import UTC, datetime

from gateway.booking import TenantId
from gateway.signals import okta, scim
from gateway.signals.scim_ids import hashes, user_id
from gateway.signals.signal import Extent
from gateway.signals.transmitter import Caller, Transmitter, TransmitterKind

_NOW = datetime(2026, 3, 2, tzinfo=UTC)
_CALLER = Caller(
    TenantId("north"),
    "trm_1",
    Transmitter(kind=TransmitterKind.OKTA, issuer="https://north.example", application="0oa"),
)


def fuzz_okta(data: bytes) -> None:
    """A body of an event hook."""
    for signal in okta.heard(data, _CALLER, _NOW) or ():
        assert signal.issuer == _CALLER.issuer
        assert signal.about.extent is Extent.PERSON
        assert all(0 < len(name.value) <= 320 for name in signal.about.names)


def fuzz_scim(data: bytes) -> None:
    """A body, or an id, of SCIM."""
    for read in (scim.shown, scim.change, scim.search):
        with suppress(scim.Refused):
            read(data)
    text = data.decode(errors="surrogateescape")
    parts = hashes(text)
    assert not parts or user_id(parts) == text


def fuzz(data: bytes) -> None:
    """Both."""
    fuzz_okta(data)
    fuzz_scim(data)
