"""The query of ``events.list``, checked as Google checks it."""

from datetime import datetime

import msgspec
from aiohttp import web

from connectors.sandbox.google_time import parsed
from connectors.sandbox.refusal import google_refusal

_PAGE_DEFAULT, _PAGE_MAX = 250, 2500
_DIGITS_MAX = 9

#: What a sync token may not be combined with.
_FORBIDDEN = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax",
    "updatedMin",
)  # fmt: skip
_UNKNOWN_HERE = ("iCalUID", "privateExtendedProperty", "q", "sharedExtendedProperty", "updatedMin")
EVENT_TYPES = frozenset({"birthday", "default", "focusTime", "fromGmail", "outOfOffice", "workingLocation"})


class Listing(msgspec.Struct, frozen=True):
    """What a round lists. The same for all its pages and for all rounds of a sync token."""

    single_events: bool
    show_deleted: bool
    event_types: tuple[str, ...]
    time_min: datetime | None = None
    time_max: datetime | None = None
    order: str = ""


def listing(request: web.Request) -> Listing:
    query = request.query
    if any(name in query for name in _UNKNOWN_HERE) and "syncToken" not in query:
        raise google_refusal(501, "notImplemented", "The stand-in does not know this parameter.")
    types = tuple(sorted(set(query.getall("eventTypes", []))))
    if set(types) - EVENT_TYPES:
        raise invalid("Bad Request")
    single = flag(request, "singleEvents") or False
    order = _order(query.get("orderBy", ""), single_events=single)
    return Listing(single, flag(request, "showDeleted") or False, types, *_window(request), order)


def check_sync(request: web.Request) -> None:
    """Refuse what a sync token does not go with."""
    if any(name in request.query for name in _FORBIDDEN):
        raise invalid("Sync token cannot be used with specified parameters.")
    if flag(request, "showDeleted") is False:
        raise invalid("showDeleted cannot be false when a sync token is used.")


def flag(request: web.Request, name: str) -> bool | None:
    text = request.query.get(name)
    if text not in {None, "true", "false"}:
        raise invalid(f"Invalid boolean value for {name}.")
    return None if text is None else text == "true"


def count(request: web.Request, name: str) -> int | None:
    """A positive whole number."""
    text = request.query.get(name)
    if text is None:
        return None
    if not text.isdecimal() or len(text) > _DIGITS_MAX or int(text) == 0:
        raise invalid(f"Invalid value for {name}.")
    return int(text)


def page_size(request: web.Request) -> int:
    return min(count(request, "maxResults") or _PAGE_DEFAULT, _PAGE_MAX)


def invalid(message: str) -> Exception:
    return google_refusal(400, "invalid", message)


def _order(order: str, *, single_events: bool) -> str:
    if order not in {"", "startTime", "updated"}:
        raise invalid("Bad Request")
    # A series that is not expanded has no one start.
    if order == "startTime" and not single_events:
        raise google_refusal(400, "badRequest", "The requested ordering is not available for the query.")
    return order


def _window(request: web.Request) -> tuple[datetime | None, datetime | None]:
    time_min, time_max = _bound(request, "timeMin"), _bound(request, "timeMax")
    if time_min is not None and time_max is not None and time_min >= time_max:
        raise google_refusal(400, "timeRangeEmpty", "The specified time range is empty.", "calendar")
    return time_min, time_max


def _bound(request: web.Request, name: str) -> datetime | None:
    text = request.query.get(name)
    if text is None:
        return None
    # A plus sign that nobody escaped arrives as a space.
    at = parsed(text.replace(" ", "+"))
    if at is None:
        raise google_refusal(400, "badRequest", "Bad Request")
    return at
