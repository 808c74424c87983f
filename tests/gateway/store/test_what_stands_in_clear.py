"""Law 7, over the tables: what is not sealed is one of these, and nothing else."""

import hashlib

import pytest
from sqlalchemy import BigInteger, Integer, LargeBinary, SmallInteger, String, Table, UniqueConstraint

from gateway.store.columns import Sealed
from gateway.store.inventory import described
from gateway.store.inventory_terms import Content
from gateway.store.tables import BUCKETS, OF_THE_INSTALLATION, bucket_of, metadata

#: What may stand in clear, and as what: all else is a record of the vault.
IN_CLEAR = {
    Content.IDENTIFIER: (String,),
    Content.KEYED_HASH: (String, LargeBinary),
    Content.SECRET_HASH: (LargeBinary,),
    Content.STATE: (String,),
    Content.WORD_OR_IDENTIFIER: (String,),
    Content.NUMBER: (BigInteger, Integer, SmallInteger),
    Content.WORK_TIME: (BigInteger, Integer),
    Content.PUBLISHED: (String, LargeBinary),
}

tables = pytest.mark.parametrize("table", metadata.tables.values(), ids=str)
of_tenants = pytest.mark.parametrize(
    "table", [table for table in metadata.tables.values() if table.name not in OF_THE_INSTALLATION], ids=str
)


@tables
def test_every_column_is_of_a_type_that_holds_what_it_is_described_as(table: Table) -> None:
    for name, column in described(table).items():
        assert type(table.c[name].type) in IN_CLEAR.get(column.content, (Sealed,)), name


def test_what_is_not_sealed_is_on_the_list() -> None:
    assert {content for content in Content if not content.is_sealed} == set(IN_CLEAR)


@of_tenants
def test_the_bucket_stands_first_in_every_key(table: Table) -> None:
    keys = [list(table.primary_key.columns)]
    keys += [list(unique.columns) for unique in table.constraints if isinstance(unique, UniqueConstraint)]
    keys += [list(index.columns) for index in table.indexes]
    assert [key[0].name for key in keys] == ["bucket"] * len(keys)


@of_tenants
def test_no_key_reaches_beyond_a_bucket(table: Table) -> None:
    assert not table.foreign_keys
    assert not table.c.bucket.nullable


def test_only_the_installation_has_tables_without_a_bucket() -> None:
    without = {table.name for table in metadata.tables.values() if "bucket" not in table.c}
    assert without == {"consumers", "cursors", "endpoints", "leaves", "project_streams"}
    assert without < OF_THE_INSTALLATION == {*without, "alembic_version"}


def test_bookings_cluster_by_calendar() -> None:
    key = [column.name for column in metadata.tables["bookings"].primary_key.columns]
    assert key == ["bucket", "tenant", "calendar", "id"]


def test_every_sealed_column_has_the_epoch_of_its_sealing_beside_it() -> None:
    beside = {"cursor": "cursor_epoch"}
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Sealed) and table.name not in OF_THE_INSTALLATION:
                assert beside.get(column.name, "epoch") in table.c


def test_a_bucket_is_the_same_on_every_machine() -> None:
    names = [f"ten_{number}" for number in range(2000)]
    buckets = [bucket_of(name) for name in names]
    assert buckets[:4] == [
        hashlib.blake2b(name.encode(), digest_size=8).digest()[-1] % 64 for name in names[:4]
    ]
    assert set(buckets) == set(range(BUCKETS))
    assert (bucket_of("ten_0"), bucket_of("ten_1")) == (buckets[0], buckets[1])
