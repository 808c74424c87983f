"""What a receipt counts: events by field, and what consumers asked of people, as numbers alone."""

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
    #: How often a consumer asked who in the feed a user of FlexO is, and was told; or was not.
    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"


class Count(NamedTuple):
    """What one number is of. ``by`` is who withheld it and ``ring`` where, or the consumer that asked.

    They are empty for all else.

    ``field`` is one of the lattice's, and empty for what is counted of a page as a whole.
    """

    what: What
    field: str = ""
    by: str = ""
    ring: int = 0
