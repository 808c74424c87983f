"""Tells streams of what happens to people, and of themselves."""

from collections.abc import Iterable
from itertools import count

from connectors.sandbox.calendar import Clock, Event
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.signals.event_types import EVENT_TYPES, STREAM_UPDATED, VERIFICATION, uri
from connectors.sandbox.signals.stream import Status, Stream, Told
from connectors.sandbox.signals.writer import Writer


class Teller:
    """Hands each stream a token of its own."""

    def __init__(self, issuer: str, writer: Writer, clock: Clock, faults: NotificationFaults) -> None:
        self._issuer = issuer
        self._writer = writer
        self._now = clock
        self._faults = faults
        self._numbers = count(1)
        self._last = ""

    def tell(self, streams: Iterable[Stream], name: str, subject: Event, **members: object) -> list[str]:
        """Tell those who want to know of an event of ``EVENT_TYPES``; returns the ids of the tokens.

        ``members`` besides, or in place of, those that it is known with.
        """
        at = int(self._now().timestamp())
        event = {"event_timestamp": at} | EVENT_TYPES[name] | members
        return [self._hand(stream, name, subject, event) for stream in streams if stream.wants(uri(name))]

    def verify(self, stream: Stream, state: str | None) -> None:
        """Say that a stream works; without a state, of our own accord."""
        if self._faults.take("verification-wrong-state"):
            state = "another"
        if self._faults.take("verification-no-state"):
            state = None
        event = {} if state is None else {"state": state}
        self._hand(stream, VERIFICATION, _itself(stream), event)

    def update(self, stream: Stream, status: Status, reason: str | None) -> None:
        """Say how a stream stands from now on, and let it stand so."""
        event = {"status": status.value} | ({} if reason is None else {"reason": reason})
        if status is Status.DISABLED:
            stream.waiting.clear()
        self._hand(stream, STREAM_UPDATED, _itself(stream), event, is_standing=True)
        stream.status, stream.reason = status, reason

    def _hand(
        self, stream: Stream, name: str, subject: Event, event: Event, *, is_standing: bool = False
    ) -> str:
        now, id_ = self._now(), self._id()
        claims = {
            "iss": self._issuer,
            "aud": stream.audience,
            "iat": int(now.timestamp()),
            "jti": id_,
            "txn": f"transaction of {id_}",
            "sub_id": subject,
            "events": {uri(name): event},
        }
        token = self._writer.write(claims)
        if self._faults.take("set-lost"):
            return id_
        for _ in range(2 if self._faults.take("set-twice") else 1):
            stream.put(Told(id=id_, token=token, is_standing=is_standing, born=now, due=now))
        return id_

    def _id(self) -> str:
        if not (self._last and self._faults.take("set-same-id")):
            self._last = f"set-{next(self._numbers)}"
        return self._last


def _itself(stream: Stream) -> Event:
    return {"format": "opaque", "id": stream.id}
