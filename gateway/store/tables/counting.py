"""What is counted of how places are used, and what was released of it."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table

from gateway.store import columns as column
from gateway.store.columns import Sealed
from gateway.store.tables.schema import metadata


def _month() -> Column[int]:
    """In months since 1970, UTC."""
    return Column("month", Integer, nullable=False)


# What was counted of a place in a month that was not released yet, and the last day that is in it.
tallies = Table(
    "tallies",
    metadata,
    *column.of_tenant(),
    _month(),
    column.text("resource"),
    # In days since 1970, UTC.
    Column("day", Integer, nullable=False),
    column.epoch(),
    Column("sums", Sealed, nullable=False),
    PrimaryKeyConstraint("bucket", "tenant", "month", "resource"),
)

# Which enrolled people booked in a month that was not released yet: each once, and at which site.
counted_bookers = Table(
    "counted_bookers",
    metadata,
    *column.of_tenant(),
    _month(),
    *map(column.text, ("subject", "site")),
    PrimaryKeyConstraint("bucket", "tenant", "month", "subject"),
    Index(None, "bucket", "tenant", "subject"),
)

# Which places are told of together, all year.
groupings = Table(
    "groupings",
    metadata,
    *column.of_tenant(),
    Column("year", Integer, nullable=False),
    *map(column.text, ("resource", "name")),
    PrimaryKeyConstraint("bucket", "tenant", "year", "resource"),
)

# What is told of a month, from its release on.
usages = Table(
    "usages",
    metadata,
    *column.of_tenant(),
    _month(),
    column.epoch(),
    Column("body", Sealed, nullable=False),
    PrimaryKeyConstraint("bucket", "tenant", "month"),
)

# What releases have spent of people's privacy budget: thousandths of epsilon.
budgets = Table(
    "budgets",
    metadata,
    *column.of_tenant(),
    _month(),
    column.counter("spent"),
    column.milliseconds("spent_at"),
    PrimaryKeyConstraint("bucket", "tenant", "month"),
)
