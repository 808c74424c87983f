"""Who authorized what: tenants, their authorizations, the people in them, and whoever reads of them."""

from sqlalchemy import Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from gateway.store import columns as column
from gateway.store.columns import Sealed
from gateway.store.tables.schema import metadata

tenants = Table(
    "tenants",
    metadata,
    column.bucket(),
    *map(column.text, ("id", "region")),
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
    # Where the employer is told what is restricted, and what signs; as evidence, so that its end is told.
    Column("webhook", Sealed),
    PrimaryKeyConstraint("bucket", "id"),
)

authorizations = Table(
    "authorizations",
    metadata,
    *column.identity(),
    *map(column.text, ("kind", "state")),
    column.text("reason", nullable=True),
    column.epoch(),
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

# What a person has granted who connected their own calendar; its authorization is a row of its own.
links = Table(
    "links",
    metadata,
    *column.of_tenant(),
    *map(column.text, ("authorization", "calendar")),
    # Keyed hash of the provider's id of the person: whoever connects again has one link.
    column.text("account"),
    column.epoch(),
    Column("link", Sealed, nullable=False),
    PrimaryKeyConstraint("bucket", "tenant", "authorization"),
    Index(None, "bucket", "tenant", "account"),
)

# Keyed hashes of what finds whoever connected: their provider's id of them, and what it calls their grant.
link_finders = Table(
    "link_finders",
    metadata,
    *column.of_tenant(),
    *map(column.text, ("authorization", "finder")),
    PrimaryKeyConstraint("bucket", "tenant", "authorization", "finder"),
    Index(None, "bucket", "tenant", "finder"),
)

# Who uses FlexO and asked to be recognized, each sealed under a key of their own.
subjects = Table(
    "subjects",
    metadata,
    *column.identity(),
    column.epoch(),
    column.milliseconds("enrolled_at"),
    # Since when nothing is told of them for what a signal says; when all is erased if it stays so.
    column.milliseconds("suspended_at", nullable=True),
    column.milliseconds("erase_at", nullable=True),
    # How many days were left when it was told last how many there are.
    Column("told_days", Integer),
    Column("record", Sealed, nullable=False),
    PrimaryKeyConstraint("bucket", "tenant", "id"),
)

# Keyed hashes of what finds a subject: their user id, directory id and addresses.
finders = Table(
    "finders",
    metadata,
    *column.of_tenant(),
    *map(column.text, ("finder", "subject")),
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
    *column.identity(),
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

# Those of consumers that read many tenants.
cursors = Table(
    "cursors",
    metadata,
    *map(column.text, ("consumer", "id")),
    Column("record", Sealed, nullable=False),
    column.milliseconds("given_at"),
    PrimaryKeyConstraint("consumer", "id"),
    Index(None, "consumer", "given_at"),
    Index(None, "given_at"),
)

consumers = Table(
    "consumers",
    metadata,
    column.text("id"),
    Column("record", Sealed, nullable=False),
    column.milliseconds("used_at", nullable=True),
    PrimaryKeyConstraint("id"),
)

# How far each consumer was told at its webhook, and what waits there; whoever holds the lease tells it.
endpoints = Table(
    "endpoints",
    metadata,
    column.text("consumer"),
    Column("record", Sealed, nullable=False),
    column.text("lease_owner", nullable=True),
    column.counter("lease_until"),
    column.counter("fencing"),
    PrimaryKeyConstraint("consumer"),
)
