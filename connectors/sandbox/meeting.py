"""A meeting as the world knows it, before a provider words it."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from connectors.sandbox.calendar import Guest
from connectors.sandbox.titles import Conference


class Answer(StrEnum):
    """What somebody, or a resource, said to an invitation."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    UNANSWERED = "unanswered"


class Role(StrEnum):
    """What it is within a series."""

    SINGLE = "single"
    MASTER = "master"
    OCCURRENCE = "occurrence"
    EXCEPTION = "exception"


class Sort(StrEnum):
    """What sort of item it is; all but MEETING exist at Google only."""

    MEETING = "default"
    WORKING_LOCATION = "workingLocation"
    BIRTHDAY = "birthday"


class Invited(msgspec.Struct, frozen=True):
    """A guest with their answer."""

    guest: Guest
    answer: Answer
    optional: bool = False


class Repetition(msgspec.Struct, frozen=True):
    """Every week on the weekday of its first date."""

    first: date
    last: date


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a resource's calendar.

    ``start`` and ``end`` are aware, or dates of an all-day item (end exclusive). ``key`` is unique in its
    calendar; instances of a series hold its ``series`` key and, in ``original``, when they were meant to be.
    ``answer`` is the resource's own; None where the resource organizes the item itself.
    """

    key: str
    start: datetime | date
    end: datetime | date
    zone: str
    title: str
    body: str = ""
    location: str = ""
    organizer: Guest | None = None
    invited: tuple[Invited, ...] = ()
    answer: Answer | None = Answer.ACCEPTED
    conference: Conference | None = None
    private: bool = False
    cancelled: bool = False
    tentative: bool = False
    category: str | None = None
    sort: Sort = Sort.MEETING
    role: Role = Role.SINGLE
    series: str | None = None
    original: datetime | None = None
    repetition: Repetition | None = None

    @property
    def all_day(self) -> bool:
        return not isinstance(self.start, datetime)
