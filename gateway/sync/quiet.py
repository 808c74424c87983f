"""Whether what providers tell is news. What an event has changed to may be what is known of it already.

The content of a notification never becomes a booking: it can spare its calendar a look, and nothing else.
Wherever anything is in doubt, the calendar is looked at.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from connectors.errors import ConnectorError
from connectors.port import Page, Telling, Watch
from gateway.booking import CalendarId
from gateway.clock import Clock
from gateway.errors import GatewayError
from gateway.receipt import Count
from gateway.signals.notification import Heard, Notification
from gateway.store.bookings import Draft
from gateway.store.channels import ChannelRow
from gateway.store.notified import Ringing
from gateway.store.store import Store
from gateway.store.transaction import Transaction
from gateway.sync.reading import PlaceReading
from gateway.sync.recognition import Recognition, informed
from gateway.sync.sorting import Sorted
from gateway.sync.tenancies import Tenancies
from gateway.sync.tenancy import Tenancy

#: Who waits is a provider, which slows down for those that answer late.
PATIENCE_SECONDS = 0.5
#: More of one calendar at once are news.
CONTENTS_MAX = 20

#: The directories that tokens vouch for. Raises a ConnectorError unless all of them are good.
Vouch = Callable[[Sequence[str]], Awaitable[frozenset[str]]]


class Told(NamedTuple):
    """What one content came to, and how it would be stored."""

    sorted: Sorted
    drafts: Sequence[Draft]


class Quiet:
    """Finds the calendars of which providers told nothing new."""

    def __init__(self, store: Store, tenancies: Tenancies, vouch: Vouch, clock: Clock) -> None:
        self._store = store
        self._tenancies = tenancies
        self._vouch = vouch
        self._clock = clock

    async def calendars(self, heard: Heard, known: Mapping[str, Ringing]) -> frozenset[Ringing]:
        """Whose calendars need no look for what was heard. ``known`` says whose secrets are repeated."""
        found = set[Ringing]()
        contents = _contents(heard.notifications, known)
        if not contents:
            return frozenset()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                directories = await self._vouch(heard.tokens)
                tenancies = await self._tenancies.opened({ringing.tenant for ringing in contents})
                for ringing, told in contents.items():
                    tenancy = tenancies.get(ringing.tenant)
                    if tenancy is None or tenancy.tenant.connection.directory.lower() not in directories:
                        continue
                    if await self._is_known(tenancy, ringing.calendar, told):
                        found.add(ringing)
        except (TimeoutError, ConnectorError, GatewayError):
            pass
        return frozenset(found)

    async def _is_known(self, tenancy: Tenancy, calendar: CalendarId, contents: Sequence[bytes]) -> bool:
        """Whether each of the contents tells an event as it is stored."""
        now, tenancy = self._clock(), await informed(self._store, tenancy)
        recognition = Recognition(self._store, tenancy)

        def load(transaction: Transaction) -> tuple[PlaceReading | None, ChannelRow | None]:
            row = transaction.calendars.load(calendar)
            # A round under way may have read what was before, and has yet to store it.
            if row is None or row.resource is None or transaction.calendars.is_being_read(calendar):
                return None, None
            if row.completed_at is None or row.reason is not None:
                return None, None
            reading = PlaceReading(tenancy, row, row.resource, now, recognition.subjects)
            return reading, transaction.channels.load(calendar)

        reading, channel = await self._store.look(tenancy.fence, tenancy.keys, load)
        connector = tenancy.connector
        if reading is None or channel is None or channel.watch is None or not isinstance(connector, Telling):
            return False
        watch = msgspec.json.decode(channel.watch, type=Watch)
        # In a thread: each takes a millisecond or two.
        pages = await asyncio.to_thread(_opened, connector, watch, contents, reading)
        met, counted = list[Told](), Counter[Count]()
        for page in pages:
            await recognition.meet(page)
            result = await reading.sort(page)
            counted += reading.counting.count(result.met, result.reasons, page.size)
            met.append(Told(result, recognition.drafts(result)))
        # They have crossed the wire, whatever comes of it.
        await self._store.turn(tenancy.fence, tenancy.keys, lambda one: one.receipts.add(counted))
        same = partial(_are_stored, calendar=calendar, met=met)
        return await self._store.look(tenancy.fence, tenancy.keys, same)


def _contents(
    notifications: Sequence[Notification], known: Mapping[str, Ringing]
) -> Mapping[Ringing, Sequence[bytes]]:
    """What is told of each calendar of which all that is told holds something."""
    found = defaultdict[Ringing, list[bytes | None]](list)
    for one in notifications:
        if one.secret in known:
            found[known[one.secret]].append(one.content)
    return {
        ringing: [content for content in told if content is not None]
        for ringing, told in found.items()
        if None not in told and len(told) <= CONTENTS_MAX
    }


def _opened(connector: Telling, watch: Watch, contents: Sequence[bytes], reading: PlaceReading) -> list[Page]:
    return [connector.told(watch, content, reading.projection) for content in contents]


def _are_stored(transaction: Transaction, *, calendar: CalendarId, met: Sequence[Told]) -> bool:
    return all(_is_stored(transaction, calendar, *told) for told in met)


def _is_stored(
    transaction: Transaction, calendar: CalendarId, result: Sorted, drafts: Sequence[Draft]
) -> bool:
    if not result.understood:
        return False
    gone = result.gone.values()
    known = transaction.bookings.known(calendar, [*result.puts, *gone])
    return all(known.get(one.id) == one.fingerprint for one in drafts) and not any(
        known.get(booking) for booking in gone
    )
