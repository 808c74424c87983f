"""However reads and changes of a real store interleave, a consumer ends with what is true."""

from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, example, given, settings

from gateway.booking import TenantId
from gateway.feed.cursor import CursorTooOld
from gateway.feed.snapshot import Interval, render
from gateway.web.authentication import Credentials
from gateway.web.feed_reader import read_page
from gateway.web.parts import Parts
from gateway.web.snapshots import BEGINNING as FIRST
from gateway.web.snapshots import read_bookings, read_resources
from tests.fakes.backend import Backend
from tests.fakes.changes import BEGINNING, STORIES, Change, Truth
from tests.fakes.filled_store import FilledStore, a_booking, a_resource
from tests.gateway.web.served import parts_of

NUMBERS = count()
ALWAYS = Interval(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


async def apply(filled: FilledStore, tenant: TenantId, change: Change) -> None:
    booking = f"{change.room}-{change.booking}"
    match change.kind:
        case "put":
            await filled.put(tenant, a_booking(booking, change.room, change.number))
        case "remove":
            await filled.remove(tenant, change.room, booking)
        case "put_resource":
            await filled.put_resource(tenant, a_resource(change.room, change.number))
        case "remove_resource":
            await filled.remove_resource(tenant, change.room)
        case "forget_removed":
            filled.clock.move(timedelta(minutes=2))
            await filled.forget_removed(tenant)
        case "suspend":
            await filled.suspend(tenant)
        case "resume":
            await filled.resume(tenant)
        case _:
            pass


async def read(parts: Parts, backend: Backend, token: str, limit: int) -> bool:
    try:
        page = await read_page(parts, Credentials(token), backend.cursor, limit)
    except CursorTooOld:
        backend.restart()
        return True
    return backend.take(page.body)


async def begin_again(parts: Parts, backend: Backend, token: str) -> None:
    listed = await read_resources(parts, Credentials(token), FIRST, limit=2)
    assert listed.content.next is None
    found = [
        await read_bookings(parts, Credentials(token), resource.id, ALWAYS)
        for resource in listed.content.resources
    ]
    bookings = [render(one.content, one.cursor).body for one in found]
    backend.begin(render(listed.content, listed.cursor).body, bookings)


async def read_to_the_end(parts: Parts, backend: Backend, token: str) -> None:
    while await read(parts, backend, token, 3):
        pass


def assert_true(backend: Backend, tenant: TenantId, truth: Truth) -> None:
    view = backend.view(tenant)
    assert {room: told["capacity"] for room, told in view.resources.items()} == truth.rooms
    assert set(view.states) == set(truth.rooms)
    people = {f"{room}-{name}": number for (room, name), number in truth.bookings.items()}
    assert {name: told["people"] for name, told in view.bookings.items()} == people
    assert not view.hidden


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STORIES)
@example(([*BEGINNING, Change("suspend"), Change("snapshot")], False))
async def test_a_consumer_ends_with_what_is_true(
    filled: FilledStore, story: tuple[list[Change], bool]
) -> None:
    (changes, erased), truth, parts = story, Truth(), parts_of(filled)
    tenant = await filled.add_tenant(str(next(NUMBERS)))
    token = await filled.add_consumer(tenant)
    backend, other, newcomer = Backend(), Backend(), Backend()
    for change in filter(truth.allows, changes):
        truth.apply(change)
        await apply(filled, tenant, change)
        if change.kind == "snapshot":
            await begin_again(parts, other, token)
        if change.kind == "read":
            await read(parts, other, token, change.number)
            before = len(backend.told)
            await read(parts, backend, token, change.number)
            told = backend.told[before:]
            assert not truth.suspended or all(kind.startswith("tenant.") for kind in told)
    if truth.suspended:
        for reader in (backend, other):
            await read_to_the_end(parts, reader, token)
            assert reader.view(tenant).hidden
        await filled.resume(tenant)
    for reader in (backend, other, newcomer):
        await read_to_the_end(parts, reader, token)
        assert_true(reader, tenant, truth)
    if erased:
        erasure = await filled.withdraw(tenant)
        await read_to_the_end(parts, backend, token)
        assert backend.view(tenant).erasure == erasure
        assert not backend.view(tenant).bookings
