"""Emission: writing what a transaction has decided, soon enough that it is still true."""

import asyncio

from aiohttp import web

#: After this long a fence may have fallen that the body knows nothing of.
WRITE_TIMEOUT_SECONDS = 5


async def emit(
    request: web.Request, body: bytes, timeout_seconds: float = WRITE_TIMEOUT_SECONDS
) -> web.Response:
    """Write JSON in time, down to the socket. A reader too slow for that is cut off in the middle."""
    response = web.Response(body=body, content_type="application/json")
    transport = request.transport
    if transport is None:
        raise ConnectionResetError("The consumer went away before it was answered.")
    # Otherwise the last 64 KiB would count as written while they still wait in our own memory.
    transport.set_write_buffer_limits(high=0)
    try:
        async with asyncio.timeout(timeout_seconds):
            await response.prepare(request)
            await response.write_eof()
    except TimeoutError:
        transport.abort()
        raise ConnectionResetError("The consumer took its answer too slowly and was cut off.") from None
    return response
