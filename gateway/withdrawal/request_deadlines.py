"""Deadlines of requests: a month, as Regulation (EEC, Euratom) 1182/71 counts it, and two more. Pure.

A month ends with the day of the same number, or with the month's last; where that is a Saturday or a Sunday,
with the Monday. Public holidays, which differ by place, are not passed over: sooner is in time everywhere.
"""

from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gateway.clock import DAY_MILLISECONDS, begin_of, milliseconds, months_after
from gateway.request import RequestKind, RequestState, SubjectRequest
from gateway.store.asked import RequestRow

#: Art. 12(3) GDPR.
MONTHS = 1
MONTHS_EXTENDED = 3
#: Days before the end at which it is told that it comes; 0: it has. That a clock runs at all is told first.
NOTICES = (7, 3, 1, 0)
#: What is due within so many days is soon due.
SOON_DAYS = max(NOTICES)

_SATURDAY = 5
_WEEK = 7


class RequestNotice(NamedTuple):
    """What is to be told of a request, and nothing else: what was asked for, and how many days are left."""

    kind: RequestKind
    days: int


def last_day(received: date, months: int) -> date:
    """The last day on which what was received then can be answered."""
    day = months_after(received, months)
    return day + timedelta(days=_WEEK - day.weekday()) if day.weekday() >= _SATURDAY else day


def answer_by(request: SubjectRequest) -> date:
    """The last day on which a request can be answered."""
    is_extended = any(step.state is RequestState.EXTENDED for step in request.steps)
    return last_day(request.received, MONTHS_EXTENDED if is_extended else MONTHS)


def end_of(day: date, zone: ZoneInfo) -> int:
    """When a day is over there, epoch milliseconds."""
    return milliseconds(begin_of(day + timedelta(days=1), zone))


def notice_due(row: RequestRow, now: int) -> RequestNotice | None:
    """What has to be told by now (epoch milliseconds) and was not."""
    if not row.is_open:
        return None
    if row.told_days is None:
        return RequestNotice(row.kind, max((row.ends_at - now) // DAY_MILLISECONDS, 0))
    passed = [
        days for days in NOTICES if days < row.told_days and row.ends_at - days * DAY_MILLISECONDS <= now
    ]
    return RequestNotice(row.kind, min(passed)) if passed else None
