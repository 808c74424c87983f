"""What a receipt counts: events by field, as numbers, and nothing that any of them held."""

from enum import StrEnum
from typing import NamedTuple


class What(StrEnum):
    """What a number counts. An event counts each time it is read, and once for each place that it names."""

    #: All that was read, and the bytes of the pages it came in, inflated.
    EVENTS = "events"
    BYTES = "bytes"
    #: For how many events the provider was asked for the field, and of how many it became an object of ours.
    REQUESTED = "requested"
    SEEN = "seen"
    #: How many bookings show something of it, and how many events show less of it than there is.
    KEPT = "kept"
    WITHHELD = "withheld"


class Count(NamedTuple):
    """What one number is of. ``by`` is who withheld it and ``ring`` where, both empty for all else.

    ``field`` is one of the lattice's, and empty for what is counted of a page as a whole.
    """

    what: What
    field: str = ""
    by: str = ""
    ring: int = 0
