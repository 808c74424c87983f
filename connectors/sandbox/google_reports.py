"""Google's Admin SDK Reports: push for what admins and persons do."""

from datetime import datetime, timedelta
from hashlib import blake2b
from urllib.parse import quote

from aiohttp import web

from connectors.sandbox.activity import Activity
from connectors.sandbox.calendar import Event
from connectors.sandbox.directory import Directory
from connectors.sandbox.door import Route
from connectors.sandbox.google_access import GoogleAccess, Visitor
from connectors.sandbox.google_channel import Life
from connectors.sandbox.google_channel_desk import ChannelDesk
from connectors.sandbox.google_query import invalid
from connectors.sandbox.refusal import google_refusal
from connectors.sandbox.truth import Tenant

_SCOPE = "admin.reports.audit.readonly"
_LIFE = Life(timedelta(hours=6), timedelta(hours=6))
APPLICATIONS = frozenset({"admin", "token"})
_UNSUPPORTED = ("actorIpAddress", "startTime", "endTime")
#: Of an address range for examples.
_IP_ADDRESS = "192.0.2.1"


class GoogleReports:
    """Only an administrator watches activities: of one application, by one user or all of them."""

    def __init__(self, url: str, access: GoogleAccess, desk: ChannelDesk) -> None:
        self._url = url
        self._access = access
        self._desk = desk

    def routes(self) -> list[Route]:
        root = "/google/admin/reports"
        watch = root + "/v1/activity/users/{actor}/applications/{application}/watch"
        return [
            Route("google.activities-watch", "POST", watch, self._watch),
            Route("google.stop", "POST", root + "_v1/channels/stop", self._stop),
        ]

    async def _watch(self, request: web.Request) -> web.Response:
        visitor = auditor(self._access, request)
        actor, application = request.match_info["actor"], request.match_info["application"]
        if application not in APPLICATIONS:
            raise invalid(f"Invalid value '{application}' for applicationName.")
        if any(name in request.query for name in _UNSUPPORTED):
            raise google_refusal(501, "notImplemented", "The stand-in does not know this parameter.")
        if actor != "all":
            account = self._access.accounts(visitor.tenant).find(actor)
            if account is None:
                raise invalid("Invalid value for userKey.")
            actor = account.address
        name = request.query.get("eventName", "")
        path = f"{quote(request.match_info['actor'])}/applications/{application}"
        uri = f"{self._url}/admin/reports/v1/activity/users/{path}?eventName={quote(name)}&alt=json"
        watched = _watched(application, name, actor, request.query.get("filters", ""))
        return await self._desk.open(request, visitor, watched, uri, _LIFE)

    async def _stop(self, request: web.Request) -> web.Response:
        return await self._desk.stop(request, self._access.visitor(request, _SCOPE))


def auditor(access: GoogleAccess, request: web.Request) -> Visitor:
    """Who asks, if they may read what others do."""
    visitor = access.visitor(request, _SCOPE)
    account = access.accounts(visitor.tenant).find(visitor.subject)
    if account is None or not account.is_admin:
        message = "Access denied. You are not authorized to read activity records."
        raise google_refusal(401, "authError", message)
    return visitor


def watching(activity: Activity) -> frozenset[str]:
    """What channels watch that are told of it."""
    names, actors = ("", activity.name), ("all", activity.actor)
    told = [f"{name}=={value}" for name, value in activity.parameters.items() if isinstance(value, str)]
    return frozenset(
        _watched(activity.application, name, actor, filters)
        for name in names
        for actor in actors
        for filters in ("", *told)
    )


def printed_activity(
    tenant: Tenant, directory: Directory, activity: Activity, at: datetime, number: int
) -> Event:
    """The entry as it is told, with who did it and from where. ``number`` tells entries apart."""
    actor = directory.find(activity.actor)
    profile = {} if actor is None else {"profileId": actor.id}
    digest = blake2b(f"{tenant.id}/{number}".encode(), digest_size=8)
    qualifier = int.from_bytes(digest.digest(), "big", signed=True)
    event = {"type": activity.type, "name": activity.name, "parameters": _parameters(activity)}
    return {
        "kind": "admin#reports#activity",
        "id": {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "uniqueQualifier": str(qualifier),
            "applicationName": activity.application,
            "customerId": tenant.id,
        },
        "etag": f'"{digest.hexdigest()}"',
        "actor": {"callerType": "USER", "email": activity.actor, **profile},
        "ownerDomain": activity.actor.partition("@")[2],
        "ipAddress": _IP_ADDRESS,
        "events": [event],
    }


def _parameters(activity: Activity) -> list[Event]:
    return [
        {"name": name, "multiValue" if isinstance(value, list) else "value": value}
        for name, value in activity.parameters.items()
    ]


def _watched(application: str, name: str, actor: str, filters: str) -> str:
    """``filters``: one at most, of equality."""
    return f"activities/{application}/{name}/{actor}/{filters}"
