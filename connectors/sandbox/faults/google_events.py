"""How Google may print an event or a page otherwise than expected. All change JSON in place."""

from datetime import timedelta

from connectors.sandbox.faults.fault import Body, Visit
from connectors.sandbox.faults.items import Change, items_of, keep, where_told
from connectors.sandbox.google_time import instant, printed

_GUESTS = 500
_FREE_BUSY = ("kind", "etag", "id", "status", "start", "end", "transparency", "eventType", "visibility")
_LEAST = ("kind", "etag", "id", "status", "start", "end")
_FAR = timedelta(days=3650)


def tombstone_bare(event: Body) -> Body:
    return {"id": f"{event['id']}bare", "status": "cancelled"}


def tombstone_exception(event: Body) -> Body:
    series = {"recurringEventId": event["id"], "originalStartTime": event["start"]}
    return {"id": f"{event['id']}exception", "status": "cancelled", **series}


def tombstone_detailed(event: Body) -> Body:
    return {**event, "id": f"{event['id']}detailed", "status": "cancelled"}


def far_away(event: Body) -> Body:
    moved = {name: _later(event[name]) for name in ("start", "end")}
    original = {"recurringEventId": event["id"], "originalStartTime": event["start"]}
    return {**event, **moved, **original, "id": f"{event['id']}far"}


def _later(moment: Body) -> Body:
    at = instant(moment)
    if at is None:
        return moment
    return printed(at.date() + _FAR if "date" in moment else at + _FAR, moment.get("timeZone", "UTC"))


def free_busy(body: Body, visit: Visit) -> None:
    where_told(accessRole="freeBusyReader")(body, visit)
    for row in items_of(body) or ():
        keep(row, _FREE_BUSY)


def reader(body: Body, visit: Visit) -> None:
    where_told(accessRole="reader")(body, visit)
    for row in items_of(body) or ():
        if row.get("visibility") in {"private", "confidential"}:
            keep(row, _FREE_BUSY)


def no_access(body: Body, visit: Visit) -> None:
    where_told(accessRole="none", items=[])(body, visit)


def attendees_omitted(event: Body, _: Visit) -> None:
    if "attendees" in event:
        event["attendees"] = [row for row in event["attendees"] if row.get("self")]
        event["attendeesOmitted"] = True


def crowded(event: Body, _: Visit) -> None:
    if "attendees" in event:
        rows = [{"email": f"guest.{number}@posthorn.example"} for number in range(_GUESTS)]
        event["attendees"] = [row | {"responseStatus": "accepted"} for row in rows]


def answered(response: str) -> Change:
    """The room's own answer."""

    def changed(event: Body, _: Visit) -> None:
        for row in event.get("attendees", ()):
            if row.get("self"):
                row["responseStatus"] = response

    return changed


def whole_day(event: Body, _: Visit) -> None:
    if (at := instant(event["start"])) is not None:
        event["start"], event["end"] = (
            printed(at.date(), "UTC"),
            printed(at.date() + timedelta(days=1), "UTC"),
        )


def only_least(event: Body, _: Visit) -> None:
    keep(event, _LEAST)


def other_etags(body: Body, visit: Visit) -> None:
    for row in items_of(body) or ():
        if "etag" in row:
            row["etag"] = f'"{visit.now.timestamp():.6f}{row["etag"].strip(chr(34))}"'
