"""Bring a database to this version's tables, and refuse one from the future."""

import sqlite3
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from gateway.errors import ConfigurationError, StoreBusy
from gateway.store.handle import Handle
from gateway.store.lane import Lane

ONE_AT_A_TIME = Lock()


def upgrade(handle: Handle) -> None:
    """Bring a database to today's tables. Raises ConfigurationError for one of an unknown version."""
    config = Config()
    config.set_main_option("script_location", "gateway.store:migrations")
    config.attributes["connection"] = handle
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(handle).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise ConfigurationError(
            "The database was written by a newer version of the gateway, or by one from before the first "
            "release. It was not touched: start that version, or restore a backup made by this one."
        )
    # Alembic keeps what it works on where all threads find it.
    with ONE_AT_A_TIME:
        command.upgrade(config, "head")


async def migrate(writer: Lane) -> None:
    """Upgrade to the newest tables. Raises ConfigurationError for one from a newer version, or for none."""
    try:
        await writer.transaction(upgrade)
    except (StoreBusy, DBAPIError, sqlite3.Error):
        raise ConfigurationError(
            "The database cannot be opened: it is damaged, no database at all, not this user's to write, or "
            "in another process's hands. Nothing was changed. Name another store directory, or restore a "
            "backup."
        ) from None
