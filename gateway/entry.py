"""Entry: one change in the feed, in order, for a consumer."""

from enum import StrEnum

import msgspec

from gateway.booking import BookingId, Freshness, ResourceId, TenantId


class EntryKind(StrEnum):
    """The types of entry; they are CloudEvents types as well."""

    RESOURCE_PUT = "resource.put"
    RESOURCE_REMOVED = "resource.removed"
    RESOURCE_STATE = "resource.state"
    BOOKING_PUT = "booking.put"
    BOOKING_REMOVED = "booking.removed"
    TENANT_SUSPENDED = "tenant.suspended"
    TENANT_RESUMED = "tenant.resumed"
    TENANT_ERASED = "tenant.erased"
    SUBJECT_ERASED = "subject.erased"
    #: Stands in no log.
    FEED_RESET = "feed.reset"


#: What is to be deleted, and to be acknowledged.
ERASURES = frozenset({EntryKind.TENANT_ERASED, EntryKind.SUBJECT_ERASED})
#: They say what to do with what a consumer already has.
ABOUT_TENANT = frozenset({EntryKind.TENANT_SUSPENDED, EntryKind.TENANT_RESUMED, EntryKind.TENANT_ERASED})
#: Of these, what is told whatever the authorization's state. A resumption waits for its turn: where nothing
#: else may be told it holds no more, and would show what was hidden.
TOLD_AHEAD = ABOUT_TENANT - {EntryKind.TENANT_RESUMED}


class ResourceState(msgspec.Struct, frozen=True):
    """How current our knowledge of a resource is. ``since`` is in epoch milliseconds; fresh has none."""

    freshness: Freshness
    since: int | None
    reason: str | None


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One change. Which of the optional members are set follows from ``kind``.

    ``position`` rises within a tenant, and is shown to nobody who is not told of all that has moved it;
    ``minute`` is the commit time in epoch minutes; ``revision`` that of a booking, as the consumer sees it.
    """

    tenant: TenantId
    position: int
    minute: int
    kind: EntryKind
    resource_id: ResourceId | None = None
    booking_id: BookingId | None = None
    #: The resource and the booking as the JSON that was sealed: nobody on the way out has to parse them.
    resource: msgspec.Raw | None = None
    state: ResourceState | None = None
    booking: msgspec.Raw | None = None
    revision: int | None = None
    #: Names the erasure to acknowledge, or the reason of a suspension.
    erasure: str | None = None
    reason: str | None = None
