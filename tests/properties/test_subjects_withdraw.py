"""Whatever happens, of whoever has withdrawn nothing opens and nothing is told, until they enrol anew."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.raw import Tainted
from gateway.app.terms.narrowing import narrow
from gateway.booking import Booking, SubjectId
from gateway.errors import KeyUnavailable
from gateway.store.sqlite import DATABASE
from tests.fakes.enrolled import ALL, BOOKERS, RUBEN, USERS, WENDLA, allow, enrol, organized, withdraw
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, open_installation
from tests.fakes.persons import Person, invitation, open_peopled_site
from tests.fakes.site import AMBER, Site

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PEOPLE = (WENDLA, RUBEN)
NOTHING = (None, None, None)

#: What happens: to whom, or to which event.
Step = tuple[str, int]

#: The likelier ones more than once.
WHAT = ["enrol"] * 2 + ["withdraw"] * 2 + ["look"] * 2 + ["organize", "restart", "a day"]
steps = st.tuples(st.sampled_from(WHAT), st.integers(0, 1))


@dataclass
class World:
    """A room with two events, a person's calendar with one, and who is what by now."""

    site: Site
    person: Person
    folder: Path
    policy: str
    #: Who organizes the event of an hour, and who did when it was last read.
    organizers: dict[datetime, str] = field(default_factory=dict)
    read: dict[datetime, str] = field(default_factory=dict)
    enrolled: dict[str, SubjectId] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    #: All the subjects whose keys are to be gone, and what was told of them.
    burnt: set[SubjectId] = field(default_factory=set)
    dead: set[str] = field(default_factory=set)
    settled: bool = True

    @property
    def here(self) -> Installation:
        return self.site.installation

    async def take(self, step: Step) -> None:
        what, number = step
        who = PEOPLE[number]
        match what:
            case "enrol" if who not in self.enrolled:
                self.enrolled[who] = await enrol(self.site, who)
                self.withdrawn.discard(who)
                # Their pseudonym is another one from then on; their user id is not.
                self.dead.discard(USERS[who])
                self.settled = False
            case "withdraw":
                self.dead |= {one.booker for one in self.booked_by(who) if one.booker is not None}
                await withdraw(self.site, address=who)
                self.burnt |= {self.enrolled.pop(who)} if who in self.enrolled else set()
                self.withdrawn.add(who)
                self.settled = False
            case "organize":
                self.organize(number, who)
            case "restart":
                self.here.parts.keyring.drop(self.site.tenant)
                await narrow(self.here.parts)
            case "look" | "a day":
                await self.here.sync_later(HOUR / 10 if what == "look" else DAY)
                self.settled, self.read = True, {**self.organizers}
            case _:
                pass
        await self.site.news()

    def organize(self, number: int, who: str) -> None:
        """Let the next of the two organize an event of the room's, and of the person's."""
        for base in (0, 2):
            start = NOON + DAY * 9 + HOUR * (number + base)
            self.organizers[start] = who
            if base == 0:
                self.site.provider.put(AMBER, organized(f"event-{number}", start, who))
            else:
                mine = invitation(f"mine-{number}", start, AMBER)
                self.person.put(replace(mine, organizer=Tainted(who)))
        self.settled = False

    def booked_by(self, who: str) -> list[Booking]:
        told = self.site.consumer.bookings.values()
        return [one for one in told if self.read.get(one.start) == who]

    async def check(self) -> None:
        told = self.site.consumer.bookings.values()
        assert not self.dead & {one.booker for one in told}
        for who in self.withdrawn:
            assert {of_people(one) for one in self.booked_by(who)} <= {NOTHING}
        if self.settled:
            assert len(told) == len(self.organizers)
            for who in self.enrolled:
                assert all(one.booker is not None for one in self.booked_by(who))
            if self.policy == ALL:
                others = [one for who in {*PEOPLE} - self.withdrawn for one in self.booked_by(who)]
                assert all(one.people is not None for one in others)
        assert not await self.still_open()

    async def still_open(self) -> set[SubjectId]:
        """Whose key is there that should not be, or whose id is left on what holds a booker."""
        held = {subject for subject in self.burnt if await self.has_key(subject)}
        with closing(sqlite3.connect(self.folder / "store" / DATABASE)) as database:
            rows = database.execute("SELECT subject FROM bookings WHERE booker IS NOT NULL")
            return held | {subject for (subject,) in rows if subject in self.burnt}

    async def has_key(self, subject: SubjectId) -> bool:
        try:
            await self.here.parts.keyring.tenant(self.site.tenant, subject)
        except KeyUnavailable:
            return False
        return True


def of_people(booking: Booking) -> tuple[object, object, object]:
    return booking.booker, booking.people, booking.title


async def play(
    played: type[World], policy: str, history: list[Step], folder: Path, *, incremental: bool
) -> None:
    """Take all steps in a world of one kind, and look at it after each."""
    async with open_installation(folder) as here:
        allow(here)
        site = await open_peopled_site(here, policy=policy, incremental=incremental)
        person = Person(site, "ana")
        await person.connect()
        world = played(site, person, folder, policy)
        for number, who in enumerate(PEOPLE):
            world.organize(number, who)
        for step in (("look", 0), *history, ("look", 0)):
            await world.take(step)
            await world.check()


@given(st.sampled_from([ALL, BOOKERS]), st.lists(steps, min_size=3, max_size=8), st.booleans())
@settings(max_examples=15, deadline=None)
def test_nothing_of_the_withdrawn_opens_or_is_told(
    policy: str,
    history: list[Step],
    incremental: bool,  # noqa: FBT001  drawn
) -> None:
    assert set(USERS) == set(PEOPLE)
    with TemporaryDirectory() as folder:
        asyncio.run(play(World, policy, history, Path(folder), incremental=incremental))
