"""One meeting in both providers' words, full of people, and what minimization leaves of it."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from connectors.google import wire as google
from connectors.microsoft import wire as graph
from connectors.port import Page, Projection, Window
from gateway.booking import Booking, BookingId
from gateway.minimization.contract import CONTRACT, projection
from gateway.minimization.lattice import Disclosure, Title
from gateway.minimization.minimize import Minimizer
from gateway.minimization.outcome import Outcome, Put
from gateway.minimization.places import Bookable
from tests.gateway.minimization.made_up import OCCUPANCY, room

Item = dict[str, Any]

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEN = datetime(2026, 3, 3, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WINDOW = Window(NOW - DAY, NOW + 180 * DAY)

ONE = BookingId("one")

#: Parts of everything that a meeting tells of people.
PERSONAL = ("schmidt", "oncology", "partner.example", "pin=4711", "iCalUID-of-it")
_WHO = {"name": "Anna Schmidt", "address": "anna.schmidt@partner.example"}
_LINK = "https://partner.example/join?pin=4711"


class Words(NamedTuple):
    """How one provider words a meeting, and how its pages are read."""

    name: str
    rows: str
    read: Callable[[bytes, Projection], tuple[Page, str | None]]
    worded: Callable[[str, datetime | date, datetime | date], Item]

    def meeting(
        self, event: str = "one", start: datetime | date = TEN, end: datetime | date | None = None
    ) -> Item:
        """A meeting of an hour that the room has accepted."""
        return self.worded(event, start, end or start + (HOUR if isinstance(start, datetime) else DAY))

    def meetings(self, count: int) -> list[Item]:
        """So many meetings in a row, ``m-0`` and so on."""
        return [self.meeting(f"m-{number}", TEN + number * HOUR) for number in range(count)]

    def page(self, *items: object, disclosure: Disclosure = OCCUPANCY) -> Page:
        """A page of these items, asked for as a policy needs it."""
        return self.read(json.dumps({self.rows: items}).encode(), projection(disclosure))[0]

    def outcomes(
        self, *items: object, disclosure: Disclosure = OCCUPANCY, place: Bookable | None = None
    ) -> list[Outcome]:
        """What becomes of each item that is no tombstone."""
        rules = Minimizer(place or room(), disclosure, window=WINDOW, now=NOW, identify=BookingId)
        return [rules.minimize(item) for item in self.page(*items, disclosure=disclosure).items]

    def booking(
        self, item: Item, *, disclosure: Disclosure = OCCUPANCY, place: Bookable | None = None
    ) -> Booking:
        """The one booking that an item becomes."""
        (outcome,) = self.outcomes(item, disclosure=disclosure, place=place)
        assert isinstance(outcome, Put)
        return outcome.booking


def answered(words: Words, graph_answer: str, google_answer: str) -> Item:
    """A meeting to which the room has answered so."""
    meeting = words.meeting()
    if words is GRAPH:
        return meeting | {"responseStatus": {"response": graph_answer}}
    room = {"email": "room@partner.example", "self": True, "resource": True}
    return meeting | {"attendees": [room | {"responseStatus": google_answer}]}


def personal_parts(told: Iterable[bytes]) -> set[str]:
    """The parts of a meeting's people that stand in any of these bytes."""
    text = b"\n".join(told).decode(errors="replace").lower()
    return {part for part in PERSONAL if part.lower() in text}


def _graph_meeting(event: str, start: datetime | date, end: datetime | date) -> Item:
    return {
        "id": event,
        "iCalUId": f"iCalUID-of-it-{event}",
        "type": "singleInstance",
        "subject": "Oncology, Anna Schmidt",
        "body": {"contentType": "text", "content": f"Oncology with Anna Schmidt, {_LINK}"},
        "bodyPreview": "Oncology with Anna Schmidt",
        "start": graph_time(start),
        "end": graph_time(end),
        "isAllDay": not isinstance(start, datetime),
        "showAs": "busy",
        "isCancelled": False,
        "sensitivity": "normal",
        "isOrganizer": False,
        "responseStatus": {"response": "accepted", "time": "0001-01-01T00:00:00Z"},
        "isOnlineMeeting": True,
        "onlineMeeting": {"joinUrl": _LINK},
        "hideAttendees": False,
        "location": {"displayName": "At Anna Schmidt's"},
        "categories": ["Oncology"],
        "webLink": f"https://partner.example/owa/?itemid={event}",
        "organizer": {"emailAddress": _WHO},
        "attendees": [{"emailAddress": _WHO, "type": "required", "status": {"response": "accepted"}}],
    }


def graph_time(moment: datetime | date) -> dict[str, str]:
    at = moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001  printed without a zone
    return {"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}


def _google_meeting(event: str, start: datetime | date, end: datetime | date) -> Item:
    who = {"email": _WHO["address"], "displayName": _WHO["name"]}
    return {
        "id": event,
        "iCalUID": f"iCalUID-of-it-{event}",
        "status": "confirmed",
        "summary": "Oncology, Anna Schmidt",
        "description": f"Oncology with Anna Schmidt, {_LINK}",
        "location": "At Anna Schmidt's",
        "htmlLink": "https://partner.example/event?eid=YW5uYS5zY2htaWR0",
        "start": google_time(start),
        "end": google_time(end),
        "eventType": "default",
        "creator": who,
        "organizer": who,
        "attendees": [
            who | {"responseStatus": "accepted", "organizer": True},
            {"email": "room@partner.example", "self": True, "resource": True, "responseStatus": "accepted"},
        ],
        "conferenceData": {
            "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Meet"},
            "entryPoints": [{"entryPointType": "video", "uri": _LINK, "pin": "4711"}],
        },
        "extendedProperties": {"shared": {"patient": "Anna Schmidt"}},
    }


def google_time(moment: datetime | date) -> dict[str, str]:
    return {"dateTime" if isinstance(moment, datetime) else "date": moment.isoformat()}


GRAPH = Words("graph", "value", graph.page, _graph_meeting)
GOOGLE = Words("google", "items", google.page, _google_meeting)

#: As much as anybody may ever see without anything of a text.
WIDEST = replace(CONTRACT, title=Title.CATEGORY)

both = pytest.mark.parametrize("words", [GRAPH, GOOGLE], ids=lambda words: words.name)
