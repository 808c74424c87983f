import pytest
from googleapiclient.errors import HttpError

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.server import Sandbox
from tests.conformance.google.client import Google
from tests.connectors.sandbox.receivers import Receiver


async def test_a_channel_tells_until_it_is_stopped(
    google: Google, room: Calendar, sandbox: Sandbox, receiver: Receiver
) -> None:
    asked = {"id": "one", "type": "web_hook", "address": receiver.url, "token": "a secret of ours"}
    channel = await google.ask(google.calendar.events().watch(calendarId=room.address, body=asked))
    await sandbox.notifier.deliver()
    (message,) = receiver.taken()
    assert message.headers["X-Goog-Resource-State"] == "sync"
    assert message.headers["X-Goog-Resource-ID"] == channel["resourceId"]
    stopping = google.calendar.channels().stop(body={name: channel[name] for name in ("id", "resourceId")})
    assert not await google.ask(stopping)
    room.cancel(next(iter(room.events)))
    await sandbox.notifier.deliver()
    assert receiver.taken() == []


async def test_a_channel_id_serves_once(google: Google, room: Calendar, receiver: Receiver) -> None:
    asked = {"id": "one", "type": "web_hook", "address": receiver.url}
    watching = google.calendar.events().watch
    await google.ask(watching(calendarId=room.address, body=asked))
    with pytest.raises(HttpError) as refused:
        await google.ask(watching(calendarId=room.address, body=asked))
    assert refused.value.status_code == 400
    assert refused.value.error_details[0]["reason"] == "channelIdNotUnique"
