"""A store's directory with today's tables: making them anew for every test takes longer than most tests."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.store.engine import checkpoint, sqlite_engine
from gateway.store.migrate import upgrade
from gateway.store.store import DATABASE


def lay_tables(directory: Path) -> None:
    """Put an empty database into a directory, unless there is one."""
    directory.mkdir(mode=0o700, exist_ok=True)
    if not (directory / DATABASE).exists():
        (directory / DATABASE).write_bytes(_empty_database())


@cache
def _empty_database() -> bytes:
    with TemporaryDirectory() as directory:
        path = Path(directory) / DATABASE
        engine = sqlite_engine(path, writes=True)
        with engine.begin() as connection:
            upgrade(connection)
        assert checkpoint(engine)
        engine.dispose()
        return path.read_bytes()
