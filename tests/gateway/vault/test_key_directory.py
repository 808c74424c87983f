import os
from pathlib import Path

import pytest

from gateway.errors import ConfigurationError
from gateway.vault.key_directory import holds_tenants, share_file_system
from gateway.vault.local import LocalKeyService

OTHER_USER = 65534


def test_it_is_made_closed_to_others(tmp_path: Path) -> None:
    LocalKeyService(tmp_path / "keys")
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_one_that_is_closed_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    LocalKeyService(tmp_path / "keys", tmp_path / "store")


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o720, 0o702, 0o710, 0o701, 0o777])
def test_one_that_is_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    directory = tmp_path / "keys"
    directory.mkdir()
    directory.chmod(mode)
    with pytest.raises(ConfigurationError, match="chmod 700"):
        LocalKeyService(directory)


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "keys").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigurationError, match="not a directory"):
        LocalKeyService(tmp_path / "keys")


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys").touch(mode=0o600)
    with pytest.raises(ConfigurationError, match="not a directory"):
        LocalKeyService(tmp_path / "keys")


def test_another_users_is_refused(tmp_path: Path) -> None:
    directory = Path("/")
    if os.geteuid() == 0:
        directory = tmp_path / "keys"
        directory.mkdir(mode=0o700)
        os.chown(directory, OTHER_USER, OTHER_USER)
    with pytest.raises(ConfigurationError, match="another user"):
        LocalKeyService(directory)


def test_one_whose_parent_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="parent exists"):
        LocalKeyService(tmp_path / "missing" / "keys")


@pytest.mark.parametrize(
    ("keys", "data"),
    [
        ("store/keys", "store"),
        ("store/deep/keys", "store"),
        ("keys", "keys/store"),
        ("same", "same"),
        ("store/../store/keys", "store"),
        ("link/keys", "store"),
        ("store/keys", "link"),
    ],
)
def test_keys_and_data_lie_apart(tmp_path: Path, keys: str, data: str) -> None:
    (tmp_path / "store" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "store")
    with pytest.raises(ConfigurationError, match="one in the other"):
        LocalKeyService(tmp_path / keys, tmp_path / data)
    assert not (tmp_path / keys).exists()


def test_neighbours_are_apart(tmp_path: Path) -> None:
    LocalKeyService(tmp_path / "store-keys", tmp_path / "store")


def test_a_shared_file_system_is_told(tmp_path: Path) -> None:
    LocalKeyService(tmp_path / "keys")
    assert share_file_system(tmp_path / "keys", tmp_path / "not" / "made" / "yet")
    assert not share_file_system(tmp_path / "keys", Path("/proc"))


def test_a_path_may_be_relative(tmp_path: Path) -> None:
    relative = Path(os.path.relpath(tmp_path))
    with pytest.raises(ConfigurationError, match="one in the other"):
        LocalKeyService(relative / "keys", tmp_path)


def test_tenants_are_there_once_one_was_made_and_where_somebody_may_look(tmp_path: Path) -> None:
    assert not holds_tenants(tmp_path / "keys")
    LocalKeyService(tmp_path / "keys")
    assert not holds_tenants(tmp_path / "keys")
    (tmp_path / "keys" / "tenants").touch()
    assert not holds_tenants(tmp_path / "keys")
    (tmp_path / "keys" / "tenants").unlink()
    (tmp_path / "keys" / "tenants").mkdir()
    assert holds_tenants(tmp_path / "keys")
    # A name that is too long for any file system stands for all that an operating system refuses.
    assert not holds_tenants(tmp_path / ("x" * 300))
