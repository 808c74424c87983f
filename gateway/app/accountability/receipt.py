"""Receipt: what was asked for, seen, kept and withheld of a tenant's events on some days, as numbers."""

from collections import Counter
from datetime import date, timedelta
from functools import partial

import msgspec

from gateway.app.parts import Parts
from gateway.app.tenants import TenantOverview
from gateway.clock import EPOCH
from gateway.errors import ConfigurationError
from gateway.minimization.grounds import Ring
from gateway.minimization.lattice import FIELDS
from gateway.minimization.outcome import Reason
from gateway.minimization.reveal import DECIDED_BY, STOPPED
from gateway.receipt import Count, What
from gateway.store.forgetting import RECEIPTS_KEPT_DAYS
from gateway.store.receipts import counted

_NO_BOOKING = frozenset(map(str, Reason))
_DECIDED_BY = {str(by): words for by, words in DECIDED_BY.items()}


class Withheld(msgspec.Struct, frozen=True):
    """Of how many events a field was withheld by one rule, and at which ring."""

    by: str
    ring: int
    events: int

    @property
    def whose_rule(self) -> str:
        """Who decided it, in words."""
        return _DECIDED_BY[self.by]

    @property
    def is_of_no_booking(self) -> bool:
        """Whether the field is missing only because no booking came of the event."""
        return self.by in _NO_BOOKING

    @property
    def where(self) -> str:
        """Where the rest of it stops, in words."""
        return STOPPED[Ring(self.ring)]


class Line(msgspec.Struct, frozen=True):
    """The numbers of one field; the rules add up to ``withheld``, the one that withheld most stands first."""

    requested: int
    seen: int
    kept: int
    withheld: int
    rules: tuple[Withheld, ...]


class Resolutions(msgspec.Struct, frozen=True):
    """How often a consumer asked who in the feed a user of FlexO is, and how often it was told."""

    consumer: str
    asked: int
    told: int


class Receipt(msgspec.Struct, frozen=True):
    """What was counted of one tenant from the first day to the last (UTC), both included."""

    tenant: str
    first: date
    last: date
    events: int
    bytes: int
    fields: dict[str, Line]
    resolutions: tuple[Resolutions, ...]


async def receipt_of(parts: Parts, overview: TenantOverview, day: date | None, days: int | None) -> Receipt:
    """The receipt of one day, or of so many up to today. Raises ConfigurationError if it cannot be both."""
    first, last = _span(parts.clock().date(), day, days)
    tenant = overview.standing.tenant
    of_days = partial(counted, tenant=tenant, first=_number(first), last=_number(last))
    counts = await parts.store.read(of_days)
    fields = {field: _line(field, counts) for field in FIELDS}
    events, size = counts[Count(What.EVENTS)], counts[Count(What.BYTES)]
    return Receipt(tenant, first, last, events, size, fields, _resolutions(counts))


def _span(today: date, day: date | None, days: int | None) -> tuple[date, date]:
    if day is not None and days is not None:
        raise ConfigurationError("Name one day, or how many days up to today: --day or --days, not both.")
    if days is not None and not 1 <= days <= RECEIPTS_KEPT_DAYS:
        raise ConfigurationError(
            f"Receipts are kept for {RECEIPTS_KEPT_DAYS} days: --days is a number from 1 to that."
        )
    last = day or today
    return last - timedelta(days=(days or 1) - 1), last


def _number(day: date) -> int:
    return (day - EPOCH.date()).days


def _resolutions(counts: Counter[Count]) -> tuple[Resolutions, ...]:
    told, others = (
        Counter({one.by: number for one, number in counts.items() if one.what is what})
        for what in (What.RESOLVED, What.UNRESOLVED)
    )
    asked = told + others
    return tuple(Resolutions(consumer, asked[consumer], told[consumer]) for consumer in sorted(asked))


def _line(field: str, counts: Counter[Count]) -> Line:
    rules = [
        Withheld(one.by, one.ring, number)
        for one, number in counts.items()
        if one.what is What.WITHHELD and one.field == field
    ]
    rules.sort(key=lambda rule: (-rule.events, rule.by, rule.ring))
    requested, seen, kept = (counts[Count(what, field)] for what in (What.REQUESTED, What.SEEN, What.KEPT))
    return Line(requested, seen, kept, sum(rule.events for rule in rules), tuple(rules))
