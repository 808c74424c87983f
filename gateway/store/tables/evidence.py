"""What was asked for and done: requests, history, withdrawals and their proof; and what legal holds keep."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from gateway.store import columns as column
from gateway.store.columns import Sealed
from gateway.store.tables.schema import metadata

# What became of authorizations: rows are added, and never changed.
history = Table(
    "history",
    metadata,
    *column.of_tenant(),
    column.text("authorization"),
    column.counter("number"),
    column.milliseconds("at"),
    *map(column.text, ("what", "state")),
    column.text("reason", nullable=True),
    column.epoch(),
    # Until the deadline that a notice tells of.
    Column("days", Integer),
    # What was chosen, under the evidence key.
    Column("detail", Sealed),
    PrimaryKeyConstraint("bucket", "tenant", "authorization", "number"),
)

withdrawals = Table(
    "withdrawals",
    metadata,
    *column.identity(),
    column.text("authorization"),
    # Who withdrew within it; NULL: all of it was.
    column.text("subject", nullable=True),
    # Which version of the credentials key, where credentials alone were; NULL: they were not.
    Column("credentials", BigInteger, nullable=True),
    *column.lease(),
    column.milliseconds("fenced_at"),
    *column.steps("dropped", "shredded", "erased", "notified", "verified", "proved"),
    PrimaryKeyConstraint("bucket", "tenant", "id"),
)

# What each withdrawal did, and where in which log its leaf stands. Sealed as evidence.
certificates = Table(
    "certificates",
    metadata,
    *column.identity(),
    column.epoch(),
    *column.leaf(),
    Column("record", Sealed, nullable=False),
    PrimaryKeyConstraint("bucket", "tenant", "id"),
)

# What people ask about their own data. Who they are stands in ``request_finders``, as keyed hashes.
requests = Table(
    "requests",
    metadata,
    *column.identity(),
    *map(column.text, ("kind", "state")),
    # A link that it is about as well.
    column.text("link", nullable=True),
    column.epoch(),
    column.milliseconds("opened_at"),
    # Until when it is to be answered, when it is carried out by itself, and since when nothing is to be done.
    column.milliseconds("ends_at"),
    column.milliseconds("executes_at", nullable=True),
    column.milliseconds("ended_at", nullable=True),
    # How many days were left when it was told last how many there are.
    Column("told_days", Integer),
    # How many steps it has taken, and of how many nothing is left to be done.
    column.counter("number"),
    column.counter("settled"),
    # All of it, with an officer's reasons. Sealed as evidence.
    Column("record", Sealed, nullable=False),
    PrimaryKeyConstraint("bucket", "tenant", "id"),
)

# Keyed hashes of what finds whoever asks, enrolled or not.
request_finders = Table(
    "request_finders",
    metadata,
    *column.of_tenant(),
    *map(column.text, ("request", "finder")),
    PrimaryKeyConstraint("bucket", "tenant", "request", "finder"),
    Index(None, "bucket", "tenant", "finder"),
)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    *column.of_tenant(),
    *map(column.text, ("erasure", "consumer")),
    column.milliseconds("acknowledged_at"),
    # What was signed and the key that verifies it, under the evidence key; NULL: it was said by token alone.
    Column("epoch", Integer),
    Column("signed", Sealed),
    PrimaryKeyConstraint("bucket", "tenant", "erasure", "consumer"),
)

# Legal holds, those by order among them: all look alike. Their records are sealed as evidence.
holds = Table(
    "holds",
    metadata,
    *column.identity(),
    column.text("state"),
    column.epoch(),
    column.milliseconds("changed_at"),
    # When one that does not stand yet, or not any more, may be dealt with by another process.
    column.milliseconds("due_at"),
    Column("record", Sealed, nullable=False),
    PrimaryKeyConstraint("bucket", "tenant", "id"),
)

# What they keep, a booking a row, each under its hold's own key.
held = Table(
    "held",
    metadata,
    *column.of_tenant(),
    column.text("hold"),
    column.counter("number"),
    column.epoch(),
    Column("record", Sealed, nullable=False),
    PrimaryKeyConstraint("bucket", "tenant", "hold", "number"),
)

# Acknowledgements that did not come in time, of which the operator is to be told; and what the employer is.
escalations = Table(
    "escalations",
    metadata,
    *column.identity(),
    # NULL: it is the employer who is told, what, and of whom or of which transmitter.
    *(column.text(name, nullable=True) for name in ("erasure", "consumer", "what", "about")),
    column.milliseconds("since"),
    # When all that hangs on whom it is about is erased, where that is what is told.
    column.milliseconds("ends_at", nullable=True),
    *column.lease(),
    # When the operator's, or the employer's, address took it.
    column.milliseconds("told_at", nullable=True),
    PrimaryKeyConstraint("bucket", "tenant", "id"),
    Index(None, "bucket", "due_at"),
)

# What only a customer can remove at its provider once it has withdrawn, and whether it is still there.
removals = Table(
    "removals",
    metadata,
    *column.of_tenant(),
    column.text("authorization"),
    column.milliseconds("since"),
    column.text("state"),
    column.text("reason", nullable=True),
    # When the provider was asked last.
    column.milliseconds("asked_at", nullable=True),
    *column.lease(),
    PrimaryKeyConstraint("bucket", "tenant", "authorization"),
)

# The transparency log: salted hashes of certificates, each with the signed head of the tree that it ends.
leaves = Table(
    "leaves",
    metadata,
    *column.leaf(),
    Column("leaf", LargeBinary, nullable=False),
    column.text("checkpoint"),
    # How many have signed it beside the log.
    column.counter("witnesses"),
    PrimaryKeyConstraint("log", "position"),
)
