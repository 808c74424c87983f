"""Holding: what a legal hold keeps is read and copied behind the fence, as long as its keys stand."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Row, insert, select, update

from gateway.authorization import AuthorizationId
from gateway.booking import ResourceId, SubjectId
from gateway.errors import ConfigurationError, Fenced, KeyUnavailable, UnknownName
from gateway.legal_hold import HeldBooking, HeldPlace, HoldId, HoldState, LegalHold, Subset
from gateway.purpose import Minimized
from gateway.store.history import Happened, append
from gateway.store.legal_holds import RECORD, row_name
from gateway.store.persons import persons_open
from gateway.store.registry import known_standing
from gateway.store.scope import Scope
from gateway.store.subjects import subject_found_by
from gateway.store.tables import bookings, finders, held, holds, resources
from gateway.store.told import SILENT
from gateway.store.withdrawals import NEVER
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import TenantKeys

#: More than this at once is a choice that nobody has made with care.
HELD_MAX = 100_000
#: For so long whoever places a hold is left alone.
PATIENCE_MILLISECONDS = 10 * 60_000


class Found(NamedTuple):
    """What is to be held, as of one moment; ``persons_epoch``: who had withdrawn by then."""

    bookings: list[HeldBooking]
    subjects: dict[SubjectId, tuple[str, ...]]
    persons: tuple[AuthorizationId, ...]
    persons_epoch: int


class _Times(msgspec.Struct):
    start: datetime
    end: datetime


class HoldingRows:
    """The legal holds of one tenant within one transaction, before they stand."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def found(self, subset: Subset, others: Mapping[str, TenantKeys]) -> Found:
        """What stands of a subset. ``others``: keys of people and subjects, by our ids.

        Raises UnknownName for a place or subject that is not there, KeyUnavailable where not all of it opens,
        ConfigurationError for too much.
        """
        places, whose = self._places(subset.resources), self._whose(subset.found_by)
        opened = self._opened(subset, whose, others)
        kept, subjects, persons = list[HeldBooking](), set[SubjectId](), set[AuthorizationId]()
        for row, booking in opened:
            kept.append(HeldBooking(booking=booking, place=places.get(row.resource), subject=row.subject))
            subjects |= {row.subject} - {None}
            persons |= {row.authorization} - {None}
            if len(kept) > HELD_MAX:
                raise ConfigurationError(
                    f"More than {HELD_MAX:,} bookings would be held. Choose places or a period; nothing "
                    "was done."
                )
        standing = known_standing(self._scope.handle, self._scope.tenant)
        finders_of = {one: self._finders(one) for one in sorted(subjects)}
        return Found(kept, finders_of, tuple(sorted(persons)), standing.persons_epoch)

    def _finders(self, subject: SubjectId) -> tuple[str, ...]:
        scope = self._scope
        theirs = select(finders.c.finder).where(scope.own(finders), finders.c.subject == subject)
        return tuple(sorted(scope.handle.execute(theirs).scalars()))

    def add(self, hold: HoldId, record: LegalHold) -> None:
        """Name a hold that is being placed, before it has a key."""
        scope = self._scope
        row = {"bucket": scope.bucket, "tenant": scope.tenant, "id": hold, "state": HoldState.PLACING}
        times = {"changed_at": scope.now, "due_at": scope.now + PATIENCE_MILLISECONDS}
        sealed = scope.keys.evidence(*RECORD).seal(hold, scope.epoch, msgspec.json.encode(record))
        scope.handle.execute(insert(holds).values(**row, **times, epoch=scope.epoch, record=sealed))

    def keep(self, hold: HoldId, first: int, some: Sequence[HeldBooking], column: SealedColumn) -> None:
        """Seal bookings under the hold's key, counted from ``first``."""
        scope = self._scope
        cells = [
            (row_name(hold, first + number), msgspec.json.encode(one)) for number, one in enumerate(some)
        ]
        of_hold = {"bucket": scope.bucket, "tenant": scope.tenant, "hold": hold, "epoch": scope.epoch}
        sealed = column.seal_all(scope.epoch, cells)
        rows = [{**of_hold, "number": first + number, "record": one} for number, one in enumerate(sealed)]
        scope.handle.execute(insert(held), rows)

    def stand(self, hold: HoldId, persons_epoch: int, *, is_told: bool) -> None:
        """Let a hold stand, all of which was kept.

        Raises Fenced where it was undone meanwhile, or where somebody of the tenant's has withdrawn.
        """
        scope = self._scope
        standing = known_standing(scope.handle, scope.tenant)
        mine = scope.own(holds) & (holds.c.id == hold) & (holds.c.state == HoldState.PLACING)
        values = {"state": HoldState.STANDING, "changed_at": scope.now, "due_at": NEVER}
        is_placed = scope.handle.execute(update(holds).where(mine).values(values)).rowcount == 1
        if not is_placed or standing.persons_epoch != persons_epoch:
            raise Fenced(
                "Somebody has withdrawn while the hold was placed, or it took too long. Nothing is held: "
                "place it again to hold what is there now."
            )
        if is_told:
            append(scope.handle, standing.authorization, Happened.HOLD_PLACED, at=scope.now)

    def _places(self, named: Collection[ResourceId]) -> dict[ResourceId, HeldPlace]:
        column, scope = self._scope.keys.column("resources", "body"), self._scope
        standing = select(resources.c.id, resources.c.epoch, resources.c.body).where(scope.own(resources))
        found = {
            row.id: msgspec.json.decode(column.open(row.id, row.epoch, row.body), type=HeldPlace)
            for row in scope.handle.execute(standing.where(resources.c.body.is_not(None)))
        }
        if not found.keys() >= set(named):
            raise UnknownName(
                "One of these places is not there. Name them by their ids in the feed; nothing was done."
            )
        return found

    def _whose(self, found_by: str | None) -> SubjectId | None:
        """Raises UnknownName."""
        if found_by is None:
            return None
        subject = subject_found_by(self._scope.handle, self._scope.tenant, found_by)
        if subject is None:
            raise UnknownName(
                "Nobody is enrolled who is found so: they never were, or have withdrawn and it is too late. "
                "Nothing was made."
            )
        return subject

    def _opened(
        self, subset: Subset, subject: SubjectId | None, others: Mapping[str, TenantKeys]
    ) -> Iterator[tuple[Row[tuple[object, ...]], dict[str, object]]]:
        scope = self._scope
        # Of whoever has withdrawn, nothing is held.
        whose = bookings.c.authorization.is_(None) | bookings.c.authorization.in_(
            persons_open(scope.handle, scope.tenant)
        )
        told = bookings.c.body.is_not(None) & (bookings.c.position != SILENT)
        standing = select(bookings).where(scope.own(bookings), told, whose)
        if subset.resources:
            standing = standing.where(bookings.c.resource.in_(subset.resources))
        if subject is not None:
            standing = standing.where(bookings.c.subject == subject)
        for row in scope.handle.execute(standing.order_by(*bookings.primary_key)):
            keys = scope.keys if row.authorization is None else _theirs(others, row.authorization)
            body = Minimized.unpacked(keys.column("bookings", "body").open(row.id, row.epoch, row.body)).body
            times = msgspec.json.decode(body, type=_Times)
            if subset.covers(times.start, times.end):
                booking = msgspec.json.decode(body)
                if row.booker is not None:
                    column = _theirs(others, row.subject).column("bookings", "booker")
                    booking["booker"] = column.open(row.id, row.epoch, row.booker).decode()
                yield row, booking


def _theirs(others: Mapping[str, TenantKeys], owner: str) -> TenantKeys:
    """Raises KeyUnavailable."""
    found = others.get(owner)
    if found is None:
        raise KeyUnavailable(
            "The key of a person's calendar or of a subject is not to be had, so it could not be held whole. "
            "Nothing is held: choose places or a period without them, or try again."
        )
    return found
