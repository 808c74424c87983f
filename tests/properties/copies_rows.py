"""What the store's own rows show: which copies are told, what was read, and what opens of who withdrew."""

from pathlib import Path

from sqlalchemy import func, or_, select

from gateway.authorization import SERVING, AuthorizationId
from gateway.booking import BookingId
from gateway.store.copies import Readable, copy_database, count_readable
from gateway.store.handle import Handle
from gateway.store.tables import authorizations, bookings, calendars, directories
from gateway.store.told import SILENT
from gateway.store.withdrawals import NEVER
from tests.fakes.installation import Installation


def told_rows(handle: Handle) -> list[BookingId]:
    """Bookings that stand and may be told, one by one."""
    authorization = authorizations.c.id == bookings.c.authorization
    may_be_told = or_(bookings.c.authorization.is_(None), authorizations.c.state.in_(SERVING))
    told = (
        select(func.coalesce(bookings.c.told_as, bookings.c.id))
        .outerjoin_from(bookings, authorizations, authorization)
        .where(bookings.c.body.is_not(None), bookings.c.position != SILENT, may_be_told)
    )
    return sorted(handle.execute(told).scalars())


def is_all_read(handle: Handle, since: int) -> bool:
    """Whether every calendar was read completely after then, and every directory that was due by then."""
    unread = or_(calendars.c.completed_at.is_(None), calendars.c.completed_at <= since)
    left = select(calendars.c.id).where(unread, calendars.c.due_at != NEVER)
    due = select(directories.c.tenant).where(directories.c.due_at <= since)
    return handle.execute(left.limit(1)).first() is None and handle.execute(due.limit(1)).first() is None


def records_of(handle: Handle, authorization: AuthorizationId) -> int:
    """How many sealed bookings hang on a person's authorization."""
    theirs = (bookings.c.authorization == authorization) & bookings.c.body.is_not(None)
    return int(handle.execute(select(func.count()).where(theirs)).scalar_one())


class Backup:
    """A copy of the whole database, from when somebody was still there."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self._installation = installation
        self._copy, self._later = folder / "before.db", folder / "after.db"

    async def take(self) -> None:
        await copy_database(self._installation.store.database, self._copy)

    async def only_lacks(self, records: int) -> None:
        """So many records of it open no more, and all others do; of what is stored now everything opens."""
        (then,) = (await count_readable(self._copy, self._installation.parts.keys)).values()
        assert then == Readable(then.records - records, then.records)
        await copy_database(self._installation.store.database, self._later)
        (now,) = (await count_readable(self._later, self._installation.parts.keys)).values()
        assert now.opened == now.records
