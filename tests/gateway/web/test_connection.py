"""What is no request, or what HTTP itself refuses, is answered with a problem that quotes nothing."""

import asyncio

import msgspec
import pytest

from tests.gateway.web.served import PATIENCE_SECONDS, Served

SECRET = b"Anna-Schmidt-secret"
LINE = b"GET /v1/feed HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"

REQUESTS = {
    "garbage": SECRET + b"\r\n\r\n",
    "a long header": LINE + b"Authorization: Bearer " + SECRET * 400 + b"\r\n\r\n",
    "a flood of headers": LINE + b"".join(b"X-%d: %s\r\n" % (n, SECRET) for n in range(1000)) + b"\r\n",
    "a header with a zero": LINE + b"Authorization: Bearer " + SECRET + b"\x00\r\n\r\n",
    "a long line": b"GET /v1/feed?after=" + SECRET * 2000 + b" HTTP/1.1\r\nHost: here\r\n\r\n",
    "a bad address": b"GET http://[" + SECRET + b"/v1/feed HTTP/1.1\r\nHost: here\r\n\r\n",
    "a bad length": LINE + b"Content-Length: " + SECRET + b"\r\n\r\n",
    "a bad method": b"GE\x01T" + SECRET + b" / HTTP/1.1\r\nHost: here\r\n\r\n",
    "an unknown expectation": LINE + b"Expect: " + SECRET + b"\r\n\r\n",
    "an unknown expectation elsewhere": LINE.replace(b"/v1/feed", b"/x") + b"Expect: " + SECRET + b"\r\n\r\n",
    "another encoding": LINE + b"Transfer-Encoding: " + SECRET + b"\r\n\r\n",
}


async def told(served: Served, request: bytes) -> bytes:
    """All that is answered on one connection, closed by us where the server does not."""
    address = served.client._base_url
    assert address is not None
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(request)
    async with asyncio.timeout(PATIENCE_SECONDS):
        answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("request_bytes", REQUESTS.values(), ids=REQUESTS)
async def test_a_problem_that_quotes_nothing(served: Served, request_bytes: bytes) -> None:
    head, _, body = (await told(served, request_bytes)).partition(b"\r\n\r\n")
    assert SECRET not in head + body
    assert head.split()[1].startswith(b"4")
    assert b"Content-Type: application/problem+json" in head
    assert b"Server: calendar-pii-gateway" in head
    assert b"aiohttp" not in head
    assert b"nosniff" in head
    assert msgspec.json.decode(body)["title"]
