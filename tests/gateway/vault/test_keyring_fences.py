"""What a fence within a tenant takes out of every hand, and what it leaves."""

from pathlib import Path

import pytest

from gateway.booking import SubjectId, TenantId
from gateway.errors import KeyUnavailable
from gateway.legal_hold import HoldId
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import Keyring
from gateway.vault.keys import DataKeyOwner
from gateway.vault.local import LocalKeyService
from tests.contracts.key_service import FIRST, SECOND, A, B, create
from tests.gateway.vault.hand_clock import HandClock

SOMEBODY = SubjectId("somebody")
HOLD = HoldId("hold-1")


@pytest.fixture
async def service(tmp_path: Path) -> LocalKeyService:
    service = LocalKeyService(tmp_path / "keys")
    await create(service, A)
    await create(service, B)
    await service.create_data_key(A, SOMEBODY)
    await service.create_hold_key(A, HOLD)
    return service


@pytest.fixture
def keyring(service: LocalKeyService) -> Keyring:
    return Keyring(service, region="eu", clock=HandClock())


def opens(column: SealedColumn) -> bool:
    try:
        return column.open("row", 1, column.seal("row", 1, b"told")) == b"told"
    except KeyUnavailable:
        return False


async def test_of_a_tenants_people_those_go_who_stand_no_more(keyring: Keyring) -> None:
    owners: dict[tuple[TenantId, DataKeyOwner], bool] = {
        (A, FIRST): True,
        (A, SECOND): False,
        (A, SOMEBODY): False,
        (B, SECOND): True,
    }
    held = {whose: await keyring.tenant(*whose) for whose in owners}
    lasting = [await keyring.evidence(A, "t", "c"), await keyring.service("t", "c")]
    keyring.keep_only(A, {FIRST})
    assert {whose: opens(keys.column("t", "c")) for whose, keys in held.items()} == owners
    # What proves outlives everybody.
    assert all(map(opens, lasting))
    for whose, stays in owners.items():
        anew = await keyring.tenant(*whose)
        assert (anew is held[whose]) is stays
        assert opens(anew.column("t", "c"))


async def test_a_hold_opens_under_its_own_key_and_binds_its_place(keyring: Keyring) -> None:
    column = await keyring.hold(A, HOLD, "t", "c")
    record = column.seal("row", 1, b"kept")
    assert (await keyring.hold(A, HOLD, "t", "c")).open("row", 1, record) == b"kept"
    keyring.drop(A)
    assert opens(column)


async def test_a_tenant_is_withheld_until_it_is_released(keyring: Keyring) -> None:
    keyring.withhold(A)
    assert [keyring.withholds(tenant) for tenant in (A, B)] == [True, False]
    keyring.release(B)
    assert keyring.withholds(A)
    keyring.release(A)
    assert not keyring.withholds(A)
