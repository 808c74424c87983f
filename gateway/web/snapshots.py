"""Reading a snapshot: what stands now, in one reading transaction, and the cursor at which it is exact."""

import base64
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import islice
from typing import NamedTuple, Self

import msgspec
import structlog

from gateway.booking import ResourceId, TenantId
from gateway.errors import KeyUnavailable, Unreadable
from gateway.feed.cloudevents import told_state
from gateway.feed.cursor import Cursor
from gateway.feed.mark import Mark
from gateway.feed.snapshot import BookingList, Interval, ResourceList, ShownResource, within
from gateway.store.consumers import Consumer
from gateway.store.feed_log import FeedLog, KeysWanted
from gateway.store.handle import Handle
from gateway.store.registry import Standing
from gateway.store.shown import StandingResource, has_resource, standing_resources
from gateway.web.authentication import Credentials
from gateway.web.looking import Keys, PersonsWanted, look, unlocked
from gateway.web.parts import Parts
from gateway.web.problems import NOT_FOUND, Problem
from gateway.web.reader import Reader

logger = structlog.get_logger()


class Place(NamedTuple):
    """A resource of a tenant, behind which a list goes on."""

    tenant: TenantId
    resource: ResourceId

    @classmethod
    def read(cls, text: str) -> Self:
        """From what was ``written``. Raises ValueError."""
        return msgspec.msgpack.decode(base64.urlsafe_b64decode(text + "=="), type=cls)

    def written(self) -> str:
        return base64.urlsafe_b64encode(msgspec.msgpack.encode(self)).rstrip(b"=").decode()


BEGINNING = Place(TenantId(""), ResourceId(""))


class Listed(NamedTuple):
    """A list of resources, and the cursor at which it is exact."""

    content: ResourceList
    cursor: str


class Booked(NamedTuple):
    """A resource's bookings, and the cursor at which they are exact."""

    content: BookingList
    cursor: str


async def read_resources(parts: Parts, credentials: Credentials, after: Place, limit: int) -> Listed:
    """So many resources behind a place. Raises Problem, TimeoutError."""
    reader = await Reader.of(parts, credentials)
    listed = await look(parts, reader.standings, partial(_listed, reader, after, limit))
    await reader.keep_long(parts.store)
    return listed


async def read_bookings(
    parts: Parts, credentials: Credentials, resource: ResourceId, asked: Interval
) -> Booked:
    """A resource's bookings that meet an interval.

    Raises Problem, KeyUnavailable, Unreadable, TimeoutError.
    """
    reader = await Reader.of(parts, credentials)
    booked = await look(parts, partial(_owner, reader, resource), partial(_booked, reader, resource, asked))
    await reader.keep_long(parts.store)
    return booked


def _listed(reader: Reader, after: Place, limit: int, handle: Handle, keys: Keys) -> Listed:
    unavailable = list[TenantId]()
    behind = _behind(reader, after, limit, handle, keys, unavailable)
    shown = list(islice(behind, limit + 1))
    rest = _place(shown[limit - 1]).written() if len(shown) > limit else None
    content = ResourceList(resources=shown[:limit], next=rest, unavailable=unavailable)
    # Also those that only another page would name: this cursor may be the one that is gone on from.
    serving = _serving(reader.standings(handle))
    closed = {tenant for tenant, one in serving.items() if unlocked(keys, one).keys is None}
    return Listed(content, _cursor(reader, reader.consumer(handle), handle, without={*closed, *unavailable}))


def _behind(
    reader: Reader, after: Place, limit: int, handle: Handle, keys: Keys, unavailable: list[TenantId]
) -> Iterator[ShownResource]:
    """Resources behind a place, by tenant and id; of tenants that cannot be opened the list is told."""
    for tenant, standing in _serving(reader.standings(handle)).items():
        if tenant < after.tenant:
            continue
        first = after.resource if tenant == after.tenant else ResourceId("")
        # The first of them may be the place itself.
        found = _of_tenant(handle, standing, keys, first, limit + 2)
        if found is None:
            unavailable.append(tenant)
            continue
        for one in found:
            if Place(tenant, one.id) > after:
                state = told_state(one.state)
                yield ShownResource(tenant=tenant, id=one.id, resource=one.body, state=state)


def _of_tenant(
    handle: Handle, standing: Standing, keys: Keys, first: ResourceId, most: int
) -> list[StandingResource] | None:
    """So many resources from an id on; None where they cannot be opened."""
    opened = unlocked(keys, standing).keys
    try:
        return None if opened is None else standing_resources(handle, standing, opened, first, most)
    except (KeyUnavailable, Unreadable) as error:
        logger.warning("tenant_not_served", tenant=standing.tenant, code=type(error).__name__)
        return None


def _booked(reader: Reader, resource: ResourceId, asked: Interval, handle: Handle, keys: Keys) -> Booked:
    consumer = reader.consumer(handle)
    (standing,) = _owner(reader, resource, handle).values()
    opened = unlocked(keys, standing)
    if opened.keys is None:
        raise KeyUnavailable("The keys of a tenant are not to be had, so its bookings are not told.")
    (place,) = standing_resources(handle, standing, opened.keys, resource, 1)
    log = FeedLog(handle, standing, reader.purpose(consumer))
    try:
        stand = log.standing(resource, opened.keys, opened.persons)
    except KeysWanted as error:
        raise PersonsWanted({standing.tenant: error.owners}) from None
    content = BookingList(
        tenant=standing.tenant,
        resource=resource,
        state=told_state(place.state),
        start=asked.start,
        end=asked.end,
        bookings=within(stand, asked),
    )
    return Booked(content, _cursor(reader, consumer, handle))


def _place(shown: ShownResource) -> Place:
    return Place(shown.tenant, shown.id)


def _serving(standings: Mapping[TenantId, Standing]) -> dict[TenantId, Standing]:
    return {tenant: one for tenant, one in standings.items() if one.authorization.state.may_serve}


def _owner(reader: Reader, resource: ResourceId, handle: Handle) -> dict[TenantId, Standing]:
    """Whose resource it is. Raises Problem where nobody's in scope who may be served: they look alike."""
    serving = _serving(reader.standings(handle))
    found = {tenant: one for tenant, one in serving.items() if has_resource(handle, one, resource)}
    if not found:
        raise Problem(NOT_FOUND)
    return found


def _cursor(
    reader: Reader, consumer: Consumer, handle: Handle, *, without: AbstractSet[TenantId] = frozenset()
) -> str:
    """Behind everything that has happened to who is served. Others are told of anew once they are."""
    serving = _serving(reader.standings(handle))
    marks = {tenant: Mark.at(one.head) for tenant, one in serving.items() if tenant not in without}
    return reader.written(consumer, Cursor(reader.purpose(consumer).digest, marks))
