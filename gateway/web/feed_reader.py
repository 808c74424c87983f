"""Reading a page of the feed: everything that decides it happens in one reading transaction.

Authorizations are looked at, entries opened and the page rendered inside it, so that what leaves was allowed
at one moment. Revoked tokens and fences are obeyed at every reading, also by requests that wait.
"""

from functools import partial

import structlog

from gateway.booking import TenantId
from gateway.clock import minute_of
from gateway.errors import KeyUnavailable, Unreadable
from gateway.feed.cursor import Cursor, CursorTooOld
from gateway.feed.draft import Draft
from gateway.feed.mark import Mark
from gateway.feed.page import Page, Position
from gateway.feed.part import Part, ahead, in_turn, nothing
from gateway.feed.reset import resets
from gateway.store.feed_log import FeedLog, KeysWanted
from gateway.store.handle import Handle
from gateway.store.registry import Standing, standings_of
from gateway.vault.keys import DataKeyOwner
from gateway.web.authentication import Credentials
from gateway.web.looking import Keys, PersonsWanted, look, unlocked
from gateway.web.parts import Parts
from gateway.web.reader import Reader
from gateway.web.unlocking import Unlocked

logger = structlog.get_logger()


async def read_page(parts: Parts, credentials: Credentials, after: str | None, limit: int) -> Page:
    """What a consumer is told next. Raises Problem, UnknownCursor, CursorTooOld, TimeoutError."""
    reader = await Reader.of(parts, credentials)
    page = await look(parts, reader.standings, partial(_page, reader, after, limit))
    await reader.keep_long(parts.store)
    return page


def _page(reader: Reader, after: str | None, limit: int, handle: Handle, keys: Keys) -> Page:
    """The page behind a cursor, rendered. Tenants are told of as they stand in this transaction.

    Raises MovedOn where that is not as they stood when their keys were asked for; PersonsWanted.
    """
    consumer = reader.consumer(handle)
    purpose = reader.purpose(consumer)
    known = Cursor(purpose.digest, {}) if after is None else reader.cursor(handle, consumer, after)
    void = resets(
        after or "", known, scope=consumer.scope, purpose=purpose.digest, minute=minute_of(reader.now)
    )
    draft = Draft(known.marks, limit, void)
    wanted = dict[TenantId, frozenset[DataKeyOwner]]()
    for tenant, standing in standings_of(handle, consumer.scope).items():
        mark, log = draft.mark(tenant, standing.head), FeedLog(handle, standing, purpose)
        try:
            draft.add(tenant, _part(standing, unlocked(keys, standing), log, mark, draft.room))
        except KeysWanted as error:
            wanted[tenant] = error.owners
        # An entry wants two keys at most: soon what is wanted fills the page.
        if draft.more or sum(map(len, wanted.values())) > draft.room:
            break
    if wanted:
        raise PersonsWanted(wanted)
    now = Cursor(purpose.digest, draft.marks)
    # One that has not moved is given back as it came: a new one would look like news.
    cursor = after if after and now == known else reader.written(consumer, now)
    return Page(draft.told, Position(next=cursor, more=draft.more, unavailable=draft.unavailable))


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
