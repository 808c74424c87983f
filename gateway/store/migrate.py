"""Bring a database to this version's tables, and refuse one from the future."""

from functools import cache
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from gateway.errors import ConfigurationError, StoreBusy
from gateway.store.database import Database
from gateway.store.handle import Handle
from gateway.store.lane import Lane
from gateway.store.tables import metadata

ONE_AT_A_TIME = Lock()


def upgrade(handle: Handle) -> None:
    """Bring a database to today's tables. Raises ConfigurationError for one of an unknown version."""
    scripts = _scripts()
    current = MigrationContext.configure(handle).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise ConfigurationError(
            "The database was written by a newer version of the gateway, or by one from before the first "
            "release. It was not touched: start that version, or restore a backup made by this one."
        )
    # Alembic keeps what it works on where all threads find it.
    config = _config()
    config.attributes["connection"] = handle
    with ONE_AT_A_TIME:
        command.upgrade(config, "head")


def lay(handle: Handle) -> None:
    """Lay today's tables into an empty database, as all upgrades together would."""
    metadata.create_all(handle)
    MigrationContext.configure(handle).stamp(_scripts(), "head")


async def migrate(writer: Lane, database: Database) -> None:
    """Upgrade to the newest tables. Raises ConfigurationError for one from a newer version, or for none."""

    def look_after(handle: Handle) -> None:
        database.admit(handle)
        upgrade(handle)

    try:
        await writer.transaction(look_after)
    except StoreBusy:
        raise ConfigurationError(f"The database cannot be opened: {database.remedy}") from None


@cache
def _scripts() -> ScriptDirectory:
    """Looked for once in a process: there are others in another version alone."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "gateway.store:migrations")
    return config
