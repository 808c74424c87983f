"""What a page or a round changes. Pure: what is known and what was met go in, what to write comes out.

Rule 1: only what differs by its keyed fingerprint is written, so that a hidden edit moves nothing.
Rule 2: nothing is removed before a look is complete, and never what could not be understood.
Rule 3: a look that would remove suspiciously much is not believed the first time.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from gateway.booking import BookingId

# A calendar that loses more than this many bookings, and more than half of them, at once is looked at again.
BRAKE_FLOOR = 20


class Drafted(Protocol):
    """A booking as it would be stored."""

    @property
    def id(self) -> BookingId: ...
    @property
    def fingerprint(self) -> bytes: ...


Draft = TypeVar("Draft", bound=Drafted)
Id = TypeVar("Id", bound=str)


class PagePlan(NamedTuple, Generic[Draft]):
    """What one page changes: bookings to write, those of them that are new, and ids to leave as they are."""

    put: list[Draft]
    new: set[BookingId]
    keep: list[BookingId]


def plan_page(
    drafts: Sequence[Draft], unclear: Collection[BookingId], known: Mapping[BookingId, bytes | None]
) -> PagePlan[Draft]:
    """Compare one page with what is stored.

    ``drafts`` may name an id twice: the last one counts. ``unclear`` ids keep whatever is stored under them.
    ``known`` are the fingerprints of what is stored, None for what was removed.
    """
    newest = {draft.id: draft for draft in drafts}
    # By id, as what goes is: when each begins, and changed last, is hidden from who sees coarse times.
    put = [newest[booking] for booking in sorted(newest) if known.get(booking) != newest[booking].fingerprint]
    changed = {draft.id for draft in put}
    keep = [booking for booking in newest if booking not in changed]
    keep += [booking for booking in unclear if known.get(booking) is not None]
    return PagePlan(put, changed.difference(known), keep)


def plan_absence(
    absent: Collection[Id], *, standing: int, braked: bool, floor: int = BRAKE_FLOOR
) -> tuple[list[Id], bool]:
    """Decide about what a complete look did not meet or found gone: (ids to remove, whether to brake).

    More than ``floor``, and more than half of all ``standing``, is suspicious.
    """
    suspicious = len(absent) > floor and 2 * len(absent) > standing
    if suspicious and not braked:
        return [], True
    return list(absent), False
