"""Bring a database to this version's tables, and refuse one from the future."""

import asyncio
import sqlite3
from contextlib import closing

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.errors import ConfigurationError


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "gateway.store:migrations")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if current is not None and current not in known:
        raise ConfigurationError(
            "The database was written by a newer version of the gateway. This version has "
            "not touched it: start the newer version, or restore a backup made by this one."
        )
    command.upgrade(_config(connection), "head")


def _open(database: str) -> None:
    # The asynchronous driver leaves a thread behind where it fails to open a file: it is tried without it.
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA schema_version").fetchall()


async def migrate(engine: AsyncEngine) -> None:
    """Upgrade to the newest tables. Raises ConfigurationError for one from a newer version, or for none."""
    try:
        await asyncio.to_thread(_open, str(engine.url.database))
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
    except (DBAPIError, sqlite3.Error):
        raise ConfigurationError(
            "The database cannot be opened: it is damaged, no database at all, not this user's to write, or "
            "in another process's hands. Nothing was changed. Name another store directory, or restore a "
            "backup."
        ) from None
