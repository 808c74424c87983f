"""What all tables share: their metadata, and the shard that each row of a tenant stands in."""

import hashlib

from sqlalchemy import MetaData

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
