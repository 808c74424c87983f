"""The channels of Google's push and their messages: numbered, and never promised.

Those of calendars have no body; those of the Admin SDK say whom or what they are about.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from connectors.sandbox.calendar import Change, Clock, Event
from connectors.sandbox.door import encoded
from connectors.sandbox.google_channel import Channel
from connectors.sandbox.notification_delivery import Delivery
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.notification_post import Post
from connectors.sandbox.refusal import google_refusal

_TRIED_AGAIN = frozenset({500, 502, 503, 504})
_GAP = 50
_LATE = timedelta(hours=6)


class _Told(NamedTuple):
    """Something to tell, with a body, whoever watches one of these by then."""

    due: datetime
    tenant: str
    watched: frozenset[str]
    state: str
    body: bytes


class GoogleMessenger:
    """``hear`` gathers, ``deliver`` sends what is due; the stand-ins' clock alone says what is."""

    def __init__(self, post: Post, clock: Clock, faults: NotificationFaults) -> None:
        self._post = post
        self._now = clock
        self._faults = faults
        self._channels: dict[tuple[str, str], Channel] = {}
        self._waiting: dict[tuple[str, str], str] = {}
        self._told: list[_Told] = []
        self._sent: list[Delivery] = []

    def open(self, channel: Channel) -> None:
        """Begin with a ``sync`` message. Refused if the id was ever used."""
        key = channel.tenant, channel.id
        if key in self._channels:
            raise google_refusal(400, "channelIdNotUnique", "Channel id not unique", "push")
        self._channels[key] = channel
        self._say(channel, "sync")

    def find(self, tenant: str, channel_id: str, resource_id: str) -> Channel:
        """Refused with 404 for one that nobody opened, that expired, or that watches something else."""
        found = self._channels.get((tenant, channel_id))
        if found is None or found.resource_id != resource_id or found.until <= self._now():
            raise google_refusal(404, "notFound", "Channel not found for project")
        return found

    def hear(self, change: Change) -> None:
        """Note that a calendar changed: what happened is not told, nor how often."""
        for key, channel in self._channels.items():
            if channel.watched == change.address and self._is_told(channel):
                self._count(channel)
                self._waiting[key] = self._state()

    def tell(
        self, tenant: str, watched: frozenset[str], state: str, body: Event, late: timedelta = timedelta()
    ) -> None:
        """Note what is told each time that it happens, to who watches one of these."""
        late = _LATE if self._faults.take("channel-late") else late
        self._told.append(_Told(self._now() + late, tenant, watched, state, encoded(body)))

    async def deliver(self) -> None:
        """Send, once, what is due now."""
        waiting, self._waiting = self._waiting, {}
        for key, state in waiting.items():
            self._say(self._channels[key], state)
        now = self._now()
        for told in self._told:
            if told.due <= now:
                self._say_all(told)
        self._told = [told for told in self._told if told.due > now]
        due = [one for one in self._sent if one.due <= now]
        self._sent = [one for one in self._sent if one.due > now]
        for delivery in due:
            answer = await self._post.send(delivery.url, delivery.headers, delivery.body)
            # Any other status, and no answer at all, is failure for good.
            if answer.status in _TRIED_AGAIN and delivery.put_off(self._now()):
                self._sent.append(delivery)

    def _say_all(self, told: _Told) -> None:
        for channel in self._channels.values():
            is_meant = channel.tenant == told.tenant and channel.watched in told.watched
            if is_meant and self._is_told(channel):
                self._count(channel)
                self._say(channel, told.state, told.body)

    def _count(self, channel: Channel) -> None:
        channel.number += _GAP if self._faults.take("channel-number-gap") else 1

    def _say(self, channel: Channel, state: str, body: bytes = b"") -> None:
        if self._faults.take("channel-lost"):
            return
        headers = channel.headers(state)
        if body:
            headers["Content-Type"] = "application/json; utf-8"
        if self._faults.take("channel-no-token"):
            headers.pop("X-Goog-Channel-Token", None)
        if self._faults.take("channel-wrong-token"):
            headers["X-Goog-Channel-Token"] = "somebody else's"
        now, about = self._now(), frozenset({channel.id})
        self._sent.append(
            Delivery(url=channel.address, headers=headers, body=body, about=about, born=now, due=now)
        )

    def _is_told(self, channel: Channel) -> bool:
        if channel.until <= self._now():
            return self._faults.take("channel-after-expiry")
        return not channel.stopped or self._faults.take("channel-after-stop")

    def _state(self) -> str:
        if self._faults.take("channel-not-exists"):
            return "not_exists"
        return "rearranged" if self._faults.take("channel-unknown-state") else "exists"
