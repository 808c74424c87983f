"""Leaks by order, count, size, the text of an error, and by what moves although nothing shows."""

from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

from connectors.raw import RawEvent
from gateway.booking import BookingId, canonical
from gateway.minimization.outcome import Outcome, Put
from gateway.sync.plan import plan_page
from tests.fakes.clear import clear
from tests.properties.leaks.mutant import Mutant, minimized
from tests.properties.minimization_twins import Twins, observed

#: Another event on the page, always the same.
_BESIDE = "Nothing in particular"


def _text(event: RawEvent) -> str:
    return clear(event.title) or ""


def ordered_by_title(pair: Twins, event: RawEvent) -> bytes:
    page = [(_BESIDE, b"beside"), (_text(event), observed(minimized(pair, event)))]
    return b"".join(seen for _, seen in sorted(page))


def left_out_for_its_text(pair: Twins, event: RawEvent) -> bytes:
    return b"" if "Quorl" in _text(event) else observed(minimized(pair, event))


def told_twice_where_many_come(pair: Twins, event: RawEvent) -> bytes:
    return observed(minimized(pair, event)) * (2 if len(event.attendees or ()) > 1 else 1)


def padded_by_the_events_size(pair: Twins, event: RawEvent) -> bytes:
    return observed(minimized(pair, event)).ljust(4_000 + len(_text(event)))


def quoted_in_an_error(pair: Twins, event: RawEvent) -> bytes:
    outcome = minimized(pair, event)
    return observed(outcome) + (b"" if event.understood else _text(event).encode())


class _Draft(NamedTuple):
    """Of a draft, what is compared."""

    id: BookingId
    fingerprint: bytes


#: What would be compared with what is stored.
Fingerprint = Callable[[RawEvent, Outcome], bytes]


def _told_again(fingerprint: Fingerprint) -> Mutant:
    """What is written where the first of two that look alike was stored, and the calendar is read again."""

    def seen(pair: Twins, event: RawEvent) -> bytes:
        known, outcome = minimized(pair, pair.one), minimized(pair, event)
        stored = {BookingId("the booking"): fingerprint(pair.one, known)}
        draft = _Draft(BookingId("the booking"), fingerprint(event, outcome))
        return b"told again" if plan_page([draft], (), stored).put else b""

    return seen


def _shown(outcome: Outcome) -> bytes:
    return canonical(outcome.booking) if isinstance(outcome, Put) else b""


def _of_the_raw_event(event: RawEvent, _: Outcome) -> bytes:
    return sha256(repr(clear(event)).encode()).digest()


def _with_the_text(event: RawEvent, outcome: Outcome) -> bytes:
    return _shown(outcome) + _text(event).encode()


def _with_the_guests(event: RawEvent, outcome: Outcome) -> bytes:
    return _shown(outcome) + repr(clear(event.attendees)).encode()


def _with_the_uid(event: RawEvent, outcome: Outcome) -> bytes:
    return _shown(outcome) + repr(event.uid).encode()


OF_PAGES: dict[str, Mutant] = {
    "ordered_by_title": ordered_by_title,
    "left_out_for_its_text": left_out_for_its_text,
    "told_twice_where_many_come": told_twice_where_many_come,
    "padded_by_the_events_size": padded_by_the_events_size,
    "quoted_in_an_error": quoted_in_an_error,
    "revision_moves_with_anything": _told_again(_of_the_raw_event),
    "revision_moves_with_the_text": _told_again(_with_the_text),
    "revision_moves_with_the_guests": _told_again(_with_the_guests),
    "revision_moves_with_the_uid": _told_again(_with_the_uid),
}
