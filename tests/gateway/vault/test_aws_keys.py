"""Keys wrapped by AWS KMS, or by its double: out of use at once, lost for good only after a while."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.vault import aws
from gateway.vault.aws import AwsKeys
from gateway.vault.aws_endpoint import CANNOT, CLOSED, CREDENTIALS, AwsEndpoint, Refused
from gateway.vault.key_directory import open_key_directory
from gateway.vault.keys import KeyService, Purpose
from gateway.vault.wrapped import WrappedKeyService
from gateway.vault.wrapping import WrappingKey
from tests.contracts.key_service import (
    FIRST,
    OWN,
    SECOND,
    A,
    Connect,
    KeyServiceContract,
    create,
    keys_of,
    materials,
)
from tests.fakes.aws import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, Kms, Refusal, open_kms
from tests.gateway.vault.hand_clock import HandClock

ENCRYPTION = WrappingKey(A, Purpose.ENCRYPTION)
EVIDENCE = WrappingKey(A, Purpose.EVIDENCE)
ALIAS = f"alias/gateway/{A}/encryption"
WEEK = timedelta(days=7)

OTHERS = json.dumps({"AccessKeyId": ACCESS_KEY_ID, "SecretAccessKey": "another"})


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def kms(clock: HandClock) -> AsyncIterator[Kms]:
    async with open_kms(clock) as kms:
        yield kms


@pytest.fixture
def credentials(tmp_path: Path) -> Path:
    path = tmp_path / "aws.json"
    path.write_text(json.dumps({"AccessKeyId": ACCESS_KEY_ID, "SecretAccessKey": SECRET_ACCESS_KEY}))
    return path


@pytest.fixture
async def endpoint(kms: Kms, credentials: Path) -> AsyncIterator[AwsEndpoint]:
    async with kms.session() as session:
        yield AwsEndpoint(session, REGION, credentials)


@pytest.fixture
def keys(endpoint: AwsEndpoint) -> AwsKeys:
    return AwsKeys(endpoint)


@pytest.fixture
def connect(endpoint: AwsEndpoint, tmp_path: Path) -> Connect:
    return lambda: WrappedKeyService(open_key_directory(tmp_path / "keys", None), AwsKeys(endpoint))


@pytest.fixture
def service(connect: Connect) -> KeyService:
    return connect()


class TestAwsKeys(KeyServiceContract):
    pass


async def gone_at(service: KeyService) -> dict[Purpose | None, object]:
    return {key.purpose: key.gone_at for key in await service.remaining(A)}


async def test_it_is_told_when_a_key_is_lost_for_good(
    service: KeyService, kms: Kms, clock: HandClock
) -> None:
    await create(service)
    await service.destroy_tenant_keys(A)
    lost = clock() + WEEK
    pending = dict.fromkeys((Purpose.ENCRYPTION, Purpose.CREDENTIALS, Purpose.INDEX), lost)
    assert await gone_at(service) == {**pending, Purpose.EVIDENCE: None}
    clock.move(WEEK.total_seconds())
    assert await gone_at(service) == {Purpose.EVIDENCE: None}
    assert len(kms.keys) == 1
    await service.destroy_tenant_keys(A)


async def test_a_deletion_that_was_taken_back_is_seen_and_tells_nothing_again(
    service: KeyService, kms: Kms, clock: HandClock
) -> None:
    await create(service)
    await service.destroy_tenant_keys(A)
    kms.cancel(ALIAS)
    assert (await gone_at(service))[Purpose.ENCRYPTION] is None
    kms.named(ALIAS).state = "Enabled"
    with pytest.raises(KeyDestroyed):
        await service.open_data_key(A, FIRST)
    clock.move(60)
    await service.destroy_tenant_keys(A)
    assert (await gone_at(service))[Purpose.ENCRYPTION] == clock() + WEEK


async def test_what_wrapped_who_is_burnt_is_lost_for_good_a_week_later(
    service: KeyService, kms: Kms, clock: HandClock
) -> None:
    await create(service)
    assert await service.burn(A, FIRST, 0) == clock() + WEEK
    kms.cancel(ALIAS)
    clock.move(60)
    # Taken back, it is told again.
    assert await service.burn(A, FIRST, 0) == clock() + WEEK
    assert kms.named(ALIAS).state == "PendingDeletion"
    clock.move(WEEK.total_seconds())
    assert await service.burn(A, FIRST, 0) is None
    await service.open_data_key(A, SECOND)


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion", "Unavailable"])
async def test_a_key_that_is_not_enabled_opens_nothing_and_is_not_destroyed(
    service: KeyService, kms: Kms, state: str
) -> None:
    await create(service)
    kms.named(ALIAS).state = state
    with pytest.raises(KeyUnavailable) as refused:
        await service.open_data_key(A, FIRST)
    assert not isinstance(refused.value, KeyDestroyed)
    assert (await gone_at(service))[Purpose.ENCRYPTION] is None


async def test_an_alias_takes_its_time(
    service: KeyService, kms: Kms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws, "PAUSE_SECONDS", 0)
    kms.delay = 3
    await create(service)
    assert len({*materials(await keys_of(service))}) == 5
    assert len(kms.keys) == 4
    kms.delay = aws.LOOKS
    with pytest.raises(KeyUnavailable, match="Try again"):
        await service.service_key()


async def test_of_those_made_at_once_one_is_kept(keys: AwsKeys, kms: Kms) -> None:
    await keys.create(ENCRYPTION)
    kept = kms.aliases[ALIAS]
    kms._unseen[ALIAS] = 1
    await keys.create(ENCRYPTION)
    assert kms.aliases[ALIAS] == kept
    assert {key.state for key in kms.keys.values() if key.id != kept} == {"PendingDeletion"}


async def test_another_account_proves_nothing(service: KeyService, kms: Kms) -> None:
    await create(service)
    kms.keys.clear()
    kms.aliases.clear()
    for use in (service.remaining, service.destroy_credentials, service.destroy_tenant_keys):
        with pytest.raises(KeyUnavailable, match="knows nothing"):
            await use(A)


async def test_what_is_wrapped_is_bound_to_whose_it_is(keys: AwsKeys, kms: Kms) -> None:
    await keys.create(ENCRYPTION)
    await keys.create(EVIDENCE)
    _, wrapped = await keys.generate(ENCRYPTION)
    kms.aliases[f"alias/gateway/{A}/evidence"] = kms.aliases[ALIAS]
    with pytest.raises(Refused) as refused:
        await keys.unwrap(EVIDENCE, wrapped)
    assert refused.value.type == "InvalidCiphertextException"


@pytest.mark.parametrize("content", ["", "{}", '{"AccessKeyId": "x"}', OTHERS])
async def test_credentials_that_are_none_are_refused(
    service: KeyService, endpoint: AwsEndpoint, tmp_path: Path, content: str
) -> None:
    await create(service)
    endpoint._credentials_file = tmp_path / "others.json"
    endpoint._credentials_file.write_text(content)
    with pytest.raises(KeyUnavailable, match="credentials") as refused:
        await service.open_key(A, Purpose.INDEX)
    assert "another" not in str(refused.value)


async def test_the_double_allows_no_shortcut(keys: AwsKeys, endpoint: AwsEndpoint, kms: Kms) -> None:
    await keys.create(ENCRYPTION)
    key = kms.named(ALIAS)
    for asked in ({"KeyId": ALIAS, "PendingWindowInDays": 7}, {"KeyId": key.id, "PendingWindowInDays": 1}):
        with pytest.raises(Refused):
            await endpoint.ask("ScheduleKeyDeletion", **asked)
    assert key.state == "Enabled"
    _, wrapped = await keys.generate(ENCRYPTION)
    await endpoint.ask("ScheduleKeyDeletion", KeyId=key.id, PendingWindowInDays=7)
    for use in (keys.generate(ENCRYPTION), keys.unwrap(ENCRYPTION, wrapped)):
        with pytest.raises(Refused) as refused:
            await use
        assert refused.value.type == "KMSInvalidStateException"


async def test_who_may_not_delete_is_told_so(service: KeyService, kms: Kms) -> None:
    await create(service)
    kms.forbidden = {"ScheduleKeyDeletion"}
    for destroy in (service.destroy_credentials, service.destroy_tenant_keys):
        with pytest.raises(KeyUnavailable, match="may schedule it"):
            await destroy(A)
    assert set((await gone_at(service)).values()) == {None}
    kms.forbidden = set()
    await service.destroy_tenant_keys(A)
    assert (await gone_at(service))[Purpose.CREDENTIALS] is not None


async def test_who_may_not_look_takes_nothing_for_destroyed(service: KeyService, kms: Kms) -> None:
    await create(service)
    kms.forbidden = {"DescribeKey"}
    for use in (service.remaining, service.destroy_credentials):
        with pytest.raises(Refused, match="refuses our credentials"):
            await use(A)
    kms.forbidden = set()
    assert set(await gone_at(service)) == OWN


async def test_what_may_not_be_named_wraps_nothing(service: KeyService, kms: Kms) -> None:
    kms.forbidden = {"CreateAlias"}
    with pytest.raises(Refused, match="refuses our credentials"):
        await service.create_tenant(A)
    assert kms.aliases == {}
    kms.forbidden = set()
    await create(service)


@pytest.mark.parametrize(
    ("said", "type_", "sentence"),
    [
        ("com.amazonaws.kms#NotFoundException", "NotFoundException", CLOSED),
        *((name, name, CREDENTIALS) for name in ("AccessDeniedException", "ExpiredTokenException")),
        *((name, name, CREDENTIALS) for name in ("UnrecognizedClientException", "InvalidSignatureException")),
        *((name, name, CLOSED) for name in ("DisabledException", "IncorrectKeyException")),
        *((name, name, CLOSED) for name in ("InvalidCiphertextException", "KMSInvalidStateException")),
        ("ThrottlingException", "ThrottlingException", CANNOT),
    ],
)
async def test_what_aws_refuses_is_told_and_logged_unless_it_is_absence(
    endpoint: AwsEndpoint, kms: Kms, monkeypatch: pytest.MonkeyPatch, said: str, type_: str, sentence: str
) -> None:
    def refuse(_operation: str, _asked: object) -> object:
        raise Refusal(said)

    monkeypatch.setattr(kms, "_done", refuse)
    with capture_logs() as logs, pytest.raises(Refused) as refused:
        await endpoint.ask("DescribeKey", KeyId=ALIAS)
    assert (refused.value.type, str(refused.value)) == (type_, sentence)
    assert [line["event"] for line in logs] == ["key_service_refuses"] * (type_ != "NotFoundException")
