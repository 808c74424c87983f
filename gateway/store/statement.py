"""Statement: compiled once from Core, for either database, and run by its driver."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Delete, Dialect, Insert, Select, String, Update, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from gateway.store.handle import Handle

#: Ids looked up in one statement. Where they are as many parameters, shorter lists are padded, so that one
#: compiled text serves them all.
LOOKUP_IDS = 250


_postgresql: Any = PGDialect_psycopg
# By name, so that whatever engine it is for, a statement is compiled once in a process.
_DIALECTS: dict[str, Dialect] = {
    "sqlite": SQLiteDialect(),
    "postgresql": _postgresql(paramstyle="format"),
}


class Statement:
    """A compiled statement. Parameters are tuples in the order of ``names``.

    To build one anew and send it through SQLAlchemy takes many times as long as the driver alone takes.
    """

    def __init__(self, statement: Insert | Update | Delete | Select[Any], dialect: str) -> None:
        compiled = statement.compile(dialect=_DIALECTS[dialect])
        self.sql = str(compiled)
        self.names = tuple(compiled.positiontup or ())
        #: What it was built with, as the offset that SQLite wants behind every limit.
        self._built = {name: value for name, value in compiled.params.items() if value is not None}

    def ordered(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Parameters, from values by name."""
        known = {**self._built, **values}
        return tuple(known[name] for name in self.names)

    def run(self, handle: Handle, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run once per row. Nothing happens for no rows."""
        if rows:
            _driver(handle).cursor().executemany(self.sql, rows)

    def fetch(self, handle: Handle, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run once, and read all that comes back."""
        found: list[tuple[Any, ...]] = _driver(handle).execute(self.sql, parameters).fetchall()
        return found


def _driver(handle: Handle) -> Any:
    return handle.connection.driver_connection


def among(column: Column[str], dialect: str) -> ColumnElement[bool]:
    """One of several ids, of which ``ids_for`` makes parameters, the last ones."""
    if dialect == "postgresql":
        return column == any_(bindparam("ids", type_=ARRAY(String)))
    return column.in_([bindparam(f"id_{number}") for number in range(LOOKUP_IDS)])


def ids_for(dialect: str, ids: Sequence[str]) -> tuple[Any, ...]:
    """Parameters for ``among``, for up to ``LOOKUP_IDS`` ids: PostgreSQL takes them as one."""
    if dialect == "postgresql":
        return ([*ids],)
    return (*ids, *([""] * (LOOKUP_IDS - len(ids))))
