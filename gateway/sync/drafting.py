"""Drafts: bookings as they will be stored, with what tells of each of their facets whether it moved."""

from functools import lru_cache, partial

from gateway.booking import Booking, BookingId, EventUid, SeriesId, canonical
from gateway.minimization.facets import facets, levels_of
from gateway.minimization.lattice import Disclosure
from gateway.purpose import Minimized
from gateway.store.bookings import Draft
from gateway.store.facets import HASH_BYTES, unmoved
from gateway.vault.index import Index

#: Of a facet that adds nothing.
UNSHOWN = bytes(HASH_BYTES)


def draft(
    index: Index,
    row: BookingId,
    booking: Booking,
    made: Disclosure,
    series: SeriesId | None = None,
    uid: EventUid | None = None,
) -> Draft:
    """Encode once: the same bytes are fingerprinted, sealed and served. ``made``: under which disclosure."""
    body = canonical(booking)
    told_as = None if booking.id == row else booking.id
    return Draft(
        row,
        booking.resource,
        Minimized(_levels(made), body),
        index.digest("booking", body),
        partial(_facets, index, booking, made),
        series,
        uid,
        told_as,
    )


def _facets(index: Index, booking: Booking, made: Disclosure) -> bytes:
    # With its id, so that nothing that two bookings have in common shows.
    name = booking.id.encode()
    return unmoved(
        [
            index.digest("facet", bytes([number]) + name + shown)[:HASH_BYTES] if shown else UNSHOWN
            for number, shown in enumerate(facets(booking, made))
        ]
    )


# Asked for every event, and there are few answers.
_levels = lru_cache(maxsize=256)(levels_of)
