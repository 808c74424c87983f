"""What an older version has written stands after an upgrade, on either database."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, select

from gateway.store.handle import Handle
from gateway.store.migrate import ONE_AT_A_TIME, _config, _scripts, upgrade
from gateway.store.registry import Registry
from gateway.store.tables import metadata
from tests.fakes.full_site import open_full_site
from tests.fakes.installation import Installation

#: Of a table, each row: a column's name and what stands there.
Rows = Mapping[str, list[dict[str, Any]]]


def rows_in(handle: Handle) -> Rows:
    """As whoever knows nothing of our tables reads them; bytes and numbers as they are."""
    found = MetaData()
    found.reflect(handle)
    tables = (one for one in found.sorted_tables if one.name != "alembic_version")
    return {
        one.name: [dict(row) for row in handle.execute(select(one).order_by(*one.primary_key)).mappings()]
        for one in tables
    }


def downgrade(handle: Handle, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = handle
    with ONE_AT_A_TIME:
        command.downgrade(config, revision)


def of_before(rows: Rows, before: Rows) -> Rows:
    """Without what was not there before: tables and columns."""
    return {
        name: [{column: row[column] for column in older[0]} for row in rows[name]]
        for name, older in before.items()
        if older
    }


def older_versions() -> Iterator[str]:
    """The newest first, as far as there is a way back."""
    for script in _scripts().walk_revisions():
        if not hasattr(script.module, "downgrade"):
            return
        yield str(script.down_revision)


async def test_what_stood_there_stands_there_still(installation: Installation) -> None:
    await open_full_site(installation)

    def there_and_back(registry: Registry, revision: str) -> None:
        handle = registry.handle
        downgrade(handle, revision)
        before = rows_in(handle)
        upgrade(handle)
        assert of_before(rows_in(handle), before) == {name: rows for name, rows in before.items() if rows}
        assert len(before["bookings"]) > 0
        assert compare_metadata(MigrationContext.configure(handle), metadata) == []

    older = [*older_versions()]
    assert len(older) > 1
    for revision in older:
        await installation.store.administer(partial(there_and_back, revision=revision))
