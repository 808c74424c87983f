"""Tally: what is counted of each place, and what of it is told: sums over groups, and never a place. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from gateway.booking import ResourceId, ResourceKind
from gateway.clock import EPOCH
from gateway.usage import PLACES_MIN, AggregatedUsage, GroupUsage, days_in

#: A place is told of that was counted on three quarters of a month's days.
_COUNTED, _OF = 3, 4
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_MINUTES_IN_HOUR, _HOURS_IN_DAY = 60, 24


class Interval(NamedTuple):
    """From when until when something was taken: aware, half-open."""

    start: datetime
    end: datetime


class Tally(msgspec.Struct, frozen=True):
    """What was counted of a place: on how many days, bookings that began on them, and minutes taken."""

    days: int = 0
    bookings: int = 0
    minutes: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.days + other.days, self.bookings + other.bookings, self.minutes + other.minutes)


class Place(NamedTuple):
    """A place that may be counted, and what groups are made by."""

    resource: ResourceId
    site: str | None
    kind: ResourceKind


#: The group of each place.
Groups = Mapping[ResourceId, str]
#: Names a group by its places.
Identify = Callable[[Sequence[ResourceId]], str]


def tally_of(taken: Iterable[Interval], day: int) -> Tally:
    """What one day (since 1970, UTC) adds to a place's tally. Minutes that overlap count once."""
    start = EPOCH + day * _DAY
    end, reached, length, begun = start + _DAY, start, timedelta(), 0
    for one in sorted(taken):
        begun += start <= one.start < end
        begins, ends = max(one.start, reached), min(one.end, end)
        if begins < ends:
            length += ends - begins
            reached = ends
    return Tally(1, begun, length // _MINUTE)


def is_told(counted: Tally, month: int) -> bool:
    """Whether a place was counted on enough days: else a sum would be of the few that were."""
    return counted.days * _OF >= days_in(month) * _COUNTED


def form_groups(places: Iterable[Place], identify: Identify) -> dict[ResourceId, str]:
    """Groups of ten at least: places of one site and kind; those left over together; else none.

    Those that belong to a group already are not among ``places``: a group that was formed is never changed.
    """
    alike = defaultdict[tuple[str | None, ResourceKind], list[ResourceId]](list)
    for place in sorted(places):
        alike[place.site, place.kind].append(place.resource)
    left_over = [one for some in alike.values() if len(some) < PLACES_MIN for one in some]
    groups = [some for some in (*alike.values(), left_over) if len(some) >= PLACES_MIN]
    return {one: name for some in groups for name in (identify(sorted(some)),) for one in some}


def aggregated(
    counted: Mapping[ResourceId, Tally], groups: Groups, places: Iterable[Place], month: int
) -> AggregatedUsage:
    """What is told of a month: of each group of which ten places were counted, and of no others."""
    known = {place.resource: place for place in places}
    members = defaultdict[str, list[ResourceId]](list)
    for resource in sorted(counted.keys() & groups.keys() & known.keys()):
        members[groups[resource]].append(resource)
    told = {name: some for name, some in members.items() if len(some) >= PLACES_MIN}
    return AggregatedUsage(
        groups=[
            _group(name, [known[one] for one in some], sum(map(counted.__getitem__, some), Tally()), month)
            for name, some in sorted(told.items())
        ],
        left_out=len(counted) - sum(map(len, told.values())),
    )


def _group(name: str, places: Sequence[Place], total: Tally, month: int) -> GroupUsage:
    sites, kinds = ({place.site for place in places}, {place.kind for place in places})
    is_alike, hours = len(sites) == len(kinds) == 1, total.minutes / _MINUTES_IN_HOUR
    return GroupUsage(
        id=name,
        site=places[0].site if is_alike else None,
        kind=places[0].kind if is_alike else None,
        resources=len(places),
        resource_days=total.days,
        complete=total.days == len(places) * days_in(month),
        bookings=total.bookings,
        hours=round(hours, 1),
        utilisation=round(hours / (total.days * _HOURS_IN_DAY), 3),
    )
