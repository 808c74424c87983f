"""A consumer of the feed as a soak has it: what it was told must be true, whenever it reads."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from connectors.sandbox.calendar import Calendar
from gateway.authorization import State
from gateway.booking import BookingId, TenantId
from gateway.sync import schedule
from tests.fakes.backend import TenantView
from tests.fakes.strict_backend import StrictBackend
from tests.system.changing_world import NOW
from tests.system.consumer import Consumer
from tests.system.soak_comparison import differences, lasting, rooms
from tests.system.soak_copies import Copies
from tests.system.soak_house import SoakHouse
from tests.system.soak_world import SoakWorld

#: How long the slow reader stays away.
SLOW = timedelta(days=2)


class Hidden(NamedTuple):
    """A suspension as a consumer sees it."""

    epoch: int
    told: int


@dataclass
class Audience:
    """One consumer of some tenants. ``prompt`` reads after every step, ``slow`` now and then.

    ``answers`` keeps all that it was ever answered.
    """

    house: SoakHouse
    world: SoakWorld
    token: str
    scope: AbstractSet[TenantId]
    answers: dict[str, bytes]
    prompt: StrictBackend = field(default_factory=StrictBackend)
    slow: StrictBackend = field(default_factory=StrictBackend)
    slow_read_at: datetime = NOW
    #: Told to be removed, of events that are gone for good.
    gone: set[BookingId] = field(default_factory=set)
    #: Of each tenant that is suspended, since which epoch, and how much was told of it by then.
    hidden: dict[TenantId, Hidden] = field(default_factory=dict)

    async def read(self, backend: StrictBackend) -> StrictBackend:
        """Read to the end."""
        await Consumer(self.house.gateway.feed, self.token, backend, self.answers).read_on()
        return backend

    async def read_on(self, now: datetime) -> None:
        """The prompt reader reads, and the slow one if it is time."""
        await self.read(self.prompt)
        await self._suspended_are_hidden()
        await self._none_is_resurrected()
        await self._none_is_told_twice(now)
        if now - self.slow_read_at >= SLOW and not self.hidden:
            await self.read(self.slow)
            self.slow_read_at = now

    async def know_the_truth(self, connected: Callable[[str], list[Calendar]], now: datetime) -> None:
        """All who read have what the providers have, no more and no less, and know it to be so.

        ``connected``: an employer's people's calendars that are to be told of.
        """
        await self.read(self.slow)
        readers = {"prompt": self.prompt, "slow": self.slow, "new": await self.read(StrictBackend())}
        for employer in self._employers():
            keys, tenant = await self.house.keys(employer), self.house.tenants[employer]
            at = [*rooms(self.world, employer, keys)]
            copies = Copies(self.world, at, keys, self.prompt.view(tenant), self.prompt.removed)
            told = copies.expected(connected(employer), schedule.window(now))
            for reader, backend in readers.items():
                wrong = [*differences(backend.view(tenant), at, told, now)]
                assert not wrong, f"of {employer} the {reader} reader is wrong: {'; '.join(wrong)}"

    def told(self, tenant: TenantId) -> list[str]:
        """The types of all entries about a tenant that the prompt reader met."""
        return self.prompt.told_of.get(f"/v1/tenants/{tenant}", [])

    async def _suspended_are_hidden(self) -> None:
        """Exactly those that are suspended, and while they are nothing is told of them."""
        before, self.hidden = self.hidden, {}
        for employer in self._employers():
            tenant = self.house.tenants[employer]
            authorization = (await self.house.standing(tenant)).authorization
            is_suspended = authorization.state is State.SUSPENDED
            assert self.prompt.view(tenant).hidden == is_suspended, f"{employer} is told to be what it is not"
            if is_suspended:
                told = Hidden(authorization.epoch, len(self.told(tenant)))
                known = before.get(tenant, told)
                assert known.epoch < told.epoch or known == told, f"{employer} is suspended, and told of"
                self.hidden[tenant] = told
        if self.hidden.keys() - before.keys():
            new = await self.read(StrictBackend())
            views = [new.view(tenant) for tenant in self.hidden]
            assert views == [TenantView(hidden=True)] * len(views), "who is suspended is told of"

    async def _none_is_resurrected(self) -> None:
        """What was removed because it is gone for good is never told again."""
        standing = {BookingId(one) for view in self.prompt.tenants.values() for one in view.bookings}
        assert not self.gone & standing, "a booking was resurrected"
        for employer in self._employers():
            for room in rooms(self.world, employer, await self.house.keys(employer)):
                deleted = {room.identify(one) for one in self.world.deleted.get(room.place.id, ())}
                self.gone |= deleted & {BookingId(one) for one in self.prompt.removed} - standing

    async def _none_is_told_twice(self, now: datetime) -> None:
        """Where a place's own calendar tells of an event, people's do not."""
        window = schedule.window(now)
        for employer in self._employers():
            keys, view = await self.house.keys(employer), self.prompt.view(self.house.tenants[employer])
            copies = Copies(self.world, [*rooms(self.world, employer, keys)], keys, view, self.prompt.removed)
            people = [self.world.calendar(one.address) for one in self.world.people(employer)]
            told = lasting(view, window).keys()
            assert not copies.told_twice(people, told), f"of {employer} events are told twice"

    def _employers(self) -> list[str]:
        """Whose tenants are in scope, as long as they are not withdrawn."""
        return [name for name, tenant in self.house.tenants.items() if tenant in self.scope]
