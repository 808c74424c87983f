"""Where identity providers tell us of people: /v1/signals/{address}/..., where each address is a secret.

Whoever knows none of a transmitter's secrets is answered alike, whatever is asked for and wherever.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

from aiohttp import hdrs, web

from gateway.booking import TenantId
from gateway.clock import Clock
from gateway.signals.known import Known
from gateway.signals.scim_ids import Hashed
from gateway.signals.signal import Name, Signal
from gateway.signals.transmitter import Caller, Transmitter, TransmitterKind
from gateway.web.authentication import token_of
from gateway.web.evenly import evenly_refused
from gateway.web.notifications import Desk
from gateway.web.problems import UNAVAILABLE, Problem

SIGNALS_PATH = "/v1/signals"

#: So many are looked up at once: what anybody may ask leaves the store to others.
DESK_ROOM = 2
#: Okta's hooks give up after three seconds, and try once more. All others wait longer than this.
SECONDS_MAX = {TransmitterKind.OKTA: 2.5, TransmitterKind.SCIM: 15.0, TransmitterKind.SSF_PUSH: 15.0}

#: These show a bearer token; others whatever they were given.
BY_TOKEN = frozenset({TransmitterKind.SCIM, TransmitterKind.SSF_PUSH})
#: Nobody's secret has this hash.
NOBODY = Transmitter(kind=TransmitterKind.OKTA, issuer="", shown=bytes(32))


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


#: The transmitter of this kind whose address holds this secret.
FindCaller = Callable[[str, TransmitterKind], Awaitable[Caller | None]]


#: Notes that an account, or all there is to ask about, is to be looked at; False where that is no news.
TakeHint = Callable[[Caller, str | None], Awaitable[bool]]


async def nothing_to_look_at(_caller: Caller, _account: str | None) -> bool:
    """For who asks nobody."""
    return False


#: Does what a security event token says, durably. Raises SetRefused, NotHeard.
Hear = Callable[[Caller, bytes], Awaitable[None]]


class Project(Protocol):
    """The stream on which a provider tells of accounts, whosever they are at whichever tenant."""

    async def recognize(self, secret: str) -> bool:
        """Whether its address holds this secret."""
        ...

    async def hear(self, token: bytes) -> None:
        """Do what a token says, durably, wherever it concerns somebody. Raises SetRefused, NotHeard."""
        ...


@dataclass(frozen=True, slots=True)
class Receiving:
    """What is behind these addresses. ``url``: where providers reach us, without a path."""

    find: FindCaller
    door: Door
    hear: Hear
    clock: Clock
    url: str
    #: None: nobody tells so.
    project: Project | None = None
    hint: TakeHint = nothing_to_look_at
    desk: Desk = field(default_factory=lambda: Desk(DESK_ROOM))


RECEIVING = web.AppKey("receiving", Receiving)


#: Answers who knows a transmitter's secrets.
Answering = Callable[[web.Request, Caller], Awaitable[web.Response]]


def unauthorized() -> web.Response:
    """Without a word: it may be anybody, and no transmitter's address."""
    return web.Response(status=HTTPStatus.UNAUTHORIZED, headers={hdrs.WWW_AUTHENTICATE: "Bearer"})


def behind(
    kind: TransmitterKind, answer: Answering, refused: Callable[[], web.Response] = unauthorized
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of an address of this kind. Raises Problem where an answer would come too late.

    ``refused``: how whoever shows no secret of its transmitter is answered.
    """

    async def handler(request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(SECONDS_MAX[kind]):
                return await answer(request, await evenly_refused(_admitted(request, kind)))
        except _NotAdmittedError:
            return refused()
        except TimeoutError:
            # Whoever asked comes again.
            raise Problem(UNAVAILABLE) from None

    return handler


class _NotAdmittedError(Exception):
    """Whoever asks does not know the secrets of a transmitter."""


def behind_project(
    answer: Callable[[web.Request, Project], Awaitable[web.Response]], refused: Callable[[], web.Response]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """As ``behind``, of the stream of a project: whoever tells on it shows its address alone."""

    async def handler(request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(SECONDS_MAX[TransmitterKind.SSF_PUSH]):
                return await answer(request, await evenly_refused(_recognized(request)))
        except _NotAdmittedError:
            return refused()
        except TimeoutError:
            raise Problem(UNAVAILABLE) from None

    return handler


async def _recognized(request: web.Request) -> Project:
    receiving = request.app[RECEIVING]
    project = receiving.project
    async with receiving.desk.turn():
        is_known = project is not None and await project.recognize(request.match_info["address"])
    if project is None or not is_known:
        raise _NotAdmittedError
    return project


async def _admitted(request: web.Request, kind: TransmitterKind) -> Caller:
    receiving = request.app[RECEIVING]
    async with receiving.desk.turn():
        caller = await receiving.find(request.match_info["address"], kind)
    shown = token_of(request) if kind in BY_TOKEN else _authorization(request)
    is_shown = (NOBODY if caller is None else caller.transmitter).is_shown(shown)
    if caller is None or not is_shown:
        raise _NotAdmittedError
    return caller


def _authorization(request: web.Request) -> str | None:
    """All that stands there: Okta sends whatever it was given."""
    told = request.headers.getall(hdrs.AUTHORIZATION, [])
    return told[0] if len(told) == 1 else None
