"""Graph's service principals, of which an application sees its own: how it stands in a tenant."""

from aiohttp import web

from connectors.sandbox.calendar import Event
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.graph_access import GraphAccess
from connectors.sandbox.refusal import graph_refusal

_BLOCKED = "DisabledDueToViolationOfServicesAgreement"


class GraphApplication:
    """What a tenant's directory says of the application that asks."""

    def __init__(self, url: str, access: GraphAccess) -> None:
        self._url = url
        self._access = access

    def routes(self) -> list[Route]:
        path = "/graph/v1.0/servicePrincipals(appId='{application}')"
        return [Route("graph.application", "GET", path, self._application)]

    async def _application(self, request: web.Request) -> web.Response:
        consent = self._access.application(request)
        everything: Event = {
            "accountEnabled": consent.is_enabled,
            "appId": request.match_info["application"],
            "disabledByMicrosoftStatus": _BLOCKED if consent.is_blocked else None,
        }
        wanted = request.query.get("$select", ",".join(everything)).split(",")
        if not everything.keys() >= set(wanted):
            raise graph_refusal(400, "BadRequest", "Could not find a property named in $select.")
        context = {"@odata.context": f"{self._url}/v1.0/$metadata#servicePrincipals/$entity"}
        return json_response(context | {name: everything[name] for name in wanted})
