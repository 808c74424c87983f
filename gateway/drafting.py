"""Drafts: bookings as they will be stored, with what tells of each of their facets whether it moved."""

from msgspec.structs import replace

from gateway.booking import Booking, BookingId, EventUid, SeriesId, canonical
from gateway.minimization.facets import facets
from gateway.purpose import packed
from gateway.store.bookings import Draft, Recognized
from gateway.vault.index import Index


def draft(
    index: Index,
    row: BookingId,
    booking: Booking,
    levels: bytes,
    series: SeriesId | None = None,
    uid: EventUid | None = None,
    recognized: Recognized | None = None,
) -> Draft:
    """Encode once: the same bytes are fingerprinted, sealed and served; a booker has a record of its own.

    ``levels``: what made it.
    """
    booker = None if recognized is None else booking.booker
    bare = booking if booking.booker is None else replace(booking, booker=None)
    body = canonical(bare)
    if booker is None or recognized is None:
        fingerprint, recognized = index.digest("booking", body), None
    else:
        # Under another key it is another booking.
        fingerprint = index.digest("booking", canonical(booking) + recognized.subject.encode())
    return Draft(
        row,
        booking.resource,
        packed(levels, body),
        fingerprint,
        facets,
        series,
        uid,
        None if booking.id == row else booking.id,
        booker,
        recognized,
    )
