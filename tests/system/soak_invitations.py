"""Events that invite places, as both providers word them: their uid, whom they name, and what those said."""

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.dialects import DIALECTS
from connectors.sandbox.truth import Provider

Event = dict[str, Any]

#: What a place may say, in Google's words, and in Graph's.
ANSWERS = {
    "accepted": "accepted",
    "tentative": "tentativelyAccepted",
    "declined": "declined",
    "needsAction": "none",
}
_IN_GOOGLES_WORDS = {graph: google for google, graph in ANSWERS.items()}


def is_graph(calendar: Calendar) -> bool:
    return calendar.dialect is DIALECTS[Provider.MICROSOFT]


def uid_member(calendar: Calendar) -> str:
    """Where an event tells what all its copies have in common."""
    return "iCalUId" if is_graph(calendar) else "iCalUID"


def named(calendar: Calendar, event: Event) -> dict[str, str]:
    """The addresses of the places that a person's event names, and what each has said."""
    if is_graph(calendar):
        rows = [row for row in event.get("attendees", ()) if row["type"] == "resource"]
        return {row["emailAddress"]["address"]: _IN_GOOGLES_WORDS[row["status"]["response"]] for row in rows}
    # A person's own row is never a place's.
    rows = [row for row in event.get("attendees", ()) if row.get("resource") and not row.get("self")]
    return {row["email"]: row["responseStatus"] for row in rows}


def inviting(calendar: Calendar, event: Event, answers: Mapping[str, str]) -> Event:
    """The same event, naming these places and no others."""
    if is_graph(calendar):
        others = [row for row in event["attendees"] if row["type"] != "resource"]
        rows = [_graph_row(address, answer) for address, answer in answers.items()]
        return event | {"attendees": [*others, *rows]}
    others = [row | {"resource": False} if row.get("self") else row for row in event["attendees"]]
    others = [row for row in others if not row.get("resource")]
    rows = [_google_row(address, answer) for address, answer in answers.items()]
    return event | {"attendees": [*others, *rows]}


def as_the_place_sees_it(calendar: Calendar, event: Event, answer: str) -> Event:
    """The same event with the place's answer in place of the person's."""
    if is_graph(calendar):
        return event | {"isOrganizer": False, "responseStatus": {"response": ANSWERS[answer]}}
    return event | {"attendees": [{"self": True, "responseStatus": answer}]}


def _graph_row(address: str, answer: str) -> Event:
    status = {"response": ANSWERS[answer], "time": "0001-01-01T00:00:00Z"}
    return {"type": "resource", "status": status, "emailAddress": {"name": address, "address": address}}


def _google_row(address: str, answer: str) -> Event:
    return {"email": address, "displayName": address, "resource": True, "responseStatus": answer}
