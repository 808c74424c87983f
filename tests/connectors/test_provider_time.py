"""A provider's own time, as its answers tell it."""

from datetime import UTC, datetime

import aiohttp
import pytest

from connectors.errors import Unreachable
from connectors.transport import Limits, Transport
from tests.connectors.tls_host import free, said, serving

TIME = "Mon, 01 Mar 2027 09:00:00 GMT"
LIMITS = Limits(attempts_max=1)


async def test_whatever_is_answered_tells_the_time_and_no_token_is_shown() -> None:
    async with (
        serving() as host,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=host.tls)) as session,
    ):
        transport = Transport(session, free, f"{host.url}/v1.0", limits=LIMITS)
        for status in (200, 401, 404):
            host.answers("/v1.0/", said(status, {}, Date=TIME))
            assert await transport.time() == datetime(2027, 3, 1, 9, tzinfo=UTC)
        for odd in ("yesterday", "Mon, 99 Mar 2027 09:00:00 GMT"):
            host.answers("/v1.0/", said(200, {}, Date=odd))
            assert await transport.time() is None
        host.answers("/v1.0/", said(503, {}, Date=TIME))
        with pytest.raises(Unreachable):
            await transport.time()
