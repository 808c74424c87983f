"""One HTTP policy towards all providers: pinned hosts, bounded waits and bodies, retries, no redirects.

Errors of the HTTP library carry addresses of tenants and mailboxes; they end here, and ours hold codes only.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Protocol

import aiohttp
import msgspec
import stamina
import stamina.instrumentation
from yarl import URL

from connectors.errors import AccessLost, Malformed, Throttled, Unreachable
from connectors.port import Admission
from connectors.raw import Hidden
from connectors.retry_after import retry_after_seconds

URL_LENGTH_MAX = 16_384
ERROR_BYTES_MAX = 64 * 2**10
_CHUNK_BYTES = 64 * 2**10


class Limits(msgspec.Struct, frozen=True):
    """What one request may cost. ``patience`` spans all attempts and the waits between them."""

    attempts_max: int = 5
    patience_seconds: float = 90
    attempt_seconds: float = 60
    connect_seconds: float = 10
    silence_seconds: float = 20
    first_wait_seconds: float = 1
    wait_seconds_max: float = 32
    body_bytes_max: int = 64 * 2**20


class Answer(Hidden, frozen=True, gc=False):
    """What a provider answered; an error's body may be cut short."""

    status: int
    body: bytes


class Grant(Protocol):
    """Proves to a provider who we are. ``forget`` drops a token, so that the next one is fresh."""

    async def token(self) -> str: ...

    def forget(self, token: str) -> None: ...


#: Says of an answer whether the provider asks for patience in its own way.
Throttling = Callable[[Answer], bool]


def by_status_alone(_: Answer) -> bool:
    """For providers that have no way of their own."""
    return False


class Transport:
    """Sends requests to one place, a URL prefix, and nowhere else.

    Awaits ``admit`` before each attempt; what it raises passes through. Raises Throttled, Unreachable,
    Malformed and, after a second refusal of a fresh token, AccessLost.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        admit: Admission,
        base_url: str,
        *,
        throttling: Throttling = by_status_alone,
        limits: Limits | None = None,
    ) -> None:
        # The default hooks of stamina log what they are given.
        stamina.instrumentation.set_on_retry_hooks([])
        self.base_url = base_url.rstrip("/") + "/"
        self._base = URL(self.base_url, encoded=True)
        self._session = session
        self._admit = admit
        self._throttling = throttling
        self._limits = limits or Limits()
        self._timeout = aiohttp.ClientTimeout(
            total=self._limits.attempt_seconds,
            connect=self._limits.connect_seconds,
            sock_read=self._limits.silence_seconds,
        )

    async def get(self, url: str, grant: Grant, headers: Mapping[str, str]) -> Answer:
        """What stands at a URL of ours or of the provider's own making.

        Under load some providers answer 401 to a good token: one fresh token is tried.
        """
        for _ in range(2):
            token = await grant.token()
            answer = await self._send("GET", url, {**headers, "Authorization": f"Bearer {token}"})
            if answer.status != HTTPStatus.UNAUTHORIZED:
                return answer
            grant.forget(token)
        raise AccessLost("token_refused")

    async def post_form(self, url: str, form: Mapping[str, str]) -> Answer:
        return await self._send("POST", url, {"Accept": "application/json"}, form)

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> Answer:
        target = self._pinned(url)
        patience = asyncio.timeout(self._limits.patience_seconds)
        try:
            async with patience:
                async for attempt in self._attempts():
                    with attempt:
                        await self._admit()
                        return await self._attempt(method, target, headers, form)
        except TimeoutError:
            if not patience.expired():
                raise
        raise Unreachable("timeout")

    def _attempts(self) -> AsyncIterator[stamina.Attempt]:
        loop = asyncio.get_running_loop()
        limits = self._limits
        deadline = loop.time() + limits.patience_seconds

        def worth_waiting(error: Exception) -> bool | float:
            if not isinstance(error, Throttled):
                return isinstance(error, Unreachable)
            wait_seconds = error.retry_after_seconds
            if wait_seconds > deadline - loop.time():
                return False
            # Some providers always say one second: then the growing backoff is the better guess.
            return wait_seconds if wait_seconds > limits.first_wait_seconds else True

        return stamina.retry_context(
            on=worth_waiting,
            attempts=limits.attempts_max,
            timeout=limits.patience_seconds,
            wait_initial=limits.first_wait_seconds,
            wait_max=limits.wait_seconds_max,
            wait_jitter=limits.first_wait_seconds,
        ).__aiter__()

    async def _attempt(
        self, method: str, url: URL, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> Answer:
        """One exchange. Raised outside the except clause, an error of ours does not even chain theirs."""
        code = "network"
        try:
            async with self._session.request(
                method,
                url,
                headers=headers,
                data=form,
                allow_redirects=False,
                timeout=self._timeout,
                middlewares=(_once,),
            ) as response:
                answer = Answer(response.status, await self._body(response))
                pause = retry_after_seconds(response.headers)
            return self._judged(answer, pause)
        except TimeoutError:
            code = "timeout"
        except (aiohttp.ClientError, OSError):
            pass
        raise Unreachable(code)

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        bytes_max = self._limits.body_bytes_max if response.ok else ERROR_BYTES_MAX
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
            body += chunk
            if len(body) > bytes_max:
                if response.ok:
                    raise Malformed("body_too_large")
                break
        return bytes(body)

    def _judged(self, answer: Answer, pause: float | None) -> Answer:
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS or (
            answer.status in _SERVER_FAULTS and pause is not None
        ):
            raise Throttled("throttled", pause or 0)
        if answer.status in _SERVER_FAULTS:
            raise Unreachable("server_fault")
        if answer.status >= HTTPStatus.BAD_REQUEST and self._throttling(answer):
            raise Throttled("throttled", pause or 0)
        return answer

    def _pinned(self, url: str) -> URL:
        """The URL as it stands, byte for byte. A token is never sent elsewhere."""
        if not self.reaches(url):
            raise Malformed("foreign_link")
        return URL(url, encoded=True)

    def reaches(self, url: str) -> bool:
        """Whether a URL lies under our prefix and may be followed."""
        if len(url) > URL_LENGTH_MAX or not url.isascii() or not url.isprintable() or "\\" in url:
            return False
        try:
            target = URL(url, encoded=True)
            is_ours = _origin(target) == _origin(self._base)
        except ValueError:
            return False
        steps = target.raw_path.lower().replace("%2e", ".").split("/")
        return (
            is_ours
            and target.raw_path.startswith(self._base.raw_path)
            and not {".", ".."}.intersection(steps)
        )


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending again by itself, past the gate, when a kept connection turns out closed."""
    with suppress(aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
        return await handler(request)
    raise aiohttp.ClientError


def _origin(url: URL) -> tuple[str, str | None, str | None, int | None]:
    return url.scheme.lower(), url.raw_user, url.raw_host and url.raw_host.lower(), url.port


_SERVER_FAULTS = frozenset({500, 502, 503, 504, 509})
