"""Examining a grant: tries for one tenant what it should allow, and what it should not. Keeps no answer."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connectors.errors import AccessDenied, CalendarMissing
from connectors.port import CalendarAddress, Target, Watch
from connectors.raw import RawPlace, UnreadPlace


class Examined(Protocol):
    """What is asked of a connector; its errors are a Connector's."""

    def places(self) -> AsyncGenerator[tuple[RawPlace | UnreadPlace, ...], None]: ...

    async def see(self, calendar: CalendarAddress) -> None:
        """Raise unless the calendar may be read. Nothing that stands in it is asked for."""
        ...

    async def watch(self, calendar: CalendarAddress, target: Target, *, until: datetime) -> Watch: ...

    async def unwatch(self, watch: Watch) -> None: ...


@dataclass(frozen=True, slots=True)
class Examiner:
    """Examines one tenant's grant. Raises ConnectorErrors; whatever the admission raises passes through.

    ``permissions`` gets fresh tokens and tells what they are good for, None where that cannot be read.
    ``time`` is the provider's own. ``hides`` if the provider calls missing what we may not see; ``confirms``
    if it asks an address whether somebody is there before it promises to tell it of changes.
    """

    connector: Examined
    permissions: Callable[[], Awaitable[frozenset[str] | None]]
    time: Callable[[], Awaitable[datetime | None]]
    hides: bool
    confirms: bool

    async def place(self) -> CalendarAddress | None:
        """The first bookable place that the directory names; None if it names none."""
        async with aclosing(self.connector.places()) as pages:
            async for page in pages:
                for place in page:
                    if isinstance(place, RawPlace):
                        return CalendarAddress(place.address)
        return None

    async def see(self, calendar: CalendarAddress) -> None:
        """Raise unless the calendar may be read."""
        await self.connector.see(calendar)

    async def is_refused(self, calendar: CalendarAddress) -> bool:
        """Whether we may not read a calendar. Raises CalendarMissing where there is none to be refused."""
        try:
            await self.see(calendar)
        except AccessDenied:
            return True
        except CalendarMissing:
            if not self.hides:
                raise
            return True
        return False

    async def try_to_be_told(self, calendar: CalendarAddress, target: Target, *, until: datetime) -> None:
        """Raise unless the provider promises to tell of a calendar's changes. The promise is given back."""
        await self.connector.unwatch(await self.connector.watch(calendar, target, until=until))
