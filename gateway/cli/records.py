"""``gateway records``: the records of processing activities."""

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Annotated

import msgspec
from cyclopts import Parameter

from gateway.app.accountability.measures import OPERATOR
from gateway.app.accountability.records import Controller, Recorded, Records, records_of
from gateway.app.tenants import find_tenant, list_tenants
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured
from gateway.record import Party

HEAD = (
    "Of the operator as processor (Art. 30(2) GDPR). Of no calendar is the operator controller: people's own "
    "hang on their employer's authorization. What is sealed of a suspended tenant stays as it is, "
    "until it resumes or the clock of its suspension ends."
)


async def records(
    tenant: Annotated[str | None, Parameter(help="Name or id of one tenant; all if left out.")] = None,
    *,
    json: Annotated[bool, Parameter(help="Print them column by column as JSON, for programs.")] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Write the records of processing activities (Art. 30 GDPR) from what is in force, in Markdown."""
    async with configured(config) as parts:
        chosen = await list_tenants(parts) if tenant is None else [await find_tenant(parts, tenant)]
        found = await records_of(parts, chosen)
    if json:
        sys.stdout.write(f"{msgspec.json.encode(found).decode()}\n")
    else:
        sys.stdout.write("\n".join(_page(found)))


def _page(found: Records) -> Iterator[str]:
    yield f"# Records of processing activities\n\n{HEAD}\n"
    officer = OPERATOR.format("data protection officer")
    yield f"Processor: {found.processor.name}, {_reached(found.processor)}. {officer}\n"
    for controller in found.controllers:
        yield from _controller(controller)
    yield "## What is kept, for how long, and what ends it\n"
    for purpose, columns in groupby(sorted(found.columns, key=attrgetter("purpose")), attrgetter("purpose")):
        yield from _table(purpose, [*columns])
    yield f"## Logs\n\n{found.logs}\n"
    yield "## Transfers to third countries\n"
    abroad = [one for controller in found.controllers for one in controller.transfers]
    yield f"{_listed(sorted({*abroad})) or 'None: every recipient is in the region of what it is told.'}\n"
    yield f"## Technical and organisational measures\n\n{_listed(found.measures)}"


def _controller(controller: Controller) -> Iterator[str]:
    yield f"## Controller: {controller.name}\n"
    until = controller.given_until or "it is withdrawn"
    reached = "contact unknown while its evidence cannot be opened"
    if controller.party is not None:
        reached = _reached(controller.party)
    lines = [
        f"{controller.tenant}, {controller.state}, given until {until}.",
        f"{reached}. {OPERATOR.format('representative, data protection officer')}",
    ]
    activity = controller.activity
    if activity is None:
        lines.append("Nothing is read or served; what is kept stands below.")
    else:
        lines += [
            f"Purpose: {activity.purpose} Legal basis: {activity.basis}. Policy: {activity.policy}.",
            f"Source: {activity.source}, calendars of bookable places.",
            f"Data: {'; '.join(activity.data)}.",
            f"Data subjects: {'; '.join(activity.subjects)}.",
            f"Recipients: {'; '.join(controller.recipients) or 'none yet'}.",
        ]
    lines.append(f"Region: {controller.region}.")
    lines.append(f"Requests of people: {'; '.join(controller.requests) or 'none'}.")
    yield _listed(lines)


def _reached(party: Party) -> str:
    return f"{party.address}, {party.jurisdiction}; contact {party.contact}"


def _table(purpose: str, columns: Sequence[Recorded]) -> Iterator[str]:
    yield f"### {purpose[:1].upper()}{purpose[1:]}\n"
    yield "| how long | what a withdrawal does | sealed | in clear |\n| --- | --- | --- | --- |"
    rule = attrgetter("kept", "withdrawal")
    for (kept, withdrawal), alike in groupby(sorted(columns, key=rule), rule):
        held = [*alike]
        sealed, clear = ([one for one in held if one.sealed is is_sealed] for is_sealed in (True, False))
        yield f"| {kept} | {withdrawal} | {_contents(sealed)} | {_contents(clear)} |"
    yield ""


def _contents(columns: Sequence[Recorded]) -> str:
    """What stands in columns, and in which."""
    content = attrgetter("content")
    return "; ".join(
        f"{what} ({', '.join(f'`{one.table}.{one.column}`' for one in alike)})"
        for what, alike in groupby(sorted(columns, key=content), content)
    )


def _listed(lines: Sequence[str]) -> str:
    return "".join(f"- {line}\n" for line in lines)
