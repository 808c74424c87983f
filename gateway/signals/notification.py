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
    """One hint. ``secret`` is what we gave the provider to repeat; whoever knows it is believed to be it."""

    secret: str
    told: Told
