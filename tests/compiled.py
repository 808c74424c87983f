"""What one engine compiled all others use: each test opens engines of its own, for the same statements."""

from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache

#: More than all there are.
_STATEMENTS_MAX = 5000
#: By what engines of one sort have in common.
_SHARED: dict[tuple[str, Any], tuple[Dialect, LRUCache[Any, Any]]] = {}


def compile_once() -> None:
    """Let whatever is compiled in this process be compiled once."""
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    engine: Any = connection.engine
    sort = engine.dialect.name, engine.dialect._on_connect_isolation_level
    shared = _SHARED.get(sort) or _SHARED.setdefault(sort, (engine.dialect, LRUCache(_STATEMENTS_MAX)))
    engine.dialect, engine._compiled_cache = shared
    connection.dialect = engine.dialect
