"""The database that an installation has."""

from pathlib import Path

from gateway.settings import Settings
from gateway.store.database import Database
from gateway.store.postgresql import PostgresqlDatabase
from gateway.store.server import Server
from gateway.store.sqlite import SqliteDatabase
from gateway.store_settings import address_of, is_directory


def database_of(settings: Settings) -> Database:
    """Opens nothing yet."""
    address = address_of(settings.store)
    if address is None:
        return SqliteDatabase(Path(settings.store))
    return PostgresqlDatabase(
        Server(
            *address,
            password_file=_path(settings.postgresql.password_file),
            ca_file=_path(settings.postgresql.ca_file),
        )
    )


def data_directory(settings: Settings) -> Path | None:
    """Where the store keeps its files; None where that is up to a server."""
    return Path(settings.store) if is_directory(settings.store) else None


def _path(name: str | None) -> Path | None:
    return None if name is None else Path(name)
