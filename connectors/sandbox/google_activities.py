"""Google's Admin SDK Reports: what admins and persons did, by page, the newest first."""

from datetime import datetime
from typing import NamedTuple

import msgspec
from aiohttp import web

from connectors.sandbox.activity import Activity
from connectors.sandbox.activity_log import ActivityLog
from connectors.sandbox.calendar import Clock, Event
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.google_access import GoogleAccess
from connectors.sandbox.google_query import count, invalid
from connectors.sandbox.google_reports import APPLICATIONS, auditor
from connectors.sandbox.google_time import parsed as parsed_time
from connectors.sandbox.mask import InvalidMask, applied, parsed
from connectors.sandbox.refusal import google_refusal
from connectors.sandbox.seal import Seal

_PAGE_MAX = 1000
_UNSUPPORTED = ("actorIpAddress", "endTime", "groupIdFilter", "orgUnitID")
_EQUALS = "=="


class LogPlace(msgspec.Struct, frozen=True, tag="activities"):
    """How many entries were told."""

    told: int


class _Asked(NamedTuple):
    """Which entries are wanted; ``parameters`` by what has to stand there."""

    application: str
    name: str
    since: datetime | None
    parameters: dict[str, str]

    def is_met(self, activity: Activity, at: datetime) -> bool:
        return (
            activity.application == self.application
            and self.name in {"", activity.name}
            and (self.since is None or at >= self.since)
            and all(activity.parameters.get(name) == value for name, value in self.parameters.items())
        )


class GoogleActivities:
    """Whatever an administrator may read, of everybody together."""

    def __init__(self, access: GoogleAccess, log: ActivityLog, seal: Seal, clock: Clock) -> None:
        self._access = access
        self._log = log
        self._seal = seal
        self._now = clock

    def routes(self) -> list[Route]:
        path = "/google/admin/reports/v1/activity/users/all/applications/{application}"
        return [Route("google.activities", "GET", path, self._list)]

    async def _list(self, request: web.Request) -> web.Response:
        visitor = auditor(self._access, request)
        asked = _asked(request, self._now())
        if request.query.get("customerId", "my_customer") not in {"my_customer", visitor.tenant.id}:
            raise invalid("Invalid value for customerId.")
        told = [
            logged.printed
            for logged in self._log.told(visitor.tenant.id, self._now())
            if asked.is_met(logged.activity, logged.at)
        ]
        start, size = self._start(request), min(count(request, "maxResults") or _PAGE_MAX, _PAGE_MAX)
        answer: Event = {"kind": "admin#reports#activities", "etag": '"activities"'}
        if told[start:]:
            answer["items"] = told[start : start + size]
        if len(told) > start + size:
            answer["nextPageToken"] = self._seal.close(LogPlace(start + size))
        if "fields" in request.query:
            try:
                answer = applied(parsed(request.query["fields"]), answer)
            except InvalidMask as error:
                raise invalid(str(error)) from None
        return json_response(answer)

    def _start(self, request: web.Request) -> int:
        if "pageToken" not in request.query:
            return 0
        place = self._seal.open(request.query["pageToken"], LogPlace)
        if place is None:
            raise invalid("Invalid page token.")
        return place.told


def _asked(request: web.Request, now: datetime) -> _Asked:
    query, application = request.query, request.match_info["application"]
    if application not in APPLICATIONS:
        raise invalid(f"Invalid value '{application}' for applicationName.")
    if any(name in query for name in _UNSUPPORTED):
        raise google_refusal(501, "notImplemented", "The stand-in does not know this parameter.")
    since = parsed_time(query["startTime"]) if "startTime" in query else None
    if "startTime" in query and (since is None or since >= now):
        raise invalid("Start time is invalid.")
    return _Asked(application, query.get("eventName", ""), since, _parameters(query.get("filters", "")))


def _parameters(filters: str) -> dict[str, str]:
    """Of the relations only equality is known here."""
    wanted = [part.partition(_EQUALS) for part in filters.split(",") if part]
    if any(not relation for _, relation, _ in wanted):
        raise google_refusal(501, "notImplemented", "The stand-in does not know this relation.")
    return {name: value for name, _, value in wanted}
