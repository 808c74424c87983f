"""Reading once, and listening: what is told where it could not be done."""

import socket
from contextlib import AsyncExitStack

import pytest
from aiohttp import web

from connectors.errors import Unreachable
from gateway.app.service import NotRead, listen_at, refuse_unread
from gateway.app.tenants import withdraw_tenant
from gateway.errors import ConfigurationError
from tests.fakes.installation import PAST_A_POLL, Installation
from tests.fakes.site import AMBER, meetings, open_site


async def test_what_was_read_is_no_failure(installation: Installation) -> None:
    await open_site(installation, *meetings(2))
    await refuse_unread(installation.parts)


async def test_what_could_not_be_read_is_counted_by_reason(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2))
    site.provider.fail(1, Unreachable("google_unreachable"))
    await installation.sync_later(PAST_A_POLL)
    with pytest.raises(NotRead, match=r"^1 calendar or .* could not be read \(google_unreachable: 1\)"):
        await refuse_unread(installation.parts)
    # It is not due again yet, and still not read.
    await installation.sync()
    with pytest.raises(NotRead):
        await refuse_unread(installation.parts)
    await installation.sync_later()
    await refuse_unread(installation.parts)


async def test_a_directory_that_could_not_be_read_counts_too(installation: Installation) -> None:
    site = await open_site(installation)
    other = await installation.onboard(site.provider, name="Fjord")
    site.provider.fail(1, Unreachable("graph_unreachable"))
    await installation.sync()
    with pytest.raises(NotRead, match="graph_unreachable: 1"):
        await refuse_unread(installation.parts)
    await withdraw_tenant(installation.parts, other)
    await refuse_unread(installation.parts)


async def test_an_item_that_is_not_understood_was_read(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2))
    site.provider.blur(AMBER, "event-0")
    await installation.sync_later()
    assert (await site.calendar()).reason == "not_understood"
    await refuse_unread(installation.parts)


async def test_a_port_that_is_taken_is_named_once_with_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with AsyncExitStack() as sites:
            with pytest.raises(ConfigurationError) as refused:
                await listen_at(sites, web.Application(), "127.0.0.1", port, setting="listen.metrics_port")
    sentence = str(refused.value)
    assert sentence.startswith(f"Cannot listen on 127.0.0.1:{port}: the port is taken")
    assert (sentence.count(str(port)), sentence.count("listen.metrics_port")) == (1, 1)


async def test_a_host_that_is_another_machines_is_named() -> None:
    async with AsyncExitStack() as sites:
        with pytest.raises(ConfigurationError, match=r"Choose another listen\.host"):
            await listen_at(sites, web.Application(), "192.0.2.1", 0, setting="listen.port")
