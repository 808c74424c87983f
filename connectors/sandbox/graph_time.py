"""Graph's times: ``{"dateTime": "2027-03-04T09:00:00.0000000", "timeZone": "UTC"}``, without an offset."""

from datetime import UTC, date, datetime, time
from typing import Any

from connectors.zones import zone


def instant(moment: Any) -> datetime | None:
    """What Graph printed, as aware UTC; None if it cannot be read."""
    if not isinstance(moment, dict):
        return None
    text, name = moment.get("dateTime"), moment.get("timeZone", "UTC")
    if not isinstance(text, str) or not isinstance(name, str):
        return None
    place = zone(name)  # "tzone://Microsoft/Custom" is no zone that one could look up
    try:
        return None if place is None else datetime.fromisoformat(text).replace(tzinfo=place).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def printed(at: datetime | date, zone_name: str = "UTC") -> dict[str, str]:
    """A moment, or the midnight of a date, as Graph prints it in a zone. Seven digits, as .NET has them."""
    place = zone(zone_name) or UTC
    local = at.astimezone(place) if isinstance(at, datetime) else datetime.combine(at, time())
    return {"dateTime": f"{local:%Y-%m-%dT%H:%M:%S.%f}0", "timeZone": zone_name}


def timestamp(at: datetime) -> str:
    """A time of record, such as ``lastModifiedDateTime``."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"


def relabelled(moment: Any, zone_name: str, *, all_day: bool) -> Any:
    """The same moment in another zone. An all-day event keeps its midnight; the unreadable stays as it is."""
    at = instant(moment)
    if at is None:
        return moment
    return {**moment, "timeZone": zone_name} if all_day else printed(at, zone_name)
