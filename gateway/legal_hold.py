"""Legal hold: what is held of a tenant's bookings, why, and what became of it. Sealed as evidence.

It is kept under a key of its own while everything else is destroyed. No time ends it: people review it, and
two of them lift it.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import NewType

import msgspec

from gateway.authorization import AuthorizationId
from gateway.booking import ResourceId, SubjectId
from gateway.clock import Moment, moment, months_after

HoldId = NewType("HoldId", str)

#: The longest from one review to the next.
REVIEW_MONTHS = 6
#: Days before a review at which it is told that it comes; and that it has come.
REVIEW_NOTICES = (14, 3, 0)
#: On which basis it is kept though all else is erased.
BASIS = "Art. 17(3)(b), (e) GDPR"


class HoldState(StrEnum):
    """Where a hold stands. It has a key while it stands; before, and while it is lifted, it may have one."""

    PLACING = "placing"
    UNDOING = "undoing"
    STANDING = "standing"
    LIFTING = "lifting"
    LIFTED = "lifted"


class Deed(StrEnum):
    """What can happen to a hold."""

    PLACED = "placed"
    REVIEWED = "reviewed"
    NOTICED = "noticed"
    DISCLOSED = "disclosed"
    LIFTED = "lifted"


class Subset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is held, or asked for: bookings that are in any of these places, and in a period, half-open.

    Without places all of them; ``found_by``: of one subject's alone, by a keyed hash that finds them.
    """

    resources: tuple[ResourceId, ...] = ()
    since: Moment | None = None
    until: Moment | None = None
    found_by: str | None = None

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether any of a booking lies in the period. Times are aware UTC."""
        return (self.until is None or start < self.until) and (self.since is None or end > self.since)


class HeldPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a held booking is, as FlexO was told."""

    kind: str
    name: str | None
    site: str | None
    building: str | None
    floor: str | None
    external_ref: str


class HeldBooking(msgspec.Struct, frozen=True, kw_only=True):
    """One held booking, whose JSON is as it was told. ``subject``: who booked it, by our id."""

    booking: dict[str, object]
    place: HeldPlace | None
    subject: SubjectId | None


class HoldStep(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a hold: when (epoch milliseconds), and who confirmed it, by which proposal."""

    at: int
    what: Deed
    by: tuple[str, ...] = ()
    proposal: str | None = None
    #: Where what asked for it is filed.
    reference: str | None = None
    days: int | None = None


class LegalHold(msgspec.Struct, frozen=True, kw_only=True):
    """A hold's record. ``sealed``: by order, it is named nowhere but to officers who ask.

    ``subjects`` and ``persons``: whose bookings are among those held, by our ids; of subjects with the keyed
    hashes that find them.
    """

    reference: str
    review: date
    sealed: bool
    subset: Subset
    bookings: int = 0
    subjects: dict[SubjectId, tuple[str, ...]] = {}
    persons: tuple[AuthorizationId, ...] = ()
    journal: tuple[HoldStep, ...] = ()

    def after(self, step: HoldStep, review: date | None = None) -> "LegalHold":
        """The hold once that has happened."""
        return msgspec.structs.replace(self, journal=(*self.journal, step), review=review or self.review)

    def found(self, found_by: str) -> SubjectId | None:
        """Whose bookings are held that a keyed hash finds, if anybody's, also once they have withdrawn."""
        return next((one for one, finders in self.subjects.items() if found_by in finders), None)

    def was_confirmed(self, proposal: str) -> bool:
        """Whether a proposal was carried out: each is good once."""
        return any(one.proposal == proposal for one in self.journal)

    def days_left(self, now: int) -> int:
        """Until the day of its review, which is over once they are negative."""
        return (self.review - moment(now).date()).days

    def notice_due(self, now: int) -> int | None:
        """How many days before the review has to be told by now, if that was not told since the last one."""
        reviewed = max(one.at for one in self.journal if one.what in {Deed.PLACED, Deed.REVIEWED})
        told = [one.days for one in self.journal if one.what is Deed.NOTICED and one.at >= reviewed]
        least = min((days for days in told if days is not None), default=None)
        passed = [
            days for days in REVIEW_NOTICES if self.days_left(now) <= days and (least is None or days < least)
        ]
        return min(passed, default=None)


def latest_review(today: date) -> date:
    """The last day on which a hold may be reviewed that is placed or reviewed today."""
    return months_after(today, REVIEW_MONTHS)
