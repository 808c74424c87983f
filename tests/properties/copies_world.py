"""People whose calendars hold copies of what places' calendars may hold as well, and what is told of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from connectors.errors import AccessLost
from connectors.raw import RawPlace, Response
from gateway.app.links import withdraw_link
from gateway.authorization import AuthorizationId
from gateway.booking import Booking, BookingId
from gateway.store.persons import link_of_account
from gateway.sync.tenancy import copy_ids
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.filled_store import NOON
from tests.fakes.installation import PAST_A_POLL, Installation, events_of, resource_of
from tests.fakes.log_fold import LogFold
from tests.fakes.persons import Person, at_the_place, invitation, open_peopled_site
from tests.fakes.provider import room
from tests.fakes.site import Site

PLACES = (room("amber"), room("birch"))
NAMES = ("ana", "ben", "cleo")
#: Nothing here ages out.
FIRST = NOON + timedelta(days=30)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Copy:
    """What one calendar says of an event."""

    places: tuple[RawPlace, ...]
    hour: int
    answer: Response = Response.ACCEPTED


@dataclass
class Member:
    """A person as the model sees them: what their calendar holds, and whether it may be told."""

    person: Person
    copies: dict[str, Copy] = field(default_factory=dict)
    is_connected: bool = False


class CopiesWorld:
    """Two places, three persons. ``own`` is what the places' calendars hold, by place and event."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.members = [Member(Person(site, name)) for name in NAMES]
        self.own: dict[tuple[RawPlace, str], int] = {}
        #: What a place's own calendar has ever told: nobody else's copy of it counts any more.
        self._known: set[tuple[RawPlace, str]] = set()

    @classmethod
    async def open(cls, installation: Installation, *, incremental: bool, page_items: int) -> "CopiesWorld":
        site = await open_peopled_site(
            installation, incremental=incremental, page_items=page_items, places=PLACES
        )
        return cls(site)

    def say(self, member: Member, event: str, copy: Copy) -> None:
        """A person's calendar says this of an event."""
        member.copies[event] = copy
        member.person.put(invitation(event, _at(copy.hour), *copy.places, answer=copy.answer))

    def unsay(self, member: Member, event: str) -> None:
        if member.copies.pop(event, None) is not None:
            member.person.delete(event)

    def hide(self, member: Member, event: str) -> None:
        """A change that nobody may see, of an event or beside it."""
        if event in member.copies:
            copy = member.copies[event]
            told = invitation(event, _at(copy.hour), *copy.places, answer=copy.answer)
            member.person.put(replace(told, organizer=f"organizer-of-{event}@people.example"))
        else:
            member.person.put(invitation(f"private-{event}", _at(1)))

    def hold(self, place: RawPlace, event: str, hour: int) -> None:
        """A place's own calendar holds an event."""
        self.own[place, event] = hour
        self._site.provider.put(place, at_the_place(invitation(event, _at(hour), place), event))

    def drop(self, place: RawPlace, event: str) -> None:
        if self.own.pop((place, event), None) is not None:
            self._site.provider.delete(place, event)

    async def connect(self, member: Member) -> None:
        if self._site.provider.refused.pop(member.person.address, None) or not member.is_connected:
            await member.person.connect()
        member.is_connected = True

    def lose(self, member: Member) -> None:
        """The person's consent is gone at their provider."""
        if member.is_connected:
            member.person.refuse(AccessLost("consent_missing"))
            member.is_connected = False

    async def withdraw(self, member: Member) -> None:
        here, tenant = self._site.installation, self._site.tenant
        link = await self._link_of(member)
        if link is not None:
            await withdraw_link(here.parts, tenant, link, nothing_to_revoke)
            self._site.provider.refused.pop(member.person.address, None)
            member.is_connected = False

    async def settle(self, after: timedelta = PAST_A_POLL) -> None:
        """Everything is read; what is told then is true."""
        await self._site.later(after)
        self._known |= self.own.keys()
        self._is_true(self._site.consumer.bookings)
        anew = LogFold().take(await self._site.installation.entries(self._site.tenant))
        assert anew.bookings == self._site.consumer.bookings

    async def is_silent(self) -> None:
        """Once more, and nothing moves."""
        head = await self._site.head()
        assert await self._site.later() == []
        assert await self._site.head() == head

    async def _link_of(self, member: Member) -> AuthorizationId | None:
        """Under which authorization a person is connected, suspended or not."""
        here, index = self._site.installation, self._site.tenancy.keys.index
        link = member.person.link
        account = index.identifier("account", "microsoft", link.organization or "", link.account)
        return await here.store.read(lambda handle: link_of_account(handle, self._site.tenant, account))

    def _is_true(self, told: dict[BookingId, Booking]) -> None:
        index = self._site.tenancy.keys.index
        expected = dict[BookingId, set[int]]()
        for (place, event), hour in self.own.items():
            expected[events_of(self._site.tenancy, place)(event)] = {hour}
        for place in PLACES:
            identify = copy_ids(index, resource_of(self._site.tenancy, place))
            for event in {event for member in self.members for event in member.copies}:
                hours = self._copies_of(place, event)
                if hours and (place, event) not in self._known:
                    expected[identify(f"uid of {event}")] = hours
        assert told.keys() == expected.keys()
        assert all((told[one].start - FIRST) // HOUR in hours for one, hours in expected.items())

    def _copies_of(self, place: RawPlace, event: str) -> set[int]:
        """When persons who may be told say that an event takes a place."""
        copies = [
            member.copies[event] for member in self.members if member.is_connected and event in member.copies
        ]
        return {copy.hour for copy in copies if place in copy.places and copy.answer is not Response.DECLINED}


def _at(hour: int) -> datetime:
    return FIRST + hour * HOUR
