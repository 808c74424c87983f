"""What a provider tells, before minimization: full of people, in memory only.

Everything here hides itself: ``repr`` shows a type name and no value, pickling is refused.
Only ``gateway.minimization`` may look inside.
"""

from datetime import date, datetime
from enum import Enum
from typing import Any, Never

import msgspec


class Silent:
    """Does not show what it holds."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []

    def __reduce__(self) -> Never:
        raise TypeError("personal data is not pickled")


class Tainted(Silent):
    """A text that somebody wrote or that names somebody: it can be carried, and nothing else.

    To print, format, compare, measure or join it raises TypeError.
    ``connectors.clear_text`` opens it, which the import rules allow to the declassifier alone.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def _refuse(self, *_: Any) -> Never:
        raise TypeError("A tainted text can only be carried: the declassifier says what may be told of it.")

    __str__ = __format__ = __bytes__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = __bool__ = _refuse
    __len__ = __iter__ = __contains__ = __getitem__ = __add__ = __radd__ = __mul__ = __mod__ = _refuse


def tainted(text: str | None) -> Tainted | None:
    """The text, tainted, where there is one."""
    return Tainted(text) if text else None


class Hidden(Silent, msgspec.Struct, frozen=True, gc=False):
    """A record that does not show what it holds."""


class Kind(Enum):
    """What sort of item it is; everything unknown is OTHER and occupies its place."""

    SINGLE = "single"
    OCCURRENCE = "occurrence"
    EXCEPTION = "exception"
    MASTER = "master"
    WORKING_LOCATION = "working_location"
    BIRTHDAY = "birthday"
    OTHER = "other"


class Response(Enum):
    """A resource's or a person's own answer to an invitation."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    UNANSWERED = "unanswered"


class Attendee(Hidden, frozen=True, gc=False):
    """One row of an attendee list. ``address`` is None where the projection asked for no names.

    Addresses are folded to lower case.
    """

    response: Response
    address: Tainted | None = None
    is_resource: bool = False
    is_organizer: bool = False


class Named(Hidden, frozen=True, gc=False):
    """Somebody whom an event names, by display name and address, as they are written."""

    name: Tainted | None = None
    address: Tainted | None = None


class RawEvent(Hidden, frozen=True, gc=False):
    """One item of a calendar in the common form of both providers.

    ``start`` and ``end`` are either both aware UTC datetimes or both dates (all-day, end exclusive, as the
    provider prints them); ``maybe_days`` marks instants, midnights both, that may have been meant as dates.
    ``understood`` is False where only id, start and end could be read. ``bare`` marks an occurrence whose
    master was not at hand. Members that the projection left out are None.
    """

    id: str
    start: datetime | date
    end: datetime | date
    kind: Kind = Kind.SINGLE
    cancelled: bool = False
    private: bool = True
    tentative: bool = False
    #: The answer of the calendar's own resource; None where it organizes the item itself.
    response: Response | None = None
    understood: bool = True
    bare: bool = False
    maybe_days: bool = False
    conference: bool | None = None
    #: Address of the organizer, folded to lower case.
    organizer: Tainted | None = None
    attendees: tuple[Attendee, ...] | None = None
    attendees_omitted: bool = False
    title: Tainted | None = None
    #: Everybody who may be named in the title.
    named: tuple[Named, ...] = ()
    #: iCalendar's UID and, of an occurrence, its recurrence id (RFC 5545): every copy of the event has it.
    uid: str | None = None


class Unclear(Hidden, frozen=True, gc=False):
    """An item that could not be understood. ``id`` is None where not even that could be read."""

    id: str | None
    #: One of ours: ``no_id``, ``no_start``, ``no_end``, ``bad_range``, ``bad_item``.
    code: str


class PlaceKind(Enum):
    """What sort of bookable place a directory entry names."""

    ROOM = "room"
    DESK = "desk"
    DESK_POOL = "desk_pool"
    EQUIPMENT = "equipment"


class PlaceMode(Enum):
    """How a place may be booked. An assigned desk is a person's: it is never imported."""

    RESERVABLE = "reservable"
    DROP_IN = "drop_in"
    ASSIGNED = "assigned"
    UNAVAILABLE = "unavailable"


class RawPlace(Hidden, frozen=True, gc=False):
    """One directory entry: a resource as its provider lists it.

    ``place_id`` is the provider's immutable id, ``address`` its calendar's address.
    """

    place_id: str
    address: str
    kind: PlaceKind
    name: str
    mode: PlaceMode = PlaceMode.RESERVABLE
    #: 0 where it is told and not understood.
    capacity: int | None = None
    #: Whether it is told where it stands, in a way that cannot be understood.
    site_unread: bool = False
    site: str | None = None
    building: str | None = None
    floor: str | None = None


class UnreadPlace(Hidden, frozen=True, gc=False):
    """A directory entry of which not even id and address could be read: it may be any place that we know."""
