"""Confirming: what officers have signed is done, each proposal once and in time."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from gateway.app.holds.disclosing import check_fields, disclose
from gateway.app.holds.lifting import lift
from gateway.app.holds.officers import put_in_force, register, signers
from gateway.app.holds.overview import (
    HoldOverview,
    check_reference,
    check_review,
    every_hold,
    find_hold,
    new_hold,
    review_hold,
)
from gateway.app.holds.placing import holding_keys, place
from gateway.app.parts import Parts
from gateway.app.tenants import find_tenant
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError, KeyDestroyed
from gateway.legal_hold import Deed, HoldId, HoldStep, LegalHold
from gateway.proof.officers import split
from gateway.proposal import (
    LIFE,
    AnyProposal,
    Disclose,
    Lift,
    Look,
    NotConfirmed,
    Officers,
    Place,
    Proposal,
    Review,
    read,
    written,
)
from gateway.store.legal_holds import hold_of

Kind = TypeVar("Kind", bound=Proposal)


class Outcome(NamedTuple):
    """What was done, in a sentence, and holds that were asked to be shown."""

    told: str
    holds: tuple[HoldOverview, ...] = ()


def propose(parts: Parts, kind: Callable[..., Kind], **what: object) -> str:
    """The text of a proposal that may be confirmed from now on, for a week. Raises ConfigurationError."""
    proposal = kind(id=new_hold(), expires=parts.clock() + LIFE, **what)
    _check(parts, proposal)
    return written(proposal)


async def confirm(parts: Parts, note: str, target: Path | None = None) -> Outcome:
    """Do what a proposal says, if enough officers signed it. Raises NotConfirmed, and what doing it does."""
    proposal = read(split(note)[0])
    now = parts.clock()
    if not now < proposal.expires <= now + LIFE:
        raise NotConfirmed(
            "The time is over in which that could be confirmed, or has not come. Nothing was done. Propose "
            "it anew."
        )
    if isinstance(proposal, Officers):
        found = await put_in_force(parts, note)
        return Outcome(f"Officers are now: {', '.join(one.name for one in found.officers)}.")
    by = signers(note, (await register(parts)).officers, proposal.signatures)
    _check(parts, proposal)
    return await _done(parts, proposal, by, target)


def _check(parts: Parts, proposal: Proposal) -> None:
    """Raises ConfigurationError for what cannot be done."""
    if isinstance(proposal, Place | Review):
        check_review(parts, proposal.review)
    if isinstance(proposal, Place | Lift | Disclose):
        check_reference(proposal.reference)
    if isinstance(proposal, Disclose):
        check_fields(proposal.fields)


async def _done(parts: Parts, proposal: AnyProposal, by: tuple[str, ...], target: Path | None) -> Outcome:
    at = milliseconds(parts.clock())
    match proposal:
        case Look():
            found = tuple(await every_hold(parts, sealed=True))
            return Outcome(f"{len(found)} holds by order.", found)
        case Place():
            step = HoldStep(at=at, what=Deed.PLACED, by=by, proposal=proposal.id)
            return await _place(parts, proposal, step)
        case Review():
            step = HoldStep(at=at, what=Deed.REVIEWED, by=by, proposal=proposal.id)
            await review_hold(
                parts, await find_hold(parts, proposal.hold, sealed=True), proposal.review, step
            )
            return Outcome(f"It stands until its next review, on {proposal.review} at the latest.")
        case Lift():
            reference = proposal.reference
            step = HoldStep(at=at, what=Deed.LIFTED, by=by, proposal=proposal.id, reference=reference)
            await lift(parts, (await find_hold(parts, proposal.hold, sealed=None)).row, step)
            return Outcome(
                "The hold is lifted: its key is destroyed, and what it kept opens nowhere any more. One that "
                "may be named has a certificate: 'gateway certificate TENANT HOLD'."
            )
        case Disclose():
            if target is None:
                raise ConfigurationError("Name a file to write it into (--out). Nothing was disclosed.")
            row = (await find_hold(parts, proposal.hold, sealed=None)).row
            count = await disclose(parts, row, proposal, by, target)
            return Outcome(f"{count:,} bookings written, of each {len(proposal.fields)} fields.")
        case Officers():
            raise NotConfirmed("A list of officers is put in force, and not done.")


async def _place(parts: Parts, proposal: Place, step: HoldStep) -> Outcome:
    standing = (await find_tenant(parts, proposal.tenant)).standing
    hold = HoldId(proposal.id)
    if await parts.store.read(lambda handle: hold_of(handle, standing.tenant, hold)) is not None:
        raise NotConfirmed("That was done before. A proposal is good once: propose it anew.")
    asked = LegalHold(
        reference=proposal.reference, review=proposal.review, sealed=True, subset=proposal.subset
    )
    try:
        record = await place(parts, standing, await holding_keys(parts, standing), hold, asked, step)
    except KeyDestroyed:
        raise NotConfirmed("An attempt at that was cut off and undone. Propose it anew.") from None
    return Outcome(f"Hold {hold} stands over {record.bookings:,} bookings. It is named nowhere: keep its id.")
