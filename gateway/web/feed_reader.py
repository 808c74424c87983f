"""Reading a page of the feed: everything that decides it happens in one reading transaction.

Authorizations are looked at, entries opened and the page rendered inside it, so that what leaves was allowed
at one moment. Keys are asked for beforehand, since nothing is waited for inside a transaction. Revoked tokens
and fences are obeyed at every reading, also by requests that wait.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import structlog

from gateway.booking import TenantId
from gateway.clock import minute_of
from gateway.errors import KeyUnavailable, Unreadable
from gateway.feed.cursor import Cursor, CursorTooOld, read_cursor, write_cursor
from gateway.feed.draft import Draft
from gateway.feed.mark import Mark
from gateway.feed.page import Page, Position
from gateway.feed.part import Part, ahead, in_turn, nothing
from gateway.feed.reset import resets
from gateway.purpose import Purpose
from gateway.store.consumers import RECORDS, SERVICE_EPOCH, Consumer, ConsumerRows
from gateway.store.feed_log import FeedLog, KeysWanted
from gateway.store.handle import Handle
from gateway.store.registry import Standing, standing_of
from gateway.vault.columns import SealedColumn
from gateway.vault.keys import DataKeyOwner
from gateway.web.authentication import authenticate
from gateway.web.parts import Parts
from gateway.web.problems import NO_PURPOSE, Problem
from gateway.web.unlocking import Unlocked, Wanted, all_keys

#: A view of the store that is older than this is not told: a fence may have fallen that it does not show.
READING_TIMEOUT_SECONDS = 5
#: Tenants may move on while a page is read; one that goes on doing so is read by the next request.
READINGS_MAX = 4

#: Where records of the service key stand.
CURSORS = ("consumers", "cursor")

logger = structlog.get_logger()


class MovedOn(Exception):
    """A tenant is not any more as it was when its keys were asked for."""


class PersonsWanted(MovedOn):
    """A page tells what is sealed by keys of persons or subjects that were not asked for."""

    def __init__(self, wanted: Wanted) -> None:
        super().__init__()
        self.wanted = wanted


async def read_page(parts: Parts, token: str, after: str | None, limit: int) -> Page:
    """What the holder of a token is told next. Raises Problem, UnknownCursor, CursorTooOld, TimeoutError."""
    async with asyncio.timeout(READING_TIMEOUT_SECONDS):
        records, cursors = await parts.keyring.service(*RECORDS), await parts.keyring.service(*CURSORS)
        reader = Reader(Columns(records, cursors), parts.purposes, token, minute_of(parts.clock()))
        wanted: Wanted = {}
        moves = 0
        while moves < READINGS_MAX:
            keys = await all_keys(parts.keyring, await parts.store.read(reader.standings), wanted)
            try:
                return await parts.store.read(partial(reader.page, keys=keys, after=after, limit=limit))
            except PersonsWanted as error:
                # Beside those that were asked for before: else tenants would want theirs in turn.
                wanted = {**wanted, **error.wanted}
            except MovedOn:
                moves += 1
    raise TimeoutError


class Columns(NamedTuple):
    """What the service key seals."""

    records: SealedColumn
    cursors: SealedColumn


class Reader:
    """One consumer's reading, by its token."""

    def __init__(self, columns: Columns, purposes: Mapping[str, Purpose], token: str, minute: int) -> None:
        self._records, self._cursors = columns
        self._purposes = purposes
        self._token = token
        self._minute = minute

    def standings(self, handle: Handle) -> dict[TenantId, Standing]:
        """Where the tenants in the consumer's scope stand. Raises Problem."""
        return _standings(handle, self._consumer(handle))

    def page(self, handle: Handle, keys: Mapping[TenantId, Unlocked], after: str | None, limit: int) -> Page:
        """The page behind a cursor, rendered. Tenants are told of as they stand in this transaction.

        Raises MovedOn where that is not as they stood when their keys were asked for; PersonsWanted.
        """
        consumer = self._consumer(handle)
        purpose = self._purpose(consumer)
        draft, known = self._draft(consumer, purpose, after, limit)
        wanted = dict[TenantId, frozenset[DataKeyOwner]]()
        for tenant, standing in _standings(handle, consumer).items():
            mark, log = draft.mark(tenant, standing.head), FeedLog(handle, standing, purpose)
            unlocked = keys.get(tenant)
            if unlocked is None or unlocked.epoch != standing.authorization.epoch:
                raise MovedOn
            try:
                draft.add(tenant, _part(standing, unlocked, log, mark, draft.room))
            except KeysWanted as error:
                wanted[tenant] = error.owners
            # An entry wants two keys at most: soon what is wanted fills the page.
            if draft.more or sum(map(len, wanted.values())) > draft.room:
                break
        if wanted:
            raise PersonsWanted(wanted)
        now = Cursor(purpose.digest, draft.marks)
        if after is None or now != known:
            # One that has not moved is given back as it came: a new one would look like news.
            after = write_cursor(now, partial(self._cursors.seal, consumer.id, SERVICE_EPOCH))
        return Page(draft.told, Position(next=after, more=draft.more, unavailable=draft.unavailable))

    def _consumer(self, handle: Handle) -> Consumer:
        return authenticate(ConsumerRows(handle, self._records), self._token)

    def _purpose(self, consumer: Consumer) -> Purpose:
        purpose = self._purposes.get(consumer.purpose)
        if purpose is None:
            logger.warning("consumer_not_served", consumer=consumer.id, code="no_purpose")
            raise Problem(NO_PURPOSE)
        return purpose

    def _draft(
        self, consumer: Consumer, purpose: Purpose, after: str | None, limit: int
    ) -> tuple[Draft, Cursor | None]:
        """A page to be gathered, and the cursor that it is read on from."""
        if after is None:
            return Draft({}, limit), None
        known = read_cursor(after, partial(self._cursors.open, consumer.id, SERVICE_EPOCH))
        void = resets(after, known, scope=consumer.scope, purpose=purpose.digest, minute=self._minute)
        return Draft(known.marks, limit, void), known


def _standings(handle: Handle, consumer: Consumer) -> dict[TenantId, Standing]:
    found = {tenant: standing_of(handle, tenant) for tenant in sorted(consumer.scope)}
    return {tenant: standing for tenant, standing in found.items() if standing is not None}


def _part(standing: Standing, unlocked: Unlocked, log: FeedLog, mark: Mark, room: int) -> Part:
    """What one tenant adds. A tenant whose keys are not to be had adds nothing, and keeps its place."""
    if mark.is_ahead_of(standing.head):
        raise CursorTooOld("The store was restored from a backup made before this cursor was given.")
    if not standing.authorization.state.may_serve:
        return ahead(mark, log.notices(mark.heard, room + 1), room)
    if mark.is_behind(log.horizon()):
        raise CursorTooOld("Removals behind this cursor are forgotten.")
    if unlocked.keys is None:
        return nothing(mark)
    try:
        found = log.entries(unlocked.keys, mark.position, room + 1, unlocked.persons)
        return in_turn(mark, found, room)
    except (KeyUnavailable, Unreadable) as error:
        logger.warning("tenant_not_served", tenant=standing.tenant, code=type(error).__name__)
        return nothing(mark)
