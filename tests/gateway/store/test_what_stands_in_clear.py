"""Law 7, over the tables: what is not sealed is one of these, and nothing else."""

import hashlib

import pytest
from sqlalchemy import BigInteger, Integer, LargeBinary, SmallInteger, String, Table, UniqueConstraint

from gateway.store.columns import Sealed
from gateway.store.tables import BUCKETS, OF_THE_INSTALLATION, bucket_of, metadata

LEASE = {"due_at", "lease_owner", "lease_until", "fencing", "attempts"}

#: Bucket, our own ids, keyed hashes, states, counters, and the milliseconds of our own work.
CLEAR = {
    "tenants": {
        "bucket",
        "id",
        "region",
        "created_at",
        "head",
        "horizon",
        "persons_epoch",
        "epoch",
        "erase_after_days",
    },
    "authorizations": {
        "bucket",
        "tenant",
        "id",
        "kind",
        "state",
        "reason",
        "epoch",
        "key_version",
        "created_at",
        "changed_at",
        "doubted_at",
        "expires_at",
        "erase_at",
    },
    "history": {
        "bucket",
        "tenant",
        "authorization",
        "number",
        "at",
        "what",
        "state",
        "reason",
        "epoch",
        "days",
    },
    "directories": {"bucket", "tenant", "reason", "completed_at", "braked", *LEASE},
    "resources": {
        "bucket",
        "tenant",
        "id",
        "epoch",
        "position",
        "freshness",
        "since",
        "reason",
        "state_position",
    },
    "links": {"bucket", "tenant", "authorization", "calendar", "account", "epoch"},
    "subjects": {"bucket", "tenant", "id", "epoch", "enrolled_at"},
    "finders": {"bucket", "tenant", "finder", "subject"},
    "suppressions": {"bucket", "tenant", "finder", "withdrawn_at"},
    "invitations": {"bucket", "tenant", "id", "epoch", "expires_at", "begun_at"},
    "calendars": {
        "bucket",
        "tenant",
        "id",
        "authorization",
        "resource",
        "epoch",
        "cursor_epoch",
        "reason",
        "generation",
        "completed_at",
        "full_at",
        "braked",
        "freshness",
        "since",
        "freshness_reason",
        "notified_at",
        *LEASE,
    },
    "channels": {"bucket", "tenant", "calendar", "epoch", "expires_at", "reason", *LEASE},
    "bookings": {
        "bucket",
        "tenant",
        "calendar",
        "id",
        "resource",
        "epoch",
        "key_version",
        "subject",
        "series",
        "uid",
        "told_as",
        "authorization",
        "generation",
        "minute",
        "position",
        "whole",
        "moved",
    },
    "traces": {"bucket", "tenant", "calendar", "id", "position", "minute", "moved", "later"},
    "entries": {"bucket", "tenant", "position", "kind", "minute", "resource", "note"},
    "withdrawals": {
        "bucket",
        "tenant",
        "id",
        "authorization",
        "subject",
        "fenced_at",
        "dropped_at",
        "shredded_at",
        "erased_at",
        "notified_at",
        "verified_at",
        "proved_at",
        *LEASE,
    },
    "certificates": {"bucket", "tenant", "id", "epoch", "log", "position"},
    "acknowledgements": {"bucket", "tenant", "erasure", "consumer", "acknowledged_at"},
    "receipts": {"bucket", "tenant", "day", "what", "field", "party", "ring", "number"},
    "consumers": {"id"},
    # A checkpoint is made to be shown: a log's name, its size, its root, and signatures.
    "leaves": {"log", "position", "checkpoint", "witnesses"},
}

#: Binary, and no record of the vault: keyed hashes of what was told, hashes of random secrets, salted hashes.
HASHES = {
    ("resources", "fingerprint"),
    ("bookings", "fingerprint"),
    ("bookings", "facets"),
    ("calendars", "rules"),
    ("channels", "secret"),
    ("channels", "next_secret"),
    ("invitations", "secret"),
    ("invitations", "state"),
    ("invitations", "session"),
    ("leaves", "leaf"),
}

tables = pytest.mark.parametrize("table", metadata.tables.values(), ids=str)
of_tenants = pytest.mark.parametrize(
    "table", [table for table in metadata.tables.values() if table.name not in OF_THE_INSTALLATION], ids=str
)


@tables
def test_every_column_is_sealed_a_hash_or_on_the_list(table: Table) -> None:
    open_columns = {column.name for column in table.columns if not isinstance(column.type, LargeBinary)}
    assert open_columns == CLEAR[table.name]


@tables
def test_what_is_binary_is_sealed_or_a_hash(table: Table) -> None:
    hashes = {
        (table.name, column.name)
        for column in table.columns
        if isinstance(column.type, LargeBinary) and not isinstance(column.type, Sealed)
    }
    assert hashes <= HASHES


@tables
def test_there_are_no_types_that_could_hold_anything(table: Table) -> None:
    allowed = (String, BigInteger, Integer, SmallInteger, LargeBinary)
    assert all(isinstance(column.type, allowed) for column in table.columns)


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
    assert without == {"consumers", "leaves"}
    assert without < OF_THE_INSTALLATION == {"consumers", "leaves", "alembic_version"}


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
