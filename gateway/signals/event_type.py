"""Event type: what an event proves, by its own members."""

from collections.abc import Callable
from typing import NamedTuple

from gateway.signals.members import Members
from gateway.signals.signal import Claim


class EventType(NamedTuple):
    """One type, however many URIs it has: those of one are the same object."""

    proves: Callable[[Members], Claim]
    #: Whether it is about what tells us of signals, and about nobody.
    is_of_channel: bool = False


def always(claim: Claim) -> EventType:
    """A type whose members change nothing about it."""
    return EventType(lambda _: claim)
