"""Graph's users: whoever signed in, somebody by id or address, and who was deleted and can come back."""

from aiohttp import web

from connectors.sandbox.calendar import Event
from connectors.sandbox.directory import Account
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.graph_access import GraphAccess
from connectors.sandbox.graph_user import printed_user, user_selection


class GraphUsers:
    """What the directory says of one person."""

    def __init__(self, url: str, access: GraphAccess) -> None:
        self._url = url
        self._access = access

    def routes(self) -> list[Route]:
        root = "/graph/v1.0"
        deleted = root + "/directory/deletedItems/{user}"
        return [
            Route("graph.me", "GET", root + "/me", self._me),
            Route("graph.user", "GET", root + "/users/{user}", self._user),
            Route("graph.deleted-user", "GET", deleted, self._deleted),
        ]

    async def _me(self, request: web.Request) -> web.Response:
        return self._told(request, self._access.myself(request))

    async def _user(self, request: web.Request) -> web.Response:
        return self._told(request, self._access.account(request, request.match_info["user"]))

    async def _deleted(self, request: web.Request) -> web.Response:
        account = self._access.deleted(request)
        when = printed_user(account, ("deletedDateTime",))
        told = printed_user(account, user_selection(request)) | when
        return self._entity("directoryObjects", {"@odata.type": "#microsoft.graph.user"} | told)

    def _told(self, request: web.Request, account: Account) -> web.Response:
        return self._entity("users", printed_user(account, user_selection(request)))

    def _entity(self, collection: str, told: Event) -> web.Response:
        context = {"@odata.context": f"{self._url}/v1.0/$metadata#{collection}/$entity"}
        return json_response(context | told)
