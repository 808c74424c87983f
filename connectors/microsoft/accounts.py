"""Microsoft 365 as a Teller: what became of accounts since then, and how our application stands.

learn.microsoft.com/graph/api/user-delta (User.Read.All), /serviceprincipal-get (of an application's own,
nothing).
"""

from collections.abc import AsyncGenerator, Callable
from http import HTTPStatus
from urllib.parse import quote

import aiohttp

from connectors.accounts import AccountPage, ApplicationState, Teller
from connectors.errors import (
    AccessDoubtful,
    AccessLost,
    ConnectorError,
    CursorExpired,
    Malformed,
    Unreachable,
)
from connectors.meter import Meter, unmetered
from connectors.microsoft.account import APPLICATION_MEMBERS, USER_MEMBERS, application_state, user_changes
from connectors.microsoft.refusal import checked, graph_codes, is_app_wide
from connectors.microsoft.requests import url_of
from connectors.microsoft.roles import roles
from connectors.microsoft.shown import Shown
from connectors.paging import Round
from connectors.port import Admission, Cursor
from connectors.quota import Allowance
from connectors.transport import Answer, Grant, Limits, Transport

#: Lets an application's token read accounts; it opens no mailbox.
USERS_ROLE = "User.Read.All"

#: Who asks comes again in minutes.
LIMITS = Limits(attempts_max=2, patience_seconds=30, attempt_seconds=20)

_HEADERS = {"Accept": "application/json"}
_DISABLED = "entra_app_disabled"
_UNIDENTIFIED = "authorization_identitynotfound"
_NOT_FOUND = "request_resourcenotfound"


class MicrosoftTeller:
    """Asks about one directory. ``permissions`` are those of which some have to be left.

    ``grant`` makes what gets tokens. Of them the last is kept: who is disabled is given no other, and an old
    one still tells by whom.
    """

    def __init__(  # noqa: PLR0913  each of them is somebody else's to choose
        self,
        session: aiohttp.ClientSession,
        admit: Admission,
        grant: Callable[[], Grant],
        allowance: Allowance,
        *,
        client_id: str,
        permissions: frozenset[str],
        graph_url: str,
        limits: Limits = LIMITS,
        meter: Meter = unmetered,
    ) -> None:
        self._transport = Transport(
            session,
            admit,
            f"{graph_url.rstrip('/')}/v1.0",
            app_wide=is_app_wide,
            token_is_good=_is_unidentified,
            limits=limits,
            meter=meter,
        )
        self._grant = grant
        self._allowance = allowance
        self._client_id = client_id
        self._permissions = permissions
        self._token = ""

    async def account_changes(self, since: Cursor | None) -> AsyncGenerator[AccountPage, None]:
        if since is not None and not self._transport.prefix.reaches(since):
            raise CursorExpired("graph_cursor_elsewhere")
        options = {"$deltatoken": "latest", "$select": USER_MEMBERS}
        link: str | None = since or self._url("users", "delta", options=options)
        pages, shown = Round(), Shown(self._token or await self._grant().token())
        while link is not None:
            answer = await self._answer(link, shown)
            if _is_unidentified(answer):
                raise AccessDoubtful("graph_app_unidentified")
            body = checked(answer, by_cursor=since is not None)
            changes, link, last = user_changes(body)
            pages.meet(tuple(change.account for change in changes))
            yield AccountPage(changes, self._cursor(link, last), more=link is not None)

    async def application(self) -> ApplicationState:
        before = self._token
        try:
            self._token = await self._grant().token()
        except AccessLost as refusal:
            if refusal.code != _DISABLED:
                raise
            return await self._state_when_disabled(before)
        held = roles(self._token)
        if held is not None and held.isdisjoint(self._permissions):
            return ApplicationState.UNCONSENTED
        return await self._state(self._token)

    async def _state_when_disabled(self, token: str) -> ApplicationState:
        """By whom, as far as a token of before tells it."""
        try:
            is_blocked = bool(token) and await self._state(token) is ApplicationState.BLOCKED
        except ConnectorError:
            is_blocked = False
        return ApplicationState.BLOCKED if is_blocked else ApplicationState.DISABLED

    async def _state(self, token: str) -> ApplicationState:
        answer = await self._answer(self._own_url(), Shown(token))
        codes = graph_codes(answer)
        if _UNIDENTIFIED in codes or (answer.status == HTTPStatus.NOT_FOUND and _NOT_FOUND in codes):
            return ApplicationState.GONE
        if answer.status == HTTPStatus.NOT_FOUND:
            raise Unreachable("graph_refusal_unknown")
        if answer.status == HTTPStatus.FORBIDDEN and codes:
            return ApplicationState.NOT_TOLD
        return application_state(checked(answer))

    def _own_url(self) -> str:
        """The parentheses and quotes of a key are OData's own, and stand as they are."""
        base = f"{self._transport.prefix.url}servicePrincipals(appId='{quote(self._client_id, safe='')}')"
        return f"{base}?$select={APPLICATION_MEMBERS}"

    def _cursor(self, link: str | None, last: str | None) -> Cursor:
        """Where to go on: of both links just one may be there, and it leads to where tokens may be shown."""
        if (link is None) == (last is None):
            raise Malformed("bad_cursor")
        found = link or last or ""
        if not self._transport.prefix.reaches(found):
            raise Malformed("foreign_link")
        return Cursor(found)

    def _url(self, *segments: str, options: dict[str, str]) -> str:
        return url_of(self._transport.prefix.url, *segments, options=options)

    async def _answer(self, url: str, grant: Grant) -> Answer:
        return await self._transport.get(url, grant, _HEADERS, self._allowance)


def _is_unidentified(answer: Answer) -> bool:
    """Whether Graph takes the token, and does not know whose it is: of an application that is not there."""
    return _UNIDENTIFIED in graph_codes(answer)


_: type[Teller] = MicrosoftTeller
