"""What minimization makes of an item: a booking, its removal, nothing, or *I cannot tell*."""

from enum import StrEnum

import msgspec

from gateway.booking import Booking, BookingId, EventUid, SubjectId
from gateway.minimization.contract import PLAIN, Traits
from gateway.minimization.lattice import WIDEST, levels_of


class Reason(StrEnum):
    """Why an item did not become a booking. A closed vocabulary, safe to show, to log and to count."""

    CANCELLED = "cancelled"
    DECLINED = "declined_by_resource"
    SERIES = "series"
    EVENT_TYPE = "event_type"
    NO_RESOURCE = "names_no_resource"
    ZERO_LENGTH = "zero_length"
    OUTSIDE_WINDOW = "outside_window"
    BEFORE_TODAY = "before_today"
    WITHHELD = "withheld"
    NO_ID = "no_id"
    NO_START = "no_start"
    NO_END = "no_end"
    BAD_RANGE = "bad_range"
    BAD_ITEM = "bad_item"
    #: Code of ours failed over it.
    FAULT = "fault"


class Put(msgspec.Struct, frozen=True, gc=False):
    """The item occupies its place so. ``uid`` is what its copies in other calendars have, too.

    ``tripped``: the tripwire found somebody in its title, which is not told. ``fault``: where code of ours
    failed over it, so that it is told as taken and nothing more. ``levels``: those that its calendar is
    minimized under. ``subject``: whose pseudonym or user id is its booker. ``traits``: what lowered them.
    """

    booking: Booking
    uid: EventUid | None = None
    tripped: bool = False
    fault: str | None = None
    levels: bytes = levels_of(WIDEST)
    subject: SubjectId | None = None
    traits: Traits = PLAIN


class Removed(msgspec.Struct, frozen=True, gc=False):
    """The provider says that the item no longer occupies its place; one never known is no error."""

    id: BookingId
    reason: Reason


class Dropped(msgspec.Struct, frozen=True, gc=False):
    """The item is no booking here. One that was known under this id has left."""

    id: BookingId
    reason: Reason


class Unknown(msgspec.Struct, frozen=True, gc=False):
    """The item cannot be understood: what stands stays, and the resource is *unknown*, never free."""

    id: BookingId | None
    reason: Reason


Outcome = Put | Removed | Dropped | Unknown
