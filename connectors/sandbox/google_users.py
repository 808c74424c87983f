"""Google's Admin SDK Directory: one user or all of them, and push for what happens to users."""

from datetime import datetime, timedelta
from hashlib import blake2b

import msgspec
from aiohttp import web

from connectors.sandbox.calendar import Event
from connectors.sandbox.directory import Account, Deed, Happening
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.google_access import GoogleAccess
from connectors.sandbox.google_channel import Life
from connectors.sandbox.google_channel_desk import ChannelDesk
from connectors.sandbox.google_query import count, flag, invalid
from connectors.sandbox.google_time import timestamp
from connectors.sandbox.mask import InvalidMask, applied, parsed
from connectors.sandbox.refusal import google_refusal
from connectors.sandbox.seal import Seal
from connectors.sandbox.truth import Tenant

_SCOPE = "admin.directory.user.readonly"
_PAGE_DEFAULT, _PAGE_MAX = 100, 500
_PAGE_LIFE = timedelta(days=3)
_UNSUPPORTED = ("query", "orderBy", "sortOrder", "viewType", "customFieldMask", "event")
_LIFE = Life(timedelta(hours=2), timedelta(days=2))
_EVENTS = frozenset({"add", "delete", "makeAdmin", "undelete", "update"})
_DEEDS = {Deed.ADDED: "add", Deed.DELETED: "delete", Deed.RESTORED: "undelete"}


class GoogleUsers:
    """Only an administrator reads and watches users, of their own customer; a channel tells of one event."""

    def __init__(self, url: str, access: GoogleAccess, desk: ChannelDesk, seal: Seal) -> None:
        self._url = url
        self._access = access
        self._desk = desk
        self._seal = seal

    def routes(self) -> list[Route]:
        root = "/google/admin/directory"
        return [
            Route("google.users-watch", "POST", root + "/v1/users/watch", self._watch),
            Route("google.users", "GET", root + "/v1/users", self._list),
            Route("google.user", "GET", root + "/v1/users/{user}", self._user),
            Route("google.stop", "POST", root + "_v1/channels/stop", self._stop),
        ]

    async def _user(self, request: web.Request) -> web.Response:
        visitor = self._access.administrator(request, _SCOPE)
        accounts, name = self._access.accounts(visitor.tenant), request.match_info["user"]
        account = accounts.find(name)
        if account is None and name in accounts.accounts:
            # As observed for as long as somebody can be restored.
            raise google_refusal(412, "conditionNotMet", "User is deleted.")
        if account is None:
            raise google_refusal(404, "notFound", "Resource Not Found: userKey")
        return _masked(request, _printed(visitor.tenant, account))

    async def _list(self, request: web.Request) -> web.Response:
        """Whoever is there, or was deleted and can be restored: in the order of their ids."""
        visitor = self._access.administrator(request, _SCOPE)
        if not self._is_theirs(request, visitor.tenant):
            raise google_refusal(404, "notFound", "Domain not found.")
        if any(name in request.query for name in _UNSUPPORTED):
            raise google_refusal(501, "notImplemented", "The stand-in does not know this parameter.")
        deleted = flag(request, "showDeleted") or False
        size, after = (
            min(count(request, "maxResults") or _PAGE_DEFAULT, _PAGE_MAX),
            self._after(request, deleted),
        )
        accounts = self._access.accounts(visitor.tenant).accounts
        rows = [accounts[name] for name in sorted(accounts) if name > after]
        rows = [account for account in rows if account.is_there is not deleted]
        answer: Event = {"kind": "admin#directory#users", "etag": '"users"'}
        if rows:
            answer["users"] = [_printed(visitor.tenant, account) for account in rows[:size]]
        if len(rows) > size:
            place = UsersPlace(rows[size - 1].id, deleted, self._desk.now() + _PAGE_LIFE)
            answer["nextPageToken"] = self._seal.close(place)
        return _masked(request, answer)

    def _after(self, request: web.Request, deleted: bool) -> str:  # noqa: FBT001  one of two listings
        if "pageToken" not in request.query:
            return ""
        place = self._seal.open(request.query["pageToken"], UsersPlace)
        if place is None or place.deleted is not deleted or place.until <= self._desk.now():
            raise invalid("Invalid Input: pageToken")
        return place.after

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


class UsersPlace(msgspec.Struct, frozen=True, tag="users"):
    """How far a listing was read, and until when that is remembered."""

    after: str
    deleted: bool
    until: datetime


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
    elif not happened.members.isdisjoint({"is_enabled", "is_archived"}):
        event = "update"
    if event is None:
        return None
    body = {"kind": "admin#directory#user", "id": account.id, "etag": _etag(account)}
    return UserMessage(event, body | {"primaryEmail": account.address})


def _masked(request: web.Request, answer: Event) -> web.Response:
    if "fields" in request.query:
        try:
            answer = applied(parsed(request.query["fields"]), answer)
        except InvalidMask as error:
            raise invalid(str(error)) from None
    return json_response(answer)


def _watched(event: str) -> str:
    return f"users/{event}"


def _printed(tenant: Tenant, account: Account) -> Event:
    """Why somebody is suspended is told of them alone."""
    given, _, family = account.name.rpartition(" ")
    reason = {} if account.is_enabled else {"suspensionReason": "ADMIN"}
    if account.deleted_at is not None:
        reason["deletionTime"] = timestamp(account.deleted_at)
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
        "archived": account.is_archived,
        "customerId": tenant.id,
        "orgUnitPath": "/",
        "isMailboxSetup": True,
    }


def _etag(account: Account) -> str:
    return f'"{blake2b(msgspec.json.encode(account), digest_size=12).hexdigest()}"'
