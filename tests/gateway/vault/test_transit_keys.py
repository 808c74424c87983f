"""Keys wrapped by a real transit engine: what stands where, and what no copy of one side opens."""

import shutil
from pathlib import Path

import pytest

from gateway.booking import TenantId
from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.vault.keys import KeyService, Purpose, RemainingKey
from gateway.vault.local import LocalKeyService
from tests.contracts.key_service import (
    FIRST,
    SECOND,
    TENANT_PURPOSES,
    A,
    B,
    Connect,
    KeyServiceContract,
    create,
    keys_of,
    materials,
)
from tests.fakes.transit import Transit

WRAPPING = {f"{A}.{purpose}" for purpose in (*TENANT_PURPOSES, Purpose.ENCRYPTION)}


@pytest.fixture
def service(transit: Transit) -> KeyService:
    return transit.service()


def contents(directory: Path) -> bytes:
    return b"\0".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())


class TestTransitKeys(KeyServiceContract):
    @pytest.fixture
    def connect(self, transit: Transit) -> Connect:
        return transit.service


async def test_each_purpose_has_a_key_of_its_own(service: KeyService, transit: Transit) -> None:
    await create(service)
    await service.service_key()
    assert transit.names() == WRAPPING | {"installation.service"}
    await service.destroy_credentials(A)
    assert transit.names() == WRAPPING - {f"{A}.credentials"} | {"installation.service"}
    await service.destroy_tenant_keys(A)
    assert transit.names() == {f"{A}.evidence", "installation.service"}


async def test_no_key_stands_in_the_directory(service: KeyService, transit: Transit) -> None:
    await create(service)
    keys = [*await keys_of(service), await service.service_key()]
    kept = contents(transit.directory)
    assert kept.count(b"vault:v1:") == len(keys)
    assert not [material for material in materials(keys) if material in kept]
    assert not (transit.directory / "tenants" / A / "encryption.1.key").exists()


async def test_the_engine_gives_none_of_its_keys_away(service: KeyService, transit: Transit) -> None:
    await create(service)
    token = transit.token_file.read_text().strip()
    for path in ("export/encryption-key", "backup"):
        for asked_by in (token, transit.openbao.root_token):
            status, _ = transit.openbao.ask("GET", f"{transit.mount}/{path}/{A}.encryption", asked_by)
            assert status in {400, 403, 500}


async def test_a_token_of_ours_cannot_make_a_destroyed_key_anew_by_using_it(
    service: KeyService, transit: Transit
) -> None:
    await create(service)
    await service.destroy_tenant_keys(A)
    token = transit.token_file.read_text().strip()
    path = f"{transit.mount}/encrypt/{A}.encryption"
    status, _ = transit.openbao.ask("POST", path, token, plaintext="AAAA")
    assert status == 403
    assert f"{A}.encryption" not in transit.names()


async def test_a_copy_of_the_directory_opens_nothing_once_the_engine_destroyed(
    service: KeyService, transit: Transit
) -> None:
    await create(service)
    evidence = (await service.open_key(A, Purpose.EVIDENCE)).id
    shutil.copytree(transit.directory, transit.directory.with_name("copy"))
    await service.destroy_tenant_keys(A)
    shutil.rmtree(transit.directory)
    transit.directory.with_name("copy").rename(transit.directory)
    restored = transit.service()
    for purpose in (Purpose.CREDENTIALS, Purpose.INDEX):
        with pytest.raises(KeyUnavailable):
            await restored.open_key(A, purpose)
    for owner in (FIRST, SECOND):
        with pytest.raises(KeyUnavailable):
            await restored.open_data_key(A, owner)
    assert (await restored.open_key(A, Purpose.EVIDENCE)).id == evidence


async def test_a_key_that_comes_back_to_the_engine_remains_and_opens_nothing(
    service: KeyService, transit: Transit
) -> None:
    await create(service)
    await service.destroy_tenant_keys(A)
    transit.make(f"{A}.encryption")
    assert RemainingKey(Purpose.ENCRYPTION, None) in await service.remaining(A)
    with pytest.raises(KeyDestroyed):
        await service.open_data_key(A, FIRST)
    with pytest.raises(KeyDestroyed):
        await service.create_tenant(A)
    await service.destroy_tenant_keys(A)
    assert {key.purpose for key in await service.remaining(A)} == {Purpose.EVIDENCE}


async def test_a_key_that_is_only_marked_as_deleted_remains(service: KeyService, transit: Transit) -> None:
    await create(service)
    transit.openbao.administer("POST", f"{transit.mount}/keys/{A}.encryption/config", deletion_allowed=True)
    transit.openbao.administer("DELETE", f"{transit.mount}/keys/{A}.encryption/soft-delete")
    with pytest.raises(KeyUnavailable):
        await service.open_data_key(A, FIRST)
    assert Purpose.ENCRYPTION in {key.purpose for key in await service.remaining(A)}


async def test_a_key_deleted_behind_our_back_is_no_destroyed_one(
    service: KeyService, transit: Transit
) -> None:
    await create(service)
    transit.delete(f"{A}.encryption")
    with pytest.raises(KeyUnavailable) as refused:
        await service.open_data_key(A, FIRST)
    assert not isinstance(refused.value, KeyDestroyed)
    assert Purpose.ENCRYPTION not in {key.purpose for key in await service.remaining(A)}


async def test_another_engine_at_the_same_place_proves_nothing(service: KeyService, transit: Transit) -> None:
    await create(service, A)
    await create(service, B)
    transit.openbao.unmount(transit.mount)
    for use in (service.remaining, service.destroy_credentials, service.destroy_tenant_keys):
        with pytest.raises(KeyUnavailable, match="mount"):
            await use(A)
    transit.openbao.mount_at(transit.mount)
    for tenant in (A, B):
        for use in (service.remaining, service.destroy_credentials, service.destroy_tenant_keys):
            with pytest.raises(KeyUnavailable, match="knows nothing"):
                await use(tenant)


@pytest.mark.parametrize("has_consumers", [False, True])
async def test_nor_is_evidence_taken_for_destroyed_there(
    service: KeyService, transit: Transit, *, has_consumers: bool
) -> None:
    await create(service, A)
    if has_consumers:
        await service.service_key()
    transit.openbao.unmount(transit.mount)
    transit.openbao.mount_at(transit.mount)
    with pytest.raises(KeyUnavailable) as refused:
        await service.destroy_evidence(A)
    assert not isinstance(refused.value, KeyDestroyed)
    evidence = transit.directory / "tenants" / A / "evidence.key"
    assert evidence.stat().st_size


async def test_a_directory_of_local_keys_is_not_sent_to_an_engine(
    service: KeyService, transit: Transit
) -> None:
    await create(LocalKeyService(transit.directory))
    with pytest.raises(KeyUnavailable, match="key_service"):
        await service.open_key(A, Purpose.INDEX)


async def test_nor_are_wrapped_keys_taken_for_local_ones(service: KeyService, transit: Transit) -> None:
    await create(service)
    with pytest.raises(KeyUnavailable):
        await LocalKeyService(transit.directory).open_key(A, Purpose.INDEX)


async def test_only_an_id_reaches_the_engine(service: KeyService, transit: Transit) -> None:
    for name in ("..", "a/b", "a?b", "a.b", "%2e"):
        with pytest.raises(KeyUnavailable, match="id"):
            await service.create_tenant(TenantId(name))
    assert transit.names() == set()
