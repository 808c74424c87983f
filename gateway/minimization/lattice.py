"""The lattice: how much of each field may be seen, and how parties' choices meet.

Each field is a chain of levels, 0 = the least. A level stands here only if code can show it: what no code
shows (a title as written, who comes) cannot even be written down.
"""

from enum import IntEnum
from functools import lru_cache
from operator import attrgetter

import msgspec


class ResourceLevel(IntEnum):
    """A level of a field that the *resource* owns: no person can make a taken room look free."""


class PersonLevel(IntEnum):
    """A level of a field that a *person* owns: it also obeys the event's privacy and its organizer."""


class Time(ResourceLevel):
    """When. BUSY is a block on a 15-minute grid, rounded outward."""

    NONE = 0
    BUSY = 1
    EXACT = 2


class Place(ResourceLevel):
    """Where. RESOURCE is our id of a place, SITE that of the site it stands in; never an event's own text."""

    NONE = 0
    SITE = 1
    RESOURCE = 2


class Status(ResourceLevel):
    """Whether the resource has agreed; a person's response has no level."""

    SHOWN = 1


class Conference(ResourceLevel):
    """Whether there is an online meeting; link, dial-in and PIN have no level."""

    NONE = 0
    PRESENT = 1


class Booker(PersonLevel):
    """Who booked, if enrolled: a random pseudonym or FlexO's own user id."""

    NONE = 0
    PSEUDONYM = 1
    USER = 2


class People(PersonLevel):
    """How many come. BUCKET is one of 0, 1, 2-5, 6+."""

    NONE = 0
    BUCKET = 1
    EXACT = 2


class Title(PersonLevel):
    """What for. CATEGORY is meeting, desk or block, never from text; VOCABULARY phrases of a closed list.

    SCRUBBED is what somebody wrote, without people it names and without contacts: chosen place by place.
    """

    NONE = 0
    CATEGORY = 1
    VOCABULARY = 2
    SCRUBBED = 3


class Disclosure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of every field may be seen: one point of the lattice."""

    time: Time
    place: Place
    status: Status
    conference: Conference
    booker: Booker
    people: People
    title: Title


FIELDS = Disclosure.__struct_fields__
_levels = attrgetter(*FIELDS)

#: All that can be expressed. Ceilings are written as what they lower below it.
WIDEST = Disclosure(
    time=Time.EXACT,
    place=Place.RESOURCE,
    status=Status.SHOWN,
    conference=Conference.PRESENT,
    booker=Booker.USER,
    people=People.EXACT,
    title=Title.SCRUBBED,
)


def meet(first: Disclosure, *others: Disclosure) -> Disclosure:
    """The most that all of them allow. It can only restrict, so no party widens another's choice."""
    levels = map(min, *map(_levels, (first, *others))) if others else _levels(first)
    return Disclosure(**dict(zip(FIELDS, levels, strict=True)))


def levels_of(disclosure: Disclosure) -> bytes:
    """The levels of a disclosure, a byte each."""
    return bytes(_levels(disclosure))


@lru_cache(maxsize=256)
def disclosure_of(levels: bytes) -> Disclosure:
    """The disclosure of these levels."""
    chains = (type(getattr(WIDEST, field)) for field in FIELDS)
    return Disclosure(
        **{field: chain(level) for field, chain, level in zip(FIELDS, chains, levels, strict=True)}
    )
