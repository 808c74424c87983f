"""Processes that are killed anywhere while they read and withdraw; and the next one, which completes it."""

import asyncio
from abc import ABC, abstractmethod
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from msgspec.structs import replace as altered

from gateway.booking import TenantId
from gateway.store.withdrawals import WithdrawalRow, withdrawals_of
from tests.fakes.enrolled import BOOKERS, allow
from tests.fakes.filled_store import HandClock
from tests.fakes.installation import PAST_A_POLL, Installation, open_installation
from tests.fakes.log_fold import LogFold
from tests.fakes.moments import Moments, looked_at, watched
from tests.fakes.provider import FakeProvider
from tests.fakes.site import Site, meetings
from tests.gateway.withdrawal import test_withdrawn_credentials as credentials
from tests.gateway.withdrawal import test_withdrawn_person as person
from tests.gateway.withdrawal import test_withdrawn_subject as subject
from tests.gateway.withdrawal.withdrawn import BOOKINGS, OTHERS, assert_withdrawn, settle, times_of

PAST_A_LEASE = timedelta(minutes=3)
AN_HOUR, A_QUARTER = timedelta(hours=1), timedelta(minutes=15)


class Scope(ABC):
    """What is withdrawn, and what is true afterwards."""

    site: Site

    @abstractmethod
    async def settle(self, here: Installation, folder: Path) -> None:
        """Have something that can be withdrawn, all of it read, and something to be read anew."""

    @abstractmethod
    async def withdraw(self, here: Installation) -> None: ...

    @abstractmethod
    async def assert_ended(self, here: Installation, folder: Path) -> None: ...


class OfTenant(Scope):
    """All of an employer, beside another one."""

    async def settle(self, here: Installation, folder: Path) -> None:
        self._neighbours = await settle(here, folder)
        self.site, self._other = self._neighbours.site, self._neighbours.other
        for site, count in ((self.site, BOOKINGS), (self._other, OTHERS)):
            # Each page is a transaction of its own.
            site.provider.page_items = 1
            longer = (altered(event, end=event.end + A_QUARTER) for event in meetings(count))
            site.provider.put(site.place, *longer)

    async def withdraw(self, here: Installation) -> None:
        cascade = here.cascade()
        lease = await cascade.fence(self.site.tenant)
        assert lease is not None
        await cascade.drive(lease)

    async def assert_ended(self, here: Installation, folder: Path) -> None:
        asked = dict(self.site.provider.asked)
        await here.sync()
        assert self.site.provider.asked == asked
        await assert_withdrawn(here, replace(self._neighbours, folder=folder))
        told = LogFold().take(await here.entries(self._other.tenant)).bookings.values()
        assert {booking.end - booking.start for booking in told} == {AN_HOUR + A_QUARTER}
        assert len(told) == OTHERS


class OfPerson(Scope):
    """One person's link, beside another's and the employer's."""

    async def settle(self, here: Installation, folder: Path) -> None:
        self._house = await person.settle(here, folder)
        self.site = self._house.site
        self.site.provider.page_items = 1

    async def withdraw(self, here: Installation) -> None:
        await person.withdraw(here.cascade(), self._house)

    async def assert_ended(self, here: Installation, folder: Path) -> None:
        house = replace(self._house, site=_as_it_was(self._house.site))
        await person.assert_gone(here, house, folder)


class OfSubject(Scope):
    """One of the enrolled, beside another."""

    async def settle(self, here: Installation, folder: Path) -> None:
        self._scene = await subject.settle(here, folder, BOOKERS)
        self.site = self._scene.site
        self.site.provider.page_items = 1

    async def withdraw(self, here: Installation) -> None:
        assert await subject.fence(here.cascade(), here, self.site.tenant)

    async def assert_ended(self, here: Installation, folder: Path) -> None:
        scene = replace(self._scene, site=_as_it_was(self._scene.site))
        await subject.assert_erased(here, scene, folder)


class OfCredentials(Scope):
    """What reads an employer's calendars, beside another one."""

    async def settle(self, here: Installation, folder: Path) -> None:
        self._neighbours = await settle(here, folder)
        self.site = self._neighbours.site
        self.site.provider.page_items = 1

    async def withdraw(self, here: Installation) -> None:
        await credentials.withdraw(here.cascade(), here, self.site.tenant)

    async def assert_ended(self, here: Installation, folder: Path) -> None:
        site = _as_it_was(self.site)
        await credentials.assert_cut_off(here, replace(self._neighbours, site=site, folder=folder))


SCOPES: dict[str, type[Scope]] = {
    "tenant": OfTenant,
    "person": OfPerson,
    "subject": OfSubject,
    "credentials": OfCredentials,
}


class Killed(NamedTuple):
    """At how many points it was looked, and what was left by the cascade at each look that differed."""

    points: int
    left: list[int | None]


async def killed(scope: Scope, folder: Path, *, page: int) -> Killed:
    """Read, and withdraw as a page of a round is asked for, or at once; then complete whatever is left."""
    first = folder / "first"
    first.mkdir()
    seen = Moments(first)
    with watched(seen, first / "keys"):
        async with open_installation(first) as opened:
            here = looked_at(opened, seen)
            allow(here)
            await scope.settle(here, folder)
            here.clock.move(PAST_A_POLL)
            seen.begin()
            await seen.of(partial(_amid, scope, here, page))
    left = list[int | None]()
    for look in seen.looks:
        with TemporaryDirectory(dir=folder) as again:
            look.at(Path(again))
            left.append(await _completed(scope, Path(again), here.clock(), here.providers))
    return Killed(seen.points, left)


async def _amid(scope: Scope, here: Installation, page: int) -> None:
    is_time = asyncio.Event()

    async def asked() -> None:
        is_time.set()

    async def read() -> None:
        await here.sync()
        await asked()

    if page:
        scope.site.provider.meanwhile(page, asked)
    else:
        is_time.set()
    async with asyncio.TaskGroup() as group:
        group.create_task(read())
        await is_time.wait()
        await scope.withdraw(here)


async def _completed(
    scope: Scope, folder: Path, now: datetime, providers: dict[TenantId, FakeProvider]
) -> int | None:
    """Let the next process go on; how many steps were left to it, None if nothing had been withdrawn yet."""
    tenant, clock = scope.site.tenant, HandClock()
    clock.now = now
    async with open_installation(folder, clock) as here:
        here.providers = providers
        allow(here)
        begun = await _withdrawal(here, tenant)
        await here.cascade().resume()
        clock.move(PAST_A_LEASE)
        await here.cascade().resume()
        if begun is None:
            await scope.withdraw(here)
        else:
            _assert_in_order(begun)
        await scope.assert_ended(here, folder)
    return None if begun is None else times_of(begun).count(None)


def _assert_in_order(withdrawal: WithdrawalRow) -> None:
    """No step is done before the one before it."""
    times = times_of(withdrawal)
    done = [at for at in times if at is not None]
    assert times == [*sorted(done), *([None] * (len(times) - len(done)))]


def _as_it_was(site: Site) -> Site:
    """The same, whose consumer has read no further than when it was settled."""
    return replace(site, consumer=deepcopy(site.consumer))


async def _withdrawal(here: Installation, tenant: TenantId) -> WithdrawalRow | None:
    rows = await here.store.read(partial(withdrawals_of, tenant=tenant))
    return rows[-1] if rows else None
