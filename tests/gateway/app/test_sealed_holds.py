"""A hold by order is named nowhere: with and without one, all that is told to anybody is the same."""

import json
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.app.accountability.account import tenants_account
from gateway.app.accountability.account_text import account_text
from gateway.app.accountability.exporting import export_subject, export_tenant
from gateway.app.accountability.linked_data import account_data
from gateway.app.accountability.records import records_of
from gateway.app.holds.reviews import Reviews
from gateway.app.standins import write_settings
from gateway.app.tenants import list_tenants, withdraw_tenant
from gateway.cli import hold as hold_commands
from gateway.cli import status as status_commands
from gateway.cli import tenant as tenant_commands
from gateway.errors import UnknownName
from gateway.proof.certificate import EXCEPTIONS
from gateway.proposal import Lift, Review
from gateway.store.inventory import described
from gateway.store.tables import holds
from tests.fakes.enrolled import WENDLA
from tests.fakes.full_site import open_full_site, rows_of
from tests.fakes.holds import ANNA, BEN, ORDER, confirmed, found_officers, place_at, place_sealed, review_day
from tests.fakes.installation import SETTINGS, Installation, open_installation
from tests.fakes.site import Site, meetings, open_site
from tests.gateway.withdrawal.proved import proof_of

#: What is random in a certificate: its salt, and ids of ours.
RANDOM = re.compile(r'("salt":")[^"]*|\b(ten|aut|era)_[A-Za-z0-9_-]{22}')


async def told(site: Site, file: Path) -> list[object]:
    """All that the gateway says of a tenant, but on the command line."""
    parts, standing = site.installation.parts, await site.installation.standing(site.tenant)
    await export_tenant(parts, standing, file.with_suffix(".tenant"))
    await export_subject(parts, standing, file.with_suffix(".subject"), user=None, address=WENDLA)
    account = await tenants_account(parts, site.tenant)
    return [
        file.with_suffix(".tenant").read_bytes(),
        file.with_suffix(".subject").read_bytes(),
        account_text(account),
        account_data(account),
        await records_of(parts, await list_tenants(parts)),
        await site.head(),
    ]


async def test_exports_and_accounts_are_the_same_to_the_byte(
    installation: Installation, tmp_path: Path
) -> None:
    site = await open_full_site(installation)
    before = await told(site, tmp_path / "before")
    assert all(EXCEPTIONS in str(one) for one in before[:4])
    hold = await place_sealed(site)
    assert await told(site, tmp_path / "with") == before
    day = review_day(site) + timedelta(days=1)
    await confirmed(installation.parts, Review, hold=hold, review=day)
    assert await told(site, tmp_path / "reviewed") == before
    await confirmed(installation.parts, Lift, hold=hold, reference=ORDER)
    assert await told(site, tmp_path / "lifted") == before


async def certified(folder: Path, held: Callable[[Site], Awaitable[object]]) -> dict[str, Any]:
    async with open_installation(folder) as installation:
        await found_officers(installation.parts, ANNA, BEN)
        site = await open_site(installation, *meetings(3))
        await held(site)
        await withdraw_tenant(installation.parts, site.tenant)
        certificate = (await proof_of(installation, site.tenant)).certificate
    return dict(json.loads(RANDOM.sub(r"\1\2", json.dumps(certificate, separators=(",", ":")))))


async def nothing(_: Site) -> None:
    pass


async def test_certificates_are_the_same_but_for_what_is_random(tmp_path: Path) -> None:
    for name in ("without", "with"):
        (tmp_path / name).mkdir()
    without = await certified(tmp_path / "without", nothing)
    assert await certified(tmp_path / "with", place_sealed) == without
    assert without["exceptions"] == EXCEPTIONS


async def test_commands_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)

    async def said(site: Site) -> str:
        await hold_commands.list_(config=config)
        await status_commands.status(config=config)
        for command in (tenant_commands.show, tenant_commands.history):
            await command(site.tenant, config=config)
        return capsys.readouterr().out

    async with open_installation(tmp_path) as installation:
        await found_officers(installation.parts, ANNA, BEN)
        site = await open_site(installation, *meetings(2))
        before = await said(site)
        hold = await place_sealed(site)
        # Long after its review, too.
        installation.clock.move(timedelta(days=200))
        assert await said(site) == before
        for ask in (hold_commands.show, partial(hold_commands.review, review=review_day(site))):
            with pytest.raises(UnknownName, match="no such hold"):
                await ask(hold, config=config)


async def test_logs_do_not_say_that_its_review_is_overdue(installation: Installation) -> None:
    await found_officers(installation.parts, ANNA, BEN)
    site = await open_site(installation, *meetings(2))
    await place_sealed(site)
    installation.clock.move(timedelta(days=200))
    with capture_logs() as lines:
        await Reviews(installation.parts).visit()
    assert lines == []


async def test_in_the_database_it_looks_like_any_other(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2))
    await place_at(site)
    await place_sealed(site)
    rows = await rows_of(installation.store, holds, site.tenant)
    assert len(rows) == 2
    clear = [name for name, column in described(holds).items() if not column.content.is_sealed]
    assert len({tuple(row._mapping[name] for name in clear if name != "id") for row in rows}) == 1
