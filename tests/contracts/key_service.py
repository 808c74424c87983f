"""What every key service promises. A back-end's own test file subclasses this and says how to connect."""

import asyncio
import shutil
from pathlib import Path
from typing import ClassVar, Protocol

import msgspec
import pytest

from gateway.authorization import AuthorizationId
from gateway.booking import SubjectId, TenantId
from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.legal_hold import HoldId
from gateway.vault.keys import KeyService, KeyVersion, KnownBackup, Purpose, RemainingKey, TenantPurpose
from gateway.vault.secret import SecretKey
from gateway.vault.wrapped import WrappedKeyService

A, B = TenantId("tenant-a"), TenantId("tenant-b")
FIRST, SECOND = AuthorizationId("first"), AuthorizationId("second")
#: What every tenant has keys for.
OWN = set(Purpose) - {Purpose.HOLD}

HELD, ALSO_HELD = HoldId("hold-1"), HoldId("hold-2")

TENANT_PURPOSES: tuple[TenantPurpose, ...] = (Purpose.CREDENTIALS, Purpose.INDEX, Purpose.EVIDENCE)


class Connect(Protocol):
    """Makes a client of the same key service anew, as another process would."""

    def __call__(self) -> KeyService: ...


async def create(service: KeyService, tenant: TenantId = A) -> None:
    await service.create_tenant(tenant)
    await service.create_data_key(tenant, FIRST)
    await service.create_data_key(tenant, SECOND)


async def keys_of(service: KeyService, tenant: TenantId = A) -> list[SecretKey]:
    keys = [await service.open_key(tenant, purpose) for purpose in TENANT_PURPOSES]
    return [*keys, await service.open_data_key(tenant, FIRST), await service.open_data_key(tenant, SECOND)]


def materials(keys: list[SecretKey]) -> list[bytes]:
    return [key.use(bytes) for key in keys]


def usable(remaining: tuple[RemainingKey, ...]) -> tuple[RemainingKey, ...]:
    """Without what the service could give back, but does not use any more."""
    return tuple(key for key in remaining if key.gone_at is None)


def purposes(remaining: tuple[RemainingKey, ...]) -> list[Purpose | None]:
    return sorted((key.purpose for key in usable(remaining)), key=str)


class KeyServiceContract:
    """Needs a fixture ``connect``."""

    #: Whether what wraps keys is in no copy of the key directory.
    wraps_elsewhere: ClassVar[bool] = True

    async def test_what_was_withdrawn_is_known_to_who_comes_later(self, connect: Connect) -> None:
        service = connect()
        await create(service)
        assert await service.kept_records(A) == {}
        await service.keep_record(A, "era_1", b"sealed")
        await service.keep_record(A, "era_1", b"another")
        await service.keep_record(A, "era_2", b"x" * 20_000)
        await service.destroy_tenant_keys(A)
        assert await connect().kept_records(A) == {"era_1": b"sealed", "era_2": b"x" * 20_000}
        assert await connect().kept_records(B) == {}
        await service.forget_record(A, "era_1")
        await service.forget_record(A, "era_1")
        assert set(await connect().kept_records(A)) == {"era_2"}
        assert purposes(await connect().remaining(A)) == [Purpose.EVIDENCE]

    async def test_revoked_consumers_are_known(self, connect: Connect) -> None:
        service = connect()
        assert await service.revocations() == frozenset()
        for consumer in ("con_1", "con_2", "con_1"):
            await service.record_revocation(consumer)
        assert await connect().revocations() == {"con_1", "con_2"}

    async def test_copies_of_the_store_are_known_and_when_they_were_tried_last(
        self, connect: Connect
    ) -> None:
        service = connect()
        assert await service.backups() == {}
        await service.register_backup("bak_1", 1_000)
        await service.register_backup("bak_2", 2_000)
        await service.record_drill("bak_1", 3_000)
        await service.record_drill("bak_1", 2_500)
        assert await connect().backups() == {"bak_1": KnownBackup(1_000, 3_000), "bak_2": KnownBackup(2_000)}
        await service.record_destruction("bak_1", 4_000)
        assert await connect().backups() == {
            "bak_1": KnownBackup(1_000, 3_000, 4_000),
            "bak_2": KnownBackup(2_000),
        }

    @pytest.mark.parametrize("name", ["", "../era", "a/b", "a.b", "x" * 65])
    async def test_no_name_leads_elsewhere(self, connect: Connect, name: str) -> None:
        with pytest.raises(KeyUnavailable):
            await connect().keep_record(A, name, b"sealed")
        with pytest.raises(KeyUnavailable):
            await connect().register_backup(name, 1)
        with pytest.raises(KeyUnavailable):
            await connect().record_revocation(name)

    @pytest.fixture
    def service(self, connect: Connect) -> KeyService:
        return connect()

    async def test_all_keys_differ(self, service: KeyService) -> None:
        await create(service, A)
        await create(service, B)
        own = [await service.service_key(), await service.log_key()]
        keys = [*await keys_of(service, A), *await keys_of(service, B), *own]
        assert len(set(materials(keys))) == len({key.id for key in keys}) == 12
        assert {len(material) for material in materials(keys)} == {32}

    async def test_keys_last(self, service: KeyService, connect: Connect) -> None:
        await create(service)
        keys = materials([*await keys_of(service), await service.service_key(), await service.log_key()])
        again = connect()
        await create(again)
        own = [await again.service_key(), await again.log_key()]
        assert materials([*await keys_of(again), *own]) == keys

    async def test_two_processes_that_create_at_once_agree(self, connect: Connect) -> None:
        services = [connect() for _ in range(4)]
        await asyncio.gather(*(service.create_tenant(A) for service in services))
        await asyncio.gather(*(service.create_data_key(A, FIRST) for service in services))
        for purpose in TENANT_PURPOSES:
            assert len({(await service.open_key(A, purpose)).id for service in services}) == 1
        assert len({(await service.open_data_key(A, FIRST)).id for service in services}) == 1
        keys = await asyncio.gather(*(service.service_key() for service in services))
        assert len({key.id for key in keys}) == 1
        keys = await asyncio.gather(*(service.log_key() for service in services))
        assert len({key.id for key in keys}) == 1

    async def test_a_tenant_that_was_never_made_has_no_keys(self, service: KeyService) -> None:
        await create(service, B)
        for purpose in TENANT_PURPOSES:
            with pytest.raises(KeyUnavailable):
                await service.open_key(A, purpose)
        with pytest.raises(KeyUnavailable):
            await service.create_data_key(A, FIRST)
        with pytest.raises(KeyUnavailable):
            await service.open_data_key(A, FIRST)

    async def test_absence_is_not_taken_for_destruction(self, service: KeyService) -> None:
        with pytest.raises(KeyUnavailable):
            await service.remaining(A)
        for use in (service.destroy_credentials, service.credentials_version, service.renew_credentials):
            with pytest.raises(KeyUnavailable):
                await use(A)
        with pytest.raises(KeyUnavailable):
            await service.retire_credentials(A, 1)
        with pytest.raises(KeyUnavailable):
            await service.destroy_tenant_keys(A)
        with pytest.raises(KeyUnavailable):
            await service.epoch(A, FIRST)
        with pytest.raises(KeyUnavailable):
            await service.raise_epoch(A, FIRST, 1)

    async def test_an_authorization_without_a_data_key_has_none(self, service: KeyService) -> None:
        await service.create_tenant(A)
        with pytest.raises(KeyUnavailable):
            await service.open_data_key(A, FIRST)

    async def test_credentials_go_first_and_alone(self, service: KeyService, connect: Connect) -> None:
        await create(service)
        before = await keys_of(service)
        await service.destroy_credentials(A)
        for other in (service, connect()):
            with pytest.raises(KeyDestroyed):
                await other.open_key(A, Purpose.CREDENTIALS)
            assert (await other.open_key(A, Purpose.INDEX)).id == before[1].id
            assert (await other.open_data_key(A, FIRST)).id == before[3].id

    async def test_credentials_come_anew_under_another_version(
        self, service: KeyService, connect: Connect
    ) -> None:
        await create(service)
        index = await service.open_key(A, Purpose.INDEX)
        first = await service.open_key(A, Purpose.CREDENTIALS)
        await service.renew_credentials(A)
        assert (await service.open_key(A, Purpose.CREDENTIALS)).id == first.id
        known = {first.id}
        for version in (1, 2):
            for each in (service, connect()):
                await each.retire_credentials(A, version)
                assert Purpose.CREDENTIALS not in purposes(await each.remaining(A))
            for each in (connect(), service):
                await each.renew_credentials(A)
                assert await each.credentials_version(A) == version + 1
            # Whoever comes late destroys nothing that is newer.
            await connect().retire_credentials(A, version)
            (left,) = [
                key for key in usable(await service.remaining(A)) if key.purpose is Purpose.CREDENTIALS
            ]
            assert (left.id, left.version) == (
                (await connect().open_key(A, Purpose.CREDENTIALS)).id,
                version + 1,
            )
            known.add((await service.open_key(A, Purpose.CREDENTIALS)).id)
        assert len(known) == 3
        assert (await service.open_key(A, Purpose.INDEX)).id == index.id
        await service.destroy_tenant_keys(A)
        assert purposes(await service.remaining(A)) == [Purpose.EVIDENCE]
        with pytest.raises(KeyDestroyed):
            await service.renew_credentials(A)
        assert purposes(await service.remaining(A)) == [Purpose.EVIDENCE]

    async def test_only_evidence_survives_destruction(self, service: KeyService, connect: Connect) -> None:
        await create(service)
        evidence = await service.open_key(A, Purpose.EVIDENCE)
        await service.destroy_tenant_keys(A)
        for other in (service, connect()):
            for purpose in (Purpose.CREDENTIALS, Purpose.INDEX):
                with pytest.raises(KeyDestroyed):
                    await other.open_key(A, purpose)
            for authorization in (FIRST, SECOND):
                with pytest.raises(KeyDestroyed):
                    await other.open_data_key(A, authorization)
            assert (await other.open_key(A, Purpose.EVIDENCE)).id == evidence.id

    async def test_destruction_may_be_repeated(self, service: KeyService) -> None:
        await create(service)
        for _ in range(2):
            await service.destroy_credentials(A)
        for _ in range(2):
            await service.destroy_tenant_keys(A)
        assert purposes(await service.remaining(A)) == [Purpose.EVIDENCE]

    async def test_evidence_goes_last(self, service: KeyService, connect: Connect) -> None:
        await create(service, A)
        await create(service, B)
        await service.destroy_tenant_keys(A)
        for each in (service, connect(), service):
            await each.destroy_evidence(A)
            with pytest.raises(KeyDestroyed):
                await each.open_key(A, Purpose.EVIDENCE)
        with pytest.raises(KeyUnavailable):
            await service.create_tenant(A)
        await keys_of(service, B)

    async def test_evidence_of_nobody_is_not_destroyed(self, service: KeyService) -> None:
        await create(service, B)
        with pytest.raises(KeyUnavailable):
            await service.destroy_evidence(A)

    async def test_one_tenants_end_is_no_others(self, service: KeyService) -> None:
        await create(service, A)
        await create(service, B)
        before = materials(await keys_of(service, B))
        await service.destroy_tenant_keys(A)
        assert materials(await keys_of(service, B)) == before

    async def test_destroyed_keys_do_not_come_back(self, service: KeyService) -> None:
        await create(service)
        await service.destroy_tenant_keys(A)
        with pytest.raises(KeyDestroyed):
            await service.create_tenant(A)
        with pytest.raises(KeyUnavailable):
            await service.create_data_key(A, FIRST)
        assert purposes(await service.remaining(A)) == [Purpose.EVIDENCE]

    async def test_one_data_key_is_destroyed_alone(self, service: KeyService, connect: Connect) -> None:
        await create(service)
        second = await service.open_data_key(A, SECOND)
        await service.destroy_data_key(A, FIRST)
        for other in (service, connect()):
            with pytest.raises(KeyDestroyed):
                await other.open_data_key(A, FIRST)
            with pytest.raises(KeyDestroyed):
                await other.create_data_key(A, FIRST)
            assert (await other.open_data_key(A, SECOND)).id == second.id

    async def test_data_keys_outlive_what_wraps_them(self, service: KeyService, connect: Connect) -> None:
        await create(service)
        other = connect()
        keys = materials(await keys_of(other))
        assert await other.key_version(A) == KeyVersion(1, None, is_alone=True)
        for version, at in ((2, 1_000), (2, 2_000), (3, 3_000)):
            await service.rotate(A, version, at)
            for each in (service, other, connect()):
                assert materials(await keys_of(each)) == keys
                assert (await each.key_version(A)).number == version
        assert await other.key_version(A) == KeyVersion(3, 3_000, is_alone=True)
        assert purposes(await service.remaining(A)) == sorted([*OWN, Purpose.DATA])

    async def test_reading_and_making_go_on_while_keys_are_wrapped_anew(self, connect: Connect) -> None:
        await create(connect())
        keys = materials(await keys_of(connect()))

        async def read(service: KeyService) -> None:
            for _ in range(20):
                assert materials(await keys_of(service)) == keys

        async def make(service: KeyService, name: str) -> bytes:
            await service.create_data_key(A, SubjectId(name))
            return (await service.open_data_key(A, SubjectId(name))).id

        async def rotate(service: KeyService) -> None:
            for version in (2, 3, 4):
                try:
                    await service.rotate(A, version, version)
                except KeyUnavailable:
                    # A key vault does not tell what another has purged from what is not deleted yet.
                    await service.rotate(A, version, version)

        names = [f"subject-{number}" for number in range(12)]
        *_, made = await asyncio.gather(
            *(rotate(connect()) for _ in range(2)),
            *(read(connect()) for _ in range(2)),
            asyncio.gather(*(make(connect(), name) for name in names)),
        )
        again = connect()
        assert [(await again.open_data_key(A, SubjectId(name))).id for name in names] == made
        assert materials(await keys_of(again)) == keys
        assert await again.key_version(A) == KeyVersion(4, 4, is_alone=True)

    async def test_one_tenants_rotation_is_no_others(self, service: KeyService) -> None:
        await create(service, A)
        await create(service, B)
        before = await service.remaining(B)
        await service.rotate(A, 2, 1_000)
        assert await service.remaining(B) == before

    async def test_no_version_is_made_of_a_tenant_that_was_destroyed(
        self, service: KeyService, connect: Connect
    ) -> None:
        await create(service)
        await service.rotate(A, 2, 1_000)
        await service.destroy_tenant_keys(A)
        for each in (service, connect()):
            with pytest.raises(KeyDestroyed):
                await each.rotate(A, 3, 2_000)
            with pytest.raises(KeyDestroyed):
                await each.open_data_key(A, FIRST)
        assert purposes(await service.remaining(A)) == [Purpose.EVIDENCE]

    async def test_who_was_burnt_opens_from_no_copy_of_what_stands_beside_the_data(
        self, service: WrappedKeyService, connect: Connect, tmp_path: Path
    ) -> None:
        await create(service)
        await service.rotate(A, 2, 1_000)
        second = await service.open_data_key(A, SECOND)
        directory = service._directory
        copy = shutil.copytree(directory, tmp_path / "copy")
        await service.burn(A, FIRST, 2_000)
        await self._assert_burnt(connect(), second)
        # What was wrapped then, as if nobody had destroyed it.
        for path in directory.rglob("data.first.*"):
            path.unlink()
        name = f"tenants/{A}/data.first.2.key"
        shutil.copy(copy / name, directory / name)
        with pytest.raises(KeyUnavailable):
            await connect().open_data_key(A, FIRST)
        assert (await connect().open_data_key(A, SECOND)).id == second.id
        if self.wraps_elsewhere:
            # The whole of it. Those who stayed open with what stands there now alone.
            directory.rename(tmp_path / "now")
            copy.rename(directory)
            for owner in (FIRST, SECOND):
                with pytest.raises(KeyUnavailable):
                    await connect().open_data_key(A, owner)

    async def test_a_burn_that_was_done_does_nothing_more(
        self, service: KeyService, connect: Connect
    ) -> None:
        await create(service)
        second = await service.open_data_key(A, SECOND)
        for each in (service, connect(), service):
            await each.burn(A, FIRST, 1_000)
        await self._assert_burnt(service, second)

    async def test_two_are_burnt_at_once_and_one_that_is_wrapped_anew_just_then(
        self, connect: Connect
    ) -> None:
        await create(connect())
        third = SubjectId("third")
        await connect().create_data_key(A, third)
        kept = await connect().open_data_key(A, third)
        rotation = connect().rotate(A, 2, 1)
        burns = connect().burn(A, FIRST, 2), connect().burn(A, SECOND, 3)
        done = await asyncio.gather(*burns, rotation, return_exceptions=True)
        # A vault may not say that it has destroyed what another process told it to: then it is tried again.
        assert all(isinstance(one, KeyUnavailable) for one in done if isinstance(one, BaseException))
        for owner in (FIRST, SECOND):
            # As a cascade does before it says so.
            await connect().burn(A, owner, 4)
            with pytest.raises(KeyDestroyed):
                await connect().open_data_key(A, owner)
        assert (await connect().open_data_key(A, third)).id == kept.id
        assert (await connect().key_version(A)).is_alone
        assert purposes(await connect().remaining(A)) == sorted(OWN)

    async def test_who_is_burnt_of_a_tenant_that_was_destroyed_is_no_error(self, service: KeyService) -> None:
        await create(service)
        await service.destroy_tenant_keys(A)
        await service.burn(A, FIRST, 1_000)
        await service.burn(A, SubjectId("nobody"), 1_000)
        assert purposes(await service.remaining(A)) == [Purpose.EVIDENCE]

    async def test_evidence_is_put_back_where_the_directory_is_lost(
        self, service: WrappedKeyService, connect: Connect, tmp_path: Path
    ) -> None:
        await create(service)
        evidence, index = [await service.open_key(A, one) for one in (Purpose.EVIDENCE, Purpose.INDEX)]
        service._directory.rename(tmp_path / "lost")
        service._directory.mkdir(mode=0o700)
        again = connect()
        for key in (evidence, index):
            await again.restore_evidence(A, key)
            assert (await connect().open_key(A, Purpose.EVIDENCE)).id == evidence.id
        with pytest.raises(KeyUnavailable):
            await again.open_key(A, Purpose.INDEX)

    async def test_evidence_that_was_destroyed_is_not_put_back(self, service: KeyService) -> None:
        await create(service)
        evidence = await service.open_key(A, Purpose.EVIDENCE)
        await service.destroy_tenant_keys(A)
        await service.destroy_evidence(A)
        with pytest.raises(KeyDestroyed):
            await service.restore_evidence(A, evidence)

    async def _assert_burnt(self, service: KeyService, second: SecretKey) -> None:
        with pytest.raises(KeyDestroyed):
            await service.open_data_key(A, FIRST)
        with pytest.raises(KeyDestroyed):
            await service.create_data_key(A, FIRST)
        assert (await service.open_data_key(A, SECOND)).id == second.id
        assert (await service.key_version(A)).is_alone
        assert purposes(await service.remaining(A)) == sorted(OWN)

    async def test_what_remains_is_told_with_its_id(self, service: KeyService) -> None:
        await create(service)
        remaining = await service.remaining(A)
        assert purposes(remaining) == sorted([*OWN, Purpose.DATA])
        ids = {key.id for key in remaining if key.purpose is not Purpose.ENCRYPTION}
        assert ids == {key.id for key in await keys_of(service)}
        await service.destroy_credentials(A)
        assert Purpose.CREDENTIALS not in purposes(await service.remaining(A))
        await service.destroy_tenant_keys(A)
        evidence = await service.open_key(A, Purpose.EVIDENCE)
        assert usable(await service.remaining(A)) == (RemainingKey(Purpose.EVIDENCE, evidence.id),)

    async def test_a_hold_has_a_key_of_its_own_that_outlasts_all_others(self, connect: Connect) -> None:
        service = connect()
        await create(service)
        for hold in (HELD, ALSO_HELD, HELD):
            await service.create_hold_key(A, hold)
        keys = [await service.open_hold_key(A, hold) for hold in (HELD, ALSO_HELD)]
        before = materials(keys)
        assert len(set(before) | set(materials(await keys_of(service)))) == 7
        await service.destroy_tenant_keys(A)
        assert purposes(await service.remaining(A)) == [Purpose.EVIDENCE, Purpose.HOLD, Purpose.HOLD]
        await service.destroy_evidence(A)
        again = connect()
        assert materials([await again.open_hold_key(A, hold) for hold in (HELD, ALSO_HELD)]) == before

    async def test_the_key_of_a_hold_is_destroyed_alone_and_for_good(self, connect: Connect) -> None:
        service = connect()
        await create(service)
        await service.create_hold_key(A, HELD)
        await service.create_hold_key(A, ALSO_HELD)
        other = materials([await service.open_hold_key(A, ALSO_HELD), *await keys_of(service)])
        for each in (service, connect(), service):
            await each.destroy_hold_key(A, HELD)
            with pytest.raises(KeyDestroyed):
                await each.open_hold_key(A, HELD)
            with pytest.raises(KeyDestroyed):
                await each.create_hold_key(A, HELD)
        assert materials([await service.open_hold_key(A, ALSO_HELD), *await keys_of(service)]) == other

    async def test_a_hold_that_never_had_a_key_gets_none_once_it_is_undone(self, connect: Connect) -> None:
        service = connect()
        await create(service)
        with pytest.raises(KeyUnavailable):
            await service.open_hold_key(A, HELD)
        await service.destroy_hold_key(A, HELD)
        with pytest.raises(KeyDestroyed):
            await connect().create_hold_key(A, HELD)
        with pytest.raises(KeyUnavailable):
            await service.create_hold_key(B, HELD)

    async def test_records_of_officers_are_kept_in_order_and_each_as_it_was(self, connect: Connect) -> None:
        service = connect()
        assert list(await service.officers()) == []
        for number in range(12):
            await service.record_officers(number, f"list {number}".encode())
        await service.record_officers(3, b"another")
        assert list(await connect().officers()) == [f"list {number}".encode() for number in range(12)]

    async def test_an_epoch_only_rises(self, service: KeyService, connect: Connect) -> None:
        await create(service)
        seen = [await service.epoch(A, FIRST)]
        for epoch in (1, 9, 10, 2):
            await service.raise_epoch(A, FIRST, epoch)
            seen.append(await service.epoch(A, FIRST))
        assert seen == [0, 1, 9, 10, 10]
        assert await connect().epoch(A, FIRST) == 10

    async def test_epochs_belong_to_one_authorization(self, service: KeyService) -> None:
        await create(service, A)
        await create(service, B)
        await service.raise_epoch(A, FIRST, 3)
        assert [await service.epoch(*owner) for owner in ((A, SECOND), (B, FIRST))] == [0, 0]

    async def test_an_epoch_survives_the_keys(self, service: KeyService, connect: Connect) -> None:
        await create(service)
        await service.raise_epoch(A, FIRST, 3)
        await service.destroy_tenant_keys(A)
        assert await connect().epoch(A, FIRST) == 3
        await service.raise_epoch(A, FIRST, 4)
        assert await service.epoch(A, FIRST) == 4

    async def test_the_size_of_a_log_only_rises(self, service: KeyService, connect: Connect) -> None:
        seen = [await service.log_size(1)]
        for size in (1, 9, 10, 2):
            await service.raise_log_size(1, size)
            seen.append(await service.log_size(1))
        assert seen == [0, 1, 9, 10, 10]
        assert (await connect().log_size(1), await service.log_size(11), await service.log_size(2)) == (
            10,
            0,
            0,
        )

    async def test_it_tells_who_holds_keys_and_what_wraps_them(self, service: KeyService) -> None:
        assert all(dict(msgspec.to_builtins(service.custody)).values())

    async def test_epochs_raised_at_once_leave_the_highest(self, connect: Connect) -> None:
        await create(connect())
        await asyncio.gather(*(connect().raise_epoch(A, FIRST, epoch) for epoch in range(1, 9)))
        assert await connect().epoch(A, FIRST) == 8
