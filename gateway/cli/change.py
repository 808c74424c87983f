"""``gateway change``: what is announced to tenants before it takes effect, and what they say to it."""

from datetime import date
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from gateway.app.parts import Parts
from gateway.app.tenants import TenantOverview, find_tenant, list_tenants
from gateway.app.terms import answering
from gateway.app.terms.announcing import Plan
from gateway.app.terms.announcing import announce as announced
from gateway.app.terms.change_text import answer_of, change_line, follows
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console, whole
from gateway.cli.tenant_name import TenantName
from gateway.clock import to_minute
from gateway.intended import ChangeId, Kind
from gateway.withdrawal.answers import Announced

ChangeName = Annotated[str, Parameter(help="Its id, as 'gateway change list' shows it.")]


STILL_SUSPENDED = (
    "The tenant stays suspended ({reason}), which this answer does not end: 'gateway status' says what is to "
    "be confirmed, and what re-opens it."
)


def _help(text: str) -> Parameter:
    return Parameter(help=text)


async def announce(
    kind: Annotated[Kind, _help("What changes: a policy's file, a text of ours, who operates or receives.")],
    name: Annotated[str, _help("The policy, the entity or the consumer, or where the text stands.")],
    *,
    what: Annotated[str, _help("What will be different, in words; of a policy they are added.")] = "",
    effective_on: Annotated[
        date | None,
        Parameter(name="--from", help="Its first day, UTC; without, when a tenant's days to object end."),
    ] = None,
    tenant: Annotated[
        list[str] | None, _help("Only this tenant; repeatable. Without, all that it concerns.")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Announce a change to tenants before it takes effect (Art. 28(2) GDPR). Who was told is passed over."""
    out = console()
    async with configured(config) as parts:
        told = await announced(parts, Plan(kind, name, what, effective_on), tenant or ())
    for overview, intended in told:
        begins, until = to_minute(intended.effective_at), "tells no more"
        if intended.needs_answer:
            until = f"may object until {to_minute(intended.object_by)}"
        out.print(f"{overview.name}: {intended.id} {intended.what} From {begins}; {until}.")
    if not told:
        out.print("Nobody was told: it concerns no tenant, or all were told before.")


async def list_(
    tenant: Annotated[str | None, _help("Name or id; without, all tenants.")] = None,
    *,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """List what was announced to tenants, and what they said to it."""
    table = Table(whole("change"), "tenant", "what", "from", "answer", "what follows")
    async with configured(config) as parts:
        found = await list_tenants(parts) if tenant is None else [await find_tenant(parts, tenant)]
        for overview in found:
            for one in await answering.known_changes(parts, overview.standing):
                change = one.intended
                what = f"{change.kind} {change.name}: {change.what}"
                then = follows(one) if overview.is_open else "the tenant has ended"
                row = (what, to_minute(change.effective_at), answer_of(one), then)
                table.add_row(change.id, overview.name, *row)
    console().print(table, crop=False)


async def accept(tenant: TenantName, change: ChangeName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Accept a change that was announced to a tenant: it takes effect on its day."""
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        one = await answering.accept(parts, overview.standing.tenant, ChangeId(change))
        after = await find_tenant(parts, overview.standing.tenant)
    out, reason = console(), after.standing.authorization.reason
    out.print(f"Accepted: {follows(one)}.")
    if reason is not None:
        out.print(STILL_SUSPENDED.format(reason=reason))


async def object_(
    tenant: TenantName,
    change: ChangeName,
    *,
    withdraw: Annotated[bool, _help("Withdraw on that day: all of the tenant's is erased then.")] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Object to a change: it never applies. Where a tenant cannot be spared it, all stops on its day."""
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        own = overview.standing.tenant
        one = await answering.object_to(parts, own, ChangeId(change), withdraws=withdraw)
    console().print(f"Objected: {follows(one)}.")


async def unanswered(parts: Parts, overview: TenantOverview) -> list[str]:
    """What a tenant's changes ask of people, for *status*."""
    if not overview.is_open:
        return []
    known = await answering.known_changes(parts, overview.standing)
    return _other_operator(parts, overview, known) + [
        f"{overview.name}: change {one.intended.id}, {change_line(one)}. 'gateway tenant accept' or "
        "'gateway tenant object' answers it."
        for one in known
        if one.awaits is not None
    ]


def _other_operator(parts: Parts, overview: TenantOverview, known: list[Announced]) -> list[str]:
    """Whether somebody else operates the gateway than the tenant knows of."""
    in_effect = (one.intended for one in known if one.is_in_effect)
    accepted = [one.name for one in in_effect if one.kind is Kind.CONTROL]
    now, record = parts.settings.operator.name, overview.record
    if record is None or now == [record.processor.name, *accepted][-1]:
        return []
    told = (
        f"{overview.name} knows of another operator than [operator] names. 'gateway change announce control' "
        "tells it, before another entity takes over."
    )
    return [told]
