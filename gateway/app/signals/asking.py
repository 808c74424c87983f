"""Asking transmitters of signals: the one door to addresses that they name, public ones or on this machine.

What an answer says beyond its bounds is not read, and it leads nowhere else.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from types import MappingProxyType

import aiohttp
from yarl import URL

from gateway.app.outgoing.posting import SingleLookups, open_session, public_target
from gateway.app.outgoing.public_hosts import PublicResolver
from gateway.errors import GatewayError
from gateway.signals.signature import TOKEN_BYTES_MAX
from gateway.signals.stream import DOCUMENT_BYTES_MAX
from gateway.written import LOOPBACK_ADDRESS

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
CONNECTIONS_MAX = 16
#: So much is told of an answer that is too long: room for a token, and for what stands before it.
BEGINNING_BYTES = 2 * TOKEN_BYTES_MAX
_JSON = {"content-type": "application/json", "accept": "application/json"}


class NotAnswered(GatewayError):
    """A transmitter was not reached, or did not answer as it should. ``code`` is one of ours."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"The transmitter did not answer as it should ({code}). Nothing was changed; it is asked again, "
            "or ask its operator."
        )
        self.code = code


class TooLong(NotAnswered):
    """It answered more than it may. ``beginning``: what came first of that."""

    def __init__(self, beginning: bytes) -> None:
        super().__init__("too_long")
        self.beginning = beginning


_CODES: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "unauthorized",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.CONFLICT: "conflict",
    HTTPStatus.TOO_MANY_REQUESTS: "too_often",
}


class Asker:
    """Asks over two sessions, of which one leads to the public network alone, and one to this machine."""

    #: Of statuses; any other is *refused*.
    codes: Mapping[int, str] = _CODES

    def __init__(self, public: aiohttp.ClientSession, local: aiohttp.ClientSession) -> None:
        self._public = public
        self._local = local

    async def get(self, address: str, token: str | None = None) -> bytes:
        """A document. Raises NotAnswered."""
        return await self._ask("GET", address, token, None, DOCUMENT_BYTES_MAX)

    async def post(
        self, address: str, body: bytes, token: str | None, most: int = DOCUMENT_BYTES_MAX
    ) -> bytes:
        """What comes back, of so many bytes at most. Raises NotAnswered."""
        return await self._ask("POST", address, token, body, most)

    async def delete(self, address: str, token: str | None) -> None:
        """Raises NotAnswered."""
        await self._ask("DELETE", address, token, None, DOCUMENT_BYTES_MAX)

    async def _ask(
        self, method: str, address: str, token: str | None, body: bytes | None, most: int
    ) -> bytes:
        session, url = self._way(address)
        headers = _JSON if token is None else {**_JSON, "authorization": f"Bearer {token}"}
        asked = session.request(
            method, url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
        )
        try:
            async with asked as answer:
                if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
                    raise NotAnswered(self.codes.get(answer.status, "refused"))
                return await _bounded(answer.content, most)
        except (aiohttp.ClientError, OSError, ValueError):
            # Without the cause: it may hold the address.
            raise NotAnswered("unreachable") from None

    def _way(self, address: str) -> tuple[aiohttp.ClientSession, URL]:
        if is_local(address):
            return self._local, URL(address)
        target = public_target(address)
        if target is None:
            raise NotAnswered("not_public")
        return self._public, target


class HostAsker(Asker):
    """Asks none but these hosts, over one session: those of a provider, as settings name them."""

    codes = MappingProxyType({**_CODES, HTTPStatus.BAD_REQUEST: "not_understood"})

    def __init__(self, session: aiohttp.ClientSession, addresses: Collection[str]) -> None:
        super().__init__(session, session)
        self._session = session
        self._origins = frozenset(URL(address).origin() for address in addresses)

    def _way(self, address: str) -> tuple[aiohttp.ClientSession, URL]:
        # Where others wrote it, it may be none.
        with suppress(ValueError):
            url = URL(address)
            if url.user is None and url.origin() in self._origins:
                return self._session, url
        raise NotAnswered("elsewhere")


def is_local(address: str) -> bool:
    """Whether it is on this machine: of stand-ins, and of whatever else an admin runs there."""
    url = URL(address)
    return LOOPBACK_ADDRESS.fullmatch(f"{url.scheme}://{url.authority}") is not None


async def _bounded(content: aiohttp.StreamReader, most: int) -> bytes:
    found = bytearray()
    async for part in content.iter_any():
        found += part
        if len(found) > most:
            raise TooLong(bytes(found[:BEGINNING_BYTES]))
    return bytes(found)


@asynccontextmanager
async def open_asker() -> AsyncIterator[Asker]:
    """What asks, for as long as it is open."""
    resolver = PublicResolver(SingleLookups(CONNECTIONS_MAX))
    async with (
        open_session(resolver, CONNECTIONS_MAX) as public,
        open_session(None, CONNECTIONS_MAX) as local,
    ):
        try:
            yield Asker(public, local)
        finally:
            await resolver.close()
