"""How Google is asked to tell of changes, and what comes of its refusals."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from connectors.errors import AccessDenied, AccessLost, CalendarMissing, ConnectorError, PushRefused
from connectors.port import CalendarAddress, Target
from connectors.sandbox.calendar import Calendar
from connectors.sandbox.truth import Provider
from tests.connectors.google.test_google_client import stand_in
from tests.connectors.sandbox.receivers import Message, Receiver
from tests.contracts.connector import Host, Meeting, hosting
from tests.contracts.watching import DAY, SECRET, WEEK, Outlook, Told, WatchingContract, receiving

pytestmark = pytest.mark.asyncio(loop_scope="module")


class GoogleOutlook(Outlook):
    """Google tells that something changed, after a message that tells of no change."""

    kind = "google.watch"
    replaces = True

    def read(self, message: Message) -> list[Told]:
        if message.headers["X-Goog-Resource-State"] == "sync":
            return []
        return [Told(message.headers["X-Goog-Channel-ID"], message.headers["X-Goog-Channel-Token"])]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    folder: Path = tmp_path_factory.mktemp("google-watching")
    async with hosting(Provider.GOOGLE, folder) as host:
        yield host


@pytest_asyncio.fixture(loop_scope="module")
async def receiver(host: Host) -> AsyncIterator[Receiver]:
    async with receiving(host) as receiver:
        yield receiver
        host.sandbox.advance((WEEK + DAY).total_seconds())


@pytest.fixture
def outlook(host: Host, receiver: Receiver) -> GoogleOutlook:
    return GoogleOutlook(stand_in(host), receiver)


@pytest.fixture
def room(outlook: GoogleOutlook) -> Calendar:
    return outlook.stand.calendar(Meeting())


class TestGoogle(WatchingContract):
    """Channels, none of which is ever prolonged."""


async def refusal(outlook: Outlook, calendar: Calendar) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        await outlook.watch(calendar)
    return caught.value


@pytest.mark.parametrize("as_number", [False, True])
async def test_it_lasts_as_long_as_google_says(
    outlook: GoogleOutlook, room: Calendar, *, as_number: bool
) -> None:
    if as_number:
        outlook.fault("channel-expiration-number")
    watch = await outlook.watch(room, 30 * DAY)
    assert watch.expires_at == outlook.now + WEEK


async def test_the_message_before_the_answer_is_no_change(outlook: GoogleOutlook, room: Calendar) -> None:
    outlook.fault("channel-sync-first")
    watch = await outlook.watch(room)
    (message,) = outlook.receiver.messages
    assert message.headers["X-Goog-Channel-ID"] == watch.id
    assert await outlook.told() == []


async def test_some_calendars_cannot_be_watched(outlook: GoogleOutlook, room: Calendar) -> None:
    outlook.fault("channel-refused")
    error = await refusal(outlook, room)
    assert (type(error), error.code) == (PushRefused, "google_push_not_supported")
    assert room.address not in f"{error!r} {error.__context__!r} {error.__cause__!r}"
    await outlook.watch(room)


async def test_an_address_that_google_does_not_take_says_nothing_of_the_token(
    outlook: GoogleOutlook, room: Calendar
) -> None:
    asked = outlook.sandbox.requests[outlook.kind]
    elsewhere = Target("https://gateway.example/told", SECRET)
    with pytest.raises(PushRefused) as caught:
        await outlook.connector.watch(CalendarAddress(room.address), elsewhere, until=outlook.now + DAY)
    assert caught.value.code == "google_receiver_refused"
    assert outlook.sandbox.requests[outlook.kind] == asked + 1


async def test_the_old_one_may_go_on_until_its_end(outlook: GoogleOutlook, room: Calendar) -> None:
    watch = await outlook.watch(room)
    outlook.fault("channel-stop-refused")
    renewed = await outlook.renew(room, watch, 3 * DAY)
    assert {told.watch for told in await outlook.told_of_change(room)} == {watch.id, renewed.id}
    outlook.sandbox.advance(DAY.total_seconds())
    assert {told.watch for told in await outlook.told_of_change(room)} == {renewed.id}


async def test_one_that_is_over_is_renewed_as_well(outlook: GoogleOutlook, room: Calendar) -> None:
    watch = await outlook.watch(room)
    outlook.sandbox.advance(DAY.total_seconds())
    renewed = await outlook.renew(room, watch)
    assert await outlook.told_of_change(room) == [Told(renewed.id, SECRET)]


async def test_what_cannot_be_renewed_goes_on(outlook: GoogleOutlook, room: Calendar) -> None:
    watch = await outlook.watch(room)
    outlook.fault("channel-refused")
    with pytest.raises(PushRefused):
        await outlook.renew(room, watch)
    assert await outlook.told_of_change(room) == [Told(watch.id, SECRET)]


async def test_a_refusal_to_stop_is_told(outlook: GoogleOutlook, room: Calendar) -> None:
    watch = await outlook.watch(room)
    outlook.fault("channel-stop-refused")
    with pytest.raises(AccessDenied):
        await outlook.connector.unwatch(watch)
    await outlook.connector.unwatch(watch)


async def test_without_consent_nothing_is_told(outlook: GoogleOutlook, room: Calendar) -> None:
    with outlook.stand.without_consent():
        assert isinstance(await refusal(outlook, room), (AccessDenied, AccessLost))
    outlook.sandbox.world.denied.add(room.address)
    assert isinstance(await refusal(outlook, room), CalendarMissing)


async def test_a_watch_is_kept_as_it_is(outlook: GoogleOutlook, room: Calendar) -> None:
    """It is stored, and comes back."""
    watch = await outlook.watch(room)
    kept = msgspec.json.decode(msgspec.json.encode(watch), type=type(watch))
    await outlook.connector.unwatch(kept)
    assert await outlook.told_of_change(room) == []
    assert room.address not in msgspec.json.encode(watch).decode()
