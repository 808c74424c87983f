"""Retry-After, RFC 9110 section 10.2.3: how long a provider asks us to wait."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

#: A wait for ever: none is read as longer.
WAIT_SECONDS_MAX = 999_999_999.0


class Headers(Protocol):
    """Headers of any HTTP library."""

    def get(self, name: str, default: str, /) -> str: ...


def retry_after_seconds(headers: Headers) -> float | None:
    """The wait, or None where there is no usable one.

    A date is measured against the answer's own Date, so that no clock of ours can be wrong about it.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), WAIT_SECONDS_MAX)
    until, now = http_date(value), http_date(headers.get("Date", ""))
    if until is None or now is None:
        return None
    return min(max(0.0, (until - now).total_seconds()), WAIT_SECONDS_MAX)


def http_date(value: str) -> datetime | None:
    """The moment that a header such as Date tells; None where it tells none."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else None
