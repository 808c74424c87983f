"""All rows of a database, from one kind into the other, by way of one SQLite file."""

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert, select

from gateway.errors import ConfigurationError
from gateway.store.backups import put_back
from gateway.store.handle import Handle
from gateway.store.migrate import lay
from gateway.store.sqlite import DATABASE, sqlite_engine
from gateway.store.tables import authorizations, metadata

ROWS_AT_ONCE = 1_000


def write_file(source: Handle, target: Path) -> None:
    """Write what a reading transaction sees into a new file."""
    engine = sqlite_engine(target, writes=True)
    try:
        with engine.begin() as copy:
            lay(copy)
            _copy(source, copy)
    finally:
        engine.dispose()


def read_file(copy: Path, target: Handle) -> None:
    """Fill today's tables with what stands in a file, which stays as it is.

    Raises ConfigurationError where they hold something already.
    """
    if target.execute(select(authorizations.c.id).limit(1)).first() is not None:
        raise ConfigurationError(
            "The copy cannot be put in place: the database is in use. Drop it and make another one of its "
            "name first, and end whatever serves. Nothing was changed."
        )
    with TemporaryDirectory() as folder:
        file = Path(folder) / DATABASE
        put_back(copy, file)
        engine = sqlite_engine(file, writes=False)
        try:
            with engine.begin() as source:
                _copy(source, target)
        finally:
            engine.dispose()


def _copy(source: Handle, target: Handle) -> None:
    for table in metadata.sorted_tables:
        rows = source.execute(select(table).execution_options(yield_per=ROWS_AT_ONCE))
        for some in rows.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in some])
