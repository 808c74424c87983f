"""Usage: how places were used in a month, as it is told. Pure; the docstrings are part of the contract.

*Aggregated* are sums over fixed groups of at least ten places. *Anonymous* is only what differential privacy
was applied to.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from gateway.booking import ResourceKind
from gateway.clock import EPOCH

#: So many places a group has at least, and so many enrolled people a tenant of whom any are counted.
PLACES_MIN = 10
ENROLLED_MIN = 50

#: What one release may tell of a person, and all of a calendar year; in thousandths of epsilon.
SPENT_MONTHLY, SPENT_YEARLY = 250, 3_000
EPSILON = SPENT_MONTHLY / 1_000

_MONTHS = 12
_DAY = timedelta(days=1)


class GroupUsage(msgspec.Struct, frozen=True, kw_only=True):
    """How a group of ten places or more was used. Its ``id`` stands for the same places all year.

    ``site`` and ``kind`` are null where it is of several. So many ``resources`` were counted, on
    ``resource_days`` days, added up; where that is all of the month, it is ``complete``. ``bookings`` began
    on these days. ``hours``: how long places were taken on them, overlaps once, as times are told.
    ``utilisation`` is that by 24 hours of each of these days.
    """

    id: str
    site: str | None
    kind: ResourceKind | None
    resources: Annotated[int, msgspec.Meta(ge=PLACES_MIN)]
    resource_days: int
    complete: bool
    bookings: int
    hours: float
    utilisation: Annotated[float, msgspec.Meta(ge=0, le=1)]


class AggregatedUsage(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over groups that share no place. ``left_out``: so many counted places are in none told of."""

    groups: Sequence[GroupUsage]
    left_out: int


class SiteBookers(msgspec.Struct, frozen=True, kw_only=True):
    """About how many enrolled people booked at a site. ``site`` is null for places of none."""

    site: str | None
    bookers: Annotated[int, msgspec.Meta(ge=0)]


class AnonymousUsage(msgspec.Struct, frozen=True, kw_only=True):
    """Enrolled bookers by site, with noise: differentially private in where, and whether, a person booked.

    Each counts at one site a month. ``epsilon`` was spent on it: of twenty numbers, nineteen are within 13
    of the true ones. Who is enrolled, and that there are fifty, it does not hide. ``sites`` is null where
    nothing is told, and ``reason`` says why: ``not_installed``, ``bookers_not_told``, ``too_few_enrolled``
    or ``budget_spent``.
    """

    sites: Sequence[SiteBookers] | None
    epsilon: float
    reason: str | None


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """How a tenant's places were used in a month (UTC). It is released once, and never changes."""

    tenant: str
    month: str
    aggregated: AggregatedUsage
    anonymous: AnonymousUsage


def untold(reason: str) -> AnonymousUsage:
    """Where nothing anonymous is told."""
    return AnonymousUsage(sites=None, epsilon=0.0, reason=reason)


def month_of(day: int) -> int:
    """The month of a day: months since 1970, from days since 1970, UTC."""
    at = EPOCH + day * _DAY
    return (at.year - EPOCH.year) * _MONTHS + at.month - 1


def month_named(text: str) -> int:
    """The month that is written ``YYYY-MM``. Raises ValueError."""
    day = (datetime.fromisoformat(f"{text}-01T00:00:00Z") - EPOCH) // _DAY
    if written(month_of(day)) != text:
        raise ValueError
    return month_of(day)


def written(month: int) -> str:
    """A month as ``YYYY-MM``."""
    return f"{year_of(month):04}-{month % _MONTHS + 1:02}"


def year_of(month: int) -> int:
    """The calendar year that a month is of."""
    return EPOCH.year + month // _MONTHS


def first_day(month: int) -> int:
    """The day that a month begins with, in days since 1970."""
    return (EPOCH.replace(year=year_of(month), month=month % _MONTHS + 1) - EPOCH) // _DAY


def days_in(month: int) -> int:
    """How many days a month has."""
    return first_day(month + 1) - first_day(month)
