"""Database: what a store runs on, and all that one kind of it does in another way than the other."""

from abc import ABC, abstractmethod
from pathlib import Path

from sqlalchemy import Engine

from gateway.store.handle import Handle


class Database(ABC):
    """Where the tables are."""

    #: What to do where it cannot be opened: a sentence for operators.
    remedy: str
    #: Whether sweeping takes its time, and leaves others to write meanwhile.
    sweeps_beside_writers: bool

    @abstractmethod
    def prepare(self) -> None:
        """Make room for it. Raises ConfigurationError."""

    @abstractmethod
    def may_hold_tenants(self) -> bool:
        """Whether there may be tables already; asked before anything is opened."""

    @abstractmethod
    def engine(self, *, writes: bool, connections: int = 1) -> Engine:
        """What opens so many connections, and no more; those that do not write cannot."""

    @abstractmethod
    def admit(self, handle: Handle) -> None:
        """Let one process at a time look after the tables. Raises ConfigurationError if it is not fit."""

    @abstractmethod
    def mark(self, engine: Engine, /) -> int:
        """A moment: rows that were deleted before it are to be swept away."""

    @abstractmethod
    def sweep(self, engine: Engine, mark: int, /) -> bool:
        """Leave as little as it can of rows deleted before a mark. False while a reader still sees them."""

    @abstractmethod
    def copy_to(self, target: Path) -> None:
        """Write all of it into one SQLite file while it is in use, as a backup would."""

    @abstractmethod
    def put_back(self, copy: Path) -> None:
        """Let such a file be the database. Raises ConfigurationError where there is one."""
