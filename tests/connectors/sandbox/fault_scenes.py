"""One request of each kind to the stand-ins, and what came of it, however broken."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import aiohttp
import msgspec
from yarl import URL

from connectors.sandbox.activity import delegation_changed
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider
from tests.connectors.sandbox.callers import (
    AUDIT,
    DIRECTORY,
    IMMUTABLE,
    READING,
    USERS,
    Caller,
    entra_form,
    google_caller,
    google_form,
    graph_caller,
    sign_in_query,
    tenant,
)
from tests.connectors.sandbox.persons import linked

#: Shorter than any silence, longer than any slow answer.
PATIENCE = aiohttp.ClientTimeout(total=30, sock_read=3)

GRAPH_ROOM = "/graph/v1.0/users/room.001@haldenvoss.example"
PLACES = "/graph/v1.0/places/microsoft.graph."
ENTRA_USERS = "/graph/v1.0/users/delta?$select=accountEnabled"
GOOGLE_ROOM = "/google/calendar/v3/calendars/room.001@kestrel.example/events"
_RESOURCES = "/google/admin/directory/v1/customer/my_customer/resources/"
_SIGN_INS = {
    "entra.authorize": "/common/oauth2/v2.0/authorize",
    "google.authorize": "/google/o/oauth2/v2/auth",
}
_WINDOW = "startDateTime=2027-03-01T00:00:00Z&endDateTime=2027-04-01T00:00:00Z"
#: What differs from one answer to the next without meaning anything.
_VOLATILE = frozenset({
    "access_token", "client-request-id", "correlation_id", "error_description", "request-id", "timestamp",
    "trace_id",
})  # fmt: skip


class Shown(NamedTuple):
    """An answer, or ``failure`` where there was none."""

    status: int = 0
    headers: Mapping[str, str] = {}
    content: bytes = b""
    failure: str = ""

    @property
    def body(self) -> Any:
        return msgspec.json.decode(self.content)

    @property
    def steady(self) -> Any:
        """What is the same whenever nothing goes wrong."""
        return self.status, _steady(self.body)

    @property
    def items(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.body.get("value", self.body.get("items"))
        return rows


def _steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _steady(inner) for name, inner in value.items() if name not in _VOLATILE}
    return [_steady(inner) for inner in value] if isinstance(value, list) else value


class Stage:
    """Asks the stand-ins as their clients would, with tokens from before anything goes wrong."""

    def __init__(self, session: aiohttp.ClientSession, sandbox: Sandbox, tokens: Mapping[str, str]) -> None:
        self.sandbox = sandbox
        self._session = session
        #: By scene or by family.
        self._tokens = tokens
        self._directory = tenant(sandbox, Provider.MICROSOFT).id
        self._reader = tenant(sandbox, Provider.GOOGLE).read_as
        self._paths: dict[str, str] = {}

    async def prepare(self) -> None:
        """Find ids and cursors, as long as nothing goes wrong."""
        first = f"{GRAPH_ROOM}/calendarView/delta?{_WINDOW}"
        delta = (await self.get("graph", first)).body
        listed = (await self.get("google", f"{GOOGLE_ROOM}?singleEvents=true")).body
        rooms = (await self.get("graph", f"{PLACES}roomlist")).body["value"][0]["emailAddress"]
        users = (await self.get("graph", ENTRA_USERS)).body
        events = list(self.sandbox.world.calendar("room.001@haldenvoss.example").events)
        self._paths = {
            "graph.view": f"{GRAPH_ROOM}/calendar/calendarView?{_WINDOW}&$top=1000",
            "graph.delta": first,
            "graph.delta/$deltatoken": delta["@odata.deltaLink"].partition(self.sandbox.url)[2],
            "graph.event": f"{GRAPH_ROOM}/events/{events[0]}",
            "graph.places": f"{PLACES}room",
            "graph.areas": f"{PLACES}floor",
            "graph.room-lists": f"{PLACES}roomlist",
            "graph.listed-rooms": f"/graph/v1.0/places/{rooms}/microsoft.graph.roomlist/rooms",
            "graph.users-delta": ENTRA_USERS,
            "graph.users-delta/$deltatoken": users["@odata.deltaLink"].partition(self.sandbox.url)[2],
            "graph.me": "/graph/v1.0/me?$select=accountEnabled,legalAgeGroupClassification",
            "google.events": f"{GOOGLE_ROOM}?singleEvents=true",
            "google.events/syncToken": f"{GOOGLE_ROOM}?singleEvents=true&syncToken={listed['nextSyncToken']}",
            "google.event": f"{GOOGLE_ROOM}/{listed['items'][0]['id']}",
            "google.resources": f"{_RESOURCES}calendars",
            "google.buildings": f"{_RESOURCES}buildings",
            "google.users": "/google/admin/directory/v1/users?customer=my_customer",
            "google.user": f"/google/admin/directory/v1/users/{self._reader}",
            "google.activities": "/google/admin/reports/v1/activity/users/all/applications/admin",
        }

    @property
    def scenes(self) -> list[str]:
        """All kinds; those with a cursor apart."""
        return ["entra.discovery", "entra.token", "google.token", *_SIGN_INS, *self._paths]

    async def ask(self, scene: str) -> Shown:
        if scene == "entra.discovery":
            return await self.get("", f"/{self._directory}/v2.0/.well-known/openid-configuration")
        if scene == "entra.token":
            form = entra_form(self.sandbox, self._directory)
            return await self._shown("POST", f"/{self._directory}/oauth2/v2.0/token", data=form)
        if scene == "google.token":
            form = google_form(self.sandbox, self._reader, READING, DIRECTORY)
            return await self._shown("POST", "/google/token", data=form)
        if scene in _SIGN_INS:
            return await self._shown("GET", f"{_SIGN_INS[scene]}?{sign_in_query(self.sandbox, scene)}")
        return await self.get(scene, self._paths[scene])

    async def get(self, scene: str, path: str, token: str = "") -> Shown:
        token = token or self._tokens.get(scene) or self._tokens.get(scene.partition(".")[0], "")
        prefer = f"{IMMUTABLE}, odata.maxpagesize=1000"
        headers = {"Authorization": f"Bearer {token}", "Prefer": prefer}
        return await self._shown("GET", path, headers=headers)

    async def _shown(self, method: str, path: str, **rest: Any) -> Shown:
        url = URL(path if path.startswith("https:") else self.sandbox.url + path, encoded=True)
        try:
            async with self._session.request(
                method, url, timeout=PATIENCE, allow_redirects=False, **rest
            ) as response:
                return Shown(response.status, dict(response.headers), await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            return Shown(failure=type(error).__name__)


async def staged(session: aiohttp.ClientSession, sandbox: Sandbox) -> Stage:
    anyone = Caller(session, sandbox)
    sandbox.world.consents[tenant(sandbox, Provider.MICROSOFT).id].roles = ("Place.Read.All", "User.Read.All")
    graph, google = await graph_caller(anyone), await google_caller(anyone, READING, DIRECTORY, USERS, AUDIT)
    # So that there are entries in the log.
    company = tenant(sandbox, Provider.GOOGLE)
    for number in range(3):
        sandbox.world.note(company, delegation_changed(company.read_as, f"client {number}", (), removed=True))
    person = (await linked(anyone, "entra"))["access_token"]
    tokens = {"graph": graph.token, "google": google.token, "graph.me": person}
    stage = Stage(session, sandbox, tokens)
    await stage.prepare()
    return stage
