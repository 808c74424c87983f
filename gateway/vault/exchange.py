"""Exchange: one question to a key service and its answer, within bounds. Errors hold nothing of either."""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple, TypeVar

import aiohttp
import msgspec
import structlog

from gateway.errors import KeyUnavailable

ANSWER_BYTES_MAX = 64 * 2**10
TIMEOUT = aiohttp.ClientTimeout(total=5, connect=2)
#: For so long nobody else waits for a service that let somebody wait in vain.
SILENCE_SECONDS = 5.0

Data = TypeVar("Data")

log = structlog.get_logger()


class Answer(NamedTuple):
    """What a key service said. It may be a key."""

    status: int
    body: bytes

    def __repr__(self) -> str:
        return f"<Answer {self.status}>"


class Exchange:
    """Asks over a session of its own, once: whoever needs a key tries again."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._silent_until = 0.0

    async def ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Raises KeyUnavailable if there is no answer in time, or none of bearable size."""
        if _now() < self._silent_until:
            raise _no_answer()
        try:
            async with self._session.request(
                method, url, headers=headers, data=body, allow_redirects=False, timeout=TIMEOUT
            ) as response:
                return Answer(response.status, await _bounded(response.content))
        except TimeoutError:
            self._silent_until = _now() + SILENCE_SECONDS
        except (aiohttp.ClientError, OSError):
            pass
        log.warning("key_service_silent")
        # Raised outside the except clause, it does not even chain what may hold an address.
        raise _no_answer()


async def _bounded(content: aiohttp.StreamReader) -> bytes:
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > ANSWER_BYTES_MAX:
            raise not_understood()
    return bytes(body)


def decoded(answer: Answer, kind: type[Data]) -> Data:
    """Raises KeyUnavailable for what does not read as ``kind``."""
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    raise not_understood()


def not_understood() -> KeyUnavailable:
    return KeyUnavailable(
        "What answers is no key service of the kind that was configured. Nothing is read or served until one "
        "does; check its address, and what stands in between."
    )


def _no_answer() -> KeyUnavailable:
    return KeyUnavailable(
        "The key service does not answer. Nothing is read or served until it does; check that it runs, that "
        "its address is right, and that its certificate is one of an authority that is trusted here."
    )


def _now() -> float:
    return asyncio.get_running_loop().time()
