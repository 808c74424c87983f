"""Google's times: ``{"date": "2027-03-04"}`` or ``{"dateTime": "2027-03-04T10:00:00+01:00", …}``."""

from datetime import UTC, date, datetime, time
from typing import Any

from connectors.zones import zone


def parsed(text: str) -> datetime | None:
    """An RFC 3339 time; one without an offset is refused, as Google refuses it."""
    try:
        at = datetime.fromisoformat(text)  # takes RFC 3339's Z from Python 3.11 on
        return None if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def instant(moment: Any) -> datetime | None:
    """What Google printed, as aware UTC; None if it cannot be read. A date is its midnight UTC."""
    if not isinstance(moment, dict):
        return None
    text, day = moment.get("dateTime"), moment.get("date")
    if isinstance(text, str):
        return parsed(text)
    try:
        return datetime.combine(date.fromisoformat(day), time(), UTC) if isinstance(day, str) else None
    except ValueError:
        return None


def rfc3339(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def printed(at: datetime | date, zone_name: str) -> dict[str, str]:
    """A moment or a date as Google prints it for an event made in a zone."""
    if not isinstance(at, datetime):
        return {"date": at.isoformat()}
    return {"dateTime": rfc3339(at.astimezone(zone(zone_name) or UTC)), "timeZone": zone_name}


def timestamp(at: datetime) -> str:
    """A time of record, such as ``updated``."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def shifted(moment: Any, zone_name: str) -> Any:
    """The same moment with another zone's offset; dates and the unreadable stay as they are."""
    at, place = instant(moment), zone(zone_name)
    if at is None or place is None or "dateTime" not in moment:
        return moment
    return {**moment, "dateTime": rfc3339(at.astimezone(place))}
