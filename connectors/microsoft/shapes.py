"""The parts of Graph's event that are asked for and read: the same, for each projection.

What is not declared here never becomes an object of ours. Pure.
learn.microsoft.com/graph/api/resources/event.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar, cast

import msgspec
from msgspec.json import Decoder

from connectors.port import Projection
from connectors.raw import Silent

T = TypeVar("T")


class Shape(Silent, msgspec.Struct, rename="camel", gc=False):
    """A part of Graph's JSON, of which only what is declared is read."""


class DateTimeTimeZone(Shape, gc=False):
    """A moment: seven fractional digits, no offset, the zone beside it."""

    date_time: datetime
    time_zone: str | None = None


class ResponseStatus(Shape, gc=False):
    """An answer to an invitation."""

    response: str | None = None


class EmailAddress(Shape, gc=False):
    """An address without its name."""

    address: str | None = None


class NamedAddress(EmailAddress, gc=False):
    """An address with its name."""

    name: str | None = None


class Recipient(Shape, gc=False):
    """A person or a resource."""

    email_address: EmailAddress | None = None


class NamedRecipient(Recipient, gc=False):
    """A person or a resource, by name as well."""

    email_address: NamedAddress | None = None


class Invitee(Recipient, gc=False):
    """One row of the attendee list."""

    type: str | None = None
    status: ResponseStatus | None = None


class NamedInvitee(Invitee, gc=False):
    """One row of the attendee list, by name as well."""

    email_address: NamedAddress | None = None


class Removed(Shape, gc=False):
    """A tombstone's reason: being there says all."""


class Occupancy(Shape, gc=False):
    """An event with nobody in it. A projection adds members in place of the class variables."""

    subject: ClassVar[str | None] = None
    attendees: ClassVar[Sequence[Invitee] | None] = None
    hide_attendees: ClassVar[bool | None] = None
    organizer: ClassVar[Recipient | None] = None
    is_online_meeting: ClassVar[bool | None] = None
    series_master_id: ClassVar[str | None] = None
    i_cal_u_id: ClassVar[str | None] = None

    id: str
    start: DateTimeTimeZone | None = None
    end: DateTimeTimeZone | None = None
    type: str | None = None
    is_all_day: bool | None = None
    show_as: str | None = None
    is_cancelled: bool | None = None
    sensitivity: str | None = None
    response_status: ResponseStatus | None = None
    is_organizer: bool | None = None
    removed: Removed | None = msgspec.field(name="@removed", default=None)


class Listing(Shape, Generic[T]):
    """A page of items; its links are followed byte for byte."""

    value: list[T]
    next_link: str | None = msgspec.field(name="@odata.nextLink", default=None)
    delta_link: str | None = msgspec.field(name="@odata.deltaLink", default=None)


class Gone(Shape, gc=False):
    """What is read of a tombstone, whatever else it carries."""

    id: str
    removed: Removed | None = msgspec.field(name="@removed", default=None)


def _members(projection: Projection, *, series: bool) -> list[tuple[str, Any, None]]:
    members: list[tuple[str, Any, None]] = []
    if series:
        members.append(("series_master_id", str | None, None))
    by_name = projection.title
    if by_name:
        members.append(("subject", str | None, None))
    if projection.people or projection.places or by_name:
        rows = list[NamedInvitee] if by_name else list[Invitee]
        members.append(("attendees", rows | None, None))
    if projection.people or by_name:
        members.append(("hide_attendees", bool | None, None))
    if projection.people or projection.booker or by_name:
        members.append(("organizer", (NamedRecipient if by_name else Recipient) | None, None))
    if projection.conference:
        members.append(("is_online_meeting", bool | None, None))
    if projection.uid:
        members.append(("i_cal_u_id", str | None, None))
    return members


@cache
def _shape(projection: Projection, *, series: bool = False) -> type[Occupancy]:
    members = _members(projection, series=series)
    shape: Any = msgspec.defstruct("Event", members, bases=(Occupancy,), rename="camel", gc=False)
    return cast(type[Occupancy], shape)


@cache
def event_decoder(projection: Projection, *, series: bool = False) -> Decoder[Occupancy]:
    return Decoder(_shape(projection, series=series))


@cache
def listing_decoder(projection: Projection, *, series: bool = False) -> Decoder[Listing[Occupancy]]:
    shape: Any = _shape(projection, series=series)
    return Decoder(Listing[shape])


@cache
def selection(projection: Projection) -> str:
    """The ``$select`` of an event: exactly what is read of it."""
    names = (field.encode_name for field in msgspec.structs.fields(_shape(projection)))
    return ",".join(name for name in names if not name.startswith("@"))
