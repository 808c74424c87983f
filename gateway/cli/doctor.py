"""``gateway doctor``: whether a tenant's grant allows what it should, and no more."""

import asyncio
from datetime import timedelta
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.table import Column, Table

from gateway.app.examining.diagnosis import Diagnosis, Finding
from gateway.app.examining.doctor import Doctor
from gateway.app.providers.connecting import open_examiners
from gateway.app.tenants import find_tenant
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console
from gateway.cli.tenant_name import TenantName
from gateway.clock import system_clock

NOT_SOUND = 2

LABELS = {
    "clock": "clocks agree",
    "token": "token obtained",
    "permissions": "permissions exact",
    "directory": "directory readable",
    "calendar": "a place's calendar readable",
    "confinement": "another mailbox refused",
    "push": "push reachable",
    "accounts": "ends of accounts told",
}


async def doctor(
    tenant: TenantName,
    *,
    refused_mailbox: Annotated[
        str | None, Parameter(help="A person's mailbox that must be closed to us. It is not read.")
    ] = None,
    wait: Annotated[bool, Parameter(help="Ask again for up to 26 hours while a grant is not known yet.")] = (
        False
    ),
    json: Annotated[bool, Parameter(help="Print the findings as JSON, for programs.")] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> int:
    """Ask a tenant's provider whether the grant allows what it should, and no more. Exit code 2 if not."""
    async with configured(config) as parts, open_examiners(parts.settings, parts.clock) as examine:
        overview = await find_tenant(parts, tenant)
        one = Doctor(parts, examine, wall_clock=system_clock())
        if wait:
            found = await one.patient_diagnosis(
                overview, refused_mailbox, sleep=asyncio.sleep, on_wait=_tell_wait
            )
        else:
            found = await one.diagnosis(overview, refused_mailbox)
    out = console()
    if json:
        out.out(msgspec.json.encode(found).decode(), highlight=False)
    else:
        _print(out, found)
    return 0 if found.is_sound else NOT_SOUND


def _print(out: Console, found: Diagnosis) -> None:
    # Scopes are long words: folded, not cut.
    findings = Column("what is so, and what to change", overflow="fold")
    table = Table("check", "answer", findings, title=f"Grant: {found.grant}")
    for finding in found.findings:
        table.add_row(LABELS[finding.check], finding.answer, "\n".join(_lines(finding)))
    out.print(table)
    for warning in found.warnings:
        out.print(f"Warning: {warning}")


def _lines(finding: Finding) -> list[str]:
    told = {"Change": finding.change, "Where": finding.where, "Usually takes": finding.usually}
    return [finding.fact, *(f"{label}: {text}" for label, text in told.items() if text is not None)]


def _tell_wait(found: Diagnosis, pause: timedelta) -> None:
    """To stderr: stdout is the findings' own."""
    missing = ", ".join(LABELS[finding.check] for finding in found.findings if finding.answer == "not yet")
    Console(stderr=True, markup=False, highlight=False).print(
        f"Not yet: {missing}. Asked again in {pause.total_seconds():,.0f} seconds."
    )
