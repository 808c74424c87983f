"""Bodies of requests, read within bounds."""

import asyncio

from aiohttp import web

READING_SECONDS_MAX = 3


async def bounded_body(request: web.Request, bytes_max: int) -> bytes:
    """The body; nothing of one that is too long or too slow."""
    body = bytearray()
    try:
        async with asyncio.timeout(READING_SECONDS_MAX):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > bytes_max:
                    return b""
    except TimeoutError:
        return b""
    return bytes(body)
