"""One HTTP policy towards all providers: pinned hosts, bounded waits and bodies, retries, no redirects.

Errors of the HTTP library carry addresses of tenants and mailboxes; they end here, and ours hold codes only.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple, Protocol
from urllib.parse import urlencode

import aiohttp
import msgspec
import stamina
import stamina.instrumentation
from msgspec.structs import replace

from connectors.errors import AccessDoubtful, Malformed, Throttled, Unreachable
from connectors.meter import Meter, Outcome, unmetered
from connectors.port import Admission
from connectors.prefix import Prefix
from connectors.quota import Allowance
from connectors.raw import Hidden
from connectors.retry_after import http_date, retry_after_seconds

ERROR_BYTES_MAX = 64 * 2**10
_CHUNK_BYTES = 64 * 2**10
_FORM_HEADERS = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}


class Limits(msgspec.Struct, frozen=True):
    """What one request may cost. ``patience`` spans all attempts and the waits between them.

    ``queue`` comes on top of it, before each attempt: our own bounds say nothing of the provider, and a
    request that waited for them needs its patience still.
    """

    attempts_max: int = 5
    patience_seconds: float = 90
    queue_seconds: float = 30
    attempt_seconds: float = 60
    connect_seconds: float = 10
    silence_seconds: float = 20
    first_wait_seconds: float = 1
    wait_seconds_max: float = 32
    body_bytes_max: int = 64 * 2**20


class Request(Hidden, frozen=True, gc=False):
    """What is asked of a provider, but for the token. The URL is already encoded."""

    url: str
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes | None = None


class Answer(Hidden, frozen=True, gc=False):
    """What a provider answered; an error's body may be cut short."""

    status: int
    body: bytes
    #: The header Date: the provider's own time.
    date: str = ""


class _Reply(NamedTuple):
    """An answer, and how long it asks us to wait, where it says so."""

    answer: Answer
    retry_after_seconds: float | None


class Grant(Protocol):
    """Proves to a provider who we are. ``forget`` drops a token, so that the next one is fresh."""

    async def token(self) -> str: ...

    def forget(self, token: str) -> None: ...


#: Says something of an answer that is an error.
Predicate = Callable[[Answer], bool]

#: For requests that no provider counts.
_UNBOUNDED = Allowance()


def never(_: Answer) -> bool:
    """For providers that have no such way of their own."""
    return False


class Transport:
    """Sends requests to one place, a URL prefix, and nowhere else.

    ``throttling`` says of an error whether it asks for patience in the provider's own way, ``app_wide``
    whether it asks so of all that we ask, and ``token_is_good`` whether a 401 is about something else than
    the token. Awaits ``admit`` right before each attempt, once there is room for it; what it raises passes
    through. Tells ``meter`` of each attempt. Raises Throttled, Unreachable, Malformed and, after a second
    refusal of a fresh token, AccessDoubtful.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        admit: Admission,
        base_url: str,
        *,
        throttling: Predicate = never,
        app_wide: Predicate = never,
        token_is_good: Predicate = never,
        limits: Limits | None = None,
        meter: Meter = unmetered,
    ) -> None:
        # The default hooks of stamina log what they are given.
        stamina.instrumentation.set_on_retry_hooks([])
        self.prefix = Prefix(base_url)
        self._session = session
        self._admit = admit
        self._throttling = throttling
        self._app_wide = app_wide
        self._token_is_good = token_is_good
        self._meter = meter
        self._limits = limits or Limits()
        self._timeout = aiohttp.ClientTimeout(
            total=self._limits.attempt_seconds,
            connect=self._limits.connect_seconds,
            sock_read=self._limits.silence_seconds,
        )

    async def get(self, url: str, grant: Grant, headers: Mapping[str, str], allowance: Allowance) -> Answer:
        """What stands at a URL of ours or of the provider's own making."""
        return await self.send(Request(url, headers), grant, allowance)

    async def send(self, asked: Request, grant: Grant, allowance: Allowance) -> Answer:
        """The answer to a request that shows a token.

        Under load some providers answer 401 to a good token: one fresh token is tried.
        """
        for _ in range(2):
            token = await grant.token()
            shown = replace(asked, headers={**asked.headers, "Authorization": f"Bearer {token}"})
            # A POST that was heard, and whose answer was lost, would be carried out twice.
            answer = await self._send(shown, allowance, repeatable=asked.method != "POST")
            if answer.status != HTTPStatus.UNAUTHORIZED or self._token_is_good(answer):
                return answer
            grant.forget(token)
        raise AccessDoubtful("token_refused")

    async def public(self, url: str) -> Answer:
        """What anybody may read at a URL."""
        return await self._send(Request(url, {"Accept": "application/json"}), _UNBOUNDED, repeatable=True)

    async def post_form(self, url: str, form: Mapping[str, str], *, repeatable: bool = True) -> Answer:
        """The answer to a form; sent again like a question if what it asks for may be had twice."""
        asked = Request(url, _FORM_HEADERS, "POST", urlencode(form).encode())
        return await self._send(asked, _UNBOUNDED, repeatable=repeatable)

    async def time(self) -> datetime | None:
        """The provider's own time, told by whatever it answers to a request without a token."""
        answer = await self._send(Request(self.prefix.url, {}, "HEAD"), _UNBOUNDED, repeatable=True)
        return http_date(answer.date)

    async def _send(self, asked: Request, allowance: Allowance, *, repeatable: bool) -> Answer:
        patience = asyncio.timeout(self._limits.patience_seconds)
        waiting_since = _now()
        try:
            async with patience:
                async for attempt in self._attempts(patience, repeatable=repeatable):
                    async with self._room(allowance, patience):
                        waited_seconds = _now() - waiting_since
                        with attempt:
                            await self._admit()
                            try:
                                return await self._attempt(asked, allowance, waited_seconds)
                            finally:
                                waiting_since = _now()
        except TimeoutError:
            if not patience.expired():
                raise
        raise Unreachable("timeout")

    @asynccontextmanager
    async def _room(self, allowance: Allowance, patience: asyncio.Timeout) -> AsyncIterator[None]:
        """Room for an attempt; patience stands still until there is."""
        left = _seconds_left(patience)
        patience.reschedule(None)
        async with allowance.attempt(self._limits.queue_seconds):
            patience.reschedule(_now() + left)
            yield

    def _attempts(self, patience: asyncio.Timeout, *, repeatable: bool) -> AsyncIterator[stamina.Attempt]:
        """Again after each error that passes, if what was heard may be said again.

        Who asks for patience has not done what was asked.
        """
        limits = self._limits

        def worth_waiting(error: Exception) -> bool | float:
            if not isinstance(error, Throttled):
                return repeatable and isinstance(error, Unreachable)
            wait_seconds = error.retry_after_seconds
            if wait_seconds > _seconds_left(patience):
                return False
            # Some providers always say one second: then the growing backoff is the better guess.
            return wait_seconds if wait_seconds > limits.first_wait_seconds else True

        return stamina.retry_context(
            on=worth_waiting,
            attempts=limits.attempts_max,
            timeout=None,
            wait_initial=limits.first_wait_seconds,
            wait_max=limits.wait_seconds_max,
            wait_jitter=limits.first_wait_seconds,
        ).__aiter__()

    async def _attempt(self, asked: Request, allowance: Allowance, waited_seconds: float) -> Answer:
        """One exchange and what it comes to, told to the meter however it ends."""
        outcome, body = Outcome.UNREACHABLE, bytearray()
        try:
            reply = await self._exchange(asked, body)
            outcome = self._outcome(reply)
            return self._judged(reply, outcome, allowance)
        except Malformed:
            outcome = Outcome.FAILED
            raise
        finally:
            self._meter(outcome, body, waited_seconds)

    async def _exchange(self, asked: Request, body: bytearray) -> _Reply:
        """Send, and read into ``body``.

        Raised outside the except clause, an error of ours does not even chain theirs.
        """
        code = "network"
        try:
            async with self._session.request(
                asked.method,
                self.prefix.target(asked.url),
                headers=asked.headers,
                data=asked.body,
                allow_redirects=False,
                timeout=self._timeout,
                middlewares=(_once,),
            ) as response:
                date = response.headers.get("Date", "")
                await self._read(response, body)
                answer = Answer(response.status, bytes(body), date)
                return _Reply(answer, retry_after_seconds(response.headers))
        except TimeoutError:
            code = "timeout"
        except (aiohttp.ClientError, OSError):
            pass
        raise Unreachable(code)

    async def _read(self, response: aiohttp.ClientResponse, body: bytearray) -> None:
        bytes_max = self._limits.body_bytes_max if response.ok else ERROR_BYTES_MAX
        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
            body += chunk
            if len(body) > bytes_max:
                if response.ok:
                    raise Malformed("body_too_large")
                break

    def _outcome(self, reply: _Reply) -> Outcome:
        status = reply.answer.status
        if self._throttled(reply):
            return Outcome.THROTTLED
        if status in _SERVER_FAULTS:
            return Outcome.FAILED
        return Outcome.OK if status < HTTPStatus.MULTIPLE_CHOICES else Outcome.REFUSED

    def _judged(self, reply: _Reply, outcome: Outcome, allowance: Allowance) -> Answer:
        if outcome is Outcome.THROTTLED:
            pause = reply.retry_after_seconds or 0
            allowance.pause(pause, app_wide=self._app_wide(reply.answer))
            raise Throttled("throttled", pause)
        if outcome is Outcome.FAILED:
            raise Unreachable("server_fault")
        return reply.answer

    def _throttled(self, reply: _Reply) -> bool:
        status = reply.answer.status
        if status in _SERVER_FAULTS:
            return reply.retry_after_seconds is not None
        return status == HTTPStatus.TOO_MANY_REQUESTS or (
            status >= HTTPStatus.BAD_REQUEST and self._throttling(reply.answer)
        )


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending again by itself, past the gate, when a kept connection turns out closed."""
    with suppress(aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
        return await handler(request)
    raise aiohttp.ClientError


def _seconds_left(patience: asyncio.Timeout) -> float:
    """Until it runs out. It does not stand still where this is asked."""
    return (patience.when() or 0.0) - _now()


def _now() -> float:
    return asyncio.get_running_loop().time()


_SERVER_FAULTS = frozenset({500, 502, 503, 504, 509})
