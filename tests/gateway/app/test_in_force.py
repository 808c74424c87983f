"""What holds of an authorization is recorded as it is given, and what changes, in its history."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import msgspec
import pytest

from gateway.app.accountability.history import changes, history
from gateway.app.accountability.notice import notice
from gateway.app.consumers.overview import add_consumer, readers_of, revoke_consumer
from gateway.app.rules import load_rules
from gateway.app.tenants import open_record, open_tenant, withdraw_tenant
from gateway.app.terms.deadlines import end_of, renew
from gateway.app.terms.in_force import version_of
from gateway.app.terms.narrowing import narrow
from gateway.app.terms.policies import pass_to
from gateway.booking import TenantId
from gateway.errors import KeyUnavailable
from gateway.minimization.lattice import People, Time
from gateway.record import AuthorizationRecord, InForce, Recipient
from gateway.residency import Residence
from gateway.store.history import Happened
from gateway.store.registry import known_standing_under
from gateway.vault.keyring import Keyring
from gateway.vault.keys import DataKeyOwner
from gateway.vault.secret import SecretKey
from tests.fakes.crashes import CrashingKeys, Fuse
from tests.fakes.installation import lose_access, open_installation
from tests.fakes.persons import Person, links_at, open_peopled_site
from tests.fakes.site import Site

#: Where the installation is.
HERE = Residence("eu")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_installation(tmp_path) as installation:
        yield await open_peopled_site(installation)


async def recorded(site: Site) -> AuthorizationRecord:
    parts = site.installation.parts
    return await open_record(parts, await site.installation.standing(site.tenant))


async def rows(site: Site, what: Happened) -> list[InForce]:
    """What held from each such row on, the first first."""
    parts = site.installation.parts
    held = await changes(parts, site.tenant)
    return [held[row.number] for row in await history(parts, site.tenant) if row.what is what]


async def test_the_notice_that_is_recorded_is_the_one_that_is_written(site: Site) -> None:
    parts = site.installation.parts
    standing = await site.installation.standing(site.tenant)
    await add_consumer(parts, "screens", [site.tenant], purpose="strict")
    await add_consumer(parts, "backend", [site.tenant], purpose="occupancy")
    tenant, controller = await open_tenant(parts, standing), (await recorded(site)).controller
    before, after = (
        notice(parts.rules, tenant, controller=controller, region=standing.region, recipients=names)
        for names in ((), await readers_of(parts, site.tenant))
    )
    held = [(await recorded(site)).in_force, (await rows(site, Happened.RECIPIENTS))[-1]]
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in (before, after)]
    assert [one.notice_version for one in held] == [f"sha256:{digest}" for digest in digests]


async def test_who_may_read_is_written_down_as_they_come_and_go(site: Site) -> None:
    parts = site.installation.parts
    await add_consumer(parts, "backend", [site.tenant], purpose="occupancy")
    await add_consumer(parts, "screens", [site.tenant], purpose="strict")
    await revoke_consumer(parts, "backend")
    backend, screens = Recipient("backend", "occupancy", HERE), Recipient("screens", "strict", HERE)
    told = [row.recipients for row in await rows(site, Happened.RECIPIENTS)]
    assert told == [(backend,), (backend, screens), (screens,)]
    assert (await recorded(site)).in_force.recipients == ()


async def test_a_token_stops_whatever_becomes_of_the_history(site: Site) -> None:
    parts = site.installation.parts
    await add_consumer(parts, "backend", [site.tenant], purpose="occupancy")
    await parts.keys.destroy_data_key(site.tenant, site.tenancy.tenant.authorization)
    parts.keyring.drop(site.tenant)
    await revoke_consumer(parts, "backend")
    assert await readers_of(parts, site.tenant) == []
    assert [row.what for row in await history(parts, site.tenant)][-2:] == [Happened.RECIPIENTS] * 2
    assert len(await changes(parts, site.tenant)) == 1


async def test_what_has_ended_has_no_more_news_of_who_may_read(site: Site) -> None:
    parts = site.installation.parts
    await add_consumer(parts, "backend", [site.tenant], purpose="occupancy")
    await withdraw_tenant(parts, site.tenant)
    told = await history(parts, site.tenant)
    await revoke_consumer(parts, "backend")
    assert await history(parts, site.tenant) == told


class Watched(CrashingKeys):
    """A key service of which it is noted whose data keys it is asked for."""

    def __init__(self, site: Site) -> None:
        super().__init__(site.installation.parts.keys, Fuse(1_000))
        self.asked_for = set[TenantId]()

    async def open_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> SecretKey:
        self.asked_for.add(tenant)
        return await super().open_data_key(tenant, owner)


async def test_behind_the_fence_no_key_is_opened_to_write_down_who_may_read(site: Site) -> None:
    here, keys = site.installation, Watched(site)
    await add_consumer(here.parts, "backend", [site.tenant], purpose="occupancy")
    await here.cascade().fence(site.tenant)
    keyring = Keyring(keys, region=here.parts.settings.region, clock=here.clock)
    await revoke_consumer(replace(here.parts, keys=keys, keyring=keyring), "backend")
    assert keys.asked_for == set()
    assert await readers_of(here.parts, site.tenant) == []


async def test_another_policy_and_another_end_are_written_down(site: Site) -> None:
    parts, first = site.installation.parts, (await recorded(site)).in_force
    await pass_to(parts, site.tenant, "strict", lambda _done, _of: None)
    await renew(parts, site.tenant, 4_000_000_000_000)
    # An end that comes sooner raises the epoch: it is an amendment as well.
    _, strict, sooner = await rows(site, Happened.AMENDED)
    (renewed,) = await rows(site, Happened.RENEWED)
    assert sooner == renewed
    assert (first.policy, strict.policy) == ("occupancy", "strict")
    assert first.policy_version != strict.policy_version
    assert first.told != strict.told
    assert (strict.expires_at, renewed.expires_at) == (None, "2096-10-02T07:06:40+00:00")
    assert (await recorded(site)).in_force == first


def test_the_last_day_ends_in_utc() -> None:
    assert (end_of(date(1970, 1, 1)), end_of(None)) == (24 * 3_600_000, None)


def test_a_policy_is_another_one_with_other_words() -> None:
    policy = load_rules().policies["signage"]
    other = msgspec.structs.replace(policy, vocabulary=policy.vocabulary.with_words(["sprint gala"]))
    assert version_of(policy) == version_of(load_rules().policies["signage"])
    assert version_of(policy) != version_of(other)


async def test_a_file_that_was_edited_is_written_down_once(site: Site) -> None:
    here, first = site.installation, (await recorded(site)).in_force
    await narrow(here.parts)
    assert await rows(site, Happened.RULES) == []
    here.set_policy("occupancy", time=Time.BUSY)
    await narrow(here.parts)
    await narrow(here.parts)
    (edited,) = await rows(site, Happened.RULES)
    assert edited.policy == first.policy
    assert edited.policy_version != first.policy_version
    assert edited.told != first.told
    # Nor once more after something else was written down.
    await renew(here.parts, site.tenant, 4_000_000_000_000)
    await narrow(here.parts)
    assert await rows(site, Happened.RULES) == [edited]


async def test_a_file_that_tells_more_is_in_force_once_it_is_agreed_to(site: Site) -> None:
    here, first = site.installation, (await recorded(site)).in_force
    here.set_policy("occupancy", people=People.BUCKET)
    await narrow(here.parts)
    assert await rows(site, Happened.RULES) == []
    await here.agree(site.tenant)
    (agreed,) = await rows(site, Happened.AMENDED)
    assert agreed.policy_version != first.policy_version
    assert len(agreed.told) == len(first.told) + 1


async def test_who_may_read_a_suspended_tenant_is_written_down_too(site: Site) -> None:
    await lose_access(site.installation.store, site.tenancy)
    await add_consumer(site.installation.parts, "backend", [site.tenant], purpose="occupancy")
    assert len(await rows(site, Happened.RECIPIENTS)) == 1


async def test_a_person_is_recorded_with_what_held_when_they_connected(site: Site) -> None:
    parts = site.installation.parts
    await add_consumer(parts, "backend", [site.tenant], purpose="occupancy")
    await Person(site, "ana").connect()
    (link,) = await links_at(site)
    of_link = partial(known_standing_under, tenant=site.tenant, authorization=link.authorization)
    standing = await site.installation.store.read(of_link)
    own, employers = await open_record(parts, standing), await recorded(site)
    assert (own.basis, employers.basis) == ("a", "f")
    assert own.in_force.recipients == (Recipient("backend", "occupancy", HERE),)
    assert own.account == "ana"
    assert own.controller == employers.controller
    assert "7(3)" in own.rights
    assert "7(3)" not in employers.rights


async def test_contacts_are_read_under_the_evidence_key_alone(site: Site) -> None:
    here = site.installation
    assert (await recorded(site)).controller.contact == "privacy@example.com"
    await withdraw_tenant(here.parts, site.tenant)
    assert (await recorded(site)).controller.contact == "privacy@example.com"
    with pytest.raises(KeyUnavailable):
        await open_tenant(here.parts, await here.standing(site.tenant))
