"""Query options and preferences as Graph reads them (OData 4)."""

import re
from datetime import UTC, datetime

import msgspec
from aiohttp import web

from connectors.sandbox.refusal import graph_refusal
from connectors.zones import zone

_PREFERENCE = re.compile(r'([A-Za-z.]{1,40})\s*=\s*(?:"([^"]{0,80})"|([^\s",;]{1,80}))')


class Preferences(msgspec.Struct, frozen=True):
    """What a request's ``Prefer`` headers ask for; one header or several, comma separated."""

    zone: str = "UTC"
    immutable_ids: bool = False
    page_size: int | None = None


def preferences(request: web.Request) -> Preferences:
    asked = {
        name.lower(): quoted or bare
        for name, quoted, bare in _PREFERENCE.findall(",".join(request.headers.getall("Prefer", [])))
    }
    name = asked.get("outlook.timezone", "UTC")
    if zone(name) is None:
        raise graph_refusal(400, "TimeZoneNotSupportedException", "The time zone in Prefer is not supported.")
    size = asked.get("odata.maxpagesize", "")
    return Preferences(
        zone=name,
        immutable_ids=asked.get("idtype") == "ImmutableId",
        page_size=int(size) if size.isdecimal() else None,
    )


def number(request: web.Request, option: str, default: int, *, low: int, high: int) -> int:
    """A whole number such as ``$top``, within bounds."""
    text = request.query.get(option)
    if text is None:
        return default
    if not text.isdecimal() or len(text) > 9 or not low <= int(text) <= high:  # noqa: PLR2004  digits of 2^30
        raise graph_refusal(400, "ErrorInvalidUrlQueryFilter", f"The value of {option} is out of its range.")
    return int(text)


def moment(request: web.Request, option: str) -> datetime:
    """A bound of a window: an offset is honoured, without one it is UTC; ``Prefer`` never matters."""
    text = request.query.get(option)
    if text is None:
        message = "This request requires a time window specified by StartDateTime and EndDateTime."
        raise graph_refusal(400, "ErrorInvalidParameter", message)
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise graph_refusal(400, "ErrorInvalidParameter", f"The value of {option} is not a time.") from None
