import asyncio
from pathlib import Path

import pytest

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.errors import KeyUnavailable, Unreadable
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import Keyring
from gateway.vault.local import LocalKeyService
from tests.gateway.vault.hand_clock import HandClock

A, B = TenantId("tenant-a"), TenantId("tenant-b")
FIRST, SECOND = AuthorizationId("first"), AuthorizationId("second")


@pytest.fixture
async def service(tmp_path: Path) -> LocalKeyService:
    service = LocalKeyService(tmp_path / "keys")
    for tenant in (A, B):
        await service.create_tenant(tenant)
        for authorization in (FIRST, SECOND):
            await service.create_data_key(tenant, authorization)
    return service


def keyring_of(service: LocalKeyService, *, region: str = "eu") -> Keyring:
    return Keyring(service, region=region, clock=HandClock())


async def columns(keyring: Keyring) -> dict[str, SealedColumn]:
    """One of each sort, all by the same name."""
    first, second = await keyring.tenant(A, FIRST), await keyring.tenant(A, SECOND)
    other = await keyring.tenant(B, FIRST)
    return {
        "data": first.column("table", "column"),
        "data of another authorization": second.column("table", "column"),
        "data of another tenant": other.column("table", "column"),
        "data of another column": first.column("table", "other"),
        "data of another table": first.column("other", "column"),
        "credentials": first.credentials("table", "column"),
        "evidence": first.evidence("table", "column"),
        "service": await keyring.service("table", "column"),
    }


async def test_each_column_opens_its_own_and_nothing_else(service: LocalKeyService) -> None:
    sealing, opening = await columns(keyring_of(service)), await columns(keyring_of(service))
    abroad = await columns(keyring_of(service, region="ch"))
    for name, column in sealing.items():
        record = column.seal("row", 3, name.encode())
        assert opening[name].open("row", 3, record) == name.encode()
        others = [other for other_name, other in opening.items() if other_name != name]
        for other in (*others, abroad[name]):
            with pytest.raises(Unreadable):
                other.open("row", 3, record)


async def test_the_index_is_the_tenants(service: LocalKeyService) -> None:
    keyring = keyring_of(service)
    tenants = ((A, FIRST), (A, SECOND), (B, FIRST))
    first, second, other = [
        (await keyring.tenant(*names)).index.identifier("booking", "event") for names in tenants
    ]
    assert first == second != other


async def test_evidence_opens_when_all_else_is_destroyed(service: LocalKeyService) -> None:
    keys = await keyring_of(service).tenant(A, FIRST)
    record = keys.evidence("history", "body").seal("row", 2, b"withdrawn")
    await service.destroy_tenant_keys(A)
    keyring = keyring_of(service)
    with pytest.raises(KeyUnavailable):
        await keyring.tenant(A, FIRST)
    assert (await keyring.evidence(A, "history", "body")).open("row", 2, record) == b"withdrawn"


async def test_the_epoch_is_the_key_services(service: LocalKeyService) -> None:
    keyring = keyring_of(service)
    await service.raise_epoch(A, FIRST, 4)
    assert [await keyring.epoch(A, FIRST), await keyring.epoch(A, SECOND)] == [4, 0]
    # It is never remembered: a fence elsewhere counts at once.
    await service.raise_epoch(A, FIRST, 5)
    assert await keyring.epoch(A, FIRST) == 5


async def test_a_tenant_without_keys_has_none(service: LocalKeyService) -> None:
    with pytest.raises(KeyUnavailable):
        await keyring_of(service).tenant(TenantId("unknown"), FIRST)


async def test_keys_are_kept_and_a_drop_takes_them_out_of_every_hand(service: LocalKeyService) -> None:
    keyring = keyring_of(service)
    held, other = await keyring.tenant(A, FIRST), await keyring.tenant(B, FIRST)
    evidence = await keyring.evidence(A, "history", "body")
    assert await keyring.tenant(A, FIRST) is held
    keyring.drop(A)
    for column in (held.column("t", "c"), held.credentials("t", "c"), held.evidence("t", "c"), evidence):
        with pytest.raises(KeyUnavailable):
            column.seal("row", 1, b"")
    assert await keyring.tenant(B, FIRST) is other
    assert other.column("t", "c").seal("row", 1, b"")
    assert (await keyring.tenant(A, FIRST)).column("t", "c").seal("row", 1, b"")
    assert (await keyring.evidence(A, "history", "body")).seal("row", 1, b"")


async def test_a_drop_reaches_keys_that_are_no_longer_kept(service: LocalKeyService) -> None:
    clock = HandClock()
    keyring = Keyring(service, region="eu", clock=clock)
    held = [(await keyring.tenant(A, FIRST)).column("t", "c"), await keyring.evidence(A, "t", "c")]
    clock.move(60)
    # Two that open at once: the keyring keeps one of the two it gave away.
    both = await asyncio.gather(keyring.tenant(A, FIRST), keyring.tenant(A, FIRST))
    held.extend(keys.column("t", "c") for keys in both)
    keyring.drop(A)
    for column in held:
        with pytest.raises(KeyUnavailable):
            column.seal("row", 1, b"")


async def test_destroyed_keys_are_out_of_use_after_a_minute(service: LocalKeyService) -> None:
    clock = HandClock()
    keyring = Keyring(service, region="eu", clock=clock)
    held = await keyring.tenant(A, FIRST)
    await service.destroy_tenant_keys(A)
    assert await keyring.tenant(A, FIRST) is held
    clock.move(60)
    with pytest.raises(KeyUnavailable):
        await keyring.tenant(A, FIRST)


async def test_a_tick_lets_go_of_idle_keys(service: LocalKeyService) -> None:
    clock = HandClock()
    keyring = Keyring(service, region="eu", clock=clock)
    columns = [(await keyring.tenant(A, FIRST)).column("t", "c"), await keyring.service("t", "c")]
    materials = [column._key.use(lambda material: material) for column in columns]
    columns.clear()
    # A worker thread holds its last result until it is told to do something else.
    await asyncio.get_running_loop().shutdown_default_executor()
    clock.move(59)
    keyring.expire()
    assert bytes(32) not in materials
    clock.move(1)
    keyring.expire()
    assert materials == [bytes(32), bytes(32)]


async def test_nothing_shows_a_key(service: LocalKeyService, tmp_path: Path) -> None:
    keyring = keyring_of(service)
    keys = await keyring.tenant(A, FIRST)
    things = (keyring, keys, keys.index, keys.column("t", "c"), vars(keyring), vars(keys))
    shown = " ".join(map(repr, things))
    for material in materials_in(tmp_path):
        assert material.hex() not in shown
        assert repr(material)[2:-1] not in shown


def materials_in(directory: Path) -> list[bytes]:
    return [path.read_bytes()[8:] for path in directory.rglob("*.key")]
