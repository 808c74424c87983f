"""``gateway hold``: what one person does for a legal hold: place, look, review."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from gateway.app.holds.confirming import propose
from gateway.app.holds.overview import (
    Asked,
    HoldOverview,
    every_hold,
    find_hold,
    place_hold,
    review_hold,
    subset_of,
)
from gateway.app.parts import Parts
from gateway.app.tenants import find_tenant
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console
from gateway.cli.officer import write_proposal
from gateway.cli.standard_input import one_told, or_input
from gateway.cli.tenant_name import TenantName
from gateway.clock import milliseconds, to_second
from gateway.legal_hold import Deed, HoldId, HoldState, HoldStep
from gateway.proposal import Place, Review

HoldName = Annotated[str, Parameter(help="Its id, as it was printed when it was placed.")]
Resources = Annotated[
    list[str] | None, Parameter(name="--resource", help="A place by its id in the feed; repeatable.")
]
From = Annotated[date | None, Parameter(name="--from", help="The first day, UTC.")]
To = Annotated[date | None, Parameter(help="The last day, UTC.")]
Reference = Annotated[str, Parameter(help="Where what asks for it is filed; no names.")]
ReviewDay = Annotated[date, Parameter(name="--review", help="By when people review it; six months at most.")]
Sealed = Annotated[
    Path | None,
    Parameter(
        help="By order: it is named nowhere. A file that is not there yet: what two officers sign first."
    ),
]


async def place(
    tenant: TenantName,
    *,
    reference: Reference,
    review: ReviewDay,
    resource: Resources = None,
    first: From = None,
    to: To = None,
    subject: Annotated[
        str | None,
        or_input("An address of somebody enrolled: their bookings alone; - reads the input."),
    ] = None,
    sealed: Sealed = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Keep bookings that are stored now, under a key of their own, whatever is withdrawn later."""
    address = None if subject is None else one_told(subject)
    asked = Asked(tuple(resource or ()), first, to, address)
    async with configured(config) as parts:
        if sealed is None:
            hold, record = await place_hold(parts, tenant, asked, reference=reference, review=review)
            console().print(
                f"Hold {hold} stands over {record.bookings:,} bookings; review it by {review}.",
                soft_wrap=True,
            )
            return
        standing = (await find_tenant(parts, tenant)).standing
        subset = await subset_of(parts, standing, asked)
        what = {"tenant": standing.tenant, "reference": reference, "review": review, "subset": subset}
        write_proposal(sealed, propose(parts, Place, **what))


async def list_(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List legal holds, those by order excepted: such may exist."""
    async with configured(config) as parts:
        print_holds(await every_hold(parts), parts)


async def show(hold: HoldName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Show what a hold keeps, and what became of it; none by order."""
    async with configured(config) as parts:
        found = await find_hold(parts, hold)
    table = Table.grid(padding=(0, 2))
    for name, fact in _facts(found):
        table.add_row(name, fact)
    console().print(table)


async def review(
    hold: HoldName, *, review: ReviewDay, sealed: Sealed = None, config: ConfigPath = DEFAULT_CONFIG
) -> None:
    """Say that a hold is still needed, and by when that is looked at again."""
    async with configured(config) as parts:
        if sealed is not None:
            write_proposal(sealed, propose(parts, Review, hold=HoldId(hold), review=review))
            return
        step = HoldStep(at=milliseconds(parts.clock()), what=Deed.REVIEWED)
        await review_hold(parts, await find_hold(parts, hold), review, step)
    console().print(f"It stands until its next review, on {review} at the latest.")


def print_holds(found: Iterable[HoldOverview], parts: Parts) -> None:
    """A line for each."""
    now, out = milliseconds(parts.clock()), console()
    for row, record in found:
        overdue = ", overdue" if record.days_left(now) < 0 and row.state is HoldState.STANDING else ""
        out.print(
            f"{row.id} {row.state}: {record.bookings:,} bookings of {row.tenant}, {record.reference}; "
            f"review by {record.review}{overdue}",
            soft_wrap=True,
        )


def _facts(hold: HoldOverview) -> list[tuple[str, str]]:
    row, record = hold
    asked = record.subset
    facts = {
        "hold": row.id,
        "tenant": row.tenant,
        "reference": record.reference,
        "review": str(record.review),
        "bookings": f"{record.bookings:,}",
        "places": ", ".join(asked.resources) or "all",
        "period": f"{asked.since or 'any time'} to {asked.until or 'any time'}",
        "of": "everybody" if asked.found_by is None else "one subject",
    }
    happened = [(to_second(one.at), _happened(one)) for one in record.journal]
    return [*facts.items(), *happened]


def _happened(one: HoldStep) -> str:
    by = f" by {', '.join(one.by)}" if one.by else ""
    return f"{one.what}{by}{f'; {one.reference}' if one.reference else ''}"
