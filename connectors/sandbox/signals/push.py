"""Tokens that are sent (RFC 8935): again where a receiver is in trouble, and no more where it refuses one."""

import asyncio
from http import HTTPStatus

import msgspec

from connectors.sandbox.calendar import Clock, Event
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.notification_post import Answer, Post
from connectors.sandbox.signals.register import Register
from connectors.sandbox.signals.stream import Stream, Told

_UNREADABLE = "none"
#: Whoever is not known there, or comes too often, comes again.
_COME_AGAIN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})


class Push:
    """``answers`` are what receivers said, the last one last."""

    def __init__(self, register: Register, post: Post, clock: Clock, faults: NotificationFaults) -> None:
        self.answers: list[Answer] = []
        self._register = register
        self._post = post
        self._now = clock
        self._faults = faults

    async def deliver(self) -> None:
        """Send, once, what is due by now."""
        for stream in self._register:
            for told in stream.due(self._now()) if not stream.is_polled else ():
                await self._send(stream, told)

    async def _send(self, stream: Stream, told: Told) -> None:
        headers, url = self._headers(stream), stream.delivery.endpoint_url or ""
        times = 2 if self._faults.take("push-at-once") else 1
        sending = [self._post.send(url, headers, told.token.encode()) for _ in range(times)]
        answers = await asyncio.gather(*sending)
        self.answers += answers
        self._settle(stream, told, answers[-1])

    def _headers(self, stream: Stream) -> dict[str, str]:
        is_json = self._faults.take("push-wrong-content-type")
        headers = {
            "Content-Type": "application/json" if is_json else "application/secevent+jwt",
            "Accept": "application/json",
        }
        shown = stream.delivery.authorization_header
        if shown is not None and not self._faults.take("push-no-authorization"):
            headers["Authorization"] = shown
        return headers

    def _settle(self, stream: Stream, told: Told, answer: Answer) -> None:
        if answer.status == HTTPStatus.ACCEPTED and not answer.is_late:
            stream.take([told.id])
            return
        is_in_trouble = answer.status == 0 or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        comes_again = is_in_trouble or answer.is_late or answer.status in _COME_AGAIN
        if not (comes_again and told.put_off(self._now())):
            stream.refuse(told.id, _code(answer))


def _code(answer: Answer) -> str:
    """What a receiver says is wrong with a token."""
    try:
        body: Event = msgspec.json.decode(answer.text, type=dict[str, object])
    except msgspec.DecodeError:
        return _UNREADABLE
    return str(body.get("err", _UNREADABLE))
