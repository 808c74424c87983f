"""Processes that prove withdrawals at the same time make one log."""

import asyncio
from pathlib import Path

from gateway.app.standins import write_settings
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.site import open_site
from tests.gateway.withdrawal.proved import proof_of
from tests.system.gateways import call

TENANTS = 3


async def test_processes_that_prove_at_once_make_one_log(tmp_path: Path) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    async with open_installation(tmp_path) as installation:
        tenants = [(await open_site(installation)).tenant for _ in range(TENANTS)]
    withdraw = (
        call("tenant", "withdraw", tenant, "--config", str(config), folder=tmp_path) for tenant in tenants
    )
    assert [(done.code, done.complaint) for done in await asyncio.gather(*withdraw)] == [(0, "")] * TENANTS
    async with open_installation(tmp_path) as installation:
        proofs = [await proof_of(installation, tenant) for tenant in tenants]
    assert sorted(proof.position for proof in proofs) == [*range(TENANTS)]
    assert {proof.size for proof in proofs} == {TENANTS}
