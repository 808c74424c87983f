"""``gateway hold``: legal holds, and who confirms what ends or opens one."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from gateway.app.confirming import confirm as confirm_note
from gateway.app.confirming import propose
from gateway.app.holds import (
    Asked,
    HoldOverview,
    every_hold,
    find_hold,
    period,
    place_hold,
    review_hold,
    subset_of,
)
from gateway.app.officers import changed, register
from gateway.app.parts import Parts
from gateway.app.tenants import find_tenant
from gateway.booking import ResourceId
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console
from gateway.cli.officer import read_text
from gateway.cli.standard_input import one_told
from gateway.cli.tenant import TenantName
from gateway.clock import milliseconds, moment
from gateway.errors import ConfigurationError
from gateway.legal_hold import Deed, Entry, HoldId, HoldState
from gateway.proposal import Disclose, Lift, Look, Officers, Place, Review

HoldName = Annotated[str, Parameter(help="Its id, as it was printed when it was placed.")]
Resources = Annotated[
    list[str] | None, Parameter(name="--resource", help="A place by its id in the feed; repeatable.")
]
From = Annotated[date | None, Parameter(name="--from", help="The first day, UTC.")]
To = Annotated[date | None, Parameter(help="The last day, UTC.")]
Reference = Annotated[str, Parameter(help="Where what asks for it is filed; no names.")]
ReviewDay = Annotated[date, Parameter(name="--review", help="By when people review it; six months at most.")]
Proposed = Annotated[Path, Parameter(help="A file that is not there yet: what officers sign.")]
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
        Parameter(help="An address of somebody enrolled: their bookings alone; - reads the input."),
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
        _write(sealed, propose(parts, Place, **what))


async def list_(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List legal holds, those by order excepted: such may exist."""
    async with configured(config) as parts:
        _print(await every_hold(parts), parts)


async def show(hold: HoldName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Show what a hold keeps, and what became of it; none by order."""
    async with configured(config) as parts:
        found = await find_hold(parts, hold)
    table = Table.grid(padding=(0, 2))
    for name, fact in _facts(found).items():
        table.add_row(name, fact)
    console().print(table)


async def review(
    hold: HoldName, *, review: ReviewDay, sealed: Sealed = None, config: ConfigPath = DEFAULT_CONFIG
) -> None:
    """Say that a hold is still needed, and by when that is looked at again."""
    async with configured(config) as parts:
        if sealed is not None:
            _write(sealed, propose(parts, Review, hold=HoldId(hold), review=review))
            return
        entry = Entry(at=milliseconds(parts.clock()), what=Deed.REVIEWED)
        await review_hold(parts, await find_hold(parts, hold), review, entry)
    console().print(f"It stands until its next review, on {review} at the latest.")


async def lift(
    hold: HoldName, proposal: Proposed, *, reference: Reference, config: ConfigPath = DEFAULT_CONFIG
) -> None:
    """Propose to end a hold and destroy what it keeps; two officers sign, then 'gateway hold confirm'."""
    async with configured(config) as parts:
        _write(proposal, propose(parts, Lift, hold=HoldId(hold), reference=reference))


async def disclose(
    hold: HoldName,
    proposal: Proposed,
    *,
    reference: Reference,
    field: Annotated[list[str], Parameter(help="What of a booking the order asks for; repeatable.")],
    resource: Resources = None,
    first: From = None,
    to: To = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Propose to write out what an order asks for of a hold, and no more; two officers sign."""
    since, until = period(first, to)
    resources, fields = tuple(map(ResourceId, resource or ())), tuple(field)
    what = {"resources": resources, "since": since, "until": until, "fields": fields}
    async with configured(config) as parts:
        _write(proposal, propose(parts, Disclose, hold=HoldId(hold), reference=reference, **what))


async def look(proposal: Proposed, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Propose to be shown the holds by order; one officer signs."""
    async with configured(config) as parts:
        _write(proposal, propose(parts, Look))


async def officers(
    proposal: Annotated[Path | None, Parameter(help="What officers sign to change that; a new file.")] = None,
    *,
    add: Annotated[
        list[str] | None, Parameter(help="Another officer, as 'gateway hold key' printed it; repeatable.")
    ] = None,
    remove: Annotated[list[str] | None, Parameter(help="The name of one who is none any more.")] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Name the officers, or propose others: two of those before sign, of the first ones all."""
    async with configured(config) as parts:
        if proposal is None:
            for one in (await register(parts)).officers:
                console().out(one.name, one.id.hex(), highlight=False)
            return
        number, listed = await changed(parts, add or [], remove or [])
        _write(proposal, propose(parts, Officers, number=number, officers=listed))


async def confirm(
    proposal: Annotated[Path, Parameter(help="The proposal, with the signatures that it needs.")],
    *,
    out: Annotated[Path | None, Parameter(help="Where a disclosure is written; a new file.")] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Do what a proposal says, once enough officers have signed it."""
    async with configured(config) as parts:
        outcome = await confirm_note(parts, read_text(proposal), out)
        if outcome.holds:
            _print(outcome.holds, parts)
    console().print(outcome.told, soft_wrap=True)


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise ConfigurationError(
            f"{file} cannot be written ({error.strerror}). Name a file that is not there yet. Nothing was "
            "proposed."
        ) from None
    console().print(f"Proposed, for a week. Each officer: 'gateway hold sign {file} KEY'.", soft_wrap=True)


def _print(found: Iterable[HoldOverview], parts: Parts) -> None:
    now, out = milliseconds(parts.clock()), console()
    for row, record in found:
        overdue = ", overdue" if record.days_left(now) < 0 and row.state is HoldState.STANDING else ""
        out.print(
            f"{row.id} {row.state}: {record.bookings:,} bookings of {row.tenant}, {record.reference}; "
            f"review by {record.review}{overdue}",
            soft_wrap=True,
        )


def _facts(hold: HoldOverview) -> dict[str, str]:
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
    happened = {f"{moment(one.at):%Y-%m-%d %H:%M:%S} UTC": _happened(one) for one in record.journal}
    return facts | happened


def _happened(one: Entry) -> str:
    by = f" by {', '.join(one.by)}" if one.by else ""
    return f"{one.what}{by}{f'; {one.reference}' if one.reference else ''}"
