"""Graph's subscriptions to the events of a mailbox: made, prolonged and ended.

learn.microsoft.com/graph/api/subscription-post-subscriptions, /graph/api/resources/subscription.
"""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

import msgspec
from msgspec.json import Decoder
from msgspec.structs import replace

from connectors.decoding import decode, fitting
from connectors.errors import ConnectorError, Malformed, PushRefused, WatchLost
from connectors.microsoft.content import kept, key_of, new_key
from connectors.microsoft.refusal import graph_codes, graph_refusal
from connectors.microsoft.requests import printed, url_of
from connectors.port import CalendarAddress, Clock, Target, Watch
from connectors.quota import Allowance
from connectors.raw import Hidden
from connectors.transport import Answer, Grant, Request, Transport

#: Graph refuses more than 10,080 minutes. An hour less: its clock is not ours.
LIFE_MAX = timedelta(minutes=10_080, hours=-1)
#: And of those that tell what has changed, more than 1,440.
TELLING_LIFE_MAX = timedelta(minutes=1_440, hours=-1)

_HEADERS = {
    "Accept": "application/json",
    "Content-Type": "application/json",
    "Prefer": 'IdType="ImmutableId"',
}
#: What is sent as JSON.
Body = dict[str, str | bool]

NOT_SUPPORTED = "graph_push_not_supported"

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})

#: Sentences, since Graph's codes do not tell these apart. None of them is kept.
_DUPLICATE = re.compile(
    r"Subscription Id <?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})>? already exists", re.IGNORECASE
)
_UNCONFIRMED = re.compile(r"validation request failed", re.IGNORECASE)
_QUOTA = re.compile(r"\b(?:limit|quota|maximum number)\b", re.IGNORECASE)


class _Subscription(Hidden, frozen=True, rename="camel"):
    """What is read of one. Its clientState is not: the secret is ours, and stands with us."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{1,128}\Z")]
    expiration_date_time: Annotated[datetime, msgspec.Meta(tz=True)]


class _Fault(Hidden, frozen=True):
    """What is read of an error beside its codes."""

    message: str = ""


class _Refusal(Hidden, frozen=True):
    """The body of an answer that is an error."""

    error: _Fault


_SUBSCRIPTION, _REFUSAL = Decoder(_Subscription), Decoder(_Refusal)


class Subscriptions:
    """One tenant's. Raises PushRefused for what Graph does not tell of, or not to us."""

    def __init__(self, transport: Transport, grant: Grant, clock: Clock) -> None:
        self._transport = transport
        self._grant = grant
        self._now = clock

    async def make(
        self,
        calendar: CalendarAddress,
        target: Target,
        until: datetime,
        allowance: Allowance,
        *,
        members: str | None = None,
    ) -> Watch:
        """While Graph is asked, it asks the target's URL, twice, whether somebody is there.

        Where it does not tell what has changed, it is asked to tell that something has.
        """
        told = None if members is None else await self._telling(calendar, target, members, until, allowance)
        return told or await self._made(asked(calendar, target, self._latest(until)), target, allowance)

    async def _telling(
        self, calendar: CalendarAddress, target: Target, members: str, until: datetime, allowance: Allowance
    ) -> Watch | None:
        # In a thread: it takes as long as a hundred events.
        key, certificate = await asyncio.to_thread(new_key, members, self._now())
        body = asked(calendar, target, self._latest(until, TELLING_LIFE_MAX)) | {
            "resource": f"{resource(calendar)}?$select={members}",
            "includeResourceData": True,
            "encryptionCertificate": certificate,
            "encryptionCertificateId": key.id,
        }
        try:
            return replace(await self._made(body, target, allowance), opener=kept(key))
        except PushRefused as refused:
            if refused.code != NOT_SUPPORTED:
                raise
            return None

    async def _made(self, body: Body, target: Target, allowance: Allowance) -> Watch:
        answer = await self._answer("POST", (), body, allowance)
        other = duplicate(answer)
        if other is not None:
            # Only our own count. One that we do not know of has a secret that nobody knows: what it tells is
            # worth nothing, and it stands in the way for up to a week.
            await self.end(other, allowance)
            answer = await self._answer("POST", (), body, allowance)
        if answer.status != HTTPStatus.CREATED:
            raise refusal(answer)
        return replace(watch(answer.body), url=target.url)

    async def prolong(self, known: Watch, until: datetime, allowance: Allowance) -> Watch:
        """Raises WatchLost if Graph does not know it any more."""
        longest = TELLING_LIFE_MAX if known.opener else LIFE_MAX
        body: Body = {"expirationDateTime": self._latest(until, longest)}
        answer = await self._answer("PATCH", (known.id,), body, allowance)
        if answer.status in _GONE:
            raise WatchLost("graph_watch_lost")
        if answer.status != HTTPStatus.OK:
            raise refusal(answer)
        return replace(known, expires_at=watch(answer.body).expires_at)

    async def end(self, watch_id: str, allowance: Allowance) -> None:
        """One that is gone is no error."""
        answer = await self._answer("DELETE", (watch_id,), None, allowance)
        if answer.status not in {HTTPStatus.NO_CONTENT, *_GONE}:
            raise refusal(answer)

    def is_current(self, known: Watch, target: Target, members: str | None) -> bool:
        """Whether one may be prolonged: else another is to take its place."""
        if known.url != target.url:
            return False
        if not known.opener:
            return True
        key = key_of(known.opener)
        return key is not None and key.members == members and self._now() < key.expires_at

    def _latest(self, until: datetime, longest: timedelta = LIFE_MAX) -> str:
        return printed(min(until, self._now() + longest))

    async def _answer(
        self, method: str, path: tuple[str, ...], body: Body | None, allowance: Allowance
    ) -> Answer:
        url = url_of(self._transport.prefix.url, "subscriptions", *path)
        content = None if body is None else msgspec.json.encode(body)
        return await self._transport.send(Request(url, _HEADERS, method, content), self._grant, allowance)


def resource(calendar: CalendarAddress) -> str:
    """The events of a mailbox, as a subscription names them."""
    return f"users/{quote(calendar, safe='@')}/events"


def asked(calendar: CalendarAddress, target: Target, until: str) -> Body:
    """The body that asks for one: of a whole mailbox, since Graph has none of one calendar."""
    return {
        "changeType": "created,updated,deleted",
        "resource": resource(calendar),
        "notificationUrl": target.url,
        "lifecycleNotificationUrl": target.url,
        "expirationDateTime": until,
        "clientState": target.secret,
    }


def watch(body: bytes) -> Watch:
    """What Graph has promised. Raises Malformed."""
    try:
        promised = decode(body, _SUBSCRIPTION)
        return Watch(promised.id, "", promised.expiration_date_time.astimezone(UTC))
    except (msgspec.ValidationError, OverflowError):
        pass
    raise Malformed("bad_watch")


def duplicate(answer: Answer) -> str | None:
    """The id of the one that stands in the way, if Graph names it."""
    found = _DUPLICATE.search(_sentence(answer)) if answer.status == HTTPStatus.CONFLICT else None
    return None if found is None else found[1]


def refusal(answer: Answer) -> ConnectorError:
    """The error to raise for an answer that promises nothing."""
    said = _sentence(answer)
    if answer.status == HTTPStatus.CONFLICT:
        return PushRefused("graph_watch_duplicate")
    if answer.status == HTTPStatus.BAD_REQUEST:
        is_ours = _UNCONFIRMED.search(said) is not None
        return PushRefused("graph_receiver_unconfirmed" if is_ours else NOT_SUPPORTED)
    if answer.status == HTTPStatus.FORBIDDEN and graph_codes(answer):
        return PushRefused("graph_push_quota" if _QUOTA.search(said) else "graph_push_denied")
    return graph_refusal(answer, by_cursor=False)


def _sentence(answer: Answer) -> str:
    found = fitting(msgspec.Raw(answer.body), _REFUSAL)
    return "" if found is None else found.error.message
