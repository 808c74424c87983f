"""How Graph is asked: URLs, with what stands in them kept in its place, and moments. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from urllib.parse import quote, urlencode

from connectors.port import Window

_NONE: Mapping[str, str] = MappingProxyType({})


def url_of(base_url: str, *segments: str, options: Mapping[str, str] = _NONE) -> str:
    """A URL below the base, which ends with a slash."""
    path = "/".join(quote(segment, safe="") for segment in segments)
    query = urlencode(options, safe="$,:/", quote_via=quote)
    return f"{base_url}{path}?{query}" if query else f"{base_url}{path}"


def bounds(window: Window) -> dict[str, str]:
    return {"startDateTime": printed(window.start), "endDateTime": printed(window.end)}


def printed(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
