"""A page of the feed as bytes."""

from collections.abc import Iterable, Sequence

import msgspec

from gateway.booking import TenantId
from gateway.entry import Entry
from gateway.feed.cloudevents import cloud_event


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """``next`` is the cursor behind the entries; ``more`` says that asking again at once is worth it.

    ``unavailable`` names tenants whose entries cannot be opened now: what was told of them is to be shown as
    unknown, and neither as it was nor as free.
    """

    entries: list[msgspec.Raw]
    next: str
    more: bool
    unavailable: Sequence[TenantId]


_ENCODER = msgspec.json.Encoder()


def render(
    entries: Iterable[Entry], *, cursor: str, more: bool, unavailable: Sequence[TenantId] = ()
) -> bytes:
    """``{"entries": [...], "next": cursor, "more": more, "unavailable": [...]}``."""
    events = [msgspec.Raw(cloud_event(entry)) for entry in entries]
    return _ENCODER.encode(Page(entries=events, next=cursor, more=more, unavailable=unavailable))
