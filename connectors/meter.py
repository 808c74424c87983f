"""What crosses the wire, told by the attempt: how it ended, how much was read, how long it had waited."""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """How an attempt at a provider ended."""

    OK = "ok"
    #: Answered in full, but not with what was asked for.
    REFUSED = "refused"
    THROTTLED = "throttled"
    #: A server's own failure, or a body past our bound.
    FAILED = "failed"
    #: No whole answer came, or nobody waited for it any more.
    UNREACHABLE = "unreachable"


#: Told of each attempt once it has ended: its outcome, as much of the body as was read, inflated, and the
#: seconds it had waited for its turn. It counts, and keeps nothing of the body.
Meter = Callable[[Outcome, bytearray, float], None]


class Attempt(NamedTuple):
    """One attempt in numbers, with nothing of what was read."""

    outcome: Outcome
    body_bytes: int
    waited_seconds: float


def unmetered(_outcome: Outcome, _body: bytearray, _waited_seconds: float) -> None:
    """For who counts nothing."""


def in_numbers(tell: Callable[[Attempt], None]) -> Meter:
    """What tells of attempts in numbers alone."""
    return lambda outcome, body, waited_seconds: tell(Attempt(outcome, len(body), waited_seconds))
