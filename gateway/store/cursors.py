"""Cursors that are too long for an address: kept here, each under the name that its text tells."""

from typing import NamedTuple

from sqlalchemy import delete, func, insert, select

from gateway.clock import DAY_MILLISECONDS
from gateway.store.handle import Handle
from gateway.store.row_lock import lock_installation
from gateway.store.tables import cursors

#: As long as removals are remembered: what is read on from later would have to begin anew anyway.
KEPT_DAYS = 30
#: The newest of one consumer. Who follows the feed has long moved on from the others.
KEPT_MAX = 1000


class LongCursor(NamedTuple):
    """A cursor of a consumer's. ``record``: what stands in it, sealed under the service key."""

    consumer: str
    id: str
    record: bytes


def keep_cursor(handle: Handle, cursor: LongCursor, now: int) -> None:
    """Keep one that was just given, or given again, and of the consumer's others the newest."""
    # Another process may give the same one just now.
    lock_installation(handle)
    mine = cursors.c.consumer == cursor.consumer
    # Whatever the clock says, none is newer: else a clock that was put back would forget each at once.
    last = handle.execute(select(func.max(cursors.c.given_at)).where(mine)).scalar_one_or_none() or 0
    handle.execute(delete(cursors).where(mine, cursors.c.id == cursor.id))
    handle.execute(insert(cursors).values(**cursor._asdict(), given_at=max(now, last + 1)))
    newest = (
        select(cursors.c.given_at).where(mine).order_by(cursors.c.given_at.desc()).offset(KEPT_MAX).limit(1)
    )
    handle.execute(delete(cursors).where(mine, cursors.c.given_at <= newest.scalar_subquery()))


def kept_cursor(handle: Handle, consumer: str, name: str) -> bytes | None:
    """The record of a consumer's cursor; None: it is forgotten, or never was."""
    one = (cursors.c.consumer == consumer) & (cursors.c.id == name)
    return handle.execute(select(cursors.c.record).where(one)).scalar_one_or_none()


def forget_cursors(handle: Handle, now: int) -> None:
    """Forget those that were given too long ago."""
    old = cursors.c.given_at < now - KEPT_DAYS * DAY_MILLISECONDS
    handle.execute(delete(cursors).where(old))
