"""How Graph may print an event, a page or a place otherwise than expected. All change JSON in place."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connectors.sandbox.faults.fault import Body, Visit
from connectors.sandbox.faults.items import keep, where_told
from connectors.sandbox.graph_time import instant, printed

_GUESTS = 500
_SLIM = ("@odata.etag", "id", "seriesMasterId", "type", "start", "end")
_LEAST = ("@odata.etag", "@odata.type", "id", "start", "end")
_REMOVED = {"@odata.type": "#microsoft.graph.event", "@removed": {"reason": "deleted"}}
_GERMAN, _GERMAN_ZONE = "W. Europe Standard Time", ZoneInfo("Europe/Berlin")


def slim(event: Body, _: Visit) -> None:
    keep(event, _SLIM)
    event.update({"@odata.type": "#microsoft.graph.event", "type": "occurrence"})


def orphan(kind: str) -> Callable[[Body], Body]:
    """An occurrence or exception of a series whose master cannot be found."""

    def made(event: Body) -> Body:
        kept = {name: event[name] for name in _SLIM if name in event} if kind == "occurrence" else event
        master = f"{event['id']}-no-master"
        return {**kept, "id": f"{event['id']}-{kind}", "seriesMasterId": master, "type": kind}

    return made


def unknown_removed(event: Body) -> Body:
    return {**_REMOVED, "id": f"{event['id']}-unknown"}


def removed(event: Body) -> Body:
    return {**_REMOVED, "id": event["id"]}


def only_least(event: Body, _: Visit) -> None:
    keep(event, _LEAST)


def nulls(event: Body, _: Visit) -> None:
    event.update({name: None for name in event if name not in _LEAST})


def subject_is_organizer(event: Body, _: Visit) -> None:
    organizer = (event.get("organizer") or {}).get("emailAddress", {}).get("name")
    if "subject" in event and organizer:
        event["subject"] = organizer


def crowded(event: Body, _: Visit) -> None:
    if "attendees" in event:
        event["attendees"] = [_guest(number) for number in range(_GUESTS)]


def _guest(number: int) -> Body:
    who = {"name": f"Guest {number}", "address": f"guest.{number}@posthorn.example"}
    return {"type": "required", "status": {"response": "none"}, "emailAddress": who}


def fractions(event: Body, _: Visit) -> None:
    for name in ("start", "end"):
        event[name] = {**event[name], "dateTime": f"{event[name]['dateTime'][:19]}.1234567"}


def windows_zone(event: Body, _: Visit) -> None:
    for name in ("start", "end"):
        if (at := instant(event[name])) is not None:
            event[name] = printed(at, _GERMAN)


def custom_zone(event: Body, _: Visit) -> None:
    for name in ("start", "end"):
        event[name] = {**event[name], "timeZone": "tzone://Microsoft/Custom"}
    event.update(
        {
            name: "tzone://Microsoft/Custom"
            for name in ("originalStartTimeZone", "originalEndTimeZone")
            if name in event
        }
    )


def whole_day(event: Body, _: Visit) -> None:
    if (at := instant(event["start"])) is not None:
        event["start"], event["end"] = printed(at.date()), printed(at.date() + timedelta(days=1))
        where_told(isAllDay=True)(event, _)


def clock_change(event: Body, _: Visit) -> None:
    """To the next night in which Berlin's clocks change, at half past two: missing then, or there twice."""
    at = instant(event["start"])
    if at is None:
        return
    night = at.astimezone(_GERMAN_ZONE).date()
    while _offset(night) == _offset(night + timedelta(days=1)):
        night += timedelta(days=1)
    for name, minutes in (("start", 150), ("end", 210)):
        local = datetime.combine(night, time(), UTC) + timedelta(minutes=minutes)
        event[name] = printed(local) | {"timeZone": _GERMAN}


def _offset(day: date) -> timedelta | None:
    return datetime.combine(day, time(), _GERMAN_ZONE).utcoffset()


def over_the_edge(event: Body, visit: Visit) -> None:
    """From an hour before the window to an hour into it."""
    text = visit.request.query.get("startDateTime")
    edge = None if text is None else instant({"dateTime": text.removesuffix("Z")})
    if edge is not None:
        event["start"], event["end"] = printed(edge - timedelta(hours=1)), printed(edge + timedelta(hours=1))


def other_id(place: Body, _: Visit) -> None:
    if "id" in place:
        place["id"] = f"{place['id']}-moved"


def capacity_string(place: Body, _: Visit) -> None:
    """As Graph's documentation shows it in some examples."""
    if isinstance(place.get("capacity"), int):
        place["capacity"] = str(place["capacity"])


def assigned(place: Body, _: Visit) -> None:
    if "mode" in place:
        kind = "#microsoft.graph.assignedPlaceMode"
        place["mode"] = {"@odata.type": kind, "assignedUserEmailAddress": "guest.1@posthorn.example"}


def own_parent(area: Body, _: Visit) -> None:
    if area.get("parentId"):
        area["parentId"] = area["id"]


def not_set_up(body: Body, visit: Visit) -> None:
    if visit.kind == "graph.areas":
        body["value"] = []
    for place in body["value"]:
        where_told(building=None, floorLabel=None, floorNumber=None, parentId=None)(place, visit)
