"""Entries as CloudEvents 1.0 in JSON (structured content mode).

What was sealed as JSON is spliced in as it is: nobody on the way out parses it. Times are whole minutes, so
that they tell no more than the order does.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from gateway.booking import Freshness
from gateway.clock import MINUTE_MILLISECONDS, moment
from gateway.entry import Entry, EntryKind, ResourceState
from gateway.feed.reset import Reset


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The envelope. ``id`` is unique within ``source``; ``subject`` is the booking or resource, if one."""

    specversion: str = "1.0"
    id: str
    source: str
    type: EntryKind
    subject: str | msgspec.UnsetType
    time: datetime
    datacontenttype: str = "application/json"
    data: dict[str, Any]


#: Where a resource's state is missing, it is not known; it is never fresh by default.
NOTHING_KNOWN = ResourceState(Freshness.UNKNOWN, None, None)

_ENCODER = msgspec.json.Encoder()


def cloud_event(entry: Entry) -> bytes:
    """One entry in its envelope."""
    return _ENCODER.encode(
        CloudEvent(
            id=str(entry.position if entry.revision is None else entry.revision),
            source=f"/v1/tenants/{entry.tenant}",
            type=entry.kind,
            subject=entry.booking_id or entry.resource_id or msgspec.UNSET,
            time=_minute(entry.minute),
            data=DATA[entry.kind](entry),
        )
    )


def reset_event(reset: Reset) -> bytes:
    """A reset in its envelope."""
    return _ENCODER.encode(
        CloudEvent(
            id=reset.id,
            source=f"/v1/tenants/{reset.tenant}",
            type=EntryKind.FEED_RESET,
            subject=msgspec.UNSET,
            time=_minute(reset.minute),
            data={"reason": reset.reason},
        )
    )


def told_state(state: ResourceState | None) -> dict[str, Any]:
    """What is told of how current our knowledge is; ``since`` in whole minutes."""
    state = state or NOTHING_KNOWN
    since = None if state.since is None else _minute(state.since // MINUTE_MILLISECONDS)
    return {"freshness": state.freshness, "since": since, "reason": state.reason}


# A page's entries were committed in few minutes.
@lru_cache(maxsize=1024)
def _minute(minute: int) -> datetime:
    return moment(minute * MINUTE_MILLISECONDS)


#: What an entry of each kind that stands in a log says.
DATA: Mapping[EntryKind, Callable[[Entry], dict[str, Any]]] = {
    EntryKind.BOOKING_PUT: lambda entry: {"booking": entry.booking, "revision": entry.revision},
    EntryKind.BOOKING_REMOVED: lambda entry: {"id": entry.booking_id, "resource": entry.resource_id},
    EntryKind.RESOURCE_PUT: lambda entry: {"resource": entry.resource},
    EntryKind.RESOURCE_REMOVED: lambda entry: {"id": entry.resource_id},
    EntryKind.RESOURCE_STATE: lambda entry: {"id": entry.resource_id, **told_state(entry.state)},
    EntryKind.TENANT_SUSPENDED: lambda entry: {"reason": entry.reason},
    EntryKind.TENANT_RESUMED: lambda _: {},
    EntryKind.TENANT_ERASED: lambda entry: {"erasure": entry.erasure},
    EntryKind.SUBJECT_ERASED: lambda entry: {"erasure": entry.erasure},
}
