"""Which tenants may be read right now, opened once per epoch."""

from datetime import timedelta

import pytest

from connectors.port import Admission, Connector
from gateway.app.tenants import resume_tenant
from gateway.errors import Fenced, KeyDestroyed, RestoredStore, UnknownName
from gateway.sync.tenancies import Tenancies
from gateway.tenant import Tenant
from tests.fakes.installation import Installation, lose_access
from tests.fakes.provider import FakeProvider, room

PAST_A_KEYS_LIFE = timedelta(seconds=61)


def one_room() -> FakeProvider:
    return FakeProvider(room("amber"))


async def test_a_tenant_is_opened_once_for_its_epoch(installation: Installation) -> None:
    tenant = await installation.onboard(one_room())
    tenancies = installation.tenancies()
    first = (await tenancies.opened({tenant}))[tenant]
    assert (await tenancies.opened({tenant}))[tenant].connector is first.connector
    assert (first.tenant.id, first.fence.epoch) == (tenant, 1)


async def test_only_those_who_are_due_are_opened(installation: Installation) -> None:
    tenant, other = await installation.onboard(one_room()), await installation.onboard(one_room())
    await installation.parts.keys.destroy_tenant_keys(other)
    installation.parts.keyring.drop(other)
    assert set(await installation.tenancies().opened({tenant})) == {tenant}
    assert installation.refused == []


async def test_its_keys_are_taken_anew_when_the_keyring_lets_go(installation: Installation) -> None:
    tenant = await installation.onboard(one_room())
    tenancies = installation.tenancies()
    first = (await tenancies.opened({tenant}))[tenant]
    installation.clock.move(PAST_A_KEYS_LIFE)
    second = (await tenancies.opened({tenant}))[tenant]
    assert second.keys is not first.keys
    assert second.connector is first.connector


async def test_a_new_epoch_is_opened_anew(installation: Installation) -> None:
    tenant = await installation.onboard(one_room())
    await installation.sync()
    tenancies = installation.tenancies()
    first = (await tenancies.opened({tenant}))[tenant]
    await lose_access(installation.store, first)
    assert await tenancies.opened({tenant}) == {}
    await resume_tenant(installation.parts, tenant)
    second = (await tenancies.opened({tenant}))[tenant]
    assert (second.fence.epoch, second.connector is first.connector) == (3, False)


async def test_one_that_was_dropped_is_opened_anew(installation: Installation) -> None:
    tenant = await installation.onboard(one_room())
    tenancies = installation.tenancies()
    first = (await tenancies.opened({tenant}))[tenant]
    tenancies.drop(tenant)
    tenancies.drop(tenant)
    assert (await tenancies.opened({tenant}))[tenant].connector is not first.connector


async def test_one_that_is_dropped_while_it_is_opened_is_not_kept(installation: Installation) -> None:
    tenant = await installation.onboard(one_room())

    def connect(of: Tenant, admit: Admission) -> Connector:
        tenancies.drop(of.id)
        return installation.connect(of, admit)

    tenancies = Tenancies(
        installation.store,
        installation.parts.keyring,
        connect,
        policies=installation.parts.rules.policies,
        legal=installation.parts.rules.legal,
        on_refusal=lambda _, error: installation.refused.append(error),
    )
    first = (await tenancies.opened({tenant}))[tenant]
    assert (await tenancies.opened({tenant}))[tenant].connector is not first.connector


async def test_one_that_cannot_be_opened_does_not_hold_up_others(installation: Installation) -> None:
    lost, other = await installation.onboard(one_room()), await installation.onboard(one_room())
    await installation.parts.keys.destroy_tenant_keys(lost)
    installation.parts.keyring.drop(lost)
    assert set(await installation.tenancies().opened({lost, other})) == {other}
    assert [type(error) for error in installation.refused] == [KeyDestroyed]


async def test_one_of_a_restored_store_is_not_opened(installation: Installation) -> None:
    tenant = await installation.onboard(one_room())
    authorization = (await installation.standing(tenant)).authorization
    await installation.parts.keys.raise_epoch(tenant, authorization.id, 2)
    assert await installation.tenancies().opened({tenant}) == {}
    assert [type(error) for error in installation.refused] == [RestoredStore]


async def test_one_whose_policy_is_gone_is_not_opened(installation: Installation) -> None:
    tenant = await installation.onboard(one_room())
    tenancies = Tenancies(
        installation.store,
        installation.parts.keyring,
        installation.connect,
        policies={},
        legal=installation.parts.rules.legal,
        on_refusal=lambda refused, error: installation.refused.append(error) if refused == tenant else None,
    )
    assert await tenancies.opened({tenant}) == {}
    assert [type(error) for error in installation.refused] == [UnknownName]


async def test_requests_are_admitted_under_their_own_epoch_alone(installation: Installation) -> None:
    provider = one_room()
    tenant = await installation.onboard(provider)
    tenancy = await installation.tenancy(tenant)
    await installation.sync()
    assert [len(places) async for places in tenancy.connector.places()] == [1]
    await lose_access(installation.store, tenancy)
    with pytest.raises(Fenced):
        _ = [places async for places in tenancy.connector.places()]
    assert provider.asked["places"] == 2


async def test_only_the_first_of_two_who_find_it_lost_suspends(installation: Installation) -> None:
    tenant = await installation.onboard(one_room())
    await installation.sync()
    tenancy = await installation.tenancy(tenant)
    await lose_access(installation.store, tenancy)
    with pytest.raises(Fenced):
        await lose_access(installation.store, tenancy)
    assert len(await installation.notices(tenant)) == 1
