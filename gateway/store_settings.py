"""Settings of the database: a folder of its own, or a PostgreSQL server."""

import re
from pathlib import Path
from typing import NamedTuple

import msgspec

from gateway.errors import ConfigurationError
from gateway.written import with_paths

SCHEME = "postgresql:"
DEFAULT_PORT = 5432
#: Nothing that would have to be written in another way in an address.
_NAME = "[A-Za-z0-9_.-]+"
_HOST = r"[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]"
_ADDRESS = re.compile(
    rf"postgresql://(?P<user>{_NAME})@(?:(?P<host>{_HOST})(?::(?P<port>\d{{1,5}}))?)?/(?P<database>{_NAME})"
    r"(?:\?host=(?P<folder>/[^?#&]*))?"
)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class PostgresqlSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a PostgreSQL server is told, and believed by."""

    #: Holds the password and nothing else; read anew for every connection.
    password_file: str | None = None
    #: Certificate authorities that vouch for the server, PEM.
    ca_file: str | None = None


class Address(NamedTuple):
    """A database of a server, and as whom it is opened. ``host`` may be the folder of a socket."""

    host: str
    port: int
    user: str
    database: str

    @property
    def is_here(self) -> bool:
        """Whether what is said to it stays on this machine."""
        return self.host in _LOOPBACK or self.host.startswith("/")


def address_of(store: str) -> Address | None:
    """The database of a server that is named; None for anything else."""
    found = _ADDRESS.fullmatch(store)
    if found is None or (found["host"] is None) == (found["folder"] is None):
        return None
    host = found["folder"] or found["host"].strip("[]")
    return Address(host, int(found["port"] or DEFAULT_PORT), found["user"], found["database"])


def is_directory(store: str) -> bool:
    """Whether the store is a folder."""
    return not store.startswith(SCHEME)


def check_store(store: str, postgresql: PostgresqlSettings, file: str) -> None:
    """Raises ConfigurationError for a server that cannot be asked, or not be believed."""
    if is_directory(store):
        return
    address = address_of(store)
    if address is None:
        raise ConfigurationError(
            f"{file}: store is no address of a database. Give it as postgresql://USER@HOST/DATABASE, or "
            "postgresql://USER@/DATABASE?host=/FOLDER for a socket; its password stands in the file that "
            "postgresql.password_file names. Nothing was started."
        )
    if postgresql.ca_file is None and not address.is_here:
        raise ConfigurationError(
            f"{file}: the database is on another machine. Let postgresql.ca_file name the certificate "
            "authorities that vouch for its server. Nothing was started."
        )


def anchored_store(store: str, folder: Path) -> str:
    return str(folder / store) if is_directory(store) else store


def anchored_postgresql(postgresql: PostgresqlSettings, folder: Path) -> PostgresqlSettings:
    return with_paths(postgresql, folder, "password_file", "ca_file")
