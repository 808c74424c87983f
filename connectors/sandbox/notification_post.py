"""The way out of the stand-ins: requests to receivers on this machine, and to nobody else."""

import ssl
from collections.abc import Mapping
from io import BytesIO
from types import TracebackType
from typing import NamedTuple, Self

import aiohttp
from yarl import URL

from connectors.sandbox.calendar import Clock
from connectors.sandbox.errors import SandboxError

#: Both providers give a receiver this long.
PATIENCE_SECONDS = 10.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_WAIT_SECONDS = 12.0
_ANSWER_BYTES_MAX = 65_536


class ForeignReceiver(SandboxError):
    """A receiver is not on this machine."""


class Answer(NamedTuple):
    """What a receiver said; status 0 if nothing. ``seconds`` by the stand-ins' clock."""

    status: int
    seconds: float
    content_type: str = ""
    text: str = ""

    @property
    def is_late(self) -> bool:
        return self.seconds > PATIENCE_SECONDS

    @property
    def is_success(self) -> bool:
        return self.status // 100 == 2 and not self.is_late  # noqa: PLR2004  the class of 2xx


def is_here(url: str) -> bool:
    """Whether a URL names a receiver on this machine, with nothing in it but host, port, path and query."""
    try:
        parsed = URL(url, encoded=True)
    except ValueError:
        return False
    beside = parsed.user or parsed.password or parsed.fragment
    return parsed.scheme in {"http", "https"} and parsed.host in _LOOPBACK and not beside


class Post:
    """Open as long as the context lasts. TLS trusts the given authorities (PEM) and no others."""

    def __init__(self, clock: Clock, authority: bytes | None = None) -> None:
        self._now = clock
        self._trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if authority is not None:
            self.trust(authority)
        self._session: aiohttp.ClientSession | None = None

    def trust(self, authority: bytes) -> None:
        """Take certificates of this authority, too."""
        self._trusted.load_verify_locations(cadata=authority.decode())

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=_WAIT_SECONDS)
        connector = aiohttp.TCPConnector(ssl=self._trusted)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(
        self, url: str, headers: Mapping[str, str], body: bytes = b"", *, method: str = "POST"
    ) -> Answer:
        """Send once. ForeignReceiver, before anything is looked up, for a receiver elsewhere."""
        if self._session is None or not is_here(url):
            raise ForeignReceiver(
                "The stand-ins push to 127.0.0.1, ::1 and localhost only; name one of them."
            )
        began = self._now()
        target = URL(url, encoded=True)
        try:
            async with self._session.request(
                method, target, headers=headers, data=BytesIO(body), allow_redirects=False
            ) as response:
                text = await _text(response)
                seconds = (self._now() - began).total_seconds()
                return Answer(response.status, seconds, response.content_type, text)
        except TimeoutError:
            return Answer(0, _WAIT_SECONDS)
        except aiohttp.ClientError:
            return Answer(0, (self._now() - began).total_seconds())


async def _text(response: aiohttp.ClientResponse) -> str:
    """What the receiver wrote, cut where it is longer than any answer has to be."""
    raw = b""
    async for part in response.content.iter_chunked(_ANSWER_BYTES_MAX):
        raw += part
        if len(raw) > _ANSWER_BYTES_MAX:
            break
    return raw[:_ANSWER_BYTES_MAX].decode(errors="replace")
