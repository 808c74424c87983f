"""Bring a database to this version's tables, and refuse one from the future."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
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


async def migrate(engine: AsyncEngine) -> None:
    """Upgrade to the newest tables. Raises ConfigurationError for a database from a newer version."""
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)
