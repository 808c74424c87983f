"""What becomes of authorizations where others were faster, something does not open, or a provider refuses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import cast

import msgspec
import pytest

from connectors.delegation import Link
from connectors.errors import AccessLost
from gateway.app import revoking
from gateway.app.accountability.history import changes, changes_by_row, history
from gateway.app.consumers.overview import add_consumer, revoke_consumer
from gateway.app.parts import Parts
from gateway.app.providers.connecting import Delegate
from gateway.app.revoking import NotRevoked, open_revoker, revoke_link
from gateway.app.rules import Rules, agreed_to
from gateway.app.tenants import open_tenant
from gateway.app.terms.agreeing import is_held_back, settled
from gateway.app.terms.announcing import Plan, announce
from gateway.app.terms.answering import known_changes
from gateway.app.terms.policies import pass_to
from gateway.app.terms.recording import check_controller
from gateway.authorization import Authorization, AuthorizationId, State, SuspensionReason
from gateway.booking import TenantId
from gateway.errors import ConfigurationError, Fenced, UnknownName
from gateway.intended import Kind
from gateway.record import Controller, Recipient
from gateway.residency import Residence, TransferGround
from gateway.store.history import Happened
from gateway.store.leases import Lease, Sort
from gateway.store.links import Links, become
from gateway.store.registry import Registry, known_standing_under
from gateway.store.store import Fence
from gateway.store.tables import calendars
from gateway.vault.keyring import Keyring
from tests.fakes.installation import REGION, Installation, open_installation
from tests.fakes.persons import Person, links_at, open_peopled_site
from tests.fakes.site import Site


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path) as opened:
        yield opened


@pytest.fixture
async def site(installation: Installation) -> Site:
    return await open_peopled_site(installation)


def without_evidence(site: Site, folder: Path) -> Parts:
    """As a process that has just started, and whose key directory has no evidence key of the tenant."""
    parts = site.installation.parts
    (folder / "keys" / "tenants" / site.tenant / "evidence.key").rename(folder / "away")
    return replace(parts, keyring=Keyring(parts.keys, region=REGION, clock=site.installation.clock))


async def person_at(site: Site) -> AuthorizationId:
    (link,) = await links_at(site)
    return link.authorization


async def test_who_has_agreed_to_nothing_yet_agrees_to_the_files_of_now(site: Site) -> None:
    parts = site.installation.parts
    choice = (await open_tenant(parts, await site.installation.standing(site.tenant))).registration
    assert choice.agreed is not None
    earlier = msgspec.structs.replace(choice, agreed=None)
    assert settled(parts.rules, earlier) == agreed_to(parts.rules, earlier)
    assert not is_held_back(parts.rules, earlier)


async def test_who_passes_to_a_policy_has_answered_nothing_else(site: Site) -> None:
    parts = site.installation.parts
    await announce(parts, Plan(Kind.CONTROL, "Example Holdings", "It operates this gateway."), ())
    await pass_to(parts, site.tenant, "strict", lambda _done, _of: None)
    (one,) = await known_changes(parts, await site.installation.standing(site.tenant))
    assert (one.answer, one.is_over) == (None, False)


async def test_where_evidence_does_not_open_history_tells_what_it_can(site: Site, tmp_path: Path) -> None:
    await announce(site.installation.parts, Plan(Kind.TEXT, "https://example.com/notice", "It is new."), ())
    known = site.installation.parts
    assert await changes_by_row(known, site.tenant) != {}
    parts = without_evidence(site, tmp_path)
    assert (await changes(parts, site.tenant), await changes_by_row(parts, site.tenant)) == ({}, {})
    assert Happened.ANNOUNCED in {row.what for row in await history(parts, site.tenant)}


async def test_a_consumer_is_revoked_though_a_tenants_policy_is_gone(site: Site) -> None:
    parts = site.installation.parts
    consumer, _ = await add_consumer(parts, "screens", [site.tenant], purpose="strict")
    before = len(await history(parts, site.tenant))
    rules = Rules({"strict": parts.rules.policies["strict"]}, parts.rules.legal)
    await revoke_consumer(replace(parts, rules=rules), consumer.id)
    rows = (await history(parts, site.tenant))[before:]
    assert [row.what for row in rows] == [Happened.RECIPIENTS]
    assert rows[0].number not in await changes(parts, site.tenant)


async def test_who_was_faster_is_not_overwritten(site: Site) -> None:
    seen = (await site.installation.standing(site.tenant)).authorization
    store = site.installation.store
    await store.administer(lambda registry: registry.change(seen, seen.amend()))
    for after in (seen.amend(), seen.suspend(SuspensionReason.RESTRICTED)):
        with pytest.raises(Fenced, match="changed meanwhile"):
            await store.administer(partial(_change, before=seen, after=after))
    standing = (await site.installation.standing(site.tenant)).authorization
    assert (standing.state, standing.epoch) == (State.ACTIVE, seen.epoch + 1)


def _change(registry: Registry, *, before: Authorization, after: Authorization) -> None:
    registry.change(before, after)


async def test_nobodys_authorization_is_told_so(site: Site) -> None:
    nobody = AuthorizationId("aut_nobody")
    with pytest.raises(UnknownName, match="no such authorization"):
        await site.installation.store.read(lambda handle: known_standing_under(handle, site.tenant, nobody))


@pytest.mark.parametrize("stood", [State.ACTIVE, State.DEGRADED, State.SUSPENDED])
async def test_who_connects_again_is_read_again_whatever_it_was(site: Site, stood: State) -> None:
    ana, store = Person(site, "ana"), site.installation.store
    await ana.connect()
    own = await person_at(site)

    def let_stand(registry: Registry) -> None:
        before = registry.standing_under(site.tenant, own).authorization
        if stood is State.DEGRADED:
            become(registry, before, before.degrade())
        if stood is State.SUSPENDED:
            become(registry, before, before.suspend(SuspensionReason.ACCESS_LOST))
        registry.doubt(before, 1)

    await store.administer(let_stand)
    before = await store.read(lambda handle: known_standing_under(handle, site.tenant, own))
    await ana.connect(token="another")  # noqa: S106  made up
    after = await store.read(lambda handle: known_standing_under(handle, site.tenant, own))
    assert (before.authorization.state, after.authorization.state) == (stood, State.ACTIVE)
    # Whoever works with what was granted before is to stop.
    assert after.authorization.epoch == before.authorization.epoch + 1
    assert (before.doubted_at, after.doubted_at, after.erase_at) == (1, None, None)
    assert (await _link_of(site, own)).refresh_token == "another"  # noqa: S105


async def test_who_reads_by_what_was_granted_before_is_replaced_at_once(site: Site) -> None:
    ana, store = Person(site, "ana"), site.installation.store
    await ana.connect()
    own = await person_at(site)
    (reading,) = await _claimed(site, "reader")
    await ana.connect(token="another")  # noqa: S106  made up
    (anew,) = await _claimed(site, "another reader")
    # Tried for the first time, whatever became of it before.
    assert anew == reading._replace(fencing=reading.fencing + 2, attempts=1)
    await store.administer(partial(_lose_the_grant, tenant=site.tenant, own=own))
    assert await _claimed(site, "reader") == []
    site.installation.clock.move(timedelta(days=400))
    assert await _claimed(site, "reader") == []


async def _claimed(site: Site, owner: str) -> list[Lease]:
    store = site.installation.store
    return await store.claim(calendars, tenant=site.tenant, owner=owner, limit=9, sort=Sort.OF_PERSONS)


def _lose_the_grant(registry: Registry, *, tenant: TenantId, own: AuthorizationId) -> None:
    before = registry.standing_under(tenant, own).authorization
    become(registry, before, before.suspend(SuspensionReason.ACCESS_LOST))


async def _link_of(site: Site, own: AuthorizationId) -> Link:
    here = site.installation
    person = await here.store.read(lambda handle: known_standing_under(handle, site.tenant, own))
    keys = await here.parts.keyring.tenant(site.tenant, own)
    kept = await here.store.look(Fence.of(person), keys, lambda transaction: transaction.link.load())
    assert kept is not None
    return msgspec.json.decode(kept, type=Link)


async def test_a_token_that_its_provider_has_replaced_is_kept(site: Site) -> None:
    ana, here = Person(site, "ana"), site.installation
    await ana.connect()
    own = await person_at(site)
    person = await here.store.read(lambda handle: known_standing_under(handle, site.tenant, own))
    keys = await here.parts.keyring.tenant(site.tenant, own)
    rotated = msgspec.json.encode(msgspec.structs.replace(ana.link, refresh_token="rotated"))  # noqa: S106
    await here.store.turn(Fence.of(person), keys, lambda transaction: transaction.link.rotate(rotated))
    assert (await _link_of(site, own)).refresh_token == "rotated"  # noqa: S105


class Provider:
    """Takes back what was granted, or nothing; how often it was reached is counted."""

    def __init__(self, *, refuses: bool = False) -> None:
        self._refuses = refuses
        self.opened = 0
        self.taken = list[str]()

    def __call__(self, _tenant: object, _admit: object) -> "Provider":
        return self

    async def revoke(self, link: Link) -> None:
        if self._refuses:
            raise AccessLost("consent_revoked")
        self.taken.append(link.refresh_token)

    @asynccontextmanager
    async def reached(self, _settings: object) -> AsyncIterator["Provider"]:
        self.opened += 1
        yield self


async def test_what_a_provider_does_not_take_back_is_told(site: Site) -> None:
    parts, ana = site.installation.parts, Person(site, "ana")
    tenant = await open_tenant(parts, await site.installation.standing(site.tenant))
    with pytest.raises(NotRevoked, match="consent_revoked"):
        await revoke_link(cast(Delegate, Provider(refuses=True)), tenant, ana.link)


async def test_a_provider_is_reached_once_and_only_where_something_was_granted(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, provider = site.installation, Provider()
    monkeypatch.setattr(revoking, "open_delegations", provider.reached)
    ana, ben = Person(site, "ana"), Person(site, "ben")
    await ana.connect()
    mine = await person_at(site)
    await ben.connect()
    (theirs,) = [link.authorization for link in await links_at(site) if link.authorization != mine]
    async with open_revoker(here.parts) as revoke:
        assert provider.opened == 0
        for own in (mine, theirs):
            await revoke(site.tenant, own)
        assert (provider.opened, provider.taken) == (1, ["refresh-ana", "refresh-ben"])
        person = await here.store.read(lambda handle: known_standing_under(handle, site.tenant, mine))
        keys = await here.parts.keyring.tenant(site.tenant, mine)
        await here.store.turn(Fence.of(person), keys, lambda transaction: transaction.link.rotate(b"{}"))
        with pytest.raises(NotRevoked, match="cannot be read"):
            await revoke(site.tenant, mine)
        await here.store.administer(lambda registry: Links(registry).erase(person.authorization))
        await revoke(site.tenant, mine)
        assert (provider.opened, len(provider.taken)) == (1, 2)


@pytest.mark.parametrize(
    "said",
    [
        {"address": " "},
        {"contact": ""},
        {"national_rule": "\n"},
        {"jurisdiction": "de"},
        {"jurisdiction": "DE\n"},
    ],
)
def test_a_controller_of_whom_nothing_is_said_is_refused(said: dict[str, str]) -> None:
    fit = Controller(address="1 Quay", contact="privacy@harbour.example", jurisdiction="DE")
    check_controller(fit)
    with pytest.raises(ConfigurationError, match="nothing was recorded"):
        check_controller(msgspec.structs.replace(fit, **said))


def test_who_is_told_outside_the_region_is_named_with_where_and_why() -> None:
    here = Recipient("screens", "strict", Residence("eu"))
    abroad = Recipient("backend", "occupancy", Residence("us", TransferGround.ADEQUACY, "decision 1"))
    assert (here.in_words, here.abroad) == ("for strict", None)
    assert (abroad.in_words, abroad.abroad) == (
        f"for occupancy in region us: {TransferGround.ADEQUACY.in_words}, decision 1",
        f"in region us: {TransferGround.ADEQUACY.in_words}, decision 1",
    )
