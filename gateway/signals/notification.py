"""A notification: a provider's hint that a calendar has changed, or that it will tell of it no more."""

from enum import Enum
from typing import NamedTuple

#: Longer than any secret that we give away.
SECRET_LENGTH_MAX = 256


class Told(Enum):
    """What a provider has told. Whatever it is, the calendar is looked at."""

    CHANGED = "changed"
    #: It will stop telling soon, or cannot any more; renewing shows whether we still may.
    ENDING = "ending"
    #: It tells of this calendar no more.
    ENDED = "ended"


class Notification(NamedTuple):
    """One hint. ``secret`` is what we gave the provider to repeat; whoever knows it is believed to be it.

    ``content`` is what the provider sealed for us of an event, as JSON; None where it only hints.
    """

    secret: str
    told: Told
    content: bytes | None = None


class Heard(NamedTuple):
    """What one request tells, and the tokens that vouch for its contents."""

    notifications: tuple[Notification, ...]
    tokens: tuple[str, ...] = ()
