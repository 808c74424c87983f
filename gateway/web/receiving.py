"""Where identity providers tell us of people: /v1/signals/{address}/..., where each address is a secret.

Whoever knows no channel's secrets is answered alike, whatever is asked for and whether the address is one.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

from aiohttp import hdrs, web

from gateway.booking import TenantId
from gateway.clock import Clock
from gateway.signals.channel import Channel, ChannelKind, Known
from gateway.signals.scim_ids import Hashed
from gateway.signals.signal import Name, Signal
from gateway.web.authentication import token_of
from gateway.web.evenly import evenly_refused
from gateway.web.notifications import Desk
from gateway.web.problems import UNAVAILABLE, Problem

SIGNALS_PATH = "/v1/signals"

#: So many are looked up at once: what anybody may ask leaves the store to others.
DESK_ROOM = 2
#: Okta's hooks give up after three seconds, and try once more. Provisioning jobs wait longer than this.
SECONDS_MAX = {ChannelKind.OKTA: 2.5, ChannelKind.SCIM: 15.0}

#: Nobody's secret has this hash.
_NO_HASH = bytes(32)


class Door(Protocol):
    """What becomes of what is told, and who is known. Names go no further than their keyed hashes."""

    async def receive(self, tenant: TenantId, channel: str, signals: Sequence[Signal]) -> None:
        """Decide on signals, and do it. Durable once it returns; what was told before changes nothing."""
        ...

    async def known(self, tenant: TenantId, names: Collection[Name]) -> Known | None:
        """Whom one of these names finds."""
        ...

    async def hashed(self, tenant: TenantId, names: Sequence[Name]) -> Sequence[str]:
        """The keyed hash of each, whoever has it: the same always, 16 to 64 letters of base64url."""
        ...

    async def known_by_hash(self, tenant: TenantId, name: Hashed) -> Known | None:
        """Whom the name finds of which this is the keyed hash."""
        ...


#: The channel of this kind whose address holds this secret.
FindChannel = Callable[[str, ChannelKind], Awaitable[Channel | None]]


@dataclass(frozen=True, slots=True)
class Receiving:
    """What is behind these addresses. ``url``: where providers reach us, without a path."""

    find: FindChannel
    door: Door
    clock: Clock
    url: str
    desk: Desk = field(default_factory=lambda: Desk(DESK_ROOM))


RECEIVING = web.AppKey("receiving", Receiving)


#: Answers who knows a channel's secrets.
Answering = Callable[[web.Request, Channel], Awaitable[web.Response]]


def behind(kind: ChannelKind, answer: Answering) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of an address of this kind. Raises Problem where an answer would come too late."""

    async def handler(request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(SECONDS_MAX[kind]):
                return await answer(request, await evenly_refused(_admitted(request, kind)))
        except _NotAdmittedError:
            # Without a word: it may be anybody, and no channel's address.
            return web.Response(status=HTTPStatus.UNAUTHORIZED, headers={hdrs.WWW_AUTHENTICATE: "Bearer"})
        except TimeoutError:
            # Whoever asked comes again.
            raise Problem(UNAVAILABLE) from None

    return handler


class _NotAdmittedError(Exception):
    """Whoever asks does not know the secrets of a channel."""


async def _admitted(request: web.Request, kind: ChannelKind) -> Channel:
    receiving = request.app[RECEIVING]
    async with receiving.desk.turn():
        channel = await receiving.find(request.match_info["address"], kind)
    shown = token_of(request) if kind is ChannelKind.SCIM else _authorization(request)
    digest = hashlib.sha256((shown or "").encode(errors="surrogateescape")).digest()
    is_shown = hmac.compare_digest(digest, _NO_HASH if channel is None else channel.secret_hash)
    if channel is None or not is_shown:
        raise _NotAdmittedError
    return channel


def _authorization(request: web.Request) -> str | None:
    """All that stands there: Okta sends whatever it was given."""
    told = request.headers.getall(hdrs.AUTHORIZATION, [])
    return told[0] if len(told) == 1 else None
