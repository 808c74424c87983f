"""One message on its way: when it is tried, when tried again, and when given up."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

#: How long Graph goes on trying; who tells no limit is held to the same one.
GIVEN_UP_AFTER = timedelta(hours=4)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)


class Pending(msgspec.Struct, kw_only=True):
    """Something that is to be told."""

    born: datetime
    due: datetime
    attempts: int = 0

    def put_off(self, now: datetime) -> bool:
        """Try again later, each time after twice as long; False if it would be too late then."""
        pause = min(_FIRST_PAUSE * 2 ** min(self.attempts, 16), _LONGEST_PAUSE)
        self.attempts += 1
        self.due = now + pause
        return self.due <= self.born + GIVEN_UP_AFTER


class Delivery(Pending, kw_only=True):
    """A POST. ``about`` holds the ids of the subscriptions that it tells of."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    about: frozenset[str]
