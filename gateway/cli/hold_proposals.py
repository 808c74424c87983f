"""``gateway hold``: what officers propose, sign and confirm."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from gateway.app.holds.confirming import confirm as confirm_note
from gateway.app.holds.confirming import propose
from gateway.app.holds.officers import changed, register
from gateway.app.holds.overview import period
from gateway.booking import ResourceId
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console
from gateway.cli.hold import From, HoldName, Reference, Resources, To, print_holds
from gateway.cli.officer import read_text, write_proposal
from gateway.legal_hold import HoldId
from gateway.proposal import Disclose, Lift, Look, Officers

Proposed = Annotated[Path, Parameter(help="A file that is not there yet: what officers sign.")]


async def lift(
    hold: HoldName, proposal: Proposed, *, reference: Reference, config: ConfigPath = DEFAULT_CONFIG
) -> None:
    """Propose to end a hold and destroy what it keeps; two officers sign, then 'gateway hold confirm'."""
    async with configured(config) as parts:
        write_proposal(proposal, propose(parts, Lift, hold=HoldId(hold), reference=reference))


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
        write_proposal(proposal, propose(parts, Disclose, hold=HoldId(hold), reference=reference, **what))


async def look(proposal: Proposed, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Propose to be shown the holds by order; one officer signs."""
    async with configured(config) as parts:
        write_proposal(proposal, propose(parts, Look))


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
        write_proposal(proposal, propose(parts, Officers, number=number, officers=listed))


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
            print_holds(outcome.holds, parts)
    console().print(outcome.told, soft_wrap=True)
