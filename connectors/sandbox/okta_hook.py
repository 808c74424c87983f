"""One event hook of an Okta organization: asks whether its address answers, then tells what it is to tell.

developer.okta.com/docs/concepts/event-hooks: three seconds, one more try, none after a 4xx; at least once, in
no order.
"""

from http import HTTPStatus
from typing import NamedTuple

import msgspec

from connectors.sandbox.calendar import Clock, Event
from connectors.sandbox.chance import Chance
from connectors.sandbox.notification_post import Answer, Post
from connectors.sandbox.people import identifier

PATIENCE_SECONDS = 3.0
_BATCH_MAX = 100
_TRIES = 2
#: Of what we ask for, all but these two is told to hooks.
_NOT_ELIGIBLE = {"user.lifecycle.delete.completed", "app.oauth2.as.token.revoke"}


class _Batch(NamedTuple):
    """A POST on its way, and how often it was sent."""

    id: str
    entries: tuple[Event, ...]
    tries: int = 0


class OktaHook:
    """``hear`` gathers; ``deliver`` sends what waits, each batch once. ``lost`` holds what was given up.

    What goes wrong next: ``again`` sends a batch that was taken once more, ``backwards`` the newest first.
    """

    def __init__(self, post: Post, clock: Clock, url: str, secret: str) -> None:
        self.secret = secret
        self.is_verified = False
        self.again = False
        self.backwards = False
        self.lost: list[Event] = []
        self._post = post
        self._now = clock
        self._url = url
        self._entries: list[Event] = []
        self._batches: list[_Batch] = []
        self._made = 0

    async def verify(self, challenge: str = "Me_rShK8JHsTnbyYrWXCEoMGbM_zsZ6k0hLPZ_Pg") -> Answer:
        """Ask whether the address is its owner's, as often as an admin wants to."""
        headers = {"Accept": "application/json", "X-Okta-Verification-Challenge": challenge}
        answer = await self._post.send(self._url, headers | {"Authorization": self.secret}, method="GET")
        said = _object(answer.text) if answer.status == HTTPStatus.OK else {}
        self.is_verified = said.get("verification") == challenge and not _is_late(answer)
        return answer

    def hear(self, entry: Event) -> None:
        """Note an entry of the System Log, if hooks are told of it."""
        if self.is_verified and entry["eventType"] not in _NOT_ELIGIBLE:
            self._entries.append(entry)

    async def deliver(self) -> list[Answer]:
        """Send, once, what waits: what is new, and what was not taken the first time."""
        self._pack()
        sending, self._batches = self._batches, []
        answers = [await self._send(batch) for batch in sending]
        self.again = False
        return answers

    def _pack(self) -> None:
        entries, self._entries = self._entries, []
        if self.backwards:
            entries.reverse()
            self.backwards = False
        for start in range(0, len(entries), _BATCH_MAX):
            self._made += 1
            name = identifier(Chance(self._made, "hook"))
            self._batches.append(_Batch(name, tuple(entries[start : start + _BATCH_MAX])))

    async def _send(self, batch: _Batch) -> Answer:
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "Okta-Integrations",
            "Authorization": self.secret,
        }
        answer = await self._post.send(self._url, headers, self._body(batch))
        batch = batch._replace(tries=batch.tries + 1)
        is_taken = answer.status in {HTTPStatus.OK, HTTPStatus.NO_CONTENT} and not _is_late(answer)
        is_refused = answer.status // 100 == HTTPStatus.BAD_REQUEST // 100
        is_tried_again = self.again if is_taken else not is_refused and batch.tries < _TRIES
        if is_tried_again:
            self._batches.append(batch)
        elif not is_taken:
            self.lost += batch.entries
        return answer

    def _body(self, batch: _Batch) -> bytes:
        return msgspec.json.encode({
            "eventType": "com.okta.event_hook",
            "eventTypeVersion": "1.0",
            "cloudEventsVersion": "0.1",
            "contentType": "application/json",
            "eventId": batch.id,
            "eventTime": f"{self._now():%Y-%m-%dT%H:%M:%S.000Z}",
            "source": "https://north.example/api/v1/eventHooks/whoCalendarGateway",
            "data": {"events": batch.entries},
        })  # fmt: skip


def _is_late(answer: Answer) -> bool:
    return answer.seconds > PATIENCE_SECONDS


def _object(text: str) -> Event:
    try:
        return msgspec.json.decode(text, type=dict[str, object])
    except msgspec.DecodeError:
        return {}
