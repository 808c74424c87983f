"""What a database's driver says: classes and codes. The rest of it may hold anything, and goes nowhere."""

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

#: Two waited for each other, and this one was chosen to give way.
_GAVE_WAY = frozenset({"40P01", "40001"})


def driver_errors(engine: Engine) -> tuple[type[Exception], ...]:
    """Whatever is raised of a database: by SQLAlchemy, or by the driver where a statement is its own."""
    return DBAPIError, engine.dialect.loaded_dbapi.Error


def code_of(error: Exception) -> str:
    """SQLSTATE, or SQLite's name for it; without either, the connection is lost."""
    said = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(said, "sqlstate", None) or getattr(said, "sqlite_errorname", None)
    return str(code or type(said).__name__)


def gave_way(error: Exception) -> bool:
    """Whether the same transaction, begun anew, finds its way free."""
    return code_of(error) in _GAVE_WAY


def was_rolled_back(error: Exception) -> bool:
    """Of what was raised by a commit: whether the database said that it did not happen.

    SQLite runs in this process: it says so whatever it raises. A server that is gone says nothing.
    """
    code = code_of(error)
    return code.startswith("SQLITE_") or code[:2] in {"23", "40"}
