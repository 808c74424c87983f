"""Releasing: on the second day after a month it is told how places were used, once, and never again."""

from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from gateway.booking import ResourceId, TenantId
from gateway.clock import EPOCH, milliseconds, moment
from gateway.store.transaction import Transaction
from gateway.store.usage import Release
from gateway.sync.counting import countable, site_key
from gateway.tally import aggregated, form_groups, is_told
from gateway.usage import (
    ENROLLED_MIN,
    EPSILON,
    SPENT_MONTHLY,
    SPENT_YEARLY,
    AnonymousUsage,
    SiteBookers,
    Usage,
    month_of,
    untold,
    written,
    year_of,
)
from gateway.vault.index import Index

#: Draws, for counts of whom everybody is in one at most, others that tell of nobody.
Noise = Callable[[Sequence[int]], list[int]]

NOT_INSTALLED, NOT_TOLD = "not_installed", "bookers_not_told"
TOO_FEW, SPENT = "too_few_enrolled", "budget_spent"


def months_over(today: int) -> int:
    """The first month that is not over: its last day is counted during the day behind it."""
    return month_of(today - 1)


def release(transaction: Transaction, tenant: TenantId, month: int, index: Index, noise: Noise | str) -> None:
    """Release a month and drop what it was computed from, unless it was released already.

    ``noise`` makes counts of people anonymous, or is the reason why none are told.
    """
    usage = transaction.usage
    if usage.is_released(month):
        return
    places = countable(transaction)
    known = {place.resource: place for place in places.values()}
    usage.keep_only(known)
    counted = {one: tally for one, tally in usage.tallies(month).items() if is_told(tally, month)}
    groups = usage.groups(year_of(month))
    alone = [known[one] for one in counted.keys() - groups.keys()]

    def named(some: Sequence[ResourceId]) -> str:
        return index.identifier("group", str(year_of(month)), *some)

    formed = form_groups(alone, named)
    usage.form(year_of(month), formed)
    sums = aggregated(counted, {**groups, **formed}, known.values(), month)
    sites = sorted({place.site for place in known.values()}, key=lambda site: site or "")
    bookers = _bookers(transaction, month, sites, index, noise)
    told = Usage(tenant=tenant, month=written(month), aggregated=sums, anonymous=bookers)
    spent = SPENT_MONTHLY if bookers.sites is not None else 0
    usage.release(Release(month, msgspec.json.encode(told), spent))


def _bookers(
    transaction: Transaction, month: int, sites: Sequence[str | None], index: Index, noise: Noise | str
) -> AnonymousUsage:
    """How many enrolled people booked at each site, those where nobody did among them."""
    if isinstance(noise, str):
        return untold(noise)
    enrolled = {*transaction.subjects.known().enrolled.values()}
    if len(enrolled) < ENROLLED_MIN:
        return untold(TOO_FEW)
    if transaction.usage.spent(_year_begun(transaction.now)) + SPENT_MONTHLY > SPENT_YEARLY:
        return untold(SPENT)
    noted = transaction.usage.bookers(month)
    counts = Counter(site for subject, site in noted.items() if subject in enrolled)
    drawn = noise([counts[site_key(index, site)] for site in sites])
    told = [SiteBookers(site=site, bookers=number) for site, number in zip(sites, drawn, strict=True)]
    return AnonymousUsage(sites=told, epsilon=EPSILON, reason=None)


def _year_begun(now: int) -> int:
    """When the calendar year of a moment began, UTC; both in epoch milliseconds."""
    return milliseconds(EPOCH.replace(year=moment(now).year))
