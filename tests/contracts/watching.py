"""What every connector that is told of changes owes the gateway, shown against the stand-in of its provider.

A test class subclasses ``WatchingContract`` and gives an ``outlook`` fixture; each test uses a calendar that
nobody has used before, and what was watched before it has ended.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from connectors.errors import CalendarMissing, Throttled, Unreachable
from connectors.port import CalendarAddress, Target, Watch, Watching
from connectors.sandbox.calendar import Calendar
from tests.connectors.sandbox.receivers import Message, Receiver, Time, listening
from tests.contracts.connector import Fence, Host, Meeting, Stand

SECRET = "a secret of this calendar alone"  # noqa: S105  of a test
DAY = timedelta(days=1)
#: What neither provider goes beyond.
WEEK = 7 * DAY


class Told(NamedTuple):
    """What one message says: which watch it belongs to, and the secret that it repeats."""

    watch: str
    secret: str


class Outlook(ABC):
    """A stand whose connector is told of changes, and the receiver that it names."""

    #: What the stand-in calls the request that makes a watch.
    kind: str
    #: Whether a watch that is renewed is another from then on.
    replaces: bool

    def __init__(self, stand: Stand, receiver: Receiver) -> None:
        self.stand = stand
        self.sandbox = stand.sandbox
        self.receiver = receiver
        self.target = Target(f"{receiver.url}/told", SECRET)

    @property
    def connector(self) -> Watching:
        assert isinstance(self.stand.connector, Watching)
        return self.stand.connector

    @property
    def now(self) -> datetime:
        return self.sandbox.clock()

    @abstractmethod
    def read(self, message: Message) -> list[Told]:
        """What a message says of changes."""

    def fault(self, name: str, times: int = 1) -> None:
        self.sandbox.notifier.faults.plan(name, times)

    async def watch(self, calendar: Calendar, life: timedelta = DAY) -> Watch:
        address = CalendarAddress(calendar.address)
        return await self.connector.watch(address, self.target, until=self.now + life)

    async def renew(self, calendar: Calendar, watch: Watch, life: timedelta = DAY) -> Watch:
        address = CalendarAddress(calendar.address)
        return await self.connector.renew(address, watch, self.target, until=self.now + life)

    async def told(self) -> list[Told]:
        """What the receiver has been told of changes since this was last asked."""
        await self.sandbox.notifier.deliver()
        return [told for message in self.receiver.taken() for told in self.read(message)]

    async def told_of_change(self, calendar: Calendar) -> list[Told]:
        """What the receiver is told when the meeting is moved."""
        calendar.move("meeting", self.now, self.now + timedelta(hours=1))
        return await self.told()


@asynccontextmanager
async def receiving(host: Host) -> AsyncIterator[Receiver]:
    context = host.sandbox.identity.authority.server_context()
    async with listening(Time(), context) as receiver:
        yield receiver


class WatchingContract:
    """The contract of ``connectors.port.Watching``."""

    async def test_a_change_is_told_with_our_secret(self, outlook: Outlook) -> None:
        calendar, other = outlook.stand.calendar(Meeting()), outlook.stand.calendar(Meeting())
        watch = await outlook.watch(calendar)
        assert await outlook.told() == []
        assert await outlook.told_of_change(calendar) == [Told(watch.id, SECRET)]
        assert await outlook.told_of_change(other) == []

    async def test_it_ends_by_itself_when_it_says(self, outlook: Outlook) -> None:
        calendar = outlook.stand.calendar(Meeting())
        until = outlook.now + DAY
        watch = await outlook.watch(calendar, DAY)
        assert (watch.expires_at, watch.expires_at.tzinfo) == (until, UTC)
        outlook.sandbox.advance(DAY.total_seconds())
        assert await outlook.told_of_change(calendar) == []

    async def test_as_much_as_is_asked_for_no_more_than_the_provider_allows(self, outlook: Outlook) -> None:
        calendar = outlook.stand.calendar(Meeting())
        watch = await outlook.watch(calendar, 400 * DAY)
        assert WEEK - DAY < watch.expires_at - outlook.now <= WEEK
        watch = await outlook.renew(calendar, watch, 400 * DAY)
        assert WEEK - DAY < watch.expires_at - outlook.now <= WEEK

    async def test_a_renewed_one_tells_for_longer_and_tells_once(self, outlook: Outlook) -> None:
        calendar = outlook.stand.calendar(Meeting())
        watch = await outlook.watch(calendar, DAY)
        until = outlook.now + 3 * DAY
        renewed = await outlook.renew(calendar, watch, 3 * DAY)
        assert renewed.expires_at == until
        assert (renewed.id != watch.id) == outlook.replaces
        await outlook.told()
        assert await outlook.told_of_change(calendar) == [Told(renewed.id, SECRET)]
        outlook.sandbox.advance(2 * DAY.total_seconds())
        assert await outlook.told_of_change(calendar) == [Told(renewed.id, SECRET)]

    async def test_whoever_has_moved_is_told_where_they_are_now(self, outlook: Outlook) -> None:
        calendar = outlook.stand.calendar(Meeting())
        watch = await outlook.watch(calendar, DAY)
        outlook.target = Target(f"{outlook.receiver.url}/moved", SECRET)
        await outlook.renew(calendar, watch, 2 * DAY)
        await outlook.told()
        calendar.move("meeting", outlook.now, outlook.now + timedelta(hours=1))
        await outlook.sandbox.notifier.deliver()
        assert {message.path for message in outlook.receiver.taken()} == {"/moved"}

    async def test_what_is_unwatched_is_told_no_more(self, outlook: Outlook) -> None:
        calendar = outlook.stand.calendar(Meeting())
        watch = await outlook.watch(calendar)
        await outlook.told()
        await outlook.connector.unwatch(watch)
        assert await outlook.told_of_change(calendar) == []
        await outlook.connector.unwatch(watch)

    async def test_what_nobody_knows_can_be_unwatched(self, outlook: Outlook) -> None:
        await outlook.connector.unwatch(Watch("never-seen", "nothing", outlook.now))

    async def test_a_strange_calendar_is_missing(self, outlook: Outlook) -> None:
        with pytest.raises(CalendarMissing):
            await outlook.connector.watch(
                CalendarAddress("nobody@corp.example"), outlook.target, until=outlook.now + DAY
            )

    async def test_throttling_is_waited_out(self, outlook: Outlook) -> None:
        calendar = outlook.stand.calendar(Meeting())
        outlook.sandbox.faults.refuse(outlook.kind, 429, 2, {"Retry-After": "0"})
        await outlook.watch(calendar)
        outlook.sandbox.faults.refuse(outlook.kind, 429, 1, {"Retry-After": "600"})
        with pytest.raises(Throttled):
            await outlook.watch(outlook.stand.calendar(Meeting()))

    async def test_what_may_have_been_made_is_not_made_again_at_once(self, outlook: Outlook) -> None:
        calendar = outlook.stand.calendar(Meeting())
        before = outlook.sandbox.requests[outlook.kind]
        outlook.sandbox.faults.refuse(outlook.kind, 500, 1)
        with pytest.raises(Unreachable):
            await outlook.watch(calendar)
        assert outlook.sandbox.requests[outlook.kind] == before + 1
        watch = await outlook.watch(calendar)
        await outlook.told()
        assert await outlook.told_of_change(calendar) == [Told(watch.id, SECRET)]

    async def test_a_token_refused_once_is_replaced(self, outlook: Outlook) -> None:
        outlook.sandbox.faults.refuse(outlook.kind, 401, 1)
        await outlook.watch(outlook.stand.calendar(Meeting()))

    async def test_a_shut_gate_stops_every_request_and_its_error_passes(self, outlook: Outlook) -> None:
        calendar = outlook.stand.calendar(Meeting())
        watch = await outlook.watch(calendar)
        asked = outlook.sandbox.requests.total()
        outlook.stand.gate.is_open = False
        try:
            with pytest.raises(Fence):
                await outlook.watch(calendar)
            with pytest.raises(Fence):
                await outlook.renew(calendar, watch)
            with pytest.raises(Fence):
                await outlook.connector.unwatch(watch)
        finally:
            outlook.stand.gate.is_open = True
        assert outlook.sandbox.requests.total() == asked

    async def test_nothing_of_it_is_shown(self, outlook: Outlook) -> None:
        watch = await outlook.watch(outlook.stand.calendar(Meeting()))
        assert watch.id not in f"{watch!r} {outlook.target!r} {outlook.target}"
        assert SECRET not in f"{watch!r} {outlook.target!r} {outlook.target}"
