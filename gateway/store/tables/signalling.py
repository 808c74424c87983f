"""What tells us of revocations, and what each signal did."""

from sqlalchemy import Column, Integer, LargeBinary, PrimaryKeyConstraint, Table

from gateway.store import columns as column
from gateway.store.columns import Sealed
from gateway.store.tables.schema import metadata

# Who tells of a tenant's people: its identity provider, by one channel each. Due is its next visit.
transmitters = Table(
    "transmitters",
    metadata,
    *column.identity(),
    column.text("kind"),
    column.epoch(),
    Column("record", Sealed, nullable=False),
    # Hash of the secret that its address ends with; NULL: it is asked, and does not come by itself.
    Column("secret", LargeBinary),
    column.milliseconds("created_at"),
    # When it was last heard, and by what it was kept from that since.
    column.milliseconds("heard_at", nullable=True),
    column.text("reason", nullable=True),
    # Since when it is known to be silent.
    column.milliseconds("silent_at", nullable=True),
    # How long lies between two questions; NULL: it comes when there is something to tell.
    column.milliseconds("pause", nullable=True),
    *column.lease(),
    PrimaryKeyConstraint("bucket", "tenant", "id"),
)

# What was told of whom we know, by a keyed hash of who told it and of its id there: told once.
signals = Table(
    "signals",
    metadata,
    *column.identity(),
    # Which transmitter; or how else it came.
    column.text("channel"),
    *map(column.text, ("claim", "extent", "effect")),
    column.milliseconds("received_at"),
    # 1: it happened before what it would end was given.
    Column("late", Integer, nullable=False),
    # Whom it was about, as far as we know them.
    column.text("authorization", nullable=True),
    column.text("subject", nullable=True),
    # What asking its provider has shown since.
    column.text("probe", nullable=True),
    PrimaryKeyConstraint("bucket", "tenant", "id"),
)

# The stream that a provider has for all of the installation. Its record is sealed under the service key.
project_streams = Table(
    "project_streams",
    metadata,
    column.text("id"),
    Column("record", Sealed, nullable=False),
    # Hash of the secret that its address ends with.
    Column("secret", LargeBinary, nullable=False),
    column.milliseconds("created_at"),
    # When it last said that it works, and by what it was kept from that since.
    column.milliseconds("heard_at", nullable=True),
    column.text("reason", nullable=True),
    *column.lease(),
    PrimaryKeyConstraint("id"),
)
