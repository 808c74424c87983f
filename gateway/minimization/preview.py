"""Preview: what would reach FlexO of a page that an admin exported, and what is withheld and why.

Nothing is written anywhere. A result holds nothing of the input but what minimization lets through.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from connectors.port import Projection, Window
from connectors.raw import Hidden, RawEvent, Unclear
from gateway.booking import Booking, BookingId, Resource, ResourceId, ResourceKind
from gateway.minimization import grounds
from gateway.minimization.contract import Term, effective, projection, standing_terms
from gateway.minimization.grounds import Grounds
from gateway.minimization.lattice import WIDEST, Disclosure, Place
from gateway.minimization.minimize import Minimizer, reason_of
from gateway.minimization.outcome import Dropped, Put, Reason, Removed, Unknown
from gateway.minimization.personal import as_the_place_sees_it
from gateway.minimization.places import Bookable
from gateway.minimization.span import EARLIEST, LATEST
from gateway.minimization.vocabulary import NO_WORDS, Vocabulary

#: An event, one that could not be read, or the id of one that the provider says is gone.
Item = RawEvent | Unclear | str


class Verdict(StrEnum):
    """What becomes of an item."""

    PUT = "put"
    REMOVED = "removed"
    DROPPED = "dropped"
    UNKNOWN = "unknown"


VERDICTS = {Removed: Verdict.REMOVED, Dropped: Verdict.DROPPED, Unknown: Verdict.UNKNOWN}


class Result(msgspec.Struct, frozen=True):
    """What would reach FlexO of one item, and the grounds for each field of the lattice."""

    booking: Booking | None
    outcome: Verdict
    reasons: dict[str, Grounds]


class Previewed(Hidden, frozen=True, gc=False):
    """One item as its provider printed it, beside its result."""

    sent: Mapping[str, object]
    result: Result


class Assumptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the input is taken for.

    ``addresses`` are the tenant's resources where the calendar is personal, folded to lower case; None where
    it is the resource's own. ``asks_for_less`` is False where the provider's interface answers in full only,
    ``names_people`` where it tells how many come without telling who.
    """

    policy: Disclosure
    legal_ceiling: Disclosure = WIDEST
    kind: ResourceKind = ResourceKind.ROOM
    zone: str = "UTC"
    addresses: frozenset[str] | None = None
    asks_for_less: bool = True
    names_people: bool = True
    #: Whether it is the calendar of a room's own mailbox at Microsoft.
    room_mailbox: bool = False
    vocabulary: Vocabulary = NO_WORDS

    def terms(self) -> tuple[Term, ...]:
        """What holds for the whole calendar."""
        return standing_terms(
            self.policy, self.legal_ceiling, single_person=False, room_mailbox=self.room_mailbox
        )

    def asked(self) -> Projection:
        """What is asked for: of a person's calendar also which places an event names, which its rows tell."""
        asked = projection(effective(self.terms()))
        return asked if self.addresses is None else replace(asked, places=True)

    def minimizer(self, identity: BookingId, now: datetime) -> Minimizer:
        """Minimizes one item, whenever it takes place, in a made-up resource where nobody is enrolled."""
        disclosure = effective(self.terms())
        resource = Resource(
            id=ResourceId("preview-resource"),
            kind=ResourceKind.SITE if disclosure.place is Place.SITE else self.kind,
            name=None,
            site=None,
            building=None,
            floor=None,
            capacity=None,
            zone=self.zone,
            external_ref="preview-resource",
        )
        return Minimizer(
            Bookable(resource),
            disclosure,
            window=Window(EARLIEST, LATEST),
            now=now,
            identify=lambda _: identity,
            vocabulary=self.vocabulary,
        )


def preview(
    items: Sequence[tuple[Mapping[str, object], Item]], assumptions: Assumptions, *, now: datetime
) -> list[Previewed]:
    """Every item, each beside its own JSON, with what would reach FlexO of it."""
    return [
        Previewed(
            sent, _result(item, assumptions, assumptions.minimizer(BookingId(f"preview-{number}"), now))
        )
        for number, (sent, item) in enumerate(items, start=1)
    ]


def results_in(
    items: Iterable[Item],
    minimizer: Minimizer,
    standing: Sequence[Term],
    asked: Projection,
    *,
    names_people: bool,
) -> list[Result]:
    """What would reach FlexO of items that were read with a projection; nothing else of them."""
    kept_back = grounds.kept_back(standing, asked, names_people=names_people)

    def result(item: Item) -> Result:
        if isinstance(item, RawEvent):
            return _minimized(item, minimizer, standing, kept_back, asks_for_less=True)
        return _not_an_event(item)

    return [result(item) for item in items]


def as_json(previews: Sequence[Previewed]) -> bytes:
    """The results alone, as a JSON list."""
    return msgspec.json.format(msgspec.json.encode([previewed.result for previewed in previews]), indent=2)


def _result(item: Item, assumptions: Assumptions, minimizer: Minimizer) -> Result:
    if isinstance(item, RawEvent):
        return _result_of_event(item, assumptions, minimizer)
    return _not_an_event(item)


def _not_an_event(item: Unclear | str) -> Result:
    if isinstance(item, Unclear):
        return _nothing(Verdict.UNKNOWN, reason_of(item))
    return _nothing(Verdict.REMOVED, Reason.CANCELLED)


def _result_of_event(sent: RawEvent, assumptions: Assumptions, minimizer: Minimizer) -> Result:
    addresses = assumptions.addresses
    event = sent if addresses is None else as_the_place_sees_it(sent, addresses)
    if event is None:
        return _nothing(Verdict.DROPPED, Reason.NO_RESOURCE)
    standing = assumptions.terms()
    kept_back = grounds.kept_back(standing, assumptions.asked(), names_people=assumptions.names_people)
    return _minimized(event, minimizer, standing, kept_back, asks_for_less=assumptions.asks_for_less)


def _minimized(
    event: RawEvent,
    minimizer: Minimizer,
    standing: Sequence[Term],
    kept_back: Collection[str],
    *,
    asks_for_less: bool,
) -> Result:
    outcome = minimizer.minimize(event)
    if not isinstance(outcome, Put):
        return _nothing(VERDICTS[type(outcome)], outcome.reason)
    shown = grounds.of_booking(outcome, event, standing, kept_back=kept_back, asks_for_less=asks_for_less)
    return Result(outcome.booking, Verdict.PUT, shown)


def _nothing(verdict: Verdict, reason: Reason) -> Result:
    return Result(None, verdict, grounds.of_nothing(reason))
