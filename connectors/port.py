"""What the gateway asks of a provider."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime
from typing import NewType, Protocol, runtime_checkable

import msgspec

from connectors.raw import Hidden, RawEvent, RawPlace, Unclear, UnreadPlace

#: Where a provider finds a calendar: a mailbox or a calendar id. Often an e-mail address; never logged.
CalendarAddress = NewType("CalendarAddress", str)

#: A provider's opaque token for "changes since here". Names tenants and mailboxes; never logged.
Cursor = NewType("Cursor", str)

#: Awaited before each request attempt. Raises, to stop it, when the authorization's epoch has moved on.
Admission = Callable[[], Awaitable[None]]

#: Tells the time as an aware UTC datetime.
Clock = Callable[[], datetime]


class Window(msgspec.Struct, frozen=True):
    """A half-open span of time, aware UTC."""

    start: datetime
    end: datetime


class Projection(msgspec.Struct, frozen=True):
    """Which optional parts of an event are asked for at all. The first ring of minimization."""

    people: bool = False
    booker: bool = False
    conference: bool = False
    #: Its text, and everybody it could name: names cross the wire.
    title: bool = False
    #: Which places an event names: only a personal calendar has to be asked that.
    places: bool = False
    #: What makes all copies of an event known as one: where persons have connected calendars of their own.
    uid: bool = False


class Page(Hidden, frozen=True):
    """One answer of a round.

    ``cursor`` stands on the last page of an incremental connector's round, and there alone.
    ``removed`` holds provider ids of explicit tombstones; naming an id never seen is no error, and naming a
    series takes its occurrences away. ``series`` says which series an event belongs to, by the provider's
    ids of both, where only changes are told. Of the series in ``retold`` every occurrence in the window has
    been told by the end of this page: what else was known of them is gone. ``size``: its bytes, inflated.
    """

    events: tuple[RawEvent, ...]
    removed: tuple[str, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    cursor: Cursor | None = None
    series: dict[str, str] = msgspec.field(default_factory=dict)
    retold: tuple[str, ...] = ()
    size: int = 0

    @property
    def items(self) -> tuple[RawEvent | Unclear, ...]:
        """All that the page says of events, tombstones apart."""
        return (*self.events, *self.unclear)


class Connector(Protocol):
    """Reads the calendars of one tenant at one provider. Never writes to them.

    Retries what is worth retrying within one request's budget. Raises a ConnectorError, and only that, once
    it has given up; whatever ``Admission`` raises passes through. Its errors hold codes, never contents.
    """

    #: False: every round is a full look (no cursor). True: ``changes`` yields a cursor on its last page.
    incremental: bool

    def places(self) -> AsyncGenerator[tuple[RawPlace | UnreadPlace, ...], None]:
        """All bookable places of the tenant's directory and all entries that cannot be read, by page."""
        ...

    def changes(
        self, calendar: CalendarAddress, *, window: Window, projection: Projection, since: Cursor | None
    ) -> AsyncGenerator[Page, None]:
        """All that changed since then; everything that touches ``window`` if since is None.

        An incremental answer may name events outside the window. Raises CursorExpired if the provider has
        forgotten that far back; Malformed if a bound on pages is broken.
        """
        ...

    async def event(
        self, calendar: CalendarAddress, event_id: str, *, projection: Projection
    ) -> RawEvent | Unclear | None:
        """One event by id as it is now, or None if the provider says that it is gone."""
        ...


class Target(Hidden, frozen=True):
    """Whom a provider tells of changes: an address of ours, and a secret that it repeats each time.

    ``content`` is what it may tell of a changed event beside, where it can; None: only that there is one.
    """

    url: str
    secret: str
    content: Projection | None = None


class Watch(Hidden, frozen=True):
    """A provider's promise to tell of one calendar's changes. Stored sealed.

    ``id`` is the provider's name for it, or ours that it keeps; ``resource`` what it asks for beside the id,
    to end it. It tells the ``url`` of its target, and ends by itself at ``expires_at`` (aware UTC).
    ``opener`` is what the connector opens contents with; empty where only hints are told.
    """

    id: str
    resource: str
    expires_at: datetime
    url: str = ""
    opener: bytes = b""


@runtime_checkable
class Watching(Protocol):
    """What a Connector can do that is told of changes. What it is told is a hint and never believed.

    Raises a ConnectorError, and only that: PushRefused where this calendar cannot be watched, WatchLost where
    the provider does not know the watch any more.
    """

    async def watch(self, calendar: CalendarAddress, target: Target, *, until: datetime) -> Watch:
        """Ask to be told until then, or for as long as the provider allows."""
        ...

    async def renew(
        self, calendar: CalendarAddress, watch: Watch, target: Target, *, until: datetime
    ) -> Watch:
        """Be told for longer, at the target; the same watch, or another that has taken its place."""
        ...

    async def unwatch(self, watch: Watch) -> None:
        """Ask to be told no more. One that is gone is no error."""
        ...


@runtime_checkable
class Telling(Protocol):
    """What a Watching connector can do whose provider tells what an event has changed to."""

    def told(self, watch: Watch, content: bytes, projection: Projection) -> Page:
        """The event in a notification's content, by this projection. Whoever sent it was vouched for.

        Raises Malformed for one that was not made for this watch and projection, and for what says too
        little to know of what has changed.
        """
        ...


def page_of(item: RawEvent | Unclear | None) -> Page:
    """What ``Connector.event`` found, as a page."""
    if isinstance(item, RawEvent):
        return Page(events=(item,))
    return Page(events=(), unclear=() if item is None else (item,))
