"""The tables. ``bucket`` stands first in every key of a tenant's table; rows cluster by calendar.

In clear stand only: bucket, our own ids, keyed hashes, states, counters and the milliseconds of our own work.
Columns of type ``Sealed`` hold records of the vault; the epoch at sealing stands beside them in ``epoch``.
"""

from gateway.store.tables.counting import budgets, counted_bookers, groupings, tallies, usages
from gateway.store.tables.evidence import (
    acknowledgements,
    certificates,
    escalations,
    held,
    history,
    holds,
    leaves,
    removals,
    request_finders,
    requests,
    withdrawals,
)
from gateway.store.tables.reading import calendars, channels, directories
from gateway.store.tables.schema import BUCKETS, bucket_of, metadata
from gateway.store.tables.signalling import project_streams, signals, transmitters
from gateway.store.tables.telling import (
    OF_COPIES,
    OF_PERSONS,
    OF_SERIES,
    OF_SUBJECTS,
    REMOVED,
    bookings,
    entries,
    receipts,
    resources,
    traces,
)
from gateway.store.tables.tenancy import (
    authorizations,
    consumers,
    cursors,
    endpoints,
    finders,
    invitations,
    link_finders,
    links,
    subjects,
    suppressions,
    tenants,
)

__all__ = [
    "BUCKETS",
    "OF_COPIES",
    "OF_PERSONS",
    "OF_SERIES",
    "OF_SUBJECTS",
    "OF_THE_INSTALLATION",
    "REMOVED",
    "acknowledgements",
    "authorizations",
    "bookings",
    "bucket_of",
    "budgets",
    "calendars",
    "certificates",
    "channels",
    "consumers",
    "counted_bookers",
    "cursors",
    "directories",
    "endpoints",
    "entries",
    "escalations",
    "finders",
    "groupings",
    "held",
    "history",
    "holds",
    "invitations",
    "leaves",
    "link_finders",
    "links",
    "metadata",
    "project_streams",
    "receipts",
    "removals",
    "request_finders",
    "requests",
    "resources",
    "signals",
    "subjects",
    "suppressions",
    "tallies",
    "tenants",
    "traces",
    "transmitters",
    "usages",
    "withdrawals",
]

#: Tables of the installation, which belong to no tenant and so carry no bucket.
OF_THE_INSTALLATION = frozenset(
    {"consumers", "cursors", "endpoints", "leaves", "project_streams", "alembic_version"}
)
