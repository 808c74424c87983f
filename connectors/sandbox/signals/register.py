"""The streams of a transmitter: whose they are, and what becomes of those that nobody asks for."""

import secrets
from collections.abc import Iterator
from http import HTTPStatus

from aiohttp import hdrs, web

from connectors.sandbox.calendar import Clock
from connectors.sandbox.refusal import Refusal
from connectors.sandbox.signals.stream import Status, Stream, Terms
from connectors.sandbox.signals.teller import Teller

INACTIVE = "Nobody has asked for this stream"


class Register:
    """``barred`` holds receivers that are known, and may have no stream."""

    def __init__(self, url: str, issuer: str, clock: Clock, teller: Teller) -> None:
        self.terms = Terms()
        self.barred: set[str] = set()
        self._url = url
        self._issuer = issuer
        self._now = clock
        self._teller = teller
        self._receivers: dict[str, str] = {}
        self._streams: dict[str, Stream] = {}

    def __iter__(self) -> Iterator[Stream]:
        """Those that are left by now."""
        self._leave_inactive()
        return iter([*self._streams.values()])

    def admit(self, receiver: str) -> str:
        """The token of a receiver, by which it is known from now on."""
        token = secrets.token_urlsafe(24)
        self._receivers[token] = receiver
        return token

    def receiver(self, request: web.Request) -> str:
        """Who asks. Refused with 401 if that is nobody, with 403 if it is barred."""
        scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        receiver = self._receivers.get(token) if scheme.lower() == "bearer" else None
        if receiver is None:
            raise Refusal(HTTPStatus.UNAUTHORIZED, {}, {hdrs.WWW_AUTHENTICATE: "Bearer"})
        if receiver in self.barred:
            raise said(HTTPStatus.FORBIDDEN, "This receiver may have no stream.")
        return receiver

    def make(self, receiver: str) -> Stream:
        """A stream; refused with 409 for who has one."""
        if any(stream.receiver == receiver for stream in self):
            raise said(HTTPStatus.CONFLICT, "This receiver has a stream.")
        stream = Stream(
            id=secrets.token_hex(16),
            receiver=receiver,
            issuer=self._issuer,
            url=self._url,
            terms=self.terms,
            touched_at=self._now(),
        )
        self._streams[stream.id] = stream
        return stream

    def of(self, receiver: str) -> list[Stream]:
        return [stream for stream in self if stream.receiver == receiver]

    def touched(self, receiver: str, stream_id: str | None) -> Stream:
        """A stream of the receiver's, which has shown that it is there. Refused with 404."""
        found = next((stream for stream in self.of(receiver) if stream.id == stream_id), None)
        if found is None:
            raise said(HTTPStatus.NOT_FOUND, "This receiver has no such stream.")
        found.touched_at = self._now()
        return found

    def delete(self, stream: Stream) -> None:
        del self._streams[stream.id]

    def _leave_inactive(self) -> None:
        for stream in [*self._streams.values()]:
            limit, after = stream.terms.inactivity, stream.terms.after
            if limit is None or self._now() < stream.touched_at + limit:
                continue
            if after is None:
                self.delete(stream)
            elif stream.status is Status.ENABLED:
                self._teller.update(stream, after, INACTIVE)


def said(status: HTTPStatus, description: str) -> Refusal:
    """An error in the framework's form."""
    return Refusal(status, {"err": status.phrase.lower().replace(" ", "_"), "description": description})
