"""What is read: directories, calendars, and the channels that tell of their changes."""

from sqlalchemy import Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from gateway.store import columns as column
from gateway.store.columns import Sealed
from gateway.store.tables.schema import metadata

directories = Table(
    "directories",
    metadata,
    *column.of_tenant(),
    *column.lease(),
    column.text("reason", nullable=True),
    column.milliseconds("completed_at", nullable=True),
    # 1 after a round that would have removed suspiciously much: the next one decides.
    column.counter("braked"),
    PrimaryKeyConstraint("bucket", "tenant"),
)

calendars = Table(
    "calendars",
    metadata,
    *column.identity(),
    # Whose grant reads it, and whose key seals what it tells: the employer's or a person's.
    column.text("authorization"),
    # NULL: a person's own calendar, which tells of any.
    column.text("resource", nullable=True),
    column.epoch(),
    Column("details", Sealed, nullable=False),
    Column("cursor", Sealed),
    Column("cursor_epoch", Integer),
    # Keyed hash of what may be seen: what is stored of it tells no more.
    Column("rules", LargeBinary),
    *column.lease(),
    column.text("reason", nullable=True),
    column.counter("generation"),
    column.milliseconds("completed_at", nullable=True),
    # When the last complete full round began: its window follows from it.
    column.milliseconds("full_at", nullable=True),
    column.counter("braked"),
    # How current our knowledge of it is; ``reason`` above says what happened the last time.
    column.text("freshness"),
    column.milliseconds("since", nullable=True),
    column.text("freshness_reason", nullable=True),
    # When its provider last told us to look.
    column.milliseconds("notified_at", nullable=True),
    PrimaryKeyConstraint("bucket", "tenant", "id"),
    Index(None, "bucket", "due_at"),
    Index(None, "bucket", "tenant", "resource"),
)

# Outlives its calendar until the provider was asked to tell no more.
channels = Table(
    "channels",
    metadata,
    *column.of_tenant(),
    column.text("calendar"),
    column.epoch(),
    # NULL while the provider has promised nothing.
    Column("watch", Sealed),
    # Hashes of the secret that is repeated to us, and of one that is being introduced.
    Column("secret", LargeBinary),
    Column("next_secret", LargeBinary),
    column.milliseconds("expires_at", nullable=True),
    *column.lease(),
    column.text("reason", nullable=True),
    PrimaryKeyConstraint("bucket", "tenant", "calendar"),
    Index(None, "bucket", "due_at"),
)
