"""/v1/resources: what stands now, by resource, with the cursor at which it is exact."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import msgspec
from aiohttp import hdrs, web

from gateway.booking import ResourceId
from gateway.feed.calendar import free_busy, icalendar
from gateway.feed.snapshot import Interval, Rendered, render
from gateway.web.authentication import credentials_of
from gateway.web.emission import emit
from gateway.web.forms import CALENDAR, JSON, accepted
from gateway.web.parameters import given_parameters, invalid, number
from gateway.web.parts import PARTS
from gateway.web.snapshots import BEGINNING, Booked, Place, read_bookings, read_resources

RESOURCES_PATH = "/v1/resources"
BOOKINGS_PATH = "/v1/resources/{resource}/bookings"
FREE_BUSY_PATH = "/v1/resources/{resource}/freebusy"
LIMITS = range(1, 501)
#: What is told where nothing else is asked for, and the most that is at once.
DAYS = 31
DAYS_MAX = 366


async def get_resources(request: web.Request) -> web.Response:
    """The resources of all tenants in scope, so many at once."""
    credentials, given = credentials_of(request), given_parameters(request, frozenset({"after", "limit"}))
    after, limit = _place(given), number(given, "limit", LIMITS, default=100)
    found = await read_resources(request.app[PARTS], credentials, after, limit)
    return await _answer(request, render(found.content, found.cursor))


async def get_bookings(request: web.Request) -> web.Response:
    """The bookings of one resource that meet an interval: JSON or, where that is accepted, iCalendar."""
    found = await _booked(request)
    if accepted(request, JSON, CALENDAR) == CALENDAR:
        return await _answer(request, icalendar(found.content), CALENDAR)
    return await _answer(request, render(found.content, found.cursor))


async def get_free_busy(request: web.Request) -> web.Response:
    """When one resource is taken, as iCalendar tells it (RFC 5545, section 3.6.4)."""
    found = await _booked(request)
    return await _answer(request, free_busy(found.content), CALENDAR)


async def _booked(request: web.Request) -> Booked:
    parts, credentials = request.app[PARTS], credentials_of(request)
    asked = _interval(given_parameters(request, frozenset({"from", "to"})), parts.clock())
    return await read_bookings(parts, credentials, ResourceId(request.match_info["resource"]), asked)


async def _answer(request: web.Request, found: Rendered, media_type: str = JSON) -> web.Response:
    """It, or that it is what the consumer has already (RFC 9110, section 13.1.2)."""
    headers: dict[str, str] = {hdrs.ETAG: found.etag, hdrs.VARY: hdrs.ACCEPT}
    known = request.headers.get(hdrs.IF_NONE_MATCH, "").replace(" ", "").split(",")
    if found.etag in known:
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return await emit(request, found.body, media_type=media_type, headers=headers)


def _place(given: Mapping[str, str]) -> Place:
    text = given.get("after")
    if text is None:
        return BEGINNING
    try:
        return Place.read(text)
    except ValueError:
        raise invalid("after") from None


def _interval(given: Mapping[str, str], now: datetime) -> Interval:
    """What is asked for: from the beginning of the day, in UTC, where nothing is said."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start = _time(given, "from", today)
    try:
        end = _time(given, "to", start + timedelta(days=DAYS))
    except OverflowError:
        raise invalid("from") from None
    if not timedelta() < end - start <= timedelta(days=DAYS_MAX):
        raise invalid("to" if "to" in given else "from")
    return Interval(start, end)


def _time(given: Mapping[str, str], name: str, default: datetime) -> datetime:
    """A time with its offset, after RFC 3339."""
    if name not in given:
        return default
    try:
        found = msgspec.convert(given[name], datetime)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        pass
    raise invalid(name)
