"""Purpose: what a consumer reads the feed for, and so the most that it sees of any booking.

A booking is seen in facets. The first is what every purpose shows; each other one is a level of a field above
the lowest. Several of them are written as one number, a bit for each.
"""

from collections.abc import Callable
from typing import NamedTuple, Self

#: Behind the first facet, each by its field and level.
FACETS = (
    *(("time", 2), ("conference", 1), ("booker", 1), ("booker", 2)),
    *(("people", 1), ("people", 2), ("title", 1), ("title", 2), ("title", 3)),
)
#: The bit of what every purpose shows, and the bits of all there is.
COMMON = 1
ALL_FACETS = (1 << 1 + len(FACETS)) - 1

#: The bit of what tells the user of FlexO who booked, and those of all that tells who booked.
_USER = 1 << 1 + FACETS.index(("booker", 2))
_BOOKER = sum(1 << number for number, (field, _) in enumerate(FACETS, start=1) if field == "booker")

#: Of a disclosure: one for each field.
LEVELS = 7


class Minimized(NamedTuple):
    """A booking's JSON, and the levels of the disclosure that it was made under, a byte each."""

    levels: bytes
    body: bytes

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """From one piece of bytes, as it is sealed."""
        return cls(packed[:LEVELS], packed[LEVELS:])


def packed(levels: bytes, body: bytes) -> bytes:
    """What is ``Minimized``, in one piece of bytes."""
    return levels + body


class Purpose(NamedTuple):
    """``facets`` are those that it shows; ``digest`` tells whether it is what it was."""

    name: str
    facets: int
    digest: bytes
    #: The JSON of a booking as this purpose shows it.
    narrow: Callable[[Minimized], bytes]

    @property
    def shows_booker(self) -> bool:
        """Whether it matters who booked."""
        return bool(self.facets & _BOOKER)

    @property
    def shows_users(self) -> bool:
        """Whether FlexO's own user ids are told."""
        return bool(self.facets & _USER)
