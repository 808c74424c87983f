"""What is told: resources, bookings and the feed's log, and the counts of receipts."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    text,
)

from gateway.store import columns as column
from gateway.store.columns import Sealed
from gateway.store.tables.schema import STAYS, metadata

#: Literals, so that an index can serve them.
REMOVED = text("body IS NULL")
OF_SERIES = text("series IS NOT NULL")
OF_COPIES = text("uid IS NOT NULL")
OF_PERSONS = text('"authorization" IS NOT NULL')
OF_SUBJECTS = text("subject IS NOT NULL")

resources = Table(
    "resources",
    metadata,
    *column.identity(),
    column.epoch(),
    # NULL once removed.
    Column("body", Sealed),
    Column("fingerprint", LargeBinary),
    column.counter("position"),
    # As it was told last: that of the worst of its calendars.
    column.text("freshness"),
    column.milliseconds("since", nullable=True),
    column.text("reason", nullable=True),
    column.counter("state_position"),
    PrimaryKeyConstraint("bucket", "tenant", "id"),
)

# A booking's row is its entry in the feed's log as well.
bookings = Table(
    "bookings",
    metadata,
    *column.of_tenant(),
    *map(column.text, ("calendar", "id")),
    # A removal is told after its calendar is gone, too.
    column.text("resource"),
    column.epoch(),
    # NULL once removed; the row stays as long as its removal may be asked for.
    Column("body", Sealed),
    # The enrolled organizer, and what is told of them, sealed under their own key.
    Column("subject", String),
    Column("booker", Sealed),
    Column("fingerprint", LargeBinary),
    # Where a provider tells changes by series, and not by occurrence; of a person's calendar, by event.
    Column("series", String, info=STAYS),
    # Keyed hash of what all copies of an event have in common, where persons connect calendars.
    Column("uid", String, info=STAYS),
    # The id that all copies in persons' calendars are told under; NULL: it is told under its own.
    Column("told_as", String, info=STAYS),
    # The person's whose calendar told of it; NULL: the employer's.
    column.text("authorization", nullable=True),
    column.counter("generation"),
    # When its newest change was committed, and where that stands in the feed's log.
    # At position 0 it is known, and told by another copy.
    column.minute(),
    column.counter("position"),
    # Where all of it moved last, at once; which of its facets moved at ``position``, as bits; and of each how
    # often it has moved since all of them did, with a keyed hash of what it shows in persons' copies.
    column.counter("whole"),
    Column("moved", Integer, nullable=False),
    Column("facets", LargeBinary),
    PrimaryKeyConstraint("bucket", "tenant", "calendar", "id"),
    Index(None, "bucket", "tenant", "position", "moved"),
    Index(None, "bucket", "tenant", "calendar", "series", sqlite_where=OF_SERIES, postgresql_where=OF_SERIES),
    Index(None, "bucket", "tenant", "uid", sqlite_where=OF_COPIES, postgresql_where=OF_COPIES),
    Index(None, "bucket", "tenant", "resource", sqlite_where=OF_PERSONS, postgresql_where=OF_PERSONS),
    Index(None, "bucket", "tenant", "subject", sqlite_where=OF_SUBJECTS, postgresql_where=OF_SUBJECTS),
    # Upkeep forgets old removals.
    Index(None, "bucket", "tenant", "minute", sqlite_where=REMOVED, postgresql_where=REMOVED),
)

# Where else in the log a booking stands: facets moved there last that have stood still since.
traces = Table(
    "traces",
    metadata,
    *column.of_tenant(),
    *map(column.text, ("calendar", "id")),
    Column("position", BigInteger, nullable=False),
    column.minute(),
    # Those facets, and those that moved later, as bits.
    Column("moved", Integer, nullable=False),
    Column("later", Integer, nullable=False),
    PrimaryKeyConstraint("bucket", "tenant", "calendar", "id", "position"),
    Index(None, "bucket", "tenant", "position"),
)

# What the log says of resources and of the tenant as a whole.
entries = Table(
    "entries",
    metadata,
    *column.of_tenant(),
    Column("position", BigInteger, nullable=False),
    column.text("kind"),
    column.minute(),
    column.text("resource", nullable=True),
    # The erasure to acknowledge, or why a tenant is suspended.
    column.text("note", nullable=True),
    PrimaryKeyConstraint("bucket", "tenant", "position"),
    Index(None, "bucket", "tenant", "resource"),
)

# How many events of a day told a field, and by whose rule it was withheld: numbers of the whole tenant.
receipts = Table(
    "receipts",
    metadata,
    *column.of_tenant(),
    # Of ours, in UTC, counted from 1970: when a round ended, never when an event is.
    Column("day", Integer, nullable=False),
    *map(column.text, ("what", "field", "party")),
    Column("ring", SmallInteger, nullable=False),
    column.counter("number"),
    PrimaryKeyConstraint("bucket", "tenant", "day", "what", "field", "party", "ring"),
)
