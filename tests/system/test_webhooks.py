"""A consumer is told at its webhook by whatever serves; a name that leads into our network reaches nobody."""

import asyncio
import os
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path

from aiohttp.abc import ResolveResult

from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import generate
from gateway.app.outgoing.public_hosts import PublicResolver
from gateway.clock import system_clock
from tests.fakes.identity import one_identity
from tests.fakes.webhook_target import Target
from tests.system.canary_world import NOW
from tests.system.consumer import consumer_of
from tests.system.gateways import PATIENCE_SECONDS
from tests.system.house import Choice, House


def lead_home(certificate: Path) -> None:
    """Let every name lead to this machine, and trust who listens there: no setting could."""

    async def resolve(_: PublicResolver, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)
        ]

    PublicResolver.resolve = resolve  # type: ignore[method-assign,assignment]  # in that process alone
    os.environ["SSL_CERT_FILE"] = str(certificate)  # noqa: TID251  of that process


async def test_a_consumer_is_told_what_another_reads(tmp_path: Path) -> None:
    real = system_clock()
    target = Target("")
    world = generate(5, calendars_per_tenant=2, now=NOW)
    async with (
        Sandbox(world, system_clock(NOW - real()), real, identity=one_identity()) as sandbox,
        target.open(),
    ):
        house = House.build(sandbox, tmp_path / "house")
        tenants, token = await house.onboard(*map(Choice, house.companies[:1]))
        added = await house.call("webhook", "add", "FlexO", target.url)
        target.secret = added.output.splitlines()[-1]
        await _serve_strictly(house)
        assert target.said == []
        gone_on = await house.call("webhook", "resume", "FlexO")
        assert "active" in gone_on.output
        (tmp_path / "ca.pem").write_bytes(target.certificate)
        gateway = house.start("serve", alteration=partial(lead_home, tmp_path / "ca.pem"))
        async with consumer_of(await gateway.port(), token) as consumer:
            await house.all_read()
            await consumer.read_on()
            expected = {tenant.id: consumer.backend.view(tenant.id) for tenant in tenants}
            told = target.backend
            await _until(lambda: all(told.view(one).bookings == expected[one].bookings for one in expected))
            assert all(told.view(one).resources == expected[one].resources for one in expected)
        assert (await gateway.stop()).code == 0
        listed = await house.call("webhook", "list")
    assert "never" not in listed.output


async def _serve_strictly(house: House) -> None:
    """Serve as an installation does, until what was to be sent has been tried."""
    gateway = house.start("serve")
    await gateway.port()
    await _until(lambda: '"reason": "unreachable"' in gateway.complaint)
    assert (await gateway.stop()).code == 0


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110  another process rings no event here
            await asyncio.sleep(0.02)
