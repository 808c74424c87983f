"""Google's Admin SDK Directory: one user, and push for what happens to users."""

from datetime import timedelta
from hashlib import blake2b

import msgspec
from aiohttp import web

from connectors.sandbox.calendar import Event
from connectors.sandbox.directory import Account, Deed, Happening
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.google_access import GoogleAccess
from connectors.sandbox.google_channel import Life
from connectors.sandbox.google_channel_desk import ChannelDesk
from connectors.sandbox.google_query import invalid
from connectors.sandbox.mask import InvalidMask, applied, parsed
from connectors.sandbox.refusal import google_refusal
from connectors.sandbox.truth import Tenant

_SCOPE = "admin.directory.user.readonly"
_LIFE = Life(timedelta(hours=2), timedelta(days=2))
_EVENTS = frozenset({"add", "delete", "makeAdmin", "undelete", "update"})
_DEEDS = {Deed.ADDED: "add", Deed.DELETED: "delete", Deed.RESTORED: "undelete"}


class GoogleUsers:
    """Only an administrator reads and watches users, of their own customer; a channel tells of one event."""

    def __init__(self, url: str, access: GoogleAccess, desk: ChannelDesk) -> None:
        self._url = url
        self._access = access
        self._desk = desk

    def routes(self) -> list[Route]:
        root = "/google/admin/directory"
        return [
            Route("google.users-watch", "POST", root + "/v1/users/watch", self._watch),
            Route("google.user", "GET", root + "/v1/users/{user}", self._user),
            Route("google.stop", "POST", root + "_v1/channels/stop", self._stop),
        ]

    async def _user(self, request: web.Request) -> web.Response:
        visitor = self._access.administrator(request, _SCOPE)
        account = self._access.accounts(visitor.tenant).find(request.match_info["user"])
        if account is None:
            raise google_refusal(404, "notFound", "Resource Not Found: userKey")
        answer = _printed(visitor.tenant, account)
        if "fields" in request.query:
            try:
                answer = applied(parsed(request.query["fields"]), answer)
            except InvalidMask as error:
                raise invalid(str(error)) from None
        return json_response(answer)

    async def _watch(self, request: web.Request) -> web.Response:
        visitor = self._access.administrator(request, _SCOPE)
        event = request.query.get("event", "")
        if event not in _EVENTS:
            raise invalid("Invalid Input: event")
        if not self._is_theirs(request, visitor.tenant):
            raise google_refusal(404, "notFound", "Domain not found.")
        uri = f"{self._url}/admin/directory/v1/users?customer={visitor.tenant.id}&event={event}&alt=json"
        return await self._desk.open(request, visitor, _watched(event), uri, _LIFE)

    async def _stop(self, request: web.Request) -> web.Response:
        return await self._desk.stop(request, self._access.visitor(request, _SCOPE))

    def _is_theirs(self, request: web.Request, tenant: Tenant) -> bool:
        if "domain" in request.query:
            return request.query["domain"] == tenant.read_as.partition("@")[2]
        return request.query.get("customer") in {"my_customer", tenant.id}


class UserMessage(msgspec.Struct, frozen=True):
    """What who watches an event is told: whom it is about, and nothing of what changed."""

    event: str
    body: Event

    @property
    def watched(self) -> frozenset[str]:
        return frozenset({_watched(self.event)})


def user_message(happened: Happening) -> UserMessage | None:
    """A suspension is an ``update``; of some things nothing is told."""
    account = happened.account
    event = _DEEDS.get(happened.deed)
    if "is_admin" in happened.members and account.is_admin:
        event = "makeAdmin"
    elif "is_enabled" in happened.members:
        event = "update"
    if event is None:
        return None
    body = {"kind": "admin#directory#user", "id": account.id, "etag": _etag(account)}
    return UserMessage(event, body | {"primaryEmail": account.address})


def _watched(event: str) -> str:
    return f"users/{event}"


def _printed(tenant: Tenant, account: Account) -> Event:
    """Why somebody is suspended is told of them alone."""
    given, _, family = account.name.rpartition(" ")
    reason = {} if account.is_enabled else {"suspensionReason": "ADMIN"}
    return {
        "kind": "admin#directory#user",
        "id": account.id,
        "etag": _etag(account),
        "primaryEmail": account.address,
        "name": {"givenName": given, "familyName": family, "fullName": account.name},
        "isAdmin": account.is_admin,
        "isDelegatedAdmin": False,
        "suspended": not account.is_enabled,
        **reason,
        "archived": False,
        "customerId": tenant.id,
        "orgUnitPath": "/",
        "isMailboxSetup": True,
    }


def _etag(account: Account) -> str:
    return f'"{blake2b(msgspec.json.encode(account), digest_size=12).hexdigest()}"'
