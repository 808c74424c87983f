"""A PostgreSQL for tests, for as long as a fixture stands."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.fakes.kept_connections import kept_connections
from tests.fakes.postgresql import Postgresql, is_installed, running


def serving() -> Iterator[Postgresql]:
    """What a fixture yields; skips where there is none and nobody insists on one."""
    if not is_installed() and "CI" not in os.environ:  # noqa: TID251  of the tests alone
        pytest.skip("The wheel with PostgreSQL is not here: 'make test' installs it.")
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as home,
        running(Path(home)) as server,
        kept_connections(),
    ):
        yield server
