"""How an answer can go wrong, whatever it says: refused, changed, garbled, cut off, slow."""

import asyncio
import json
from collections.abc import Callable
from http import HTTPStatus

from aiohttp import hdrs, web

from connectors.sandbox.door import encoded, json_response
from connectors.sandbox.faults.fault import Act, Body, Visit
from connectors.sandbox.refusal import Refusal

SLOW_SECONDS, SILENCE_SECONDS = 1.0, 30.0
_PIECES = 10
_STEP_SECONDS = 0.1

_PAGE = b"<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body>Try later.</body></html>"


def refused(worded: Callable[[Visit], Refusal]) -> Act:
    """Refuse in the provider's words, without asking the handler."""

    async def act(visit: Visit) -> web.StreamResponse:
        raise worded(visit)

    return act


def changed(change: Callable[[Body, Visit], None]) -> Act:
    """Change the JSON of a good answer in place."""

    async def act(visit: Visit) -> web.StreamResponse:
        response = await visit.pass_on()
        body = body_of(response)
        if body is None:
            return response
        change(body, visit)
        return json_response(body)

    return act


def body_of(response: web.StreamResponse) -> Body | None:
    """The JSON of a good answer; None of any other."""
    content = response.body if isinstance(response, web.Response) else None
    if not isinstance(content, bytes) or response.status != HTTPStatus.OK:
        return None
    try:
        # msgspec refuses halves of surrogate pairs, which an event may hold.
        body = json.loads(content)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def garbled(garble: Callable[[bytes], bytes]) -> Act:
    """Send other bytes than those of the JSON."""

    async def act(visit: Visit) -> web.StreamResponse:
        body = garble(await _bytes(visit))
        return web.Response(body=body, content_type="application/json", charset="utf-8")

    return act


def html(status: HTTPStatus) -> Act:
    """A page for people, as front ends and proxies send one."""

    async def act(_: Visit) -> web.StreamResponse:
        return web.Response(body=_PAGE, status=status, content_type="text/html", charset="utf-8")

    return act


def redirected(location: str) -> Act:
    """Send the client elsewhere."""

    async def act(_: Visit) -> web.StreamResponse:
        return web.Response(body=b"", status=HTTPStatus.FOUND, headers={hdrs.LOCATION: location})

    return act


async def falsely_compressed(visit: Visit) -> web.StreamResponse:
    """Say gzip and send none."""
    response = await _begun(visit, {hdrs.CONTENT_ENCODING: "gzip"})
    await response.write(await _bytes(visit))
    await response.write_eof()
    return response


async def dropped(visit: Visit) -> web.StreamResponse:
    """Close the connection without an answer."""
    _hang_up(visit)
    return web.Response(body=b"")


async def cut_off(visit: Visit) -> web.StreamResponse:
    """Close the connection in the middle of the body."""
    body = await _bytes(visit)
    response = await _begun(visit, {hdrs.CONTENT_LENGTH: str(len(body))})
    await response.write(body[: len(body) // 2])
    _hang_up(visit)
    return response


async def slowed(visit: Visit) -> web.StreamResponse:
    """Send the whole body, piece by piece over a second."""
    body = await _bytes(visit)
    response = await _begun(visit, {hdrs.CONTENT_LENGTH: str(len(body))})
    size = len(body) // _PIECES + 1
    for start in range(0, len(body), size):
        await asyncio.sleep(SLOW_SECONDS / _PIECES)
        await response.write(body[start : start + size])
    await response.write_eof()
    return response


async def stalled(visit: Visit) -> web.StreamResponse:
    """Send half of the body and nothing more; hang up after half a minute, or when the client does."""
    body = await _bytes(visit)
    response = await _begun(visit, {hdrs.CONTENT_LENGTH: str(len(body))})
    await response.write(body[: len(body) // 2])
    for _ in range(round(SILENCE_SECONDS / _STEP_SECONDS)):
        if visit.request.transport is None or visit.request.transport.is_closing():
            break
        await asyncio.sleep(_STEP_SECONDS)
    _hang_up(visit)
    return response


async def _bytes(visit: Visit) -> bytes:
    """What the handler would have sent."""
    response = await visit.pass_on()
    body = response.body if isinstance(response, web.Response) else None
    return body if isinstance(body, bytes) else encoded({})


async def _begun(visit: Visit, headers: dict[str, str]) -> web.StreamResponse:
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "application/json", **headers})
    await response.prepare(visit.request)
    return response


def _hang_up(visit: Visit) -> None:
    if visit.request.transport is not None:
        visit.request.transport.abort()
