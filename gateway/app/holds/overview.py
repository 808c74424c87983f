"""Legal holds as officers see them: what stands, by when it is reviewed, and what became of it."""

import secrets
from datetime import date, datetime, timedelta
from typing import NamedTuple

from gateway.app.holds.journal import UNKNOWN, write_down
from gateway.app.holds.officers import register
from gateway.app.holds.placing import holding_keys, place
from gateway.app.parts import Parts
from gateway.app.persons.subjects import finder_of
from gateway.app.tenants import find_tenant
from gateway.booking import ResourceId, TenantId
from gateway.clock import begin_of, milliseconds
from gateway.errors import ConfigurationError, KeyUnavailable, UnknownName, Unreadable
from gateway.legal_hold import Deed, HoldId, HoldState, HoldStep, LegalHold, Subset, latest_review
from gateway.proposal import NotConfirmed
from gateway.store.history import Happened
from gateway.store.legal_holds import RECORD, HoldRow, holds_of
from gateway.store.registry import Standing

#: What names a file is short.
REFERENCE_MAX = 200


class HoldOverview(NamedTuple):
    """A hold, and what is recorded of it."""

    row: HoldRow
    record: LegalHold


class Asked(NamedTuple):
    """What to hold, as people say it: places by their ids in the feed, days in UTC, the last one included."""

    resources: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    address: str | None = None


async def every_hold(parts: Parts, *, sealed: bool = False) -> list[HoldOverview]:
    """All holds that stand or stood: those that may be named, or those by order.

    What does not open at the moment is left out.
    """
    found = []
    for row in await parts.store.read(holds_of):
        try:
            column = await parts.keyring.evidence(row.tenant, *RECORD)
            found.append(HoldOverview(row, row.opened(column)))
        except (KeyUnavailable, Unreadable):
            continue
    at_rest = {HoldState.STANDING, HoldState.LIFTING, HoldState.LIFTED}
    return [one for one in found if one.record.sealed == sealed and one.row.state in at_rest]


async def standing_holds(parts: Parts, tenant: TenantId) -> dict[str, str]:
    """What stands of a tenant's and may be named, in words."""
    return {
        f"legal hold {row.id}": f"{record.bookings:,} bookings, {record.reference}; review by {record.review}"
        for row, record in await every_hold(parts)
        if row.tenant == tenant and row.state is HoldState.STANDING
    }


async def find_hold(parts: Parts, hold: str, *, sealed: bool | None = False) -> HoldOverview:
    """A hold that stands; ``sealed`` None: be it by order or not. Raises UnknownName."""
    wanted = (False, True) if sealed is None else (sealed,)
    for is_sealed in wanted:
        for one in await every_hold(parts, sealed=is_sealed):
            if one.row.id == hold and one.row.state is HoldState.STANDING:
                return one
    raise UnknownName(UNKNOWN)


async def subset_of(parts: Parts, standing: Standing, asked: Asked) -> Subset:
    """What is asked for, by our ids. Raises UnknownName, ConfigurationError, KeyUnavailable."""
    if asked == Asked():
        raise ConfigurationError(
            "Say what to hold: places (--resource), a period (--from, --to) or a subject. Nothing was done."
        )
    since, until = period(asked.first, asked.last)
    found_by = None
    if asked.address is not None:
        index = (await holding_keys(parts, standing)).employer.index
        found_by = finder_of(index, user=None, address=asked.address)
    resources = tuple(map(ResourceId, asked.resources))
    return Subset(resources=resources, since=since, until=until, found_by=found_by)


def period(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """From the begin of one day to the end of another, UTC. Raises ConfigurationError."""
    if first is not None and last is not None and last < first:
        raise ConfigurationError("The period ends before it begins. Nothing was done.")
    since = None if first is None else begin_of(first)
    return since, None if last is None else begin_of(last) + timedelta(days=1)


def check_review(parts: Parts, review: date) -> None:
    """Raises ConfigurationError for a day that is past, or too far ahead."""
    today = parts.clock().date()
    if not today < review <= latest_review(today):
        raise ConfigurationError(
            f"A hold is reviewed on a day from tomorrow to {latest_review(today)}, six months ahead at most. "
            "Nothing was done."
        )


def check_reference(reference: str) -> None:
    """Raises ConfigurationError."""
    if not reference.strip() or not reference.isprintable() or len(reference) > REFERENCE_MAX:
        raise ConfigurationError(
            f"Say in a line of at most {REFERENCE_MAX} characters where what asks for it is filed "
            "(--reference). Nothing was done."
        )


async def place_hold(
    parts: Parts, name: str, asked: Asked, *, reference: str, review: date
) -> tuple[HoldId, LegalHold]:
    """Hold what is asked for, from now on. Raises as ``placing.place``; NotConfirmed without officers."""
    check_reference(reference)
    check_review(parts, review)
    if not (await register(parts)).officers:
        raise NotConfirmed(
            "Nobody could lift that hold: name officers first, two at the least, with 'gateway hold "
            "officers'. Nothing was done."
        )
    standing = (await find_tenant(parts, name)).standing
    hold = new_hold()
    record = LegalHold(
        reference=reference, review=review, sealed=False, subset=await subset_of(parts, standing, asked)
    )
    step = HoldStep(at=milliseconds(parts.clock()), what=Deed.PLACED)
    return hold, await place(parts, standing, await holding_keys(parts, standing), hold, record, step)


def new_hold() -> HoldId:
    """An id that no hold has, nor a proposal."""
    return HoldId(f"hold_{secrets.token_urlsafe(16)}")


async def review_hold(parts: Parts, hold: HoldOverview, review: date, step: HoldStep) -> None:
    """Let a hold stand until its next review. Raises ConfigurationError, UnknownName, NotConfirmed."""
    check_review(parts, review)
    await write_down(parts, hold.row, step, Happened.HOLD_REVIEWED, review=review)
