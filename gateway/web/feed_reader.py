"""Reading a page of the feed: everything that decides it happens in one reading transaction.

Authorizations are looked at, entries opened and the page rendered inside it, so that what leaves was allowed
at one moment. Revoked tokens and fences are obeyed at every reading, also by requests that wait.
"""

import asyncio
from collections.abc import Set as AbstractSet
from functools import partial
from typing import NamedTuple

import structlog

from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import KeyUnavailable, RestoredStore, Unreadable
from gateway.feed.cursor import CursorTooOld, Marks, read_cursor, write_cursor
from gateway.feed.draft import Draft
from gateway.feed.mark import Mark
from gateway.feed.page import render
from gateway.feed.part import Part, ahead, in_turn, nothing
from gateway.store.consumers import RECORDS, SERVICE_EPOCH, Consumer, ConsumerRows
from gateway.store.feed_log import FeedLog
from gateway.store.registry import Standing, standing_of
from gateway.store.unlock import unlock
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import Keyring
from gateway.web.authentication import authenticate
from gateway.web.parts import Parts

#: A view of the store that is older than this is not told: a fence may have fallen that it does not show.
READING_TIMEOUT_SECONDS = 5

#: Where records of the service key stand.
CURSORS = ("consumers", "cursor")

logger = structlog.get_logger()


class Page(NamedTuple):
    """A page as it will be written. ``told``: how many entries are in it."""

    body: bytes
    told: int
    more: bool

    @property
    def is_news(self) -> bool:
        """Whether it is worth an answer before the time to wait is over."""
        return self.told > 0 or self.more


async def read_page(parts: Parts, token: str, after: str | None, limit: int) -> Page:
    """What the holder of a token is told next. Raises Problem, UnknownCursor, CursorTooOld, TimeoutError."""
    names = await parts.keyring.service(*RECORDS)
    cursors = await parts.keyring.service(*CURSORS)
    async with parts.store.reading() as connection, asyncio.timeout(READING_TIMEOUT_SECONDS):
        consumers = ConsumerRows(connection, milliseconds(parts.clock()), names)
        consumer = await authenticate(consumers, token)
        marks = _marks(cursors, consumer, after)
        draft = Draft(_within(consumer.scope, marks), limit)
        for tenant in sorted(consumer.scope):
            standing = await standing_of(connection, tenant)
            if standing is not None:
                mark, log = draft.mark(tenant, standing.head), FeedLog(connection, standing)
                draft.add(tenant, await _part(parts.keyring, standing, log, mark, draft.room))
            if draft.more:
                break
        # A cursor that has not moved is given back as it came: a new one would look like news.
        cursor = after if draft.marks == marks else None
        cursor = cursor or write_cursor(draft.marks, partial(cursors.seal, consumer.id, SERVICE_EPOCH))
        told, more, unavailable = draft.entries, draft.more, draft.unavailable
        return Page(render(told, cursor=cursor, more=more, unavailable=unavailable), len(told), more)


def _marks(cursors: SealedColumn, consumer: Consumer, after: str | None) -> Marks:
    if after is None:
        return {}
    return read_cursor(after, partial(cursors.open, consumer.id, SERVICE_EPOCH))


def _within(scope: AbstractSet[TenantId], marks: Marks) -> Marks:
    return {tenant: mark for tenant, mark in marks.items() if tenant in scope}


async def _part(keyring: Keyring, standing: Standing, log: FeedLog, mark: Mark, room: int) -> Part:
    """What one tenant adds. A tenant whose keys are not to be had adds nothing, and keeps its place."""
    if mark.is_ahead_of(standing.head):
        raise CursorTooOld("The store was restored from a backup made before this cursor was given.")
    if not standing.authorization.state.may_serve:
        return ahead(mark, await log.notices(mark.heard, room + 1), room)
    if mark.is_behind(await log.horizon()):
        raise CursorTooOld("Removals behind this cursor are forgotten.")
    try:
        keys = await unlock(keyring, standing)
        return in_turn(mark, await log.entries(keys, mark.position, room + 1), room)
    except (KeyUnavailable, RestoredStore, Unreadable) as error:
        logger.warning("tenant_not_served", tenant=standing.tenant, code=type(error).__name__)
        return nothing(mark)
