"""Bytes for the reader of what Okta sends: it answers, or refuses, and nothing else ever happens.

For any fuzzer that hands in bytes; Hypothesis does so in the tests beside this.
"""

from datetime import UTC, datetime

from gateway.booking import TenantId
from gateway.signals import okta
from gateway.signals.channel import Channel
from gateway.signals.signal import Extent

_NOW = datetime(2026, 3, 2, tzinfo=UTC)
_CHANNEL = Channel(TenantId("north"), "channel-1", "https://north.example", b"", "0oa")


def fuzz_okta(data: bytes) -> None:
    """A body of an event hook."""
    for signal in okta.heard(data, _CHANNEL, _NOW) or ():
        assert signal.issuer == _CHANNEL.issuer
        assert signal.about.extent is Extent.PERSON
        assert all(0 < len(name.value) <= 320 for name in signal.about.names)
