"""Graph's ``/users/delta``: rounds of pages that tell whose account changed, each with a link for the next.

Tokens stand for positions in the directory's log and end after seven days.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

import msgspec
from aiohttp import web

from connectors.sandbox.calendar import Clock, Event
from connectors.sandbox.directory import Directory
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.graph_access import GraphAccess
from connectors.sandbox.graph_user import concerns, printed_user, user_selection
from connectors.sandbox.odata import number, preferences
from connectors.sandbox.refusal import Refusal, graph_refusal
from connectors.sandbox.seal import Seal

_LIFE = timedelta(days=7)
_PAGE_DEFAULT, _PAGE_MAX = 100, 999
_UNSUPPORTED = ("$expand", "$filter", "$orderby", "$search", "$count")


class UsersRound(msgspec.Struct, frozen=True, tag="users-round"):
    """Where a round is: what changed ``since`` (None: everybody) ``until``, past the id ``after``."""

    tenant: str
    born: datetime
    selected: tuple[str, ...] | None
    size: int
    since: int | None
    until: int
    after: str = ""


class UsersMark(msgspec.Struct, frozen=True, tag="users-mark"):
    """Where the next round begins; what was selected first is tracked ever after."""

    tenant: str
    born: datetime
    selected: tuple[str, ...] | None
    size: int
    since: int


class GraphUsersDelta:
    """Tells of each account once a round, in the order of ids, as it is now."""

    def __init__(self, url: str, access: GraphAccess, seal: Seal, clock: Clock) -> None:
        self._url = url
        self._access = access
        self._seal = seal
        self._now = clock

    def routes(self) -> list[Route]:
        function = "/users/{function:(?:microsoft\\.graph\\.)?delta(?:\\(\\))?}"
        return [Route("graph.users-delta", "GET", f"/graph/v1.0{function}", self._delta)]

    async def _delta(self, request: web.Request) -> web.Response:
        tenant = self._access.users(request)
        if any(option in request.query for option in _UNSUPPORTED):
            message = f"Not supported with change tracking: {', '.join(_UNSUPPORTED)}."
            raise graph_refusal(400, "Request_UnsupportedQuery", message)
        directory = self._access.accounts(tenant)
        current = self._round(request, tenant.id, len(directory.log))
        page = list(islice(_told_ids(directory, current), current.size + 1))
        answer: Event = {
            "@odata.context": f"{self._url}/v1.0/$metadata#users",
            "value": [_told(directory, current, account_id) for account_id in page[: current.size]],
        }
        return json_response(answer | self._link(request, current, page))

    def _round(self, request: web.Request, tenant_id: str, now: int) -> UsersRound:
        """The round that the request begins or goes on with."""
        query = request.query
        token = query.get("$deltatoken")
        current: UsersRound | None
        if "$skiptoken" in query:
            current = self._seal.open(query["$skiptoken"], UsersRound)
        elif token not in {None, "latest"}:
            mark = self._seal.open(str(token), UsersMark)
            current = None if mark is None else _next_round(mark, now)
        else:
            size = number(
                request, "$top", preferences(request).page_size or _PAGE_DEFAULT, low=1, high=_PAGE_MAX
            )
            since = None if token is None else now
            current = UsersRound(tenant_id, self._now(), user_selection(request), size, since, now)
        if current is None or current.tenant != tenant_id or current.born + _LIFE <= self._now():
            raise _lost()
        return current

    def _link(self, request: web.Request, current: UsersRound, page: list[str]) -> Event:
        path = f"{self._url}{request.rel_url.raw_path.removeprefix('/graph')}"
        if len(page) > current.size:
            token = self._seal.close(msgspec.structs.replace(current, after=page[current.size - 1]))
            return {"@odata.nextLink": f"{path}?$skiptoken={token}"}
        # What happened while the round was read comes with the next one, perhaps a second time.
        mark = UsersMark(current.tenant, self._now(), current.selected, current.size, current.until)
        return {"@odata.deltaLink": f"{path}?$deltatoken={self._seal.close(mark)}"}


def _next_round(mark: UsersMark, until: int) -> UsersRound:
    return UsersRound(mark.tenant, mark.born, mark.selected, mark.size, mark.since, until)


def _told_ids(directory: Directory, current: UsersRound) -> Iterator[str]:
    """The ids that this round tells of, in order, past those told already."""
    if current.since is None:
        ids = {account.id for account in directory.there()}
    else:
        log = directory.log[current.since : current.until]
        ids = {happened.account.id for happened in log if concerns(happened, current.selected)}
    yield from (account_id for account_id in sorted(ids) if account_id > current.after)


def _told(directory: Directory, current: UsersRound, account_id: str) -> Event:
    """``changed`` can be restored, ``deleted`` is gone for good."""
    account = directory.accounts.get(account_id)
    if account is None or not account.is_there:
        reason = "deleted" if account is None else "changed"
        return {"id": account_id, "@removed": {"reason": reason}}
    return printed_user(account, current.selected)


def _lost() -> Refusal:
    message = "The sync state generation is not found. The delta token is expired."
    return graph_refusal(400, "syncStateNotFound", message)
