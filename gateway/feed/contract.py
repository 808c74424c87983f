"""What is told, as types: the contract that consumers are given, and that every answer is held to in tests.

Docstrings are part of it: they say what a consumer does. Nobody builds answers of these: what was sealed as
JSON is told as it is.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gateway.booking import Booking, Freshness, Resource

Url = Annotated[str, Meta(pattern="^/v1/")]
CursorText = Annotated[
    str, Meta(pattern="^[A-Za-z0-9_-]+$", description="Opaque: send it as it was received.")
]


class Shape(msgspec.Struct, forbid_unknown_fields=True):
    """All of it, and nothing else."""


class State(Shape):
    """How current the knowledge of a resource is. *unknown* is never to be shown as free."""

    freshness: Freshness
    since: datetime | None
    reason: Annotated[
        str | None,
        Meta(
            description="A code; more may come. signals_silent: it is read, but who would tell that "
            "somebody's permission is over is not heard."
        ),
    ]


class BookingData(Shape):
    """The booking as it is now. Of two with one id that of the higher ``revision`` is the newer one."""

    booking: Booking
    revision: int


class BookingRemovedData(Shape):
    """Which booking is gone, and where it was."""

    id: str
    resource: str


class ResourceData(Shape):
    """The resource as it is now."""

    resource: Resource


class IdData(Shape):
    """Which one."""

    id: str


class StateData(State):
    """Of which resource that is said."""

    id: str


class SuspensionData(Shape):
    """Why, as a code."""

    reason: str | None


class NothingData(Shape):
    """Nothing more."""


class ErasureData(Shape):
    """Names the erasure that is to be acknowledged."""

    erasure: str


class ResetData(Shape):
    """Why: ``scope``, it is none of yours any more; ``purpose``, it is told anew as that shows it now.

    At a webhook it is also told anew where removals may have been missed.
    """

    reason: Literal["scope", "purpose"]


class Envelope(Shape, tag_field="type", kw_only=True):
    """A CloudEvent 1.0. ``id`` is unique within ``source``; ``time`` is the minute of the commit."""

    specversion: Literal["1.0"]
    id: str
    source: Url
    subject: str | UnsetType = UNSET
    time: datetime
    datacontenttype: Literal["application/json"]


class BookingPut(Envelope, tag="booking.put"):
    """Keep it; it replaces one of the same id."""

    data: BookingData


class BookingRemoved(Envelope, tag="booking.removed"):
    """Delete it."""

    data: BookingRemovedData


class ResourcePut(Envelope, tag="resource.put"):
    """Keep it; it replaces one of the same id."""

    data: ResourceData


class ResourceRemoved(Envelope, tag="resource.removed"):
    """Delete it and all its bookings."""

    data: IdData


class ResourceState(Envelope, tag="resource.state"):
    """Show beside the resource how current it is."""

    data: StateData


class TenantSuspended(Envelope, tag="tenant.suspended"):
    """Hide everything of the tenant."""

    data: SuspensionData


class TenantResumed(Envelope, tag="tenant.resumed"):
    """Show it again."""

    data: NothingData


class TenantErased(Envelope, tag="tenant.erased"):
    """Delete everything of the tenant, and acknowledge that."""

    data: ErasureData


class SubjectErased(Envelope, tag="subject.erased"):
    """Of bookings told before keep the newest revision alone, and acknowledge that."""

    data: ErasureData


class FeedReset(Envelope, tag="feed.reset"):
    """Drop what you have of the tenant."""

    data: ResetData


AnyEntry = (
    BookingPut
    | BookingRemoved
    | ResourcePut
    | ResourceRemoved
    | ResourceState
    | TenantSuspended
    | TenantResumed
    | TenantErased
    | SubjectErased
    | FeedReset
)


class FeedPosition(Shape):
    """Where to read on. ``unavailable``: of these tenants nothing can be told now; show them as unknown."""

    next: CursorText
    more: bool
    unavailable: Sequence[str]


class FeedPage(FeedPosition):
    """Entries, in the order of each tenant."""

    entries: Sequence[AnyEntry]


class ListedResource(Shape):
    """A resource, whose it is, and how current."""

    tenant: str
    id: str
    resource: Resource
    state: State


class ResourceList(Shape):
    """Resources by tenant and id. ``next``: ``after`` of the rest. ``cursor``: the feed goes on from here."""

    resources: Sequence[ListedResource]
    next: str | None
    unavailable: Sequence[str]
    cursor: CursorText


class BookingList(Shape, rename={"start": "from", "end": "to"}):
    """The bookings of a resource that meet an interval, by their beginning."""

    tenant: str
    resource: str
    state: State
    start: datetime
    end: datetime
    bookings: Sequence[BookingData]
    cursor: CursorText


class ErasureStanding(Shape):
    """How it stands with an erasure. It is to be acknowledged until ``due_at``."""

    erasure: str
    tenant: str
    scope: Literal["tenant", "subject"]
    told_at: datetime
    due_at: datetime
    state: Literal["waiting", "overdue", "acknowledged"]
    acknowledged_at: datetime | None
    signed: bool
    needs_signature: bool


class SubjectQuestion(Shape):
    """Which user of FlexO is asked for, by FlexO's own id, at which tenant."""

    tenant: str
    user: Annotated[str, Meta(min_length=1, max_length=200)]


class ResolvedSubject(Shape):
    """They are enrolled: bookings that they organize tell their user id as ``booker``.

    ``pseudonym`` is random, and dies with the enrolment: keep by it what you make of their bookings. After
    a ``subject.erased`` of the tenant ask anew; where it is gone, or is another, delete what you kept by it.
    """

    tenant: str
    user: str
    pseudonym: str


class Undelivered(Shape):
    """What of a tenant, or of one resource of it, your webhook has yet to take: show that as unknown.

    Without ``next_try_at`` it was given up, and waits for the operator to replay it.
    """

    tenant: str
    resource: str | None
    reason: Literal["unreachable", "refused", "redirected", "gone"]
    tries: int
    since: datetime
    next_try_at: datetime | None


class WebhookStanding(Shape):
    """How it stands with your webhook. *paused*: nothing is sent; show what you have as unknown.

    ``asked``: the operator did that. ``gone``: it answered 410. ``undelivered``: it took nothing in 75 hours.
    """

    state: Literal["active", "paused"]
    reason: Literal["asked", "gone", "undelivered"] | None
    since: datetime
    delivered_at: datetime | None
    undelivered: Sequence[Undelivered]


class ProblemDetails(Shape):
    """What went wrong (RFC 9457). ``type`` never changes, and is the address of a page about it."""

    type: Url
    title: str
    status: int
    detail: str
    parameter: str | UnsetType = UNSET
    restart: Url | UnsetType = UNSET
