"""PostgreSQL, for as many processes as there are.

Every process has one connection that writes, as with SQLite; what keeps those of several processes apart is
``lock_row``. No plaintext and no key ever reaches the server.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, select, text
from sqlalchemy.engine import URL

from gateway.errors import ConfigurationError
from gateway.store.database import Database
from gateway.store.driver_errors import driver_errors
from gateway.store.handle import Handle
from gateway.store.migrate import upgrade
from gateway.store.row_copy import read_file, write_file
from gateway.store.row_lock import LOCKS
from gateway.store.server import Server
from gateway.store.tables import metadata

#: Older ones get no corrections any more.
OLDEST = (15,)
#: Of all processes, one looks after the tables. The number is as good as any.
UPGRADE = 7_205_301
# Other sessions' readings that began before a moment: deleted rows stay for them.
_READINGS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend' AND age(backend_xmin) > age(CAST(CAST(:mark AS text) AS xid))"
)
# Texts are ordered as their bytes are, as in SQLite, whatever becomes of the locales of the server's machine.
_FIT = text("SELECT current_setting('server_encoding') = 'UTF8' AND 'B' < 'a'")


class PostgresqlDatabase(Database):
    """One database of a server, of this installation alone."""

    remedy = (
        "its server does not answer, does not let this user in, or shows no certificate that holds for its "
        "name; or the tables in it are not ours. Nothing was changed. What it says stands in its own log."
    )

    sweeps_beside_writers = True

    def __init__(self, server: Server) -> None:
        self._server = server

    @property
    def name(self) -> str:
        return self._server.database

    def prepare(self) -> None:
        try:
            import psycopg  # noqa: F401, PLC0415  an extra
        except ImportError:
            raise ConfigurationError(
                "The store is a PostgreSQL database, and its driver is not here. Install the gateway with "
                "its extra 'postgresql'."
            ) from None
        try:
            self._server.password()
        except (OSError, UnicodeDecodeError):
            raise ConfigurationError(
                "postgresql.password_file cannot be read. Let it hold the password and nothing else."
            ) from None

    def may_hold_tenants(self) -> bool:
        return True

    def engine(self, *, writes: bool, connections: int = 1) -> Engine:
        """Writers see what others have committed, statement by statement; readers see one moment."""
        engine = create_engine(
            URL.create("postgresql+psycopg"),
            hide_parameters=True,
            pool_size=connections,
            max_overflow=0,
            use_native_hstore=False,
            isolation_level="READ COMMITTED" if writes else "REPEATABLE READ",
            execution_options={LOCKS: writes},
        )

        @event.listens_for(engine, "do_connect")
        def connect(dialect: Any, *_: object) -> Any:
            return self._server.connect(dialect.loaded_dbapi, writes=writes)

        return engine

    def admit(self, handle: Handle) -> None:
        handle.execute(select(func.pg_advisory_xact_lock(UPGRADE)))
        if (handle.dialect.server_version_info or ()) < OLDEST or not handle.execute(_FIT).scalar_one():
            raise ConfigurationError(
                f"The PostgreSQL database is none that the gateway can use: it takes version {OLDEST[0]} or "
                "later, and a database of its own, made with ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0. "
                "Nothing was changed."
            )

    def mark(self, engine: Engine) -> int:
        with engine.begin() as handle:
            return int(handle.scalar(text("SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text)")) or 0)

    def sweep(self, engine: Engine, mark: int) -> bool:
        """Deleted rows go from tables and indexes, and what was sampled of them from the statistics.

        Their bytes may stay in free space until it is used again, in the server's own log, and in replicas:
        all of it sealed, under keys that were destroyed before.
        """
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as handle:
            handle.execute(text("SET statement_timeout = 0"))
            if handle.execute(_READINGS, {"mark": mark}).scalar_one():
                return False
            for name in metadata.tables:
                handle.execute(text(f'VACUUM (ANALYZE, INDEX_CLEANUP ON) "{name}"'))
        return True

    def copy_to(self, target: Path) -> None:
        engine = self.engine(writes=False)
        try:
            with engine.begin() as source:
                write_file(source, target)
        finally:
            engine.dispose()

    def put_back(self, copy: Path) -> None:
        engine = self.engine(writes=True)
        try:
            with engine.begin() as handle:
                self.admit(handle)
                upgrade(handle)
                read_file(copy, handle)
        except driver_errors(engine):
            raise ConfigurationError(
                f"The copy cannot be put in place: it is of another version, or the database: {self.remedy}"
            ) from None
        finally:
            engine.dispose()
