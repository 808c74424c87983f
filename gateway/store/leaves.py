"""Leaves: the installation's transparency log, in the order in which they were appended. Needs no key."""

from typing import NamedTuple

from sqlalchemy import insert, select, update

from gateway.store.handle import Handle
from gateway.store.tables import leaves

FIRST_LOG = 1


_NEWEST = (leaves.c.log.desc(), leaves.c.position.desc())


class LogHead(NamedTuple):
    """How far a log has come: its number, and how many leaves it has."""

    log: int
    size: int


def newest_log(handle: Handle) -> LogHead:
    """The log that is appended to; the first one, empty, where there is none."""
    row = handle.execute(select(leaves.c.log, leaves.c.position).order_by(*_NEWEST).limit(1)).first()
    return LogHead(FIRST_LOG, 0) if row is None else LogHead(row.log, row.position + 1)


def size_of(handle: Handle, log: int) -> int:
    """How many leaves a log has."""
    found = select(leaves.c.position).where(leaves.c.log == log).order_by(leaves.c.position.desc())
    last = handle.execute(found.limit(1)).scalar_one_or_none()
    return 0 if last is None else last + 1


def leaves_of(handle: Handle, log: int, size: int | None = None, *, behind: int = 0) -> list[bytes]:
    """All leaves of a log, or its first so many; or those behind so many."""
    found = select(leaves.c.leaf).where(leaves.c.log == log, leaves.c.position >= behind)
    return list(handle.execute(found.order_by(leaves.c.position).limit(size)).scalars())


def checkpoint_of(handle: Handle, head: LogHead) -> str | None:
    """The signed head of a log when it had this size, with what witnesses added; None if it never had."""
    at = (leaves.c.log == head.log) & (leaves.c.position == head.size - 1)
    return handle.execute(select(leaves.c.checkpoint).where(at)).scalar_one_or_none()


def best_head(handle: Handle, log: int, position: int) -> tuple[LogHead, str]:
    """The newest head above a leaf that a witness has signed, or else the newest there is."""
    above = (leaves.c.log == log) & (leaves.c.position >= position)
    best = ((leaves.c.witnesses > 0).desc(), leaves.c.position.desc())
    found = select(leaves.c.position, leaves.c.checkpoint).where(above).order_by(*best)
    row = handle.execute(found.limit(1)).one()
    return LogHead(log, row.position + 1), row.checkpoint


def append(handle: Handle, head: LogHead, leaf: bytes, checkpoint: str) -> None:
    """Put a leaf behind the others; ``head`` is the log with it. Who appends holds the installation."""
    row = {"log": head.log, "position": head.size - 1, "leaf": leaf, "checkpoint": checkpoint}
    handle.execute(insert(leaves).values(**row))


def cosign(handle: Handle, head: LogHead, checkpoint: str, witnesses: int) -> None:
    """Keep a head with what so many witnesses have added to it."""
    at = (leaves.c.log == head.log) & (leaves.c.position == head.size - 1)
    handle.execute(update(leaves).where(at).values(checkpoint=checkpoint, witnesses=witnesses))
