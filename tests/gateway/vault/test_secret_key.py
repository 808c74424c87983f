import copy
import gc
import pickle

import pytest

from gateway.errors import KeyUnavailable
from gateway.vault.index import Index
from gateway.vault.secret import SecretKey

MATERIAL = b"thirty-two bytes of a secret key"


def borrowed(key: SecretKey) -> bytearray:
    """The key's own bytes, which no product code may keep."""
    return key.use(lambda material: material)


def test_its_id_tells_keys_apart_and_not_what_they_are() -> None:
    key, other = SecretKey(MATERIAL), SecretKey(MATERIAL[::-1])
    assert len(key.id) == 8
    assert key.id == SecretKey(bytearray(MATERIAL)).id != other.id
    assert MATERIAL.find(key.id) == -1


def test_it_does_not_show_itself() -> None:
    key = SecretKey(MATERIAL)
    assert repr(key) == f"<SecretKey {key.id.hex()}>"
    assert "secret key" not in f"{key} {key!r} {key!s}"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_it_is_not_copied(copied: object) -> None:
    assert callable(copied)
    with pytest.raises(TypeError, match="not pickled"):
        copied(SecretKey(MATERIAL))


def test_dropping_overwrites_and_refuses() -> None:
    key = SecretKey(MATERIAL)
    material = borrowed(key)
    assert material == MATERIAL
    key.drop()
    assert material == bytes(32)
    with pytest.raises(KeyUnavailable):
        key.use(bytes)
    with pytest.raises(KeyUnavailable):
        Index(key)


def test_a_key_dropped_during_its_use_gives_no_result() -> None:
    key = SecretKey(MATERIAL)

    def interrupted(material: bytearray) -> bytes:
        key.drop()
        return bytes(material)

    with pytest.raises(KeyUnavailable):
        key.use(interrupted)


def test_it_is_overwritten_when_nobody_holds_it() -> None:
    key = SecretKey(MATERIAL)
    material = borrowed(key)
    del key
    gc.collect()
    assert material == bytes(32)


def test_it_does_not_touch_what_it_was_made_of() -> None:
    source = bytearray(MATERIAL)
    SecretKey(source).drop()
    assert source == MATERIAL


def test_what_is_dropped_derives_nothing() -> None:
    key = SecretKey(MATERIAL)
    assert len(key.derive(b"info")) == 64
    key.drop()
    with pytest.raises(KeyUnavailable):
        key.derive(b"info")
