"""Tenants whose places are counted: rooms by number, and days that pass."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TypeVar

import msgspec
from sqlalchemy import insert

from connectors.raw import RawEvent, RawPlace
from gateway.app.consumers.counting import count_usage
from gateway.booking import ResourceId, SubjectId
from gateway.clock import begin_of
from gateway.store.registry import Registry
from gateway.store.store import Fence, Store
from gateway.store.tables import bucket_of, finders, subjects
from gateway.store.transaction import Transaction
from gateway.store.unlock import unlock
from gateway.store.usage import released
from gateway.sync.counting import site_key
from gateway.sync.releasing import NOT_TOLD, Noise, release
from gateway.sync.usage import Statistics
from gateway.tally import Tally
from gateway.tenant import Places, Tenant
from gateway.usage import ENROLLED_MIN, Usage, days_in, first_day, month_named
from gateway.vault.keys import KeyService
from tests.fakes.installation import Installation, resource_of
from tests.fakes.provider import FakeProvider, room
from tests.fakes.site import Site

Result = TypeVar("Result")

DAY = timedelta(days=1)
MARCH = month_named("2026-03")


def rooms(count: int, *, first: int = 0) -> list[RawPlace]:
    return [room(f"room{number:02}") for number in range(first, first + count)]


async def open_counted(
    installation: Installation,
    places: Sequence[RawPlace],
    *events: RawEvent,
    policy: str = "occupancy",
    basis: str = "f",
    decisions: Places | None = None,
) -> Site:
    """A tenant with statistics that has been read once; the events are the first place's."""
    site = await open_listed(installation, places, policy=policy, basis=basis, decisions=decisions)
    site.provider.put(site.place, *events)
    await installation.sync()
    await site.news()
    return site


async def open_listed(
    installation: Installation,
    places: Sequence[RawPlace],
    *,
    policy: str = "occupancy",
    basis: str = "f",
    decisions: Places | None = None,
) -> Site:
    """A tenant with statistics whose places are known, and whose calendars are not."""
    provider = FakeProvider(*places)
    tenant = await installation.onboard(provider, policy=policy, basis=basis, places=decisions)
    await count_usage(installation.parts, tenant, is_counted=True)
    site = Site(installation, provider, tenant, await installation.tenancy(tenant), places[0])
    await site.look_at_directory()
    return site


def exact(counts: Sequence[int]) -> list[int]:
    """No noise at all."""
    return [*counts]


async def load_exact() -> Noise | None:
    return exact


async def not_installed() -> Noise | None:
    return None


def statistics(
    site: Site,
    *,
    store: Store | None = None,
    keys: KeyService | None = None,
    load_noise: Callable[[], Awaitable[Noise | None]] = load_exact,
    tells_bookers: bool = True,
) -> Statistics:
    """As another process would have them."""
    here = site.installation

    def tells(_tenant: Tenant) -> bool:
        return tells_bookers

    return Statistics(
        store or here.store,
        here.parts.keyring,
        keys or here.parts.keys,
        here.clock,
        tells_bookers=tells,
        load_noise=load_noise,
    )


async def next_day(site: Site, hour: int = 1) -> None:
    """Let the next day (UTC) be so old, and everything due be read by then."""
    clock = site.installation.clock
    begins = begin_of(clock.now.date()) + DAY + timedelta(hours=hour)
    await site.installation.sync_later(begins - clock.now)


async def turn(site: Site, work: Callable[[Transaction], Result]) -> Result:
    """Write as the tenant's own transactions do."""
    here = site.installation
    standing = await here.standing(site.tenant)
    return await here.store.turn(Fence.of(standing), await unlock(here.parts.keyring, standing), work)


async def tallies(site: Site, month: int = MARCH) -> dict[ResourceId, Tally]:
    """What is counted and not released."""
    return await turn(site, lambda transaction: transaction.usage.tallies(month))


async def bookers(site: Site, month: int = MARCH) -> set[SubjectId]:
    """Who is counted and not released."""
    return await turn(site, lambda transaction: {*transaction.usage.bookers(month)})


async def told(site: Site, month: int = MARCH) -> Usage | None:
    """What was released."""
    body = await told_bytes(site, month)
    return None if body is None else msgspec.json.decode(body, type=Usage)


async def told_bytes(site: Site, month: int = MARCH) -> bytes | None:
    here = site.installation
    standing = await here.standing(site.tenant)
    keys = await unlock(here.parts.keyring, standing)
    return await here.store.read(lambda handle: released(handle, standing, keys, month))


async def count_month(
    site: Site, month: int, counted: Mapping[RawPlace, Tally], days: int | None = None
) -> None:
    """Let so many days of a month be counted, or all, each with so much of each place."""
    number = days or days_in(month)
    sums = {
        resource_of(site.tenancy, place): Tally(number, number * one.bookings, number * one.minutes)
        for place, one in counted.items()
    }
    await turn(site, lambda transaction: transaction.usage.add(first_day(month) + number - 1, sums))


async def note_bookers(site: Site, month: int, subjects: Sequence[SubjectId], place: str = "Harbour") -> None:
    """Let people be counted at a site."""
    sites = dict.fromkeys(subjects, site_key(site.tenancy.keys.index, place))
    await turn(site, lambda transaction: transaction.usage.note_bookers(first_day(month), sites))


async def release_month(site: Site, month: int, noise: Noise | str = NOT_TOLD) -> Usage:
    """Release a month as it stands."""
    here = site.installation
    index = (await unlock(here.parts.keyring, await here.standing(site.tenant))).index
    await turn(site, partial(release, tenant=site.tenant, month=month, index=index, noise=noise))
    found = await told(site, month)
    assert found is not None
    return found


async def enrol_many(site: Site, count: int = ENROLLED_MIN) -> list[SubjectId]:
    """Enrol so many people of whom nothing is known but that they are."""
    people = [SubjectId(f"sub_{number:03}") for number in range(count)]
    own = {"bucket": bucket_of(site.tenant), "tenant": site.tenant}
    rows = [{**own, "id": one, "epoch": 1, "enrolled_at": 0, "record": b""} for one in people]
    found_by = [{**own, "finder": f"finder {one}", "subject": one} for one in people]

    def write(registry: Registry) -> None:
        registry.handle.execute(insert(subjects), rows)
        registry.handle.execute(insert(finders), found_by)

    await site.installation.store.administer(write)
    return people


def a_day(bookings: int = 1, minutes: int = 60) -> Tally:
    return Tally(1, bookings, minutes)
