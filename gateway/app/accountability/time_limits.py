"""Time limits: for how many days each rule of retention that goes by time lets things stand."""

from collections.abc import Mapping

from gateway.clock import DAY_MILLISECONDS
from gateway.settings import Settings
from gateway.store.cursors import KEPT_DAYS as CURSORS_KEPT_DAYS
from gateway.store.forgetting import (
    COUNTED_KEPT_DAYS,
    RECEIPTS_KEPT_DAYS,
    REMOVALS_KEPT_DAYS,
    USAGE_KEPT_DAYS,
)
from gateway.store.inventory_terms import Retention
from gateway.store.invitations import LIFE_MILLISECONDS
from gateway.sync.schedule import DAYS_BEHIND, WATCH_LIFE


def time_limits(settings: Settings) -> Mapping[Retention, int]:
    """In days, from where whatever goes by them takes them."""
    return {
        Retention.WINDOW: DAYS_BEHIND,
        Retention.REMOVAL: REMOVALS_KEPT_DAYS,
        Retention.INVITATION: LIFE_MILLISECONDS // DAY_MILLISECONDS,
        Retention.PROMISE: WATCH_LIFE.days,
        Retention.RECEIPT: RECEIPTS_KEPT_DAYS,
        Retention.CURSOR: CURSORS_KEPT_DAYS,
        Retention.COUNTING: COUNTED_KEPT_DAYS,
        Retention.YEAR: COUNTED_KEPT_DAYS,
        Retention.RELEASE: USAGE_KEPT_DAYS,
        Retention.LIMITATION: settings.limitation_days,
        Retention.REQUEST: settings.limitation_days,
    }


def in_words(rule: Retention, settings: Settings) -> str:
    """A rule with its number."""
    return rule.format(days=time_limits(settings).get(rule))
