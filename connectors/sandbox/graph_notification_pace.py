"""How Graph treats receivers that answer slowly: it delays them, then drops what is for them."""

from collections import deque
from datetime import datetime, timedelta
from enum import Enum

_WINDOW = timedelta(minutes=10)
_SLOW_ABOVE, _DROP_ABOVE = 0.10, 0.15

#: How long new notifications wait for a slow receiver.
DELAY = timedelta(seconds=10)


class Pace(Enum):
    """What a receiver is taken for."""

    STEADY = "steady"
    SLOW = "slow"
    DROP = "drop"


class Stopwatch:
    """Remembers the answers of one receiver for ten minutes."""

    def __init__(self) -> None:
        self._answers: deque[tuple[datetime, bool]] = deque()

    def note(self, at: datetime, *, late: bool) -> None:
        self._answers.append((at, late))

    def pace(self, now: datetime) -> Pace:
        """By the share of late answers. What is dropped is not noted, so dropping ends by itself."""
        while self._answers and self._answers[0][0] <= now - _WINDOW:
            self._answers.popleft()
        late = sum(late for _, late in self._answers)
        if late > _DROP_ABOVE * len(self._answers):
            return Pace.DROP
        return Pace.SLOW if late > _SLOW_ABOVE * len(self._answers) else Pace.STEADY
