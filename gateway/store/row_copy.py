"""A copy of all rows of a database, as one SQLite file."""

from pathlib import Path

from sqlalchemy import insert, select

from gateway.store.handle import Handle
from gateway.store.migrate import lay
from gateway.store.sqlite import sqlite_engine
from gateway.store.tables import metadata

ROWS_AT_ONCE = 1_000


def copy_rows(source: Handle, target: Path) -> None:
    """Write what a reading transaction sees into a new file."""
    engine = sqlite_engine(target, writes=True)
    try:
        with engine.begin() as copy:
            lay(copy)
            for table in metadata.sorted_tables:
                rows = source.execute(select(table).execution_options(yield_per=ROWS_AT_ONCE))
                for some in rows.mappings().partitions():
                    copy.execute(insert(table), [dict(row) for row in some])
    finally:
        engine.dispose()
