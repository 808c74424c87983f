"""A page of the feed as bytes."""

from collections.abc import Iterable

import msgspec

from gateway.entry import Entry
from gateway.feed.cloudevents import cloud_event


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """``next`` is the cursor behind the entries; ``more`` says that asking again at once is worth it."""

    entries: list[msgspec.Raw]
    next: str
    more: bool


_ENCODER = msgspec.json.Encoder()


def render(entries: Iterable[Entry], *, cursor: str, more: bool) -> bytes:
    """``{"entries": [...], "next": cursor, "more": more}``."""
    events = [msgspec.Raw(cloud_event(entry)) for entry in entries]
    return _ENCODER.encode(Page(entries=events, next=cursor, more=more))
