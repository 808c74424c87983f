"""People who connect calendars of their own, at a provider that is made up."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from connectors.delegation import Link
from connectors.errors import ConnectorError
from connectors.port import CalendarAddress
from connectors.raw import Attendee, RawEvent, RawPlace, Response, Tainted
from gateway.app.persons.linking import connect
from gateway.app.persons.links import invite, list_links
from gateway.clock import milliseconds
from gateway.store.invitations import invited
from gateway.store.persons import LinkRow
from gateway.store.store import Fence
from gateway.store.unlock import unlock
from gateway.tenant import Persons, Provider
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.installation import Installation
from tests.fakes.provider import FakeCalendar, FakeProvider, meeting
from tests.fakes.site import AMBER, Site

ANYBODY = Persons(consumers=True)


@dataclass
class Person:
    """Somebody with a calendar at a site's provider."""

    site: Site
    account: str

    @property
    def calendar(self) -> FakeCalendar:
        return self.site.provider.calendars.setdefault(self.address, FakeCalendar())

    @property
    def address(self) -> str:
        return f"{self.account}-of-their-own"

    @property
    def link(self) -> Link:
        return Link(
            refresh_token=f"refresh-{self.account}",
            scopes=frozenset({"calendar"}),
            account=self.account,
            organization="people.example",
            is_consumer=False,
            calendar=CalendarAddress(self.address),
        )

    def refuse(self, error: ConnectorError) -> None:
        """Let the provider answer so whenever the calendar is read."""
        self.site.provider.refused[self.address] = error

    def accept(self) -> None:
        del self.site.provider.refused[self.address]

    def put(self, *events: RawEvent) -> None:
        for event in events:
            self.calendar.change(event.id, event)

    def delete(self, *events: str) -> None:
        for event in events:
            self.calendar.change(event, None)

    async def connect(
        self, token: str | None = None, *, amid: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Follow an invitation to its end; ``amid`` happens while they sign in. Raises NotConnected."""
        here, tenant = self.site.installation, self.site.tenancy.tenant
        assert self.calendar is not None
        standing = await here.standing(self.site.tenant)
        keys = await unlock(here.parts.keyring, standing)
        fence = Fence(standing.tenant, standing.authorization.id, standing.authorization.epoch)
        secret = (await invite(here.parts, standing)).rpartition("/")[2]
        found = await here.store.read(partial(invited, secret=secret, now=milliseconds(here.clock())))
        assert found is not None
        if amid is not None:
            await amid()
        link = self.link if token is None else replace(self.link, refresh_token=token)
        await connect(here.parts, tenant, fence, keys, link, found[1], nothing_to_revoke)


async def links_at(site: Site) -> list[LinkRow]:
    """Whose calendars are connected, the first first."""
    return await list_links(site.installation.parts, site.tenant)


async def open_peopled_site(
    installation: Installation,
    *events: RawEvent,
    incremental: bool = True,
    page_items: int = 100,
    places: tuple[RawPlace, ...] = (AMBER,),
    policy: str = "occupancy",
    whose: Provider = Provider.MICROSOFT,
) -> Site:
    """A site whose people may connect: as ``open_site``."""
    provider = FakeProvider(*places, incremental=incremental, page_items=page_items)
    provider.put(places[0], *events)
    tenant = await installation.onboard(provider, policy=policy, persons=ANYBODY, whose=whose)
    site = Site(installation, provider, tenant, await installation.tenancy(tenant), places[0])
    await installation.sync()
    await site.news()
    return site


def invitation(
    event: str,
    start: datetime,
    *places: RawPlace,
    uid: str | None = "",
    answer: Response = Response.ACCEPTED,
    hours: float = 1,
) -> RawEvent:
    """A person's event that invites places. Its uid is made of its id, unless it is given."""
    rows = tuple(Attendee(answer, Tainted(place.address), is_resource=True) for place in places)
    guest = Attendee(Response.ACCEPTED, Tainted("guest@elsewhere.example"))
    told = meeting(event, start, hours=hours, response=None)
    return replace(told, attendees=(*rows, guest), uid=f"uid of {event}" if uid == "" else uid)


def at_the_place(event: RawEvent, name: str) -> RawEvent:
    """The place's own copy of a person's event."""
    return replace(event, id=name, attendees=None, response=Response.ACCEPTED)
