"""The tables. ``bucket`` stands first in every key of a tenant's table; rows cluster by calendar.

In clear stand only: bucket, our own ids, keyed hashes, states, counters and the milliseconds of our own work.
Columns of type ``Sealed`` hold records of the vault; the epoch at sealing stands beside them in ``epoch``.
"""

import hashlib

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    text,
)

from gateway.store import columns as column
from gateway.store.columns import Sealed

BUCKETS = 64

#: Marks a column that keeps what it holds where a row is written anew without it.
STAYS = {"stays": True}


def bucket_of(tenant: str) -> int:
    """The shard of a tenant: BLAKE2b mod 64, the same on every machine."""
    return hashlib.blake2b(tenant.encode(), digest_size=8).digest()[-1] % BUCKETS


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


tenants = Table(
    "tenants",
    metadata,
    column.bucket(),
    column.text("id"),
    column.text("region"),
    column.milliseconds("created_at"),
    # Feed order: raised in the transaction that appends, never a sequence.
    column.counter("head"),
    # Removals up to here have been forgotten; a cursor behind it is too old.
    column.counter("horizon"),
    # Raised with the epoch of any person's authorization, and where a subject withdraws.
    column.counter("persons_epoch"),
    # By contract: how long a suspension may last.
    Column("erase_after_days", Integer, nullable=False),
    column.epoch(),
    Column("connection", Sealed),
    Column("registration", Sealed),
    PrimaryKeyConstraint("bucket", "id"),
)

authorizations = Table(
    "authorizations",
    metadata,
    *column.of_tenant(),
    column.text("id"),
    column.text("kind"),
    column.text("state"),
    column.text("reason", nullable=True),
    column.epoch(),
    Column("key_version", Integer, nullable=False),
    column.milliseconds("created_at"),
    column.milliseconds("changed_at"),
    # Since when a refusal that proves nothing stands in doubt.
    column.milliseconds("doubted_at", nullable=True),
    # Until when it is given; NULL: until it is withdrawn.
    column.milliseconds("expires_at", nullable=True),
    # When all that hangs on it is erased, while it is suspended.
    column.milliseconds("erase_at", nullable=True),
    Column("record", Sealed, nullable=False),
    PrimaryKeyConstraint("bucket", "tenant", "id"),
)

# What became of authorizations: rows are added, and never changed.
history = Table(
    "history",
    metadata,
    *column.of_tenant(),
    column.text("authorization"),
    column.counter("number"),
    column.milliseconds("at"),
    column.text("what"),
    column.text("state"),
    column.text("reason", nullable=True),
    column.epoch(),
    # Until the deadline that a notice tells of.
    Column("days", Integer),
    # What was chosen, under the evidence key.
    Column("detail", Sealed),
    PrimaryKeyConstraint("bucket", "tenant", "authorization", "number"),
)

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

resources = Table(
    "resources",
    metadata,
    *column.of_tenant(),
    column.text("id"),
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

calendars = Table(
    "calendars",
    metadata,
    *column.of_tenant(),
    column.text("id"),
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

# What a person has granted who connected their own calendar; its authorization is a row of its own.
links = Table(
    "links",
    metadata,
    *column.of_tenant(),
    column.text("authorization"),
    column.text("calendar"),
    # Keyed hash of the provider's id of the person: whoever connects again has one link.
    column.text("account"),
    column.epoch(),
    Column("link", Sealed, nullable=False),
    PrimaryKeyConstraint("bucket", "tenant", "authorization"),
    Index(None, "bucket", "tenant", "account"),
)

# Who uses FlexO and asked to be recognized, each sealed under a key of their own.
subjects = Table(
    "subjects",
    metadata,
    *column.of_tenant(),
    column.text("id"),
    column.epoch(),
    column.milliseconds("enrolled_at"),
    Column("record", Sealed, nullable=False),
    PrimaryKeyConstraint("bucket", "tenant", "id"),
)

# Keyed hashes of what finds a subject: their user id, directory id and addresses.
finders = Table(
    "finders",
    metadata,
    *column.of_tenant(),
    column.text("finder"),
    column.text("subject"),
    PrimaryKeyConstraint("bucket", "tenant", "finder"),
    Index(None, "bucket", "tenant", "subject"),
)

# Keyed hashes of what finds whoever withdrew or objected: it holds for every later round.
suppressions = Table(
    "suppressions",
    metadata,
    *column.of_tenant(),
    column.text("finder"),
    column.milliseconds("withdrawn_at"),
    PrimaryKeyConstraint("bucket", "tenant", "finder"),
)

# Each lets one person connect their calendar, once.
invitations = Table(
    "invitations",
    metadata,
    *column.of_tenant(),
    column.text("id"),
    column.epoch(),
    column.milliseconds("expires_at"),
    # Hash of the secret that the person was handed.
    Column("secret", LargeBinary, nullable=False),
    # Hashes of what the provider brings back and of what the browser holds, while a sign-in is under way.
    Column("state", LargeBinary),
    Column("session", LargeBinary),
    column.milliseconds("begun_at", nullable=True),
    Column("verifier", Sealed),
    PrimaryKeyConstraint("bucket", "tenant", "id"),
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

#: Literals, so that an index can serve them.
REMOVED = text("body IS NULL")
OF_SERIES = text("series IS NOT NULL")
OF_COPIES = text("uid IS NOT NULL")
OF_PERSONS = text('"authorization" IS NOT NULL')
OF_SUBJECTS = text("subject IS NOT NULL")

# A booking's row is its entry in the feed's log as well.
bookings = Table(
    "bookings",
    metadata,
    *column.of_tenant(),
    column.text("calendar"),
    column.text("id"),
    # A removal is told after its calendar is gone, too.
    column.text("resource"),
    column.epoch(),
    Column("key_version", Integer, nullable=False),
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
    column.text("calendar"),
    column.text("id"),
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

withdrawals = Table(
    "withdrawals",
    metadata,
    *column.of_tenant(),
    column.text("id"),
    column.text("authorization"),
    # Who withdrew within it; NULL: all of it was.
    column.text("subject", nullable=True),
    *column.lease(),
    column.milliseconds("fenced_at"),
    # One after the other, NULL until done.
    column.milliseconds("dropped_at", nullable=True),
    column.milliseconds("shredded_at", nullable=True),
    column.milliseconds("erased_at", nullable=True),
    column.milliseconds("notified_at", nullable=True),
    PrimaryKeyConstraint("bucket", "tenant", "id"),
)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    *column.of_tenant(),
    column.text("erasure"),
    column.text("consumer"),
    column.milliseconds("acknowledged_at"),
    PrimaryKeyConstraint("bucket", "tenant", "erasure", "consumer"),
)

consumers = Table(
    "consumers",
    metadata,
    column.text("id"),
    Column("record", Sealed, nullable=False),
    PrimaryKeyConstraint("id"),
)

# How many events of a day told a field, and by whose rule it was withheld: numbers of the whole tenant.
receipts = Table(
    "receipts",
    metadata,
    *column.of_tenant(),
    # Of ours, in UTC, counted from 1970: when a round ended, never when an event is.
    Column("day", Integer, nullable=False),
    column.text("what"),
    column.text("field"),
    column.text("party"),
    Column("ring", SmallInteger, nullable=False),
    column.counter("number"),
    PrimaryKeyConstraint("bucket", "tenant", "day", "what", "field", "party", "ring"),
)

#: Tables of the installation, which belong to no tenant and so carry no bucket.
OF_THE_INSTALLATION = frozenset({"consumers", "alembic_version"})
