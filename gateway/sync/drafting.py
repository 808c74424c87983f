"""Drafts: bookings as they will be stored, with what tells of each of their facets whether it moved."""

from gateway.booking import Booking, BookingId, EventUid, SeriesId, canonical
from gateway.minimization.facets import facets
from gateway.purpose import Minimized
from gateway.store.bookings import Draft
from gateway.vault.index import Index


def draft(
    index: Index,
    row: BookingId,
    booking: Booking,
    levels: bytes,
    series: SeriesId | None = None,
    uid: EventUid | None = None,
) -> Draft:
    """Encode once: the same bytes are fingerprinted, sealed and served. ``levels``: what made it."""
    body = canonical(booking)
    told_as = None if booking.id == row else booking.id
    fingerprint = index.digest("booking", body)
    return Draft(row, booking.resource, Minimized(levels, body), fingerprint, facets, series, uid, told_as)
