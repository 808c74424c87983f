"""From which address somebody asks is nowhere kept: not in a log, a number, an answer or the store."""

import asyncio
import logging
import socket
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.fakes.filled_store import FilledStore
from tests.gateway.web.served import Served

#: Of this machine, and nobody else's.
VISITOR, FORWARDED = "127.0.0.77", "203.0.113.77"

REQUESTS = {
    "a page": b"GET /v1/feed?after=nothing HTTP/1.1\r\nHost: gateway.example\r\nAuthorization: Bearer %b\r\n",
    "no token": b"GET /v1/feed HTTP/1.1\r\nHost: gateway.example\r\n",
    "an erasure": b"POST /v1/erasures/era_1/acknowledgement HTTP/1.1\r\nHost: gateway.example\r\n",
    "no such path": b"GET /nowhere HTTP/1.1\r\nHost: gateway.example\r\n",
    "a notification": b"POST /v1/notifications/google HTTP/1.1\r\nHost: gateway.example\r\n",
    "an invitation": b"GET /v1/connect/nobody HTTP/1.1\r\nHost: gateway.example\r\n",
    "no host": b"GET /v1/feed HTTP/1.1\r\n",
    "no request": b"\x16\x03\x01 this is no request\r\n",
    "no such version": b"GET / HTTP/9.9\r\n",
}


async def answered(port: int, request: bytes) -> bytes:
    """What is answered to whoever asks from that address, by way of a proxy."""
    asking = socket.socket()
    asking.settimeout(0)
    asking.bind((VISITOR, 0))
    await asyncio.get_running_loop().sock_connect(asking, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=asking)
    by_proxy = f"X-Forwarded-For: {FORWARDED}\r\nForwarded: for={FORWARDED}\r\nConnection: close\r\n\r\n"
    writer.write(request + by_proxy.encode())
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    return answer


def files_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.parametrize("request_head", REQUESTS.values(), ids=REQUESTS)
async def test_an_address_is_nowhere_kept(
    filled: FilledStore,
    served: Served,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    request_head: bytes,
) -> None:
    token = await filled.add_consumer(await filled.add_tenant("harbour"))
    port = served.client._base_url.port if served.client._base_url else None
    assert port
    with capture_logs() as ours, caplog.at_level(logging.DEBUG):
        answer = await answered(port, request_head.replace(b"%b", token.encode()))
    assert answer.startswith(b"HTTP/1.")
    said = "".join([str(ours), *(str(vars(record)) for record in caplog.records)])
    everywhere = answer + said.encode() + served.parts.metrics.exposition() + files_in(tmp_path)
    assert [one for one in (VISITOR, FORWARDED) if one.encode() in everywhere] == []
