"""Connections to PostgreSQL that one test leaves and the next one takes: to open one anew takes a process.

It comes as it came at first, told all that a new one is told; what the server knows of tables stays known.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any

from gateway.store.server import Server, _hush

#: By whom they were opened, and whether to write.
_LEFT: defaultdict[tuple[Server, bool], list[Any]] = defaultdict(list)


class KeptServer(Server):
    """A server of which connections are kept when they are closed."""

    def connect(self, driver: Any, *, writes: bool) -> Any:
        left = _LEFT[self, writes]
        while left:
            connection = left.pop()
            try:
                connection.execute("RESET ALL")
                _hush(connection)
            except driver.OperationalError:
                # Somebody ended it meanwhile.
                connection.end()
            else:
                return connection
        keeping = SimpleNamespace(connect=_keeping().connect, OperationalError=driver.OperationalError)
        connection = super().connect(keeping, writes=writes)
        connection.left = left
        return connection


@contextmanager
def kept_connections() -> Iterator[None]:
    """Ends, at its end, all that were kept."""
    try:
        yield
    finally:
        for left in _LEFT.values():
            while left:
                left.pop().end()


@cache
def _keeping() -> Any:
    import psycopg  # noqa: PLC0415  where it is not here, nobody asks

    class Keeping(psycopg.Connection[Any]):
        """What is left in the midst of something is ended."""

        left: list[Any] | None = None

        def close(self) -> None:
            is_idle = self.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
            if self.left is None or not is_idle:
                self.end()
            else:
                self._notice_handlers.clear()
                self.left.append(self)

        def end(self) -> None:
            super().close()

    return Keeping
