"""The key directory: where it may lie, and who may look into it."""

import os
import re
import stat
from contextlib import suppress
from pathlib import Path

from gateway.errors import ConfigurationError, KeyUnavailable
from gateway.vault.files import make_folder

#: Made with the first tenant's keys, and never removed.
TENANTS = "tenants"

#: The installation's own key, and the one that signs its transparency log.
SERVICE_KEY = "service.key"
LOG_KEY = "log.key"
#: How markers of the log's sizes begin.
LOG = "log"


#: What an id of ours may look like: nothing that means something to a file system, or in an address.
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def checked(name: str) -> str:
    """The name, if it is one of an id of ours. Raises KeyUnavailable."""
    if NAME.fullmatch(name) is None:
        raise KeyUnavailable(
            "That is no id of a tenant, an authorization or a subject of ours, so it has no keys."
        )
    return name


def open_key_directory(directory: Path, data_directory: Path | None) -> Path:
    """The directory, made if it is not there. Raises ConfigurationError if it is not fit for keys."""
    if data_directory is not None:
        _check_apart(directory.resolve(), data_directory.resolve())
    try:
        if not directory.exists():
            make_folder(directory)
        status = directory.lstat()
    except OSError as error:
        raise ConfigurationError(
            f"The key directory {directory} cannot be used ({error.strerror}). "
            "Name a directory whose parent exists and can be written by this user."
        ) from error
    _check_private(directory, status)
    return directory


def holds_tenants(directory: Path) -> bool:
    """Whether tenants' keys have ever been made there; False also where nobody may look."""
    with suppress(OSError):
        return (directory / TENANTS).is_dir()
    return False


def share_file_system(directory: Path, other: Path) -> bool:
    """Whether both lie, or would lie once made, on one file system: one volume, one snapshot, one backup."""
    return _nearest(directory).stat().st_dev == _nearest(other).stat().st_dev


def _check_apart(directory: Path, data_directory: Path) -> None:
    if directory.is_relative_to(data_directory) or data_directory.is_relative_to(directory):
        raise ConfigurationError(
            f"The key directory {directory} and the data directory {data_directory} lie one in the other: "
            "a backup of the data would hold the keys. Choose two separate directories, best on two volumes."
        )


def _check_private(directory: Path, status: os.stat_result) -> None:
    if not stat.S_ISDIR(status.st_mode):
        raise ConfigurationError(
            f"The key directory {directory} is not a directory; a link to one could be pointed elsewhere. "
            "Name the directory itself."
        )
    if status.st_uid != os.geteuid():
        raise ConfigurationError(
            f"The key directory {directory} belongs to another user. "
            "Make it belong to the user that runs the gateway (chown)."
        )
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(
            f"The key directory {directory} is open to other users. Close it: chmod 700 {directory}"
        )


def _nearest(path: Path) -> Path:
    """The path itself, or the nearest folder above it that exists."""
    path = path.resolve()
    return next(candidate for candidate in (path, *path.parents) if candidate.exists())
