"""Which of the requests that a fault concerns meet it: ``NAME[@WHEN]``."""

import re
from typing import NamedTuple

from connectors.sandbox.chance import Chance
from connectors.sandbox.errors import SandboxError

GRAMMAR = (
    "@3 from the third matching request on, @3-5 the third to the fifth, @every:5 every fifth, "
    "@p:0.3 each with this probability, by the seed"
)

_RANGE = re.compile(r"([1-9]\d{0,8})(?:-([1-9]\d{0,8}))?")
_EVERY = re.compile(r"every:([1-9]\d{0,8})")
_PROBABILITY = re.compile(r"p:(0(?:\.\d{1,9})?|1(?:\.0{1,9})?)")
_LOTS = 10**9


class InvalidFault(SandboxError):
    """A fault was asked for that does not exist, or at a time that makes no sense."""


class When(NamedTuple):
    """Counted from 1, over the matching requests; ``last`` included. ``odds`` are of a thousand million."""

    first: int = 1
    last: int | None = None
    every: int = 1
    odds: int = _LOTS

    def comes(self, number: int, chance: Chance) -> bool:
        """Whether the request of this number meets the fault."""
        if number < self.first or number > (self.last or number):
            return False
        return number % self.every == 0 and (self.odds == _LOTS or chance.below(_LOTS) < self.odds)


ALWAYS = When()


def when(text: str) -> When:
    """What stands behind the ``@``. InvalidFault if it is none of the forms."""
    if found := _RANGE.fullmatch(text):
        first, last = int(found[1]), found[2] and int(found[2])
        if not last or last >= first:
            return When(first, last or None)
    if found := _EVERY.fullmatch(text):
        return When(every=int(found[1]))
    if found := _PROBABILITY.fullmatch(text):
        return When(odds=round(float(found[1]) * _LOTS))
    raise InvalidFault(f"When a fault is met was not understood. Write one of: {GRAMMAR}.")
