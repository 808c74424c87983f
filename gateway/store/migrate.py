"""Bring a database to this version's tables, and refuse one from the future."""

import sqlite3

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gateway.errors import ConfigurationError, StoreBusy
from gateway.store.lane import Lane


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


async def migrate(writer: Lane) -> None:
    """Upgrade to the newest tables. Raises ConfigurationError for one from a newer version, or for none."""
    try:
        await writer.transaction(_upgrade)
    except (StoreBusy, DBAPIError, sqlite3.Error):
        raise ConfigurationError(
            "The database cannot be opened: it is damaged, no database at all, not this user's to write, or "
            "in another process's hands. Nothing was changed. Name another store directory, or restore a "
            "backup."
        ) from None
