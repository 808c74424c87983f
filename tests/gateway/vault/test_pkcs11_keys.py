"""Keys wrapped by a real SoftHSM: what stands where, and what no copy of one side opens."""

import asyncio
import os
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Any, cast

import pkcs11
import pytest
from pkcs11 import Attribute, GCMParams, Mechanism
from pkcs11.exceptions import (
    AttributeReadOnly,
    AttributeSensitive,
    EncryptedDataInvalid,
    KeyUnextractable,
    PKCS11Error,
)

from gateway.booking import TenantId
from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.vault import pkcs11_session
from gateway.vault.keys import KeyService, Purpose, RemainingKey
from gateway.vault.local import LocalKeyService
from gateway.vault.pkcs11 import Pkcs11Keys, unwrap, wrap
from gateway.vault.pkcs11_session import TAG_BYTES, TokenKey, TokenSession
from gateway.vault.pkcs11_token import Pkcs11Token
from gateway.vault.wrapping import WrappingKey
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
from tests.fakes.softhsm import CONFIGURATION, SoftHsm

ENCRYPTION = WrappingKey(A, Purpose.ENCRYPTION)
INDEX = WrappingKey(A, Purpose.INDEX)
WRAPPING = sorted(f"{A}.{purpose}" for purpose in (*TENANT_PURPOSES, Purpose.ENCRYPTION))

#: Another process, which makes a tenant's keys and tells one.
PROCESS = """
import asyncio, pathlib, sys
from tests.contracts.key_service import FIRST, A, create
from tests.fakes.softhsm import SoftHsm
from gateway.vault.keys import Purpose

async def main():
    hsm = SoftHsm(pathlib.Path(sys.argv[1]))
    token = hsm.token()
    service = hsm.service(token)
    await create(service)
    keys = await service.open_key(A, Purpose.INDEX), await service.open_data_key(A, FIRST)
    print(*(key.id.hex() for key in keys))
    await token.close()

asyncio.run(main())
"""


@pytest.fixture
def service(softhsm: SoftHsm, token: Pkcs11Token) -> KeyService:
    return softhsm.service(token)


def contents(directory: Path) -> bytes:
    return b"\0".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())


class TestPkcs11Keys(KeyServiceContract):
    @pytest.fixture
    def connect(self, softhsm: SoftHsm, token: Pkcs11Token) -> Connect:
        return lambda: softhsm.service(token)


async def other_process(softhsm: SoftHsm) -> str:
    environment = {CONFIGURATION: str(softhsm.configuration), "PYTHONPATH": os.pathsep.join(sys.path)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROCESS, str(softhsm.folder), env=environment, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    return told.decode().splitlines()[-1]


async def test_processes_that_create_at_once_agree_and_the_next_finds_the_same(
    service: KeyService, softhsm: SoftHsm
) -> None:
    assert len({*await asyncio.gather(other_process(softhsm), other_process(softhsm))}) == 1
    ids = [(await service.open_key(A, Purpose.INDEX)).id, (await service.open_data_key(A, FIRST)).id]
    assert await other_process(softhsm) == " ".join(id_.hex() for id_ in ids)


async def test_twins_of_a_label_open_what_each_wrapped_and_end_together(
    softhsm: SoftHsm, token: Pkcs11Token
) -> None:
    keys = Pkcs11Keys(token)
    await keys.create(WrappingKey(A, Purpose.EVIDENCE))
    label = f"{A}.encryption"
    for _ in range(2):
        await token.run(lambda session: session.make(label))

    def wrapped_by_each(session: TokenSession) -> list[bytes]:
        return [wrap(twin, os.urandom(32), label.encode()) for twin in session.labelled(label)]

    wrapped = await token.run(wrapped_by_each)
    assert len({(await keys.unwrap(ENCRYPTION, one)).id for one in wrapped}) == 2
    await keys.destroy(ENCRYPTION)
    for one in wrapped:
        with pytest.raises(KeyUnavailable):
            await keys.unwrap(ENCRYPTION, one)
    assert softhsm.labels() == [f"{A}.evidence"]


async def test_each_purpose_has_a_key_of_its_own(service: KeyService, softhsm: SoftHsm) -> None:
    await create(service)
    await service.service_key()
    assert softhsm.labels() == sorted([*WRAPPING, "installation.service"])
    await service.destroy_credentials(A)
    assert softhsm.labels() == sorted({*WRAPPING, "installation.service"} - {f"{A}.credentials"})
    await service.destroy_tenant_keys(A)
    assert softhsm.labels() == ["installation.service", f"{A}.evidence"]


async def test_no_key_stands_in_the_directory(service: KeyService, softhsm: SoftHsm) -> None:
    await create(service)
    keys = [*await keys_of(service), await service.service_key()]
    kept = contents(softhsm.directory)
    assert not [material for material in materials(keys) if material in kept]
    assert not (softhsm.directory / "tenants" / A / "encryption.1.key").exists()


async def test_the_token_gives_none_of_its_keys_away(service: KeyService, softhsm: SoftHsm) -> None:
    await create(service)
    with softhsm.administered() as session:
        (key,) = session.get_objects({Attribute.LABEL: f"{A}.encryption"})
        with pytest.raises(AttributeSensitive):
            key[Attribute.VALUE]
        for attribute, value in ((Attribute.EXTRACTABLE, True), (Attribute.SENSITIVE, False)):
            with pytest.raises(AttributeReadOnly):
                key[attribute] = value
        other = session.generate_key(
            pkcs11.KeyType.AES, 256, capabilities=pkcs11.MechanismFlag.WRAP | pkcs11.MechanismFlag.UNWRAP
        )
        with pytest.raises(KeyUnextractable):
            cast(Any, other).wrap_key(key)
        assert not any(key[use] for use in (Attribute.WRAP, Attribute.UNWRAP, Attribute.DERIVE))


async def test_a_key_that_could_be_taken_out_is_not_used(softhsm: SoftHsm, token: Pkcs11Token) -> None:
    with softhsm.administered() as session:
        session.generate_key(
            pkcs11.KeyType.AES, 256, label=f"{A}.evidence", store=True, template={Attribute.EXTRACTABLE: True}
        )
    with pytest.raises(KeyUnavailable, match="taken out"):
        await softhsm.service(token).create_tenant(A)
    assert not [*softhsm.directory.rglob("*.key")]


async def test_a_copy_of_the_directory_opens_nothing_once_the_token_destroyed(
    service: KeyService, softhsm: SoftHsm
) -> None:
    await create(service)
    evidence = (await service.open_key(A, Purpose.EVIDENCE)).id
    shutil.copytree(softhsm.directory, softhsm.folder / "copy")
    await service.destroy_tenant_keys(A)
    shutil.rmtree(softhsm.directory)
    (softhsm.folder / "copy").rename(softhsm.directory)
    for purpose in (Purpose.CREDENTIALS, Purpose.INDEX):
        with pytest.raises(KeyUnavailable):
            await service.open_key(A, purpose)
    for owner in (FIRST, SECOND):
        with pytest.raises(KeyUnavailable, match="destroyed there"):
            await service.open_data_key(A, owner)
    assert (await service.open_key(A, Purpose.EVIDENCE)).id == evidence


async def test_a_token_that_comes_back_from_a_backup_remains_and_opens_nothing(
    service: KeyService, softhsm: SoftHsm
) -> None:
    """With a copy of the key directory from before it would: so neither is in a backup."""
    await create(service)
    before = materials(await keys_of(service))
    shutil.copytree(softhsm.tokens, softhsm.folder / "backup")
    shutil.copytree(softhsm.directory, softhsm.folder / "careless")
    await service.destroy_tenant_keys(A)
    shutil.rmtree(softhsm.tokens)
    (softhsm.folder / "backup").rename(softhsm.tokens)
    with softhsm.administered():
        pass
    assert RemainingKey(Purpose.ENCRYPTION, None) in await service.remaining(A)
    with pytest.raises(KeyDestroyed):
        await service.open_data_key(A, FIRST)
    shutil.rmtree(softhsm.directory)
    (softhsm.folder / "careless").rename(softhsm.directory)
    assert materials(await keys_of(service)) == before


async def test_a_key_deleted_behind_our_back_is_no_destroyed_one(
    service: KeyService, softhsm: SoftHsm
) -> None:
    await create(service)
    softhsm.delete(f"{A}.encryption")
    with pytest.raises(KeyUnavailable) as refused:
        await service.open_data_key(A, FIRST)
    assert not isinstance(refused.value, KeyDestroyed)
    assert Purpose.ENCRYPTION not in {key.purpose for key in await service.remaining(A)}


async def test_another_token_of_the_same_label_proves_nothing(service: KeyService, softhsm: SoftHsm) -> None:
    await create(service, A)
    await create(service, B)
    shutil.rmtree(softhsm.tokens)
    softhsm.tokens.mkdir()
    softhsm.initialize()
    with softhsm.administered():
        pass
    for tenant in (A, B):
        for use in (service.remaining, service.destroy_credentials, service.destroy_tenant_keys):
            with pytest.raises(KeyUnavailable, match="knows none"):
                await use(tenant)


async def test_what_is_wrapped_is_bound_to_its_owner_and_purpose(token: Pkcs11Token) -> None:
    keys = Pkcs11Keys(token)
    await keys.create(WrappingKey(A, Purpose.EVIDENCE))
    await keys.create(INDEX)
    made, wrapped = await keys.generate(INDEX)
    assert (await keys.unwrap(INDEX, wrapped)).id == made.id

    def opens(context: str, session: TokenSession) -> bool:
        (key,) = session.labelled(f"{A}.index")
        return unwrap(key, wrapped, context.encode()) is not None

    contexts = (f"{A}.index", f"{A}.encryption", f"{B}.index", "")
    assert [await token.run(partial(opens, context)) for context in contexts] == [True, False, False, False]


@pytest.mark.parametrize("place", [0, 16, 28, 59, 60, 75])
async def test_a_bit_that_fell_over_opens_nothing(token: Pkcs11Token, place: int) -> None:
    keys = Pkcs11Keys(token)
    await keys.create(WrappingKey(A, Purpose.EVIDENCE))
    await keys.create(INDEX)
    _, wrapped = await keys.generate(INDEX)
    altered = bytes(byte ^ (at == place) for at, byte in enumerate(wrapped))
    with pytest.raises(KeyUnavailable, match="wrapped by another"):
        await keys.unwrap(INDEX, altered)
    await keys.unwrap(INDEX, wrapped)


@pytest.mark.parametrize("length", [0, 16, 75, 77])
async def test_what_no_token_wrapped_is_not_sent_to_one(token: Pkcs11Token, length: int) -> None:
    with pytest.raises(KeyUnavailable, match="not wrapped by a token"):
        await Pkcs11Keys(token).unwrap(INDEX, bytes(length))


class OwnNonces:
    """A key of a token that takes nobody's nonce. Its own it hands over behind what it sealed, or never."""

    id = bytes(16)

    def __init__(self, *, behind: bool) -> None:
        self._behind = behind

    def __getitem__(self, attribute: Attribute) -> object:
        return True

    def encrypt(self, data: bytes, *, mechanism: Mechanism, mechanism_param: GCMParams) -> bytes:  # noqa: ARG002
        nonce = bytes(byte ^ 1 for byte in mechanism_param.nonce)
        return data + nonce[:1] * TAG_BYTES + (nonce if self._behind else b"")

    def decrypt(self, data: bytes, *, mechanism: Mechanism, mechanism_param: GCMParams) -> bytes:  # noqa: ARG002
        sealed, nonce = (data[:-12], data[-12:]) if self._behind else (data, mechanism_param.nonce)
        if sealed[-TAG_BYTES:] != nonce[:1] * TAG_BYTES:
            raise EncryptedDataInvalid
        return sealed[:-TAG_BYTES]

    def destroy(self) -> None:
        raise AssertionError


@pytest.mark.parametrize("behind", [False, True])
def test_a_token_with_nonces_of_its_own_is_told_before_anything_is_lost(*, behind: bool) -> None:
    with pytest.raises(KeyUnavailable, match="nonce"):
        wrap(OwnNonces(behind=behind), bytes(32), b"context")


async def test_a_directory_of_local_keys_is_not_sent_to_a_token(
    service: KeyService, softhsm: SoftHsm
) -> None:
    await create(LocalKeyService(softhsm.directory))
    with pytest.raises(KeyUnavailable, match="key_service"):
        await service.open_key(A, Purpose.INDEX)


async def test_nor_are_wrapped_keys_taken_for_local_ones(service: KeyService, softhsm: SoftHsm) -> None:
    await create(service)
    with pytest.raises(KeyUnavailable):
        await LocalKeyService(softhsm.directory).open_key(A, Purpose.INDEX)


async def test_only_an_id_reaches_the_token(service: KeyService, softhsm: SoftHsm) -> None:
    for name in ("..", "a/b", "a.b", "é"):
        with pytest.raises(KeyUnavailable, match="id"):
            await service.create_tenant(TenantId(name))
    assert softhsm.labels() == []


async def test_a_key_that_was_destroyed_wraps_nothing(token: Pkcs11Token, softhsm: SoftHsm) -> None:
    keys = Pkcs11Keys(token)
    await keys.create(WrappingKey(A, Purpose.EVIDENCE))
    await keys.create(INDEX)
    await keys.destroy(INDEX)
    with pytest.raises(KeyUnavailable, match="destroyed there"):
        await keys.generate(INDEX)
    assert softhsm.labels() == [f"{A}.evidence"]


class Undeletable:
    """A key as its token shows it, which nobody may delete."""

    id = bytes(16)

    def destroy(self) -> None:
        raise PKCS11Error


async def test_what_is_not_deleted_is_told(
    service: KeyService, token: Pkcs11Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create(service)
    with monkeypatch.context() as patched:
        patched.setattr(TokenSession, "labelled", lambda _session, _label: [Undeletable()])
        with pytest.raises(KeyUnavailable, match="did not delete"):
            await service.destroy_credentials(A)
    assert Purpose.CREDENTIALS in {key.purpose for key in await service.remaining(A)}
    await service.destroy_credentials(A)
    assert Purpose.CREDENTIALS not in {key.purpose for key in await service.remaining(A)}


async def test_of_many_keys_the_oldest_found_is_looked_for_again(
    service: KeyService, token: Pkcs11Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pkcs11_session, "FOUND_MAX", 1)
    await create(service)
    ids = [key.id for key in await keys_of(service)]
    assert [key.id for key in await keys_of(service)] == ids
    assert await token.run(lambda session: len(session._found)) == 1


@pytest.mark.parametrize("never", [False, True])
@pytest.mark.parametrize("always", [False, True])
def test_only_what_was_never_anything_else_stays(*, never: bool, always: bool) -> None:
    key = {Attribute.NEVER_EXTRACTABLE: never, Attribute.ALWAYS_SENSITIVE: always}
    assert pkcs11_session.stays(cast(TokenKey, key)) is (never and always)
