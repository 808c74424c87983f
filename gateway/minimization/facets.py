"""Facets: what of a booking each level of a field adds to the one below. Pure.

Who sees a booking narrowed sees some of its facets, and what they see changes exactly when one of these does.
"""

from collections.abc import Callable, Iterator
from enum import IntEnum
from itertools import pairwise
from typing import Any

import msgspec
from msgspec.structs import replace

from gateway.booking import Booking
from gateway.minimization.lattice import (
    Booker,
    Conference,
    Disclosure,
    People,
    Place,
    Status,
    Time,
    Title,
    disclosure_of,
)
from gateway.minimization.narrowing import (
    booker_shown,
    conference_shown,
    people_shown,
    time_shown,
    title_shown,
)
from gateway.purpose import COMMON, FACETS, Minimized

#: What every purpose shows. There is no booking without a time, and none without its resource.
LEAST = Disclosure(
    time=Time.BUSY,
    place=Place.RESOURCE,
    status=Status.SHOWN,
    conference=Conference.NONE,
    booker=Booker.NONE,
    people=People.NONE,
    title=Title.NONE,
)

#: What a facet shows that adds nothing.
NOTHING = b""

_encode = msgspec.json.Encoder().encode

#: Of a field of a booking that may be told or not, what it shows at a level.
_Shown = Callable[[Booking, Any, Disclosure], object]

_OPTIONAL: tuple[tuple[type[IntEnum], _Shown], ...] = (
    (Conference, lambda booking, level, _: conference_shown(booking, level)),
    (Booker, lambda booking, level, made: booker_shown(booking, level, made.booker)),
    (People, lambda booking, level, _: people_shown(booking, level)),
    (Title, lambda booking, level, made: title_shown(booking, level, made.title)),
)


def facets_of(disclosure: Disclosure) -> int:
    """The facets that a disclosure shows."""
    above = (level <= getattr(disclosure, field) for field, level in FACETS)
    return COMMON | sum(1 << number for number, is_shown in enumerate(above, start=1) if is_shown)


def facets(minimized: Minimized, subject: str | None) -> Iterator[bytes]:
    """What each facet of a booking shows; nothing where it adds nothing to the level below.

    ``subject`` stands for the booker, who is not in it.
    """
    booking, made = msgspec.json.decode(minimized.body, type=Booking), disclosure_of(minimized.levels)
    booking = replace(booking, booker=subject)
    block, exact = time_shown(booking, Time.BUSY), time_shown(booking, Time.EXACT)
    yield _encode((booking.resource, booking.zone, booking.status, block))
    yield NOTHING if exact == block else _encode(exact)
    for levels, show in _OPTIONAL:
        at = (show(booking, level, made) for level in levels)
        yield from (NOTHING if now == below else _encode(now) for below, now in pairwise(at))
