"""Outgoing webhooks: the one door to addresses that operators and consumers name.

An address leads to the public network or nowhere: whatever it resolves to is looked at in the moment of
connecting, and that very address is connected to. Nothing of an answer is read but how it begins.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from http import HTTPStatus

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from connectors.retry_after import retry_after_seconds
from gateway.app.outgoing.public_hosts import PublicResolver, is_named, is_public
from gateway.feed.delivery import Failure
from gateway.feed.settling import Taken
from gateway.web.push_reader import SENT_AT_ONCE
from gateway.web.pushing import ENDPOINTS_MAX

#: To be connected within the first, since what is sent may not be older; and answered within the second.
TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)


def open_session(resolver: AbstractResolver | None, limit: int) -> aiohttp.ClientSession:
    """Follows no proxy of the environment and keeps no cookie. ``resolver``: None looks names up as ever."""
    connector = aiohttp.TCPConnector(ssl=_trusted(), resolver=resolver, use_dns_cache=False, limit=limit)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)


@cache
def _trusted() -> ssl.SSLContext:
    # Read once: whom a machine trusts takes a tenth of a second to read.
    return ssl.create_default_context()


async def post(
    session: aiohttp.ClientSession,
    url: URL,
    body: bytes,
    headers: Mapping[str, str],
    timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  aiohttp's own
) -> Taken:
    """Send it, and say what came of it. Its answer is not read, and it leads nowhere else."""
    request = session.post(url, data=body, headers=headers, timeout=timeout, allow_redirects=False)
    try:
        async with request as answer:
            return _taken(answer.status, retry_after_seconds(answer.headers) or 0.0)
    except (aiohttp.ClientError, OSError, ValueError):
        return Taken(Failure.UNREACHABLE)


def _taken(status: int, retry_after: float) -> Taken:
    if status == HTTPStatus.GONE:
        return Taken(Failure.GONE)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Taken()
    redirects = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
    return Taken(Failure.REDIRECTED if redirects else Failure.REFUSED, retry_after)


class Sender:
    """Sends to consumers' webhooks over one session."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(self, url: str, body: bytes, headers: dict[str, str]) -> Taken:
        """Raises nothing."""
        target = public_target(url)
        if target is None:
            return Taken(Failure.UNREACHABLE)
        return await post(self._session, target, body, headers, TIMEOUT)


def public_target(address: str) -> URL | None:
    """An address that is https, without a user, and not plainly of another network than the public one.

    None for what is none. Literal ones have to be looked at here: they are asked of no resolver.
    """
    try:
        url = URL(address)
        host = url.host or ""
    except ValueError:
        return None
    is_https = url.scheme == "https" and url.user is None and url.password is None
    return url if is_https and (is_named(host) or is_public(host)) else None


@asynccontextmanager
async def open_sender() -> AsyncIterator[Sender]:
    """A sender to the public network, and to nowhere else."""
    resolver = PublicResolver(SingleLookups(ENDPOINTS_MAX))
    async with open_session(resolver, ENDPOINTS_MAX * SENT_AT_ONCE) as session:
        try:
            yield Sender(session)
        finally:
            await resolver.close()


class SingleLookups(AbstractResolver):
    """Looks each name up once at a time, in its own thread: one whose name server hangs holds up no other."""

    def __init__(self, names: int) -> None:
        self._threads = ThreadPoolExecutor(names, "lookup")
        self._asked = dict[tuple[str, int, int], asyncio.Future[list[ResolveResult]]]()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        key = host, port, int(family)
        asked = self._asked.get(key)
        if asked is None:
            loop = asyncio.get_running_loop()
            asked = loop.run_in_executor(self._threads, _looked_up, host, port, family)
            self._asked[key] = asked
            asked.add_done_callback(lambda _: self._asked.pop(key, None))
        return await asyncio.shield(asked)

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _looked_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    """Raises OSError."""
    found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG)
    return [
        ResolveResult(
            hostname=host,
            host=str(address[0]),
            port=int(address[1]),
            family=kind,
            proto=protocol,
            flags=socket.AI_NUMERICHOST,
        )
        for kind, _, protocol, _, address in found
    ]
