"""``gateway request``: what people ask about their own data, and what becomes of it."""

from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from gateway.app.requests import opening as requests
from gateway.app.requests import steps as request_steps
from gateway.app.requests.texts import DONE, EXTENDED, REFUSED, TAKEN_BY, TEXTS
from gateway.app.revoking import open_revoker
from gateway.app.tenants import find_tenant
from gateway.authorization import AuthorizationId
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console, whole
from gateway.cli.standard_input import one_told, or_input, told
from gateway.cli.tenant_name import TenantName
from gateway.clock import DAY_MILLISECONDS, milliseconds, moment, to_minute
from gateway.request import RequestKind, SubjectRequest
from gateway.store.asked import RequestRow
from gateway.withdrawal.request_deadlines import MONTHS, SOON_DAYS, answer_by, last_day

RequestName = Annotated[str, Parameter(help="Its id, as 'gateway request list' shows it.")]


def _help(text: str) -> Parameter:
    return Parameter(help=text)


async def open_(
    tenant: TenantName,
    *,
    kind: Annotated[RequestKind, _help("What is asked for.")],
    address: Annotated[
        list[str] | None,
        or_input("An address of theirs; repeatable; - reads lines of the input. Not kept: a keyed hash is."),
    ] = None,
    user: Annotated[str | None, _help("FlexO's id of them, if they gave it.")] = None,
    link: Annotated[str | None, _help("A calendar of their own that it is about too, by its link.")] = None,
    received: Annotated[date | None, _help("The day on which it came; today if left out.")] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Record what somebody asks about their data, and restrict at once where that is asked for.

    Says the same whether or not anything is held of them.
    """
    addresses = told(address or [])
    async with configured(config) as parts:
        standing = (await find_tenant(parts, tenant)).standing
        request = await requests.open_request(
            parts,
            standing,
            kind,
            addresses=addresses,
            user=user,
            link=None if link is None else AuthorizationId(link),
            received=received,
        )
    out = console()
    out.print(f"Recorded as {request.id}, received {request.received}.")
    out.print(f"To be answered until {answer_by(request)}, that day included (Art. 12(3) GDPR).")
    _tell_when_it_is_carried_out(out, request)
    out.print(f"For the person, now: {TEXTS[kind]}")


async def list_(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List what people asked, and until when they are to be answered; who they are is not kept."""
    table = Table(whole("request"), "kind", "state", "until (UTC)", "left")
    async with configured(config) as parts:
        own = (await find_tenant(parts, tenant)).standing.tenant
        now = milliseconds(parts.clock())
        for row in await requests.list_requests(parts, own):
            table.add_row(
                row.id,
                row.kind,
                row.state.replace("_", " "),
                f"{moment(row.ends_at):%Y-%m-%d %H:%M}",
                _urgency(row, now),
            )
    console().print(table, crop=False)


async def show(tenant: TenantName, request: RequestName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Show what became of a request, and why."""
    async with configured(config) as parts:
        found = await requests.load_request(parts, (await find_tenant(parts, tenant)).standing, request)
    out, table = console(), Table("when (UTC)", "state", "by", "reason")
    out.print(f"{found.kind}, received {found.received}; to be answered until {answer_by(found)}.")
    if found.restricts:
        out.print("Whoever asks is restricted: nothing is told of the people of their events.")
    _tell_when_it_is_carried_out(out, found)
    for step in found.steps:
        at = f"{moment(step.at):%Y-%m-%d %H:%M:%S}"
        table.add_row(at, step.state.replace("_", " "), TAKEN_BY[step.by], step.reason or "")
    out.print(table)


async def extend(
    tenant: TenantName,
    request: RequestName,
    *,
    reason: Annotated[str, or_input("Why it takes longer; - reads the input. Kept sealed, as evidence.")],
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Let a request be answered two months later, once, for a reason that the person is told."""
    async with configured(config) as parts:
        standing = (await find_tenant(parts, tenant)).standing
        found = await request_steps.extend_request(parts, standing, request, one_told(reason))
    out = console()
    out.print(f"To be answered until {answer_by(found)}, that day included.")
    out.print(EXTENDED.format(day=last_day(found.received, MONTHS)))


async def refuse(
    tenant: TenantName,
    request: RequestName,
    *,
    ground: Annotated[str, or_input("Why; - reads the input. Kept sealed, as evidence.")],
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Refuse a request for a ground: what it restricted is told again."""
    async with configured(config) as parts:
        standing = (await find_tenant(parts, tenant)).standing
        found = await request_steps.refuse_request(parts, standing, request, one_told(ground))
    out = console()
    out.print("Refused. What it restricted is read and told again, unless another request restricts it.")
    out.print(REFUSED.format(day=answer_by(found)))


async def carry_out(
    tenant: TenantName,
    request: RequestName,
    *,
    target: Annotated[
        Path | None, _help("For access and portability: a file that is not there yet, to hand to the person.")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Do what was asked: hand out, read anew, go on restricting, or withdraw; the last cannot be undone."""
    async with configured(config) as parts, open_revoker(parts) as revoke:
        standing = (await find_tenant(parts, tenant)).standing
        found = await request_steps.carry_out(parts, standing, revoke, request, target)
    console().print(DONE[found.kind])


async def close(tenant: TenantName, request: RequestName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """End what the person took back, or a restriction of whose end they were told before."""
    async with configured(config) as parts:
        await request_steps.close_request(parts, (await find_tenant(parts, tenant)).standing, request)
    console().print("Closed. What it restricted is read and told again, unless another request restricts it.")


def _tell_when_it_is_carried_out(out: Console, request: SubjectRequest) -> None:
    if request.is_open and request.executes_at is not None:
        at = to_minute(request.executes_at)
        out.print(f"Unless it is refused before, whatever serves carries it out from {at} on.")


def _urgency(row: RequestRow, now: int) -> str:
    if not row.is_open:
        return ""
    if row.ends_at <= now:
        return "overdue"
    days = (row.ends_at - now) // DAY_MILLISECONDS
    return f"{days} days, soon due" if days < SOON_DAYS else f"{days} days"
