"""A page of the feed: what is told, and where to read on."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from gateway.booking import TenantId
from gateway.entry import Entry, EntryKind
from gateway.feed.cloudevents import cloud_event, reset_event
from gateway.feed.reset import Reset


class Told(NamedTuple):
    """An entry as it is told. ``event``: a CloudEvent in JSON."""

    kind: EntryKind
    event: bytes


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """``next`` is the cursor behind the entries; ``more`` says that asking again at once is worth it.

    ``unavailable`` names tenants whose entries cannot be opened now: what was told of them is to be shown as
    unknown, and neither as it was nor as free.
    """

    next: str
    more: bool
    unavailable: Sequence[TenantId] = ()

    @property
    def json(self) -> bytes:
        return _ENCODER.encode(self)


class Page(NamedTuple):
    """What is told at once."""

    told: Sequence[Told]
    position: Position

    @property
    def is_news(self) -> bool:
        """Whether it is worth an answer before the time to wait is over."""
        return bool(self.told) or self.position.more

    @property
    def body(self) -> bytes:
        """``{"entries": [...], "next": cursor, "more": more, "unavailable": [...]}``."""
        entries, position = b",".join(one.event for one in self.told), self.position.json
        return b'{"entries":[' + entries + b"]," + position[1:]

    @property
    def lines(self) -> bytes:
        """The entries, a line each, and a last line with the position: NDJSON."""
        events = [one.event for one in self.told]
        return b"".join(line + b"\n" for line in (*events, self.position.json))


_ENCODER = msgspec.json.Encoder()


def told(entry: Entry) -> Told:
    """An entry of the log, to be told."""
    return Told(entry.kind, cloud_event(entry))


def told_to_drop(reset: Reset) -> Told:
    """A reset, to be told."""
    return Told(EntryKind.FEED_RESET, reset_event(reset))
