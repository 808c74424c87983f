"""Microsoft Graph: a mailbox's calendar as such, without its events."""

from hashlib import blake2b

from aiohttp import web

from connectors.sandbox.door import Route, json_response
from connectors.sandbox.graph_access import GraphAccess
from connectors.sandbox.refusal import graph_refusal


class GraphCalendar:
    """``/users/{user}/calendar``: by what id it is known, and whose it is."""

    def __init__(self, url: str, access: GraphAccess) -> None:
        self._url = url
        self._access = access

    def routes(self) -> list[Route]:
        return [Route("graph.calendar", "GET", "/graph/v1.0/users/{user}/calendar", self._calendar)]

    async def _calendar(self, request: web.Request) -> web.Response:
        address = self._access.mailbox(request).calendar.address
        calendar = {
            "id": f"AAMk{blake2b(address.encode(), digest_size=16).hexdigest()}",
            "name": "Calendar",
            "isDefaultCalendar": True,
            "owner": {"name": address, "address": address},
        }
        wanted = set(request.query.get("$select", ",".join(calendar)).split(","))
        if wanted - calendar.keys():
            raise graph_refusal(400, "BadRequest", "Could not find a property named in $select.")
        selected = {name: value for name, value in calendar.items() if name in {"id", *wanted}}
        context = {"@odata.context": f"{self._url}/v1.0/$metadata#users('')/calendar/$entity"}
        return json_response(context | selected)
