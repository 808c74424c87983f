"""Keys wrapped by an Azure Key Vault, or by its double: purged at once, or held back for a while."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.vault import azure
from gateway.vault.azure import AzureKeys
from gateway.vault.azure_vault import AzureVault, Refused
from gateway.vault.key_directory import open_key_directory
from gateway.vault.keys import KeyService, Purpose
from gateway.vault.wrapped import WrappedKeyService
from gateway.vault.wrapping import WrappingKey
from tests.contracts.key_service import FIRST, A, Connect, KeyServiceContract, create, keys_of, materials
from tests.fakes.azure import HOST, RETENTION, Grant, Vault, open_vault
from tests.fakes.directions import led
from tests.gateway.vault.hand_clock import HandClock

ENCRYPTION = WrappingKey(A, Purpose.ENCRYPTION)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def vault(clock: HandClock) -> AsyncIterator[Vault]:
    async with open_vault(clock) as vault:
        yield vault


@pytest.fixture
async def keys(vault: Vault) -> AsyncIterator[AzureKeys]:
    tls = ssl.create_default_context(cadata=vault.authority.decode())
    async with led(HOST, vault.port, tls) as session:
        yield AzureKeys(AzureVault(session, f"https://{HOST}/", Grant()))


@pytest.fixture
def connect(keys: AzureKeys, tmp_path: Path) -> Connect:
    return lambda: WrappedKeyService(open_key_directory(tmp_path / "keys", None), keys)


@pytest.fixture
def service(connect: Connect) -> KeyService:
    return connect()


def name_of(vault: Vault, purpose: Purpose) -> str:
    (name,) = (name for name in {**vault.keys, **vault.deleted} if name.startswith(f"{purpose}-"))
    return name


class TestAzureKeys(KeyServiceContract):
    @pytest.fixture(autouse=True)
    def hurried(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(azure, "PAUSE_SECONDS", 0)


async def gone_at(service: KeyService) -> dict[Purpose | None, object]:
    return {key.purpose: key.gone_at for key in await service.remaining(A)}


async def test_where_a_vault_lets_us_a_key_is_lost_at_once(service: KeyService, vault: Vault) -> None:
    await create(service)
    await service.destroy_tenant_keys(A)
    assert await gone_at(service) == {Purpose.EVIDENCE: None}
    assert (len(vault.keys), vault.deleted) == (1, {})


async def test_where_it_does_not_it_is_told_when(service: KeyService, vault: Vault, clock: HandClock) -> None:
    vault.purge_protection = True
    await create(service)
    await service.destroy_tenant_keys(A)
    lost = clock() + RETENTION
    pending = dict.fromkeys((Purpose.ENCRYPTION, Purpose.CREDENTIALS, Purpose.INDEX), lost)
    assert await gone_at(service) == {**pending, Purpose.EVIDENCE: None}
    clock.move(RETENTION.total_seconds())
    assert await gone_at(service) == {Purpose.EVIDENCE: None}


async def test_a_key_that_was_recovered_is_seen_and_tells_nothing_again(
    service: KeyService, vault: Vault
) -> None:
    vault.purge_protection = True
    await create(service)
    await service.destroy_tenant_keys(A)
    vault.recover(name_of(vault, Purpose.ENCRYPTION))
    assert (await gone_at(service))[Purpose.ENCRYPTION] is None
    with pytest.raises(KeyDestroyed):
        await service.open_data_key(A, FIRST)
    await service.destroy_tenant_keys(A)
    assert (await gone_at(service))[Purpose.ENCRYPTION] is not None


async def test_a_key_that_is_disabled_opens_nothing_and_is_not_destroyed(
    service: KeyService, vault: Vault
) -> None:
    await create(service)
    vault.keys[name_of(vault, Purpose.ENCRYPTION)].enabled = False
    with pytest.raises(KeyUnavailable) as refused:
        await service.open_data_key(A, FIRST)
    assert not isinstance(refused.value, KeyDestroyed)
    assert (await gone_at(service))[Purpose.ENCRYPTION] is None


async def test_a_deletion_takes_its_time(
    service: KeyService, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(azure, "PAUSE_SECONDS", 0)
    await create(service)
    vault.delay = 3
    await service.destroy_credentials(A)
    assert name_of(vault, Purpose.INDEX) in vault.keys
    assert vault.deleted == {}
    vault.delay = azure.LOOKS
    with pytest.raises(KeyUnavailable, match="did not delete"):
        await service.destroy_tenant_keys(A)
    vault.delay = 0
    vault._unseen = 0
    await service.destroy_tenant_keys(A)
    assert await gone_at(service) == {Purpose.EVIDENCE: None}


async def test_who_may_not_delete_is_told_so(service: KeyService, vault: Vault) -> None:
    vault.deletion_granted = False
    await create(service)
    with pytest.raises(KeyUnavailable, match="refuses us"):
        await service.destroy_tenant_keys(A)
    assert (await gone_at(service))[Purpose.ENCRYPTION] is None
    vault.deletion_granted = True
    await service.destroy_tenant_keys(A)
    assert await gone_at(service) == {Purpose.EVIDENCE: None}


async def test_what_an_older_version_wrapped_opens(service: KeyService, vault: Vault) -> None:
    await create(service)
    before = materials(await keys_of(service))
    for key in vault.keys.values():
        key.add()
    assert materials(await keys_of(service)) == before


async def test_another_vault_proves_nothing(service: KeyService, vault: Vault) -> None:
    await create(service)
    vault.keys.clear()
    for use in (service.remaining, service.destroy_credentials, service.destroy_tenant_keys):
        with pytest.raises(KeyUnavailable, match="knows nothing"):
            await use(A)


async def test_a_name_is_deleted_and_not_made_anew(keys: AzureKeys, vault: Vault) -> None:
    vault.purge_protection = True
    await keys.create(WrappingKey(A, Purpose.EVIDENCE))
    await keys.create(ENCRYPTION)
    await keys.destroy(ENCRYPTION)
    with pytest.raises(Refused) as refused:
        await keys.create(ENCRYPTION)
    assert refused.value.status == 409


async def test_owners_that_differ_by_case_alone_have_keys_of_their_own(keys: AzureKeys, vault: Vault) -> None:
    for owner in ("ten_Ab-", "ten_aB-", "x" * 64):
        await keys.create(WrappingKey(owner, Purpose.CREDENTIALS))
    assert len(vault.keys) == 3


async def test_a_refused_token_is_replaced(service: KeyService, vault: Vault) -> None:
    await create(service)
    vault.tokens = {"token-2"}
    with pytest.raises(KeyUnavailable, match="token"):
        await service.open_key(A, Purpose.INDEX)
    await service.open_key(A, Purpose.INDEX)


@pytest.mark.parametrize("wrapped", [b"", b"vault:v1:AAAA", b"\xff" * 60, b"../" * 20, b"0" * 32, b"0" * 60])
async def test_what_another_wrapped_is_refused(keys: AzureKeys, wrapped: bytes) -> None:
    await keys.create(ENCRYPTION)
    with pytest.raises(Refused):
        await keys.unwrap(ENCRYPTION, wrapped)


async def test_what_keeps_no_key_is_no_vault(
    keys: AzureKeys, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        vault, "_create", lambda _name, _asked: {"key": {"kid": "https://elsewhere/keys/x/1"}}
    )
    with pytest.raises(KeyUnavailable, match="no key service of the kind"):
        await keys.create(ENCRYPTION)


async def test_a_key_that_is_not_there_wraps_nothing(keys: AzureKeys, vault: Vault) -> None:
    with pytest.raises(Refused) as refused:
        await keys.generate(ENCRYPTION)
    assert (refused.value.status, vault.keys) == (404, {})


@pytest.mark.parametrize("value", ["AAAAA", "AAAA AAAAA", "é"])
async def test_what_answers_with_no_key_is_no_vault(
    keys: AzureKeys, vault: Vault, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    await keys.create(ENCRYPTION)
    monkeypatch.setattr(vault, "_use", lambda *_: {"value": value})
    with pytest.raises(KeyUnavailable, match="no key service of the kind"):
        await keys.generate(ENCRYPTION)


async def test_who_may_not_look_takes_nothing_for_destroyed(service: KeyService, vault: Vault) -> None:
    await create(service)
    vault.tokens = set()
    for use in (service.remaining, service.destroy_credentials):
        with pytest.raises(Refused) as refused:
            await use(A)
        assert refused.value.status == 401


async def test_what_a_vault_refuses_is_logged_unless_it_is_absence(keys: AzureKeys, vault: Vault) -> None:
    with capture_logs() as logs:
        assert await keys._version(ENCRYPTION) is None
    assert logs == []
    vault.tokens = set()
    with capture_logs() as logs, pytest.raises(Refused):
        await keys._version(ENCRYPTION)
    assert [(line["event"], line["status"]) for line in logs] == [("key_service_refuses", 401)]
