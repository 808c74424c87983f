"""Proposals: what two officers sign before it is done. Whoever signs reads what stands here."""

from contextlib import suppress
from datetime import date, timedelta
from typing import ClassVar

import msgspec

from gateway.booking import ResourceId, TenantId
from gateway.clock import Moment
from gateway.errors import GatewayError
from gateway.legal_hold import HoldId, Subset

#: For so long a proposal may be confirmed.
LIFE = timedelta(days=7)
HEADING = "calendar-gateway/proposal@v1\n"


class NotConfirmed(GatewayError):
    """What was proposed is not done. The sentence says why."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="act"):
    """Something to be done, once, until then."""

    #: How many officers have to sign.
    signatures: ClassVar[int] = 2

    id: str
    expires: Moment


class Place(Proposal, frozen=True, kw_only=True, tag="place sealed hold"):
    """A hold by order, which is named nowhere. It bears the proposal's id."""

    tenant: TenantId
    reference: str
    review: date
    subset: Subset


class Review(Proposal, frozen=True, kw_only=True, tag="review sealed hold"):
    """A hold by order goes on, until its next review."""

    hold: HoldId
    review: date


class Lift(Proposal, frozen=True, kw_only=True, tag="lift hold"):
    """A hold ends: its key is destroyed, and all that it kept with it."""

    hold: HoldId
    reference: str


class Disclose(Proposal, frozen=True, kw_only=True, tag="disclose"):
    """Of what is held these fields are written out, of these bookings."""

    hold: HoldId
    reference: str
    resources: tuple[ResourceId, ...]
    since: Moment | None
    until: Moment | None
    fields: tuple[str, ...]

    @property
    def asked(self) -> Subset:
        return Subset(resources=self.resources, since=self.since, until=self.until)


class Look(Proposal, frozen=True, kw_only=True, tag="show sealed holds"):
    """All holds by order are shown."""

    signatures: ClassVar[int] = 1


class Officers(Proposal, frozen=True, kw_only=True, tag="officers"):
    """Who may sign from then on, by their public keys, as the ``number``-th list of them."""

    number: int
    officers: tuple[str, ...]


AnyProposal = Place | Review | Lift | Disclose | Look | Officers


def written(proposal: Proposal) -> str:
    """The text that is signed."""
    return f"{HEADING}{msgspec.json.format(msgspec.json.encode(proposal)).decode()}\n"


def read(text: str) -> AnyProposal:
    """The one proposal that a text is of. Raises NotConfirmed, also for what would not show as it is."""
    shows = all(character.isprintable() or character == "\n" for character in text)
    with suppress(msgspec.MsgspecError, ValueError, RecursionError):
        found: AnyProposal = msgspec.json.decode(text.removeprefix(HEADING), type=AnyProposal)
        # What is signed is what was read: a text has one way to be written.
        if shows and written(found) == text:
            return found
    raise NotConfirmed("That is no proposal, or it was changed. Nothing was done. Propose it anew.")
