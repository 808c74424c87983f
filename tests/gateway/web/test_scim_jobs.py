"""Entra's and Okta's own jobs, at work: whoever ends there ends here, and nothing that they try fails."""

from collections.abc import AsyncIterator

import pytest

from connectors.sandbox.directory import Account, Directory
from connectors.sandbox.entra_provisioning import EntraProvisioning
from connectors.sandbox.okta import Okta
from connectors.sandbox.okta_provisioning import Making, OktaProvisioning
from connectors.sandbox.scim_client import ScimClient
from gateway.errors import StoreBusy
from gateway.signals.known import Known
from gateway.signals.signal import Claim
from tests.fakes.door import MemoryDoor
from tests.gateway.web.receiving_site import SCIM, TOKEN, Site, receiving

ANNA = Account(id="oid-1", name="Anna S.", address="anna@north.example")
BEN = Account(id="oid-2", name="Ben", address="ben@north.example")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with receiving(MemoryDoor()) as running:
        yield running


def client_of(site: Site, token: str = TOKEN) -> ScimClient:
    return ScimClient(site.post, f"{site.url}{SCIM}", token)


def directory(site: Site) -> Directory:
    return Directory([ANNA, BEN], site.time, lambda _: None)


def enrol(site: Site, account: Account) -> None:
    site.door.enrol(
        Known(f"sub_{account.id}", is_active=True, addresses=(account.address,), directory_id=account.id)
    )


def told(site: Site) -> list[Claim]:
    return [one.proves for one in site.door.told]


@pytest.mark.parametrize("words", [False, True])
async def test_entra_tells_of_who_is_disabled_unassigned_deleted_and_gone(site: Site, words: bool) -> None:  # noqa: FBT001  drawn
    people = directory(site)
    job = EntraProvisioning(client_of(site), people, words=words)
    assert (await job.test()).body["totalResults"] == 0
    await job.cycle()
    # Both were put here before one of them was enrolled, and are found all the same.
    enrol(site, ANNA)
    enrol(site, BEN)
    await job.cycle()
    assert (told(site), job.failed) == ([], [])
    people.change(ANNA.id, is_enabled=False)
    job.unassigned.add(BEN.id)
    await job.cycle()
    assert told(site) == [Claim.DISABLED] * 2
    assert {known.is_active for known in site.door.people.values()} == {False}
    people.change(ANNA.id, is_enabled=True)
    await job.cycle()
    assert told(site)[2:] == [Claim.RESTORED]
    assert not site.door.people["sub_oid-1"].is_active
    people.delete(ANNA.id)
    await job.cycle()
    people.purge(ANNA.id)
    await job.cycle()
    assert told(site)[3:] == [Claim.DISABLED, Claim.DELETED]
    # By the id in its directory, which nobody else will have.
    assert (set(site.door.people), job.failed) == ({"sub_oid-2"}, [])
    # Nothing of what was gone is told again.
    await job.cycle()
    assert len(told(site)) == 5


@pytest.mark.parametrize(("matched_by", "left"), [("userName", {"sub_oid-1"}), ("externalId", set())])
async def test_entra_deletes_whom_it_found_by_an_id_and_suspends_whom_it_found_by_an_address(
    site: Site, matched_by: str, left: set[str]
) -> None:
    people = directory(site)
    enrol(site, ANNA)
    job = EntraProvisioning(client_of(site), people, matched_by=matched_by)
    await job.cycle()
    people.delete(ANNA.id)
    people.purge(ANNA.id)
    await job.cycle()
    assert told(site) == [Claim.DELETED]
    assert {known.id for known in site.door.people.values()} == left
    assert not any(known.is_active for known in site.door.people.values())


async def test_entra_may_rename_whom_it_likes(site: Site) -> None:
    people = directory(site)
    enrol(site, ANNA)
    job = EntraProvisioning(client_of(site), people)
    await job.cycle()
    people.change(ANNA.id, address="anna.k@north.example", is_enabled=False)
    await job.cycle()
    assert (told(site), job.failed) == ([Claim.DISABLED], [])
    assert site.door.people["sub_oid-1"].addresses == (ANNA.address,)


async def test_what_could_not_be_written_entra_tells_in_its_next_cycle(site: Site) -> None:
    people = directory(site)
    enrol(site, ANNA)
    job = EntraProvisioning(client_of(site), people)
    await job.cycle()
    people.change(ANNA.id, is_enabled=False)
    site.door.fails = [StoreBusy("busy")]
    await job.cycle()
    assert (told(site), job.failed) == ([], [503])
    await job.cycle()
    assert (told(site), job.failed) == ([Claim.DISABLED], [])


async def test_entra_with_a_wrong_token_does_nothing(site: Site) -> None:
    enrol(site, ANNA)
    job = EntraProvisioning(client_of(site, "wrong"), directory(site))
    assert (await job.test()).status == 401
    await job.cycle()
    assert (job.failed, site.door.told, site.door.lookups) == ([401, 401], [], 0)


@pytest.mark.parametrize("making", Making)
async def test_okta_tells_of_who_is_deactivated_or_unassigned_and_of_nobody_suspended(
    site: Site, making: Making
) -> None:
    okta = Okta(site.time)
    users = [okta.add(f"{name}@north.example", f"{name} S.") for name in ("anna", "ben", "cem", "dora")]
    anna, ben, cem, dora = users
    for user in (anna, ben, cem):
        site.door.enrol(Known(f"sub_{user.id}", is_active=True, addresses=(user.login,)))
    job = OktaProvisioning(client_of(site), okta, making)
    assert (await job.test()).body["totalResults"] == 0
    await job.push()
    okta.deactivate(anna.id)
    okta.unassign(ben.id)
    okta.suspend(cem.id)
    # Of whom we know nothing: it is not to fail there either.
    okta.deactivate(dora.id)
    await job.push()
    assert (told(site), job.tasks) == ([Claim.DISABLED] * 2, [])
    active = {known.id: known.is_active for known in site.door.people.values()}
    assert active == {f"sub_{anna.id}": False, f"sub_{ben.id}": False, f"sub_{cem.id}": True}
    okta.reactivate(anna.id)
    await job.push()
    assert (told(site)[2:], job.tasks) == ([Claim.RESTORED], [])
    assert not site.door.people[f"sub_{anna.id}"].is_active
    okta.delete(ben.id)
    await job.push()
    assert len(told(site)) == 3


async def test_okta_reads_before_it_writes_whole_users(site: Site) -> None:
    okta = Okta(site.time)
    user = okta.add("dora@north.example", "Dora S.")
    client = client_of(site)
    job = OktaProvisioning(client, okta, Making.WIZARD)
    await job.push()
    okta.deactivate(user.id)
    await job.push()
    assert [method for method, _ in client.asked] == ["GET", "POST", "GET", "PUT"]
    assert job.tasks == []
