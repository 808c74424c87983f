"""Google Workspace as a Teller: what became of accounts since then, and how our application stands.

developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list, /workspace/admin/directory/
reference/rest/v1/users/list. Of users Google tells no changes, so they are listed once a day.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple

import aiohttp

from connectors.accounts import (
    AccountChange,
    AccountEvent,
    AccountPage,
    Announcing,
    ApplicationState,
    Teller,
)
from connectors.errors import AccessDenied, AccessDoubtful, AccessLost, CursorExpired
from connectors.google import account
from connectors.google.account import DELETED_FIELDS, USER_FIELDS, Entry, Listed, user, users
from connectors.google.account_channels import LOG_LIFE, USERS_LIFE, AccountChannels, Topic
from connectors.google.channels import is_about_receiver
from connectors.google.grant import AUDIT_SCOPE, USERS_SCOPE, Account
from connectors.google.position import Position
from connectors.google.refusal import is_busy, reasons
from connectors.google.requests import account_channels, activities_service, request, users_service
from connectors.google.service import Service, checked
from connectors.meter import Meter, unmetered
from connectors.paging import Round
from connectors.port import Admission, Clock, Cursor, Target, Watch
from connectors.quota import Allowance
from connectors.transport import Answer, Limits, Request, Transport

#: Who asks comes again in minutes.
LIMITS = Limits(attempts_max=2, patience_seconds=30, attempt_seconds=20)

#: How the logs take a customer's name.
_CUSTOMER = re.compile("C.+|my_customer")
_USERS_PER_PAGE = 500
_ENTRIES_PER_PAGE = 1000
#: Google lists as deleted whoever was within twenty days.
_DELETED_PAGES_MAX = 10
#: Told where something is not for us: no scope, no privilege, or no such service.
_UNTOLD = (AccessDenied, AccessDoubtful, AccessLost)


class Clients(NamedTuple):
    """By what Google's logs name us: the service account, and the web client of persons if there is one."""

    delegated: frozenset[str]
    of_persons: str | None


class _Log(NamedTuple):
    """One of the logs, the event in it that we ask for, and about whom; how that is told."""

    application: str
    event: str
    parameter: str
    clients: frozenset[str]
    fields: str
    filters: str | None
    worded: Callable[[tuple[Entry, ...], Cursor], AccountPage]


class GoogleTeller:
    """Asks about one customer. ``permissions`` are those of which some have to be left.

    ``granted`` tells what fresh tokens are good for.
    """

    def __init__(  # noqa: PLR0913  each of them is somebody else's to choose
        self,
        session: aiohttp.ClientSession,
        admit: Admission,
        account: Account,
        granted: Callable[[], Awaitable[frozenset[str]]],
        allowance: Allowance,
        *,
        clients: Clients,
        permissions: frozenset[str],
        clock: Clock,
        customer: str,
        directory_url: str,
        limits: Limits = LIMITS,
        meter: Meter = unmetered,
    ) -> None:
        url = f"{directory_url.rstrip('/')}/"
        transport = Transport(
            session,
            admit,
            url,
            throttling=is_busy,
            token_is_good=is_about_receiver,
            limits=limits,
            meter=meter,
        )
        self._directory = Service(transport, account.grant(USERS_SCOPE))
        self._reports = Service(transport, account.grant(AUDIT_SCOPE))
        self._users, self._activities = users_service(url), activities_service(url)
        self._granted = granted
        self._allowance = allowance
        self._permissions = permissions
        self._customer = customer
        self._removals = _removals(clients)
        self._all_logs = (self._removals, *_revocations(clients))
        self._channels = AccountChannels(self._topics(url), allowance)
        self._is_log_told = True
        self._now = clock

    async def account_changes(self, since: Cursor | None) -> AsyncGenerator[AccountPage, None]:
        """The logs first, of which a part may not be told to us, then what of the listing is due."""
        now = self._milliseconds()
        if since is None:
            yield AccountPage((), Position(now).cursor, more=False)
            await self._check_users()
            return
        at = Position.read(since)
        if self._is_log_told:
            at.check(now)
            async for page, behind in self._logs(at, now):
                yield page
                at = behind
            at = at.having_read(now)
        async for page in self._listing(at.listing(now), now):
            yield page

    async def _listing(self, at: Position, now: int) -> AsyncIterator[AccountPage]:
        """Whose account cannot be used, by page, where that is to be told by now."""
        pages = Round()
        yield AccountPage((), at.cursor, more=at.is_listing)
        if not at.is_listing:
            await self._check_users()
        while at.is_listing:
            try:
                listed = await self._listed(at)
            except CursorExpired:
                # Of what a listing has told already nothing is lost, so it begins anew the next time.
                yield AccountPage((), at.anew(now).cursor, more=False)
                return
            pages.meet(listed.ids)
            at = at.behind(listed.next)
            yield AccountPage(listed.changes, at.cursor, more=at.is_listing)

    async def application(self) -> ApplicationState:
        held = await self._granted()
        if held.isdisjoint(self._permissions):
            return ApplicationState.UNCONSENTED
        self._is_log_told = await self._tells_log()
        return ApplicationState.WORKS if self._is_log_told else ApplicationState.NOT_TOLD

    async def account(self, account: str) -> AccountChange:
        """Somebody who was deleted is told as a failed condition for as long as they can be restored.

        Who is not there is gone, or none of theirs: deleted is whoever is listed so as well.
        """
        answer = await self._of_users(request(self._users.get, userKey=account, fields=USER_FIELDS))
        said = reasons(answer)
        if answer.status == HTTPStatus.PRECONDITION_FAILED and "conditionNotMet" in said:
            return AccountChange(account, AccountEvent.DELETED)
        if answer.status == HTTPStatus.NOT_FOUND and "notFound" in said:
            is_deleted = await self._lists_as_deleted(account)
            return AccountChange(account, AccountEvent.DELETED if is_deleted else AccountEvent.SOFT_DELETED)
        return user(checked(answer), account)

    async def _lists_as_deleted(self, account: str) -> bool:
        """Whether somebody is among those who were deleted and can be restored, as far as we look."""
        token: str | None = None
        for _ in range(_DELETED_PAGES_MAX):
            query = {"maxResults": _USERS_PER_PAGE, "fields": DELETED_FIELDS, "pageToken": token}
            listed = users(await self._read_users(showDeleted="true", **query), deleted=True)
            if account in listed.ids:
                return True
            token = listed.next
            if token is None:
                break
        return False

    @property
    def topics(self) -> tuple[str, ...]:
        return self._channels.topics

    async def watch(self, topic: str, target: Target) -> Watch:
        return await self._channels.open(topic, target)

    async def unwatch(self, topic: str, watch: Watch) -> None:
        await self._channels.stop(topic, watch)

    def _topics(self, url: str) -> dict[str, Topic]:
        """A suspension is an update, and says no more than that."""
        users, activities = self._users.watch, self._activities.watch
        of_users, of_logs = (
            account_channels(url, version).stop for version in ("directory_v1", "reports_v1")
        )
        customer = {"customer": self._customer}
        return {
            f"users/{event}": Topic(self._directory, users, of_users, customer | {"event": event}, USERS_LIFE)
            for event in ("delete", "undelete", "update")
        } | {
            f"{log.application}/{log.event}": Topic(
                self._reports, activities, of_logs, self._named(log), LOG_LIFE
            )
            for log in self._all_logs
        }

    async def _tells_log(self) -> bool:
        """Whether what is done to our application is told to us."""
        try:
            await self._reports.read(self._of(self._removals, maxResults=1, fields="kind"), self._allowance)
        except _UNTOLD:
            return False
        return True

    async def _logs(self, at: Position, now: int) -> AsyncIterator[tuple[AccountPage, Position]]:
        """What the logs tell that was not told yet, by page, and where that leads."""
        for log in self._all_logs:
            token: str | None = None
            pages = Round()
            while token is not None or pages.is_new:
                pages.count()
                query = {"maxResults": _ENTRIES_PER_PAGE, "fields": log.fields, "pageToken": token}
                asked = self._of(log, startTime=_printed(at.since), **query)
                body = await self._reports.read(asked, self._allowance)
                entries, token = account.entries(body, log.event, log.parameter, log.clients)
                fresh = at.fresh(entries)
                at = at.having_told(fresh, now)
                yield log.worded(fresh, at.cursor), at

    def _of(self, log: _Log, **query: Any) -> Request:
        """A question to a log, whoever it was that did something."""
        return request(self._activities.list, **self._named(log), **query)

    def _named(self, log: _Log) -> dict[str, Any]:
        named = {"applicationName": log.application, "eventName": log.event, "filters": log.filters}
        # Of another form, Google's library refuses it; then the customer is that of whoever is read as.
        customer = self._customer if _CUSTOMER.fullmatch(self._customer) else None
        return {"userKey": "all", "customerId": customer} | named

    async def _listed(self, at: Position) -> Listed:
        query = {"maxResults": _USERS_PER_PAGE, "fields": account.USERS_FIELDS, "pageToken": at.page}
        body = await self._read_users(showDeleted="true" if at.deleted else None, **query)
        return account.users(body, deleted=at.deleted)

    async def _check_users(self) -> None:
        """Raises AccessDenied where a listing would be denied, without one."""
        await self._read_users(maxResults=1, fields="kind")

    async def _read_users(self, **query: Any) -> bytes:
        answer = await self._of_users(request(self._users.list, customer=self._customer, **query))
        return checked(answer, by_cursor=query.get("pageToken") is not None)

    async def _of_users(self, asked: Request) -> Answer:
        """Raises AccessDenied where the scope for users is all that is missing."""
        try:
            return await self._directory.answer(asked, self._allowance)
        except AccessLost as refusal:
            code = refusal.code
        raise AccessDenied(code)

    def _milliseconds(self) -> int:
        return int(self._now().timestamp() * 1000)


def _removals(clients: Clients) -> _Log:
    """Not narrowed to us: an admin seldom does this, and Google does not say how it names a client there."""

    def worded(entries: tuple[Entry, ...], cursor: Cursor) -> AccountPage:
        return AccountPage((), cursor, more=True, removed=tuple(entry.at for entry in entries))

    fields, event = account.REMOVAL_FIELDS, account.REMOVAL
    return _Log("admin", event, account.REMOVED_CLIENT, clients.delegated, fields, None, worded)


def _revocations(clients: Clients) -> tuple[_Log, ...]:
    """Narrowed to us: what people grant to others is nobody's business here. None where nobody could."""

    def worded(entries: tuple[Entry, ...], cursor: Cursor) -> AccountPage:
        """Whoever has no account is nobody whom we know."""
        told = ((entry.actor, entry.at) for entry in entries if entry.actor)
        changes = tuple(AccountChange(who, AccountEvent.CONSENT_REVOKED, at) for who, at in told)
        return AccountPage(changes, cursor, more=True)

    client, parameter = clients.of_persons, account.REVOKED_CLIENT
    if client is None:
        return ()
    fields, event = account.REVOCATION_FIELDS, account.REVOCATION
    narrowed = f"{parameter}=={client}"
    return (_Log("token", event, parameter, frozenset({client}), fields, narrowed, worded),)


def _printed(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


_: type[Teller] = GoogleTeller
__: type[Announcing] = GoogleTeller
