"""A token that is away, locked, stuck or none: no key is had, and none is taken for destroyed."""

import asyncio
import sysconfig
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pkcs11
import pytest
from pkcs11 import SlotFlag, TokenFlag, exceptions
from pkcs11.exceptions import PKCS11Error
from structlog.testing import capture_logs

from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.vault import blocking, pkcs11_token
from gateway.vault.keys import KeyService, Purpose
from gateway.vault.pkcs11_refusals import CANNOT, LOCKED_PIN, NO_MECHANISM, NO_PIN, WRONG_PIN, told_of
from gateway.vault.pkcs11_session import TokenSession
from gateway.vault.pkcs11_token import Pkcs11Token
from tests.contracts.key_service import FIRST, A, create, keys_of, materials
from tests.fakes.softhsm import LABEL, PIN, SoftHsm

Use = Callable[[KeyService], Awaitable[object]]

CONTENT = "c2VjcmV0"

#: What needs the token for an answer.
USES: dict[str, Use] = {
    "open": lambda service: service.open_key(A, Purpose.INDEX),
    "open data": lambda service: service.open_data_key(A, FIRST),
    "create": lambda service: service.create_tenant(A),
    "remaining": lambda service: service.remaining(A),
    "destroy": lambda service: service.destroy_tenant_keys(A),
}


@pytest.fixture
async def service(softhsm: SoftHsm, token: Pkcs11Token) -> KeyService:
    """One that holds a tenant's keys."""
    service = softhsm.service(token)
    await create(service)
    return service


@asynccontextmanager
async def reached(softhsm: SoftHsm, token: Pkcs11Token) -> AsyncIterator[KeyService]:
    try:
        yield softhsm.service(token)
    finally:
        await token.close()


async def refused(use: Use, service: KeyService) -> str:
    """What is told of it, and nothing more."""
    with capture_logs() as logs, pytest.raises(KeyUnavailable) as error:
        await use(service)
    assert not isinstance(error.value, KeyDestroyed)
    told = f"{error.value} {error.value.__cause__!r} {error.value.__context__!r} {logs}"
    for content in (CONTENT, PIN, A, "/"):
        assert content not in told
    assert {line["event"] for line in logs} <= {
        "key_service_refuses",
        "key_service_silent",
        "key_token_is_no_hardware",
    }
    return str(error.value)


def restart(softhsm: SoftHsm) -> None:
    """End every session, as a module does that was started anew."""
    with softhsm.administered():
        pass


async def test_a_token_that_is_taken_away_is_found_again(service: KeyService, softhsm: SoftHsm) -> None:
    before = materials(await keys_of(service))
    away = softhsm.tokens.rename(softhsm.folder / "away")
    for name in ("open", "remaining", "destroy"):
        await refused(USES[name], service)
    softhsm.tokens.mkdir()
    for name in ("open", "remaining", "destroy"):
        assert "no token of that label" in await refused(USES[name], service)
    softhsm.tokens.rmdir()
    away.rename(softhsm.tokens)
    # What was to be destroyed is out of use all the same, and destroyed as soon as it can be.
    assert len(before) == 5
    with pytest.raises(KeyDestroyed):
        await service.open_data_key(A, FIRST)
    assert Purpose.ENCRYPTION in {key.purpose for key in await service.remaining(A)}
    await service.destroy_tenant_keys(A)
    assert {key.purpose for key in await service.remaining(A)} == {Purpose.EVIDENCE}


@pytest.mark.parametrize("name", USES)
async def test_a_session_that_was_ended_is_opened_anew(
    service: KeyService, softhsm: SoftHsm, name: str
) -> None:
    module = pkcs11.lib(str(softhsm.module))
    module.reinitialize()
    await USES[name](service)


@pytest.mark.parametrize("name", USES)
async def test_who_was_logged_out_takes_nothing_for_gone(
    service: KeyService, softhsm: SoftHsm, token: Pkcs11Token, name: str
) -> None:
    """A session that is logged out is shown no keys, and no error."""
    await token.run(lambda session: session._session.close())
    hidden = pkcs11.lib(str(softhsm.module)).get_token(token_label=LABEL).open(rw=True)
    assert [*hidden.get_objects()] == []
    await token.run(lambda session: setattr(session, "_session", hidden))
    await USES[name](service)


async def test_a_wrong_pin_is_sent_once(softhsm: SoftHsm, monkeypatch: pytest.MonkeyPatch) -> None:
    softhsm.pin_file.write_text(CONTENT)
    async with reached(softhsm, softhsm.token()) as service:
        assert await refused(USES["create"], service) == WRONG_PIN
        assert softhsm.flags() & TokenFlag.USER_PIN_COUNT_LOW
        with softhsm.administered():
            # The right one was sent by somebody else: what was counted is forgotten.
            assert not softhsm.flags() & TokenFlag.USER_PIN_COUNT_LOW
        for _ in range(3):
            assert await refused(USES["create"], service) == WRONG_PIN
        assert not softhsm.flags() & TokenFlag.USER_PIN_COUNT_LOW
        softhsm.pin_file.write_text(PIN)
        await create(service)


@pytest.mark.parametrize(
    ("flag", "sentence"),
    [(TokenFlag.USER_PIN_LOCKED, "has locked"), (TokenFlag.USER_PIN_FINAL_TRY, "One more wrong PIN")],
)
async def test_a_token_that_is_locked_or_nearly_so_is_left_alone(
    softhsm: SoftHsm, flag: TokenFlag, sentence: str
) -> None:
    softhsm.flag(flag)
    async with reached(softhsm, softhsm.token()) as service:
        assert sentence in await refused(USES["create"], service)


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
async def test_no_pin_is_nothing_to_ask_with(softhsm: SoftHsm, content: bytes | None) -> None:
    softhsm.pin_file.unlink()
    if content is not None:
        softhsm.pin_file.write_bytes(content)
    async with reached(softhsm, softhsm.token()) as service:
        assert "pin_file" in await refused(USES["create"], service)
        assert not softhsm.flags() & TokenFlag.USER_PIN_COUNT_LOW


#: A library of Python's, which is none of PKCS#11.
OTHER_LIBRARY = next(Path(sysconfig.get_path("platlib")).glob("msgspec/_core*.so"))


@pytest.mark.parametrize("module", [Path("/nowhere/module.so"), Path(__file__), OTHER_LIBRARY])
async def test_what_is_no_module_is_told(softhsm: SoftHsm, module: Path) -> None:
    async with reached(softhsm, Pkcs11Token(module, LABEL, softhsm.pin_file)) as service:
        assert "key_service.pkcs11.module" in await refused(USES["create"], service)


async def test_a_module_that_does_not_start_is_told(softhsm: SoftHsm) -> None:
    softhsm.configuration.unlink()
    async with reached(softhsm, softhsm.token()) as service:
        assert "configured" in await refused(USES["create"], service)
        softhsm.configure()
        await create(service)


async def test_two_tokens_of_a_label_are_not_chosen_from(softhsm: SoftHsm) -> None:
    softhsm.initialize()
    async with reached(softhsm, softhsm.token()) as service:
        assert "several" in await refused(USES["create"], service)


async def test_another_token_is_not_taken_instead(softhsm: SoftHsm) -> None:
    token = Pkcs11Token(softhsm.module, "another", softhsm.pin_file)
    async with reached(softhsm, token) as service:
        assert "token_label" in await refused(USES["create"], service)
        softhsm.initialize("another")
        await create(service)
    assert softhsm.labels() == []


async def test_a_token_that_cannot_encrypt_so_is_told(softhsm: SoftHsm) -> None:
    softhsm.configure(**{"slots.mechanisms": "CKM_AES_KEY_GEN"})
    async with reached(softhsm, softhsm.token()) as service:
        assert "AES-256-GCM" in await refused(USES["create"], service)
    assert not [*softhsm.directory.rglob("*.key")]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (exceptions.PinLenRange, WRONG_PIN),
        (exceptions.PinLocked, LOCKED_PIN),
        (exceptions.PinExpired, NO_PIN),
        (exceptions.UserPinNotInitialized, NO_PIN),
        (exceptions.MechanismInvalid, NO_MECHANISM),
        (exceptions.DeviceError, CANNOT),
        (exceptions.DeviceRemoved, CANNOT),
        (exceptions.GeneralError, CANNOT),
        (PKCS11Error, CANNOT),
    ],
)
async def test_what_a_module_says_is_told_as_a_sentence(
    service: KeyService, token: Pkcs11Token, error: type[PKCS11Error], sentence: str
) -> None:
    def fail(_: TokenSession) -> None:
        raise error(CONTENT)

    assert told_of(error()) == await refused(lambda _: token.run(fail), service) == sentence
    await keys_of(service)


async def test_what_is_lost_is_not_looked_for_again_and_again(
    service: KeyService, softhsm: SoftHsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = softhsm.tokens.rename(softhsm.folder / "away")
    softhsm.tokens.mkdir()
    monkeypatch.setattr(pkcs11_token, "REOPEN_SECONDS", 600.0)
    told = await refused(USES["open"], service)
    softhsm.tokens.rmdir()
    away.rename(softhsm.tokens)
    assert [await refused(USES[name], service) for name in ("open", "remaining")] == [told, told]


async def test_a_session_that_is_lost_again_is_not_told_as_a_key_that_was_destroyed(
    service: KeyService, softhsm: SoftHsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pkcs11_token, "REOPEN_SECONDS", 600.0)
    module = pkcs11.lib(str(softhsm.module))
    module.reinitialize()
    await USES["open"](service)
    module.reinitialize()
    assert await refused(USES["open"], service) == CANNOT


async def test_one_that_is_stuck_is_waited_for_once(
    service: KeyService, token: Pkcs11Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = Event()

    def hang(_: TokenSession) -> None:
        go_on.wait(60)

    monkeypatch.setattr(blocking, "WAIT_SECONDS", 0.05)
    assert "does not answer" in await refused(lambda _: token.run(hang), service)
    monkeypatch.setattr(blocking, "WAIT_SECONDS", 60.0)
    for name in ("open", "remaining", "destroy"):
        assert "does not answer" in await refused(USES[name], service)
    free = token._thread._free
    go_on.set()
    assert await asyncio.to_thread(free.wait, 60)
    await USES["remaining"](service)


@pytest.mark.parametrize(("flags", "told"), [(SlotFlag(0), 1), (SlotFlag.HW_SLOT, 0)])
async def test_a_token_that_is_no_hardware_is_told_once_it_is_opened(
    softhsm: SoftHsm, monkeypatch: pytest.MonkeyPatch, flags: SlotFlag, told: int
) -> None:
    found = pkcs11.lib(str(softhsm.module)).get_token(token_label=LABEL)

    class Lib:
        """The same token, in a slot of that sort."""

        def get_token(self, *, token_label: str) -> object:
            assert token_label == LABEL
            return SimpleNamespace(slot=SimpleNamespace(flags=flags), flags=found.flags, open=found.open)

        def finalize(self) -> None:
            pkcs11.lib(str(softhsm.module)).finalize()

    monkeypatch.setattr(pkcs11, "lib", lambda _: Lib()) if flags else None
    async with reached(softhsm, softhsm.token()) as service:
        with capture_logs() as logs:
            await service.create_tenant(A)
        await service.open_key(A, Purpose.INDEX)
        monkeypatch.undo() if flags else None
    assert [line["event"] for line in logs].count("key_token_is_no_hardware") == told
