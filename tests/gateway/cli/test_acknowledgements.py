"""What consumers say of an erasure, and do not say, as an admin sees it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from gateway.acknowledgement import _ONE_ALGORITHM
from gateway.app.accountability.account import tenants_account
from gateway.app.accountability.account_text import account_text
from gateway.app.consumers.overview import add_consumer, list_consumers, revoke_consumer
from gateway.app.standins import write_settings
from gateway.app.tenants import withdraw_tenant
from gateway.cli.consumer import add
from gateway.cli.consumer import list_ as list_readers
from gateway.cli.proof import certificate
from gateway.cli.status import status
from gateway.cli.tenant import show
from gateway.errors import ConfigurationError
from gateway.store.acknowledgements import SIGNED, Seal, Signed, acknowledge
from tests.fakes.filled_store import NOON
from tests.fakes.installation import SETTINGS, Installation, open_installation
from tests.fakes.signing import Signer
from tests.fakes.site import Site, open_site


@dataclass
class Desk:
    """An admin at an installation, whose clock the commands share."""

    installation: Installation
    site: Site
    config: Path
    capsys: pytest.CaptureFixture[str]

    def said(self) -> str:
        return " ".join(self.capsys.readouterr().out.split())

    async def shown(self) -> str:
        await show(self.site.tenant, config=self.config)
        return self.said()

    async def acknowledge(self, erasure: str, consumer: str, signed: Signed | None = None) -> None:
        column = await self.installation.parts.keyring.evidence(self.site.tenant, *SIGNED)
        seal = None if signed is None else Seal(column, 1, signed)
        await self.installation.store.administer(
            lambda rows: acknowledge(rows.handle, self.site.tenant, erasure, consumer, at=rows.now, seal=seal)
        )


@pytest.fixture
async def desk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    monkeypatch.setenv("COLUMNS", "300")
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    async with open_installation(tmp_path) as installation:
        yield Desk(installation, await open_site(installation), config, capsys)


async def test_a_consumer_is_added_with_its_key(desk: Desk, tmp_path: Path) -> None:
    signer, key = Signer(), tmp_path / "flexo.pem"
    key.write_bytes(signer.public_pem)
    await add("FlexO", tenant=[desk.site.tenant], purpose="occupancy", public_key=key, config=desk.config)
    (added,) = await list_consumers(desk.installation.parts)
    assert added.public_key == signer.public
    desk.said()
    await list_readers(config=desk.config)
    assert "for occupancy, signs" in desk.said()
    key.write_bytes(signer.pem)
    with pytest.raises(ConfigurationError, match="nothing was recorded"):
        await add("two", tenant=[desk.site.tenant], purpose="occupancy", public_key=key, config=desk.config)
    assert await list_consumers(desk.installation.parts) == [added]


async def test_each_acknowledgement_is_shown_as_what_it_is(desk: Desk) -> None:
    parts, signer = desk.installation.parts, Signer()
    signs, _ = await add_consumer(
        parts, "signs", [desk.site.tenant], purpose="occupancy", public_key=signer.public
    )
    says, _ = await add_consumer(parts, "says", [desk.site.tenant], purpose="occupancy")
    erasure = (await withdraw_tenant(parts, desk.site.tenant)).id
    until = NOON + timedelta(days=90)
    signed = Signed(signer.jws(erasure, copies_until=until), signer.public)
    await desk.acknowledge(erasure, signs.id, signed)
    await desk.acknowledge(erasure, says.id)
    shown = await desk.shown()
    assert f"acknowledged by {says.id} 2026-03-02 12:00:30 UTC, by its token, unsigned" in shown
    assert (
        f"acknowledged by {signs.id} 2026-03-02 12:00:30 UTC, signed: executed 2026-03-02 12:00:30 UTC, "
        "copies remain until 2026-05-31 12:00:30 UTC"
    ) in shown
    assert signed.jws in account_text(await tenants_account(parts, desk.site.tenant))


async def test_what_was_signed_can_be_had_and_verified_by_anybody(desk: Desk) -> None:
    parts, signer = desk.installation.parts, Signer()
    erasure = (await withdraw_tenant(parts, desk.site.tenant)).id
    await desk.acknowledge(erasure, "con_signs", Signed(signer.jws(erasure), signer.public))
    await desk.acknowledge(erasure, "con_says")
    desk.capsys.readouterr()
    await certificate(desk.site.tenant, acknowledgements=True, config=desk.config)
    first, second = map(msgspec.json.decode, sorted(desk.capsys.readouterr().out.splitlines()))
    assert (first["consumer"], first["jws"], first["public_key"]) == ("con_says", None, None)
    key = OKPKey.import_key(second["public_key"])
    opened = jws.deserialize_compact(second["jws"], key, registry=_ONE_ALGORITHM)
    assert msgspec.json.decode(opened.payload)["erasure"] == second["erasure"] == erasure


async def test_who_was_told_is_waited_for_and_then_overdue(desk: Desk) -> None:
    parts, clock = desk.installation.parts, desk.installation.clock
    reader, _ = await add_consumer(parts, "FlexO", [desk.site.tenant], purpose="occupancy")
    gone, _ = await add_consumer(parts, "gone", [desk.site.tenant], purpose="occupancy")
    before, _ = await add_consumer(parts, "gone before", [desk.site.tenant], purpose="occupancy")
    await revoke_consumer(parts, before.id)
    clock.move(timedelta(minutes=2))
    await withdraw_tenant(parts, desk.site.tenant)
    clock.move(timedelta(minutes=2))
    later, _ = await add_consumer(parts, "later", [desk.site.tenant], purpose="occupancy")
    await revoke_consumer(parts, gone.id)
    shown = await desk.shown()
    # The machine's own clock is months ahead of that of this installation.
    assert f"not acknowledged by {reader.id} overdue" in shown
    assert f"not acknowledged by {gone.id} revoked before it acknowledged" in shown
    assert before.id not in shown
    assert later.id not in shown
    await status(config=desk.config)
    assert f"{reader.id} has not acknowledged erasure" in desk.said()
