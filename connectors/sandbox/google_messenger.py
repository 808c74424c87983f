"""The channels of Google's push and their messages: numbered, without a body, and never promised."""

from connectors.sandbox.calendar import Change, Clock
from connectors.sandbox.google_channel import Channel
from connectors.sandbox.notification_delivery import Delivery
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.notification_post import Post
from connectors.sandbox.refusal import google_refusal

_TRIED_AGAIN = frozenset({500, 502, 503, 504})
_GAP = 50


class GoogleMessenger:
    """``hear`` gathers, ``deliver`` sends what is due; the stand-ins' clock alone says what is."""

    def __init__(self, post: Post, clock: Clock, faults: NotificationFaults) -> None:
        self._post = post
        self._now = clock
        self._faults = faults
        self._channels: dict[tuple[str, str], Channel] = {}
        self._waiting: dict[tuple[str, str], str] = {}
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
            if channel.calendar == change.address and self._is_told(channel):
                channel.number += _GAP if self._faults.take("channel-number-gap") else 1
                self._waiting[key] = self._state()

    async def deliver(self) -> None:
        """Send, once, what is due now."""
        waiting, self._waiting = self._waiting, {}
        for key, state in waiting.items():
            self._say(self._channels[key], state)
        now = self._now()
        due = [one for one in self._sent if one.due <= now]
        self._sent = [one for one in self._sent if one.due > now]
        for delivery in due:
            answer = await self._post.send(delivery.url, delivery.headers)
            # Any other status, and no answer at all, is failure for good.
            if answer.status in _TRIED_AGAIN and delivery.put_off(self._now()):
                self._sent.append(delivery)

    def _say(self, channel: Channel, state: str) -> None:
        if self._faults.take("channel-lost"):
            return
        headers = channel.headers(state)
        if self._faults.take("channel-no-token"):
            headers.pop("X-Goog-Channel-Token", None)
        if self._faults.take("channel-wrong-token"):
            headers["X-Goog-Channel-Token"] = "somebody else's"
        now, about = self._now(), frozenset({channel.id})
        self._sent.append(
            Delivery(url=channel.address, headers=headers, body=b"", about=about, born=now, due=now)
        )

    def _is_told(self, channel: Channel) -> bool:
        if channel.until <= self._now():
            return self._faults.take("channel-after-expiry")
        return not channel.stopped or self._faults.take("channel-after-stop")

    def _state(self) -> str:
        if self._faults.take("channel-not-exists"):
            return "not_exists"
        return "rearranged" if self._faults.take("channel-unknown-state") else "exists"
