"""Tenants as an admin sees them: onboarding, looking, withdrawing, re-opening."""

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.app.accountability.acknowledged import acknowledged
from gateway.app.standins import CONTROLLER
from gateway.app.tenants import (
    add_tenant,
    find_tenant,
    list_tenants,
    open_tenant,
    resume_tenant,
    withdraw_tenant,
    withdrawals,
)
from gateway.authorization import State, TransitionForbidden
from gateway.booking import ResourceKind, TenantId
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError, GatewayError, KeyUnavailable, UnknownName
from gateway.settings import Providers
from gateway.store.tables import calendars
from gateway.tenant import Connection, Mailbox, Places, Provider, Registration
from tests.fakes.installation import PAST_A_POLL, REGION, Installation, lose_access
from tests.fakes.provider import FakeProvider, room
from tests.fakes.site import meetings, open_site

REACH = Connection(provider=Provider.MICROSOFT, directory="cobalt.example")
READ_AS = Connection(provider=Provider.GOOGLE, directory="C0cobalt", read_as="r@cobalt.example")
CHOICE = Registration(name="Cobalt Harbour", policy="occupancy", zone="Europe/Zurich", basis="f")


async def recorded(installation: Installation, folder: Path) -> tuple[int, int]:
    """How many tenants the store knows, and how many the key service."""
    tenants = folder / "keys" / "tenants"
    return len(await list_tenants(installation.parts)), len(
        list(tenants.iterdir())
    ) if tenants.exists() else 0


async def test_an_onboarded_tenant_is_there_with_its_evidence(installation: Installation) -> None:
    tenant = await add_tenant(installation.parts, REACH, CHOICE, controller=CONTROLLER)
    (overview,) = await list_tenants(installation.parts)
    authorization = overview.standing.authorization
    assert (overview.standing.tenant, authorization.state, authorization.epoch) == (
        tenant.id,
        State.ACTIVE,
        1,
    )
    assert overview.record is not None
    assert (overview.record.tenant_name, overview.record.basis) == ("Cobalt Harbour", "f")
    assert overview.record.directory == "cobalt.example"
    assert await open_tenant(installation.parts, overview.standing) == tenant
    assert await installation.parts.keys.epoch(tenant.id, tenant.authorization) == 1


BEAMER = Mailbox(id="beamer-3", address="beamer3@cobalt.example", name="Projector 3")

UNUSABLE: dict[str, tuple[Connection, Registration]] = {
    "policy": (REACH, replace(CHOICE, policy="everything")),
    "basis": (REACH, replace(CHOICE, basis="z")),
    "basis of persons": (REACH, replace(CHOICE, basis="a")),
    "no zone": (REACH, replace(CHOICE, zone="")),
    "no day at all": (REACH, replace(CHOICE, requests_after_days=-1)),
    "more than fourteen days": (REACH, replace(CHOICE, requests_after_days=15)),
    "zone": (REACH, replace(CHOICE, zone="Europe/Atlantis")),
    "zone that is a folder": (REACH, replace(CHOICE, zone="Europe")),
    "zone that is a path": (REACH, replace(CHOICE, zone="../../etc/passwd")),
    "no name": (REACH, replace(CHOICE, name="")),
    "a name of spaces": (REACH, replace(CHOICE, name=" \t")),
    "no directory": (replace(REACH, directory=""), CHOICE),
    "no customer": (replace(READ_AS, directory=" "), CHOICE),
    "nobody to read as": (replace(READ_AS, read_as=""), CHOICE),
    "a word for a directory": (replace(REACH, directory="cobalt"), CHOICE),
    "any directory": (replace(REACH, directory="common"), CHOICE),
    "a directory that is a path": (replace(REACH, directory="cobalt.example/oauth2"), CHOICE),
    "a directory with a port": (replace(REACH, directory="cobalt.example:443"), CHOICE),
    "half an id": (replace(REACH, directory="3f0a1c52-7d4e-4b86-9a51"), CHOICE),
    "a place both ways": (
        REACH,
        replace(CHOICE, places=Places(cleared=frozenset({"a", "b"}), personal=frozenset({"b"}))),
    ),
    "an unlisted id twice": (REACH, replace(CHOICE, places=Places(unlisted=(BEAMER, BEAMER)))),
    "an unlisted site": (
        REACH,
        replace(CHOICE, places=Places(unlisted=(replace(BEAMER, kind=ResourceKind.SITE),))),
    ),
    "no address": (REACH, replace(CHOICE, places=Places(unlisted=(replace(BEAMER, address="beamer"),)))),
    "no id": (REACH, replace(CHOICE, places=Places(unlisted=(replace(BEAMER, id=""),)))),
    "an id twice": (REACH, replace(CHOICE, places=Places(external_refs={"a": "room-1", "b": "room-1"}))),
    "zone of a site": (REACH, replace(CHOICE, places=Places(site_zones={"Harbour": "Mars/Olympus"}))),
}


@pytest.mark.parametrize(("reach", "choice"), UNUSABLE.values(), ids=UNUSABLE)
async def test_what_cannot_be_used_is_refused_with_nothing_recorded(
    installation: Installation, tmp_path: Path, reach: Connection, choice: Registration
) -> None:
    with pytest.raises((ConfigurationError, UnknownName)):
        await add_tenant(installation.parts, reach, choice, controller=CONTROLLER)
    assert await recorded(installation, tmp_path) == (0, 0)


async def test_a_provider_without_a_section_is_refused(installation: Installation, tmp_path: Path) -> None:
    settings = replace(installation.parts.settings, providers=Providers())
    with pytest.raises(ConfigurationError, match=r"providers\.microsoft"):
        await add_tenant(
            dataclasses.replace(installation.parts, settings=settings), REACH, CHOICE, controller=CONTROLLER
        )
    assert await recorded(installation, tmp_path) == (0, 0)


async def test_another_region_is_refused(installation: Installation, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="region"):
        await add_tenant(installation.parts, REACH, CHOICE, region="us", controller=CONTROLLER)
    assert await recorded(installation, tmp_path) == (0, 0)
    await add_tenant(installation.parts, REACH, CHOICE, region=REGION, controller=CONTROLLER)


@pytest.mark.parametrize("directory", ["cobalt.example", "Cobalt.EXAMPLE"])
async def test_a_directory_is_not_onboarded_twice(
    installation: Installation, tmp_path: Path, directory: str
) -> None:
    await add_tenant(installation.parts, REACH, CHOICE, controller=CONTROLLER)
    with pytest.raises(ConfigurationError, match="already onboarded"):
        await add_tenant(
            installation.parts, replace(REACH, directory=directory), CHOICE, controller=CONTROLLER
        )
    assert await recorded(installation, tmp_path) == (1, 1)


@pytest.mark.parametrize("directory", ["3F0A1C52-7d4e-4b86-9a51-c0de5a4d0001", "cobalt.onmicrosoft.example"])
async def test_a_directory_is_known_by_its_id_or_a_domain(installation: Installation, directory: str) -> None:
    tenant = await add_tenant(
        installation.parts, replace(REACH, directory=directory), CHOICE, controller=CONTROLLER
    )
    assert tenant.connection.directory == directory


async def test_a_name_is_borne_by_one_open_tenant(installation: Installation, tmp_path: Path) -> None:
    first = await add_tenant(installation.parts, REACH, CHOICE, controller=CONTROLLER)
    with pytest.raises(ConfigurationError, match="bears that name"):
        await add_tenant(installation.parts, READ_AS, CHOICE, controller=CONTROLLER)
    assert await recorded(installation, tmp_path) == (1, 1)
    await withdraw_tenant(installation.parts, first.id)
    await add_tenant(installation.parts, READ_AS, CHOICE, controller=CONTROLLER)


async def test_neither_is_a_suspended_one(installation: Installation) -> None:
    site = await open_site(installation)
    await lose_access(installation.store, site.tenancy)
    with pytest.raises(ConfigurationError, match="already onboarded"):
        await add_tenant(installation.parts, site.tenancy.tenant.connection, CHOICE, controller=CONTROLLER)


async def test_another_providers_directory_of_that_name_is_another(installation: Installation) -> None:
    await add_tenant(installation.parts, REACH, CHOICE, controller=CONTROLLER)
    other = replace(READ_AS, directory=REACH.directory)
    await add_tenant(
        installation.parts, other, replace(CHOICE, name="Cobalt Harbour at Google"), controller=CONTROLLER
    )
    assert len(await list_tenants(installation.parts)) == 2


async def test_after_a_withdrawal_it_may_come_again_under_new_ids(installation: Installation) -> None:
    first = await add_tenant(installation.parts, REACH, CHOICE, controller=CONTROLLER)
    await withdraw_tenant(installation.parts, first.id)
    second = await add_tenant(installation.parts, REACH, CHOICE, controller=CONTROLLER)
    assert first.id != second.id
    assert (await find_tenant(installation.parts, "Cobalt Harbour")).standing.tenant == second.id
    assert (await find_tenant(installation.parts, first.id)).standing.authorization.state is State.ERASED


async def test_of_one_name_the_open_one_is_found(installation: Installation) -> None:
    gone = await installation.onboard(FakeProvider(room("amber")), name="Fjord")
    await withdraw_tenant(installation.parts, gone)
    kept = await installation.onboard(FakeProvider(room("amber")), name="Fjord")
    assert (await find_tenant(installation.parts, "Fjord")).standing.tenant == kept


async def test_of_two_open_ones_none_is_taken_for_the_other(
    installation: Installation, tmp_path: Path
) -> None:
    first = await installation.onboard(FakeProvider(room("amber")), name="Fjord")
    evidence = tmp_path / "keys" / "tenants" / first / "evidence.key"
    kept = evidence.read_bytes()
    # Names cannot be compared while a tenant's evidence is not to be had.
    evidence.unlink()
    installation.parts.keyring.drop(first)
    await installation.onboard(FakeProvider(room("amber")), name="Fjord")
    evidence.write_bytes(kept)
    evidence.chmod(0o600)
    with pytest.raises(UnknownName, match="Several"):
        await find_tenant(installation.parts, "Fjord")


async def test_nobody_is_not_found(installation: Installation) -> None:
    with pytest.raises(UnknownName):
        await find_tenant(installation.parts, "Fjord")
    for act in (withdraw_tenant, resume_tenant):
        with pytest.raises(UnknownName):
            await act(installation.parts, TenantId("ten_nobody"))


async def test_an_erased_tenant_is_listed_by_its_evidence_and_does_not_open(
    installation: Installation,
) -> None:
    site = await open_site(installation, *meetings(2))
    withdrawal = await withdraw_tenant(installation.parts, site.tenant)
    (overview,) = await list_tenants(installation.parts)
    assert (overview.name, overview.is_open) == ("Harbour Works", False)
    with pytest.raises(KeyUnavailable):
        await open_tenant(installation.parts, overview.standing)
    assert await withdrawals(installation.parts, site.tenant) == [withdrawal]
    assert await acknowledged(installation.parts, site.tenant, withdrawal.id) == []


async def test_withdrawing_again_tells_how_far_it_came(installation: Installation) -> None:
    site = await open_site(installation)
    first = await withdraw_tenant(installation.parts, site.tenant)
    assert await withdraw_tenant(installation.parts, site.tenant) == first


async def test_withdrawing_goes_on_where_an_earlier_one_stopped(installation: Installation) -> None:
    site = await open_site(installation)
    await installation.cascade().fence(site.tenant)
    waiting = await withdraw_tenant(installation.parts, site.tenant)
    assert waiting.dropped_at is None
    installation.clock.move(timedelta(minutes=3))
    assert (await withdraw_tenant(installation.parts, site.tenant)).notified_at is not None


async def test_without_its_evidence_a_tenant_is_withdrawn_all_the_same(
    installation: Installation, tmp_path: Path
) -> None:
    site = await open_site(installation)
    (tmp_path / "keys" / "tenants" / site.tenant / "evidence.key").unlink()
    installation.parts.keyring.drop(site.tenant)
    (overview,) = await list_tenants(installation.parts)
    assert overview.record is None
    withdrawal = await withdraw_tenant(installation.parts, overview.standing.tenant)
    assert (await installation.standing(site.tenant)).authorization.state is State.ERASED
    assert (withdrawal.verified_at is None, withdrawal.proved_at) == (False, None)


async def test_what_could_not_be_proved_is_proved_once_it_can(
    installation: Installation, tmp_path: Path
) -> None:
    site = await open_site(installation)
    evidence, elsewhere = tmp_path / "keys" / "tenants" / site.tenant / "evidence.key", tmp_path / "evidence"
    evidence.rename(elsewhere)
    installation.parts.keyring.drop(site.tenant)
    assert (await withdraw_tenant(installation.parts, site.tenant)).proved_at is None
    elsewhere.rename(evidence)
    installation.clock.move(timedelta(minutes=1))
    assert (await withdraw_tenant(installation.parts, site.tenant)).proved_at is not None


async def test_a_re_opened_tenant_is_read_at_once(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    installation.clock.move(PAST_A_POLL)
    assert await installation.store.claim(calendars, tenant=site.tenant, owner="cut off", limit=1)
    await lose_access(installation.store, site.tenancy)
    await resume_tenant(installation.parts, site.tenant)
    asked = site.provider.asked["page"]
    # Its directory, too.
    await installation.sync()
    assert site.provider.asked["page"] == asked + 2


async def test_a_suspended_tenant_is_re_opened_and_told(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    await lose_access(installation.store, site.tenancy)
    await resume_tenant(installation.parts, site.tenant)
    authorization = (await installation.standing(site.tenant)).authorization
    assert (authorization.state, authorization.epoch, authorization.reason) == (State.ACTIVE, 3, None)
    assert await installation.parts.keys.epoch(site.tenant, authorization.id) == 3
    told = [entry.kind for entry in await installation.entries(site.tenant)]
    assert told[-2:] == [EntryKind.TENANT_SUSPENDED, EntryKind.TENANT_RESUMED]


async def test_what_is_withdrawn_is_never_re_opened(installation: Installation) -> None:
    site = await open_site(installation)
    await lose_access(installation.store, site.tenancy)
    suspended = (await installation.standing(site.tenant)).authorization
    await installation.cascade().fence(site.tenant)
    with pytest.raises(TransitionForbidden):
        await resume_tenant(installation.parts, site.tenant)
    # Nor by somebody who looked before the fence fell.
    with pytest.raises(GatewayError):
        await installation.store.administer(lambda registry: registry.change(suspended, suspended.resume()))
    assert (await installation.standing(site.tenant)).authorization.state is State.WITHDRAWN
