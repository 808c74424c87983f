"""Emission: writing what a transaction has decided, soon enough that it is still true."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import structlog
from aiohttp import web

from gateway.web.forms import JSON

#: After this long a fence may have fallen that the body knows nothing of.
WRITE_TIMEOUT_SECONDS = 5

log = structlog.get_logger()


@asynccontextmanager
async def in_time(
    request: web.Request, timeout_seconds: float = WRITE_TIMEOUT_SECONDS
) -> AsyncIterator[None]:
    """What is written within goes down to the socket in time. A reader too slow for that is cut off.

    Raises ConnectionError.
    """
    transport = request.transport
    if transport is None:
        raise ConnectionResetError("The consumer went away before it was answered.")
    # Otherwise the last 64 KiB would count as written while they still wait in our own memory.
    transport.set_write_buffer_limits(high=0)
    try:
        async with asyncio.timeout(timeout_seconds):
            yield
            await request.writer.drain()
    except TimeoutError:
        transport.abort()
        raise ConnectionResetError("The consumer took its answer too slowly and was cut off.") from None


async def emit(
    request: web.Request,
    body: bytes,
    *,
    media_type: str = JSON,
    headers: Mapping[str, str] | None = None,
    timeout_seconds: float = WRITE_TIMEOUT_SECONDS,
) -> web.Response:
    """Write a body in time. Raises ConnectionError."""
    response = web.Response(body=body, content_type=media_type, headers=headers)
    async with in_time(request, timeout_seconds):
        await response.prepare(request)
        await response.write_eof()
    return response


@contextmanager
def begun(request: web.Request) -> Iterator[None]:
    """What fails once an answer has begun cuts it off: nothing else can be said any more.

    Raises ConnectionError. Whoever asks again is told the reason.
    """
    try:
        yield
    except ConnectionError:
        raise
    except Exception as error:  # noqa: BLE001  another answer would be written into this one
        log.warning("stream_cut_off", code=type(error).__name__)
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionResetError("The answer cannot be gone on with.") from None
