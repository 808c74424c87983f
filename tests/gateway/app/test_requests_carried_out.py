"""What people ask for is carried out: by hand or by standing instruction, once, and for good."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from gateway.app.accountability.exporting import export_subject
from gateway.authorization import State
from gateway.errors import ConfigurationError, KeyUnavailable
from gateway.request import By, RequestKind, RequestState
from gateway.store.withdrawals import withdrawals_of
from tests.fakes.asking import ask, carry, enrolled, refuse, row_of, visit, visitor
from tests.fakes.enrolled import BOOKERS, RUBEN, WENDLA, enrol, withdraw
from tests.fakes.installation import Installation
from tests.fakes.persons import Person, links_at, open_peopled_site
from tests.fakes.site import Site
from tests.gateway.app.test_subjects import open_scene
from tests.gateway.withdrawal.proved import assert_proved

DAY = timedelta(days=1)


@pytest.mark.parametrize("kind", [RequestKind.OBJECTION, RequestKind.ERASURE])
async def test_what_is_carried_out_holds_for_good(installation: Installation, kind: RequestKind) -> None:
    site = await open_peopled_site(installation)
    await Person(site, "ana").connect()
    (link,) = await links_at(site)
    subject = await enrol(site, WENDLA)
    request = await ask(site, kind, WENDLA, "w@cobalt.example", link=link.authorization)
    assert (await carry(site, request)).state is RequestState.CARRIED_OUT
    assert await enrolled(site) == []
    with pytest.raises(KeyUnavailable):
        await installation.parts.keyring.tenant(site.tenant, subject)
    assert await links_at(site) == []
    known = await installation.store.look(
        site.tenancy.fence, site.tenancy.keys, lambda to: to.subjects.registered()
    )
    # Two addresses and a user id.
    assert len(known.suppressed) == 3
    # Whoever carried it out has driven what follows to its end: theirs, of the link, and of nobody's address.
    driven = await installation.store.read(partial(withdrawals_of, tenant=site.tenant))
    assert [row.proved_at is None for row in driven] == [False] * 3
    assert await withdraw(site, address="w@cobalt.example") is None
    with pytest.raises(ConfigurationError, match="before"):
        await carry(site, request)


@pytest.mark.parametrize("days", [0, 3, 14])
async def test_the_standing_instruction_carries_out_what_is_not_refused(
    installation: Installation, days: int
) -> None:
    site = await open_scene(installation, BOOKERS)
    await instruct(site, days)
    subject = await enrol(site, WENDLA)
    kept = await ask(site, RequestKind.RESTRICTION, WENDLA)
    refused = await ask(site, RequestKind.ERASURE, RUBEN)
    request = await ask(site, RequestKind.ERASURE, WENDLA)
    await refuse(site, refused)
    if days:
        installation.clock.move(days * DAY - timedelta(seconds=1))
        await visit(installation)
        assert await enrolled(site) == [subject]
        assert (await row_of(site, request.id)).is_open
        installation.clock.move(timedelta(seconds=1))
    await visit(installation)
    assert await enrolled(site) == []
    # Whoever carried it out has driven what follows to its end.
    assert (await assert_proved(installation, site.tenant))["subject"] == subject
    assert (await row_of(site, request.id)).state is RequestState.CARRIED_OUT
    assert (await row_of(site, kept.id)).state is RequestState.OPENED
    assert (await row_of(site, refused.id)).state is RequestState.REFUSED


async def test_what_was_refused_meanwhile_is_not_carried_out(installation: Installation) -> None:
    """Between a visitor's look and its fence an officer refuses: their link goes on, too."""
    site = await open_peopled_site(installation)
    await Person(site, "ana").connect()
    (link,) = await links_at(site)
    subject = await enrol(site, WENDLA)
    request = await ask(site, RequestKind.ERASURE, WENDLA, link=link.authorization)
    await refuse(site, request)
    standing = await installation.standing(site.tenant)
    assert await visitor(installation).execute(request.id, standing, By.OFFICER) == []
    assert await enrolled(site) == [subject]
    assert (await links_at(site))[0].state is State.ACTIVE


async def test_of_a_tenant_that_is_withheld_nothing_is_carried_out(installation: Installation) -> None:
    """A store that was put back may tell of what was refused since."""
    site = await open_scene(installation, BOOKERS)
    request = await ask(site, RequestKind.ERASURE, WENDLA)
    installation.parts.keyring.withhold(site.tenant)
    await visit(installation)
    assert (await row_of(site, request.id)).is_open
    installation.parts.keyring.release(site.tenant)
    await visit(installation)
    assert not (await row_of(site, request.id)).is_open


async def instruct(site: Site, days: int) -> None:
    """As if it had been onboarded so."""
    here = site.installation
    choice = replace(site.tenancy.tenant.registration, requests_after_days=days)
    tenant = replace(site.tenancy.tenant, registration=choice)
    epoch = (await here.standing(site.tenant)).authorization.epoch
    await here.store.administer(lambda registry: registry.register(tenant, epoch, site.tenancy.keys))


async def test_what_is_wrong_is_read_anew(installation: Installation) -> None:
    site = await open_scene(installation, incremental=True)
    calendar = await site.calendar()
    assert calendar.cursor is not None
    request = await ask(site, RequestKind.RECTIFICATION, WENDLA)
    assert (await site.calendar()).cursor is not None
    await carry(site, request)
    assert (await site.calendar()).cursor is None
    await installation.sync()
    assert (await site.calendar()).cursor is not None


@pytest.mark.parametrize("kind", [RequestKind.ACCESS, RequestKind.PORTABILITY])
async def test_what_is_kept_is_handed_out_and_that_they_asked_is_of_it(
    installation: Installation, tmp_path: Path, kind: RequestKind
) -> None:
    site = await open_scene(installation, BOOKERS)
    await enrol(site, WENDLA)
    await site.later()
    request = await ask(site, kind, WENDLA)
    for target, odd in ((None, request), (tmp_path / "odd", await ask(site, RequestKind.RESTRICTION, RUBEN))):
        with pytest.raises(ConfigurationError, match="--target"):
            await carry(site, odd, target)
    await carry(site, request, tmp_path / "hers")
    *lines, _ = [msgspec.json.decode(line) for line in (tmp_path / "hers").read_bytes().splitlines()]
    assert {line["table"] for line in lines} == {
        "subjects",
        "finders",
        "bookings",
        "requests",
        "request_finders",
    }
    (kept,) = [line for line in lines if line["table"] == "requests"]
    assert kept["row"]["record"]["kind"] == kind
    assert "stays as proof" in kept["withdrawal"]


async def test_who_asked_by_two_addresses_finds_that_by_either(
    installation: Installation, tmp_path: Path
) -> None:
    site = await open_scene(installation)
    await ask(site, RequestKind.ACCESS, WENDLA, "w@cobalt.example")
    await ask(site, RequestKind.ACCESS, RUBEN)
    standing = await installation.standing(site.tenant)
    told = await export_subject(installation.parts, standing, tmp_path / "hers", user=None, address=WENDLA)
    # The request, and both hashes.
    assert told.rows == 3
