"""Shared Signals Framework 1.0: what a transmitter tells of the stream itself."""

from collections.abc import Mapping

from gateway.signals.event_type import EventType
from gateway.signals.expectation import Expectation
from gateway.signals.members import Members, text
from gateway.signals.signal import Claim

_SCHEMAS = "https://schemas.openid.net/secevent/"
#: Where the framework has had its event types: now, in its drafts, and in RISC, where Google's still is.
_BASES = (f"{_SCHEMAS}ssf/event-type/", f"{_SCHEMAS}sse/event-type/", f"{_SCHEMAS}risc/event-type/")


def _stream_updated(event: Members) -> Claim:
    """A status that we do not know is none in which events come."""
    return Claim.CHANNEL_WORKS if text(event, "status") == "enabled" else Claim.CHANNEL_SILENT


VERIFICATION = EventType(lambda _: Claim.CHANNEL_WORKS, is_of_channel=True)
_STREAM_UPDATED = EventType(_stream_updated, is_of_channel=True)

TYPES: Mapping[str, EventType] = {f"{base}verification": VERIFICATION for base in _BASES} | {
    f"{base}stream-updated": _STREAM_UPDATED for base in _BASES
}


def state(event: Members) -> str | None:
    """What a verification repeats to us; None: nobody had asked. Empty is no state of ours."""
    return (text(event, "state") or "") if "state" in event else None


def is_ours(subject: Members | None, expectation: Expectation) -> bool:
    """Whether it is our stream that is told of, and not another of its transmitter's."""
    if expectation.stream is None or subject is None:
        return expectation.stream is None
    return text(subject, "format") == "opaque" and text(subject, "id") == expectation.stream
