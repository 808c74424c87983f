"""What the tables' columns are made of."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, SmallInteger, String


class Sealed(LargeBinary):
    """A record of the vault. Opaque without a key that is not in this database."""

    inherit_cache = True


def bucket() -> Column[int]:
    """The shard of a row's tenant, first in every key."""
    return Column("bucket", SmallInteger, nullable=False)


def of_tenant() -> tuple[Column[int], Column[str]]:
    """Whose row it is."""
    return bucket(), text("tenant")


def text(name: str, *, nullable: bool = False) -> Column[str]:
    """A word or an id of ours."""
    return Column(name, String, nullable=nullable)


def milliseconds(name: str, *, nullable: bool = False) -> Column[int]:
    """A moment of our own work, since 1970."""
    return Column(name, BigInteger, nullable=nullable)


def minute() -> Column[int]:
    """Commit time in whole minutes, so that it tells no more than the order does."""
    return Column("minute", BigInteger, nullable=False)


def counter(name: str) -> Column[int]:
    """A number that begins at nought."""
    return Column(name, BigInteger, nullable=False, default=0)


def epoch() -> Column[int]:
    """That at which the row's records were sealed."""
    return Column("epoch", Integer, nullable=False)


def lease() -> tuple[Column[int], Column[str], Column[int], Column[int], Column[int]]:
    """Due work: whoever holds the lease proves it with ``fencing`` in every commit."""
    return (
        milliseconds("due_at"),
        text("lease_owner", nullable=True),
        counter("lease_until"),
        counter("fencing"),
        counter("attempts"),
    )
