"""``gateway receipt``: what was asked for, seen, kept and withheld of a tenant's events."""

from collections import Counter
from datetime import date
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.table import Column, Table

from gateway.app.accountability.receipt import Line, Receipt, receipt_of
from gateway.app.tenants import find_tenant
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console
from gateway.cli.tenant_name import TenantName

MEANINGS = {
    "time": "when",
    "place": "where",
    "status": "tentative or confirmed",
    "conference": "online or not",
    "booker": "who booked",
    "people": "how many come",
    "title": "what for",
}

NO_BOOKING = "no booking came of it"

LEGEND = (
    "Requested: the provider was asked for it, if only to find what another field needs. Seen: it came into "
    "the gateway's memory. Kept: the booking shows something of it. Withheld: the booking shows less than "
    "there is of it, or there is no booking. An event counts each time it is read, and once for each place "
    "that it names. What crossed the wire and is not seen was skipped unread: of that, the bytes tell."
)


async def receipt(
    tenant: TenantName,
    *,
    day: Annotated[date | None, Parameter(help="One day (UTC), as 2027-03-04; today if left out.")] = None,
    days: Annotated[int | None, Parameter(help="So many days up to today, instead of one.")] = None,
    json: Annotated[bool, Parameter(help="Print the numbers as JSON, for programs.")] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Show in numbers what was asked for, seen, kept and withheld of a tenant's events, field by field."""
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        found = await receipt_of(parts, overview, day, days)
    out = console()
    if json:
        out.out(msgspec.json.encode(found).decode(), highlight=False)
        return
    if found.events == 0:
        out.print(f"No event of {overview.name} was read {_when(found)}.")
    else:
        _print(out, found, overview.name)
    for one in found.resolutions:
        out.print(
            f"Consumer {one.consumer} asked {one.asked:,} times who one of FlexO's users is, and was told "
            f"{one.told:,} times."
        )


def _print(out: Console, found: Receipt, name: str) -> None:
    headings = ("requested", "seen", "kept", "withheld")
    numbers = [Column(heading, justify="right") for heading in headings]
    table = Table(
        "field", *numbers, "by whose rule", "where it stops", title=f"Receipt: {name}, {_when(found)}"
    )
    for field, line in found.fields.items():
        for row in _rows(f"{field}: {MEANINGS[field]}", line):
            table.add_row(*row)
        table.add_section()
    out.print(table)
    if reasons := _reasons(found):
        out.print(f"No booking came of: {reasons}.")
    out.print(f"Events read: {found.events:,}. Bytes of the pages they came in, unpacked: {found.bytes:,}.")
    out.print(LEGEND)


def _rows(label: str, line: Line) -> list[tuple[str, ...]]:
    """A field's numbers, and below them each rule that withheld it, by itself where there are several."""
    numbers = [f"{number:,}" for number in (line.requested, line.seen, line.kept, line.withheld)]
    rules = [
        (f"{rule.events:,}", rule.whose_rule, rule.where) for rule in line.rules if not rule.is_of_no_booking
    ]
    without = sum(rule.events for rule in line.rules if rule.is_of_no_booking)
    if without:
        rules.append((f"{without:,}", NO_BOOKING, ""))
    if len(rules) <= 1:
        return [(label, *numbers, *(text for rule in rules for text in rule[1:]))]
    return [(label, *numbers), *(("", "", "", "", *rule) for rule in rules)]


def _reasons(found: Receipt) -> str:
    """Why no booking came of events, by how often: the same for every field."""
    often = Counter[str]()
    for rule in found.fields["time"].rules:
        if rule.is_of_no_booking:
            often[rule.whose_rule] += rule.events
    return ", ".join(f"{reason} {events:,}" for reason, events in often.most_common())


def _when(found: Receipt) -> str:
    if found.first == found.last:
        return f"on {found.first} (UTC)"
    return f"from {found.first} to {found.last} (UTC)"
