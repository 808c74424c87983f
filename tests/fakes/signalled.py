"""A site of whose people identity providers tell: by the door, as whatever heard them hands it over."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from gateway.authorization import AuthorizationId, State
from gateway.booking import SubjectId
from gateway.clock import milliseconds
from gateway.signals.signal import About, Claim, Name, NameKind, Signal
from gateway.store.signals import SignalRow, signals_of
from gateway.store.subjects import SubjectRow, subjects_of
from gateway.tenant import Provider
from gateway.withdrawal.door import Door
from tests.fakes.enrolled import BOOKERS, RUBEN, WENDLA, allow, enrol, organized
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.site import AMBER, Site

ISSUER, OKTA = "https://issuer.example", "okta"
#: The provider's ids of Wendla, who is enrolled, and of Ana, who connected her calendar.
WENDLAS_ID, ANAS_ID = "directory-17", "ana"
HOUR = timedelta(hours=1)


@dataclass
class Scene:
    """A room; Wendla and Ruben, who are enrolled; Ana, who connected; and the door."""

    site: Site
    door: Door
    wendla: SubjectId
    ana: AuthorizationId
    numbered: int = 0

    def signal(self, about: About, proves: Claim, *, ago: timedelta = timedelta(0), of: str = "") -> Signal:
        """One that nobody has told before, unless it is named."""
        self.numbered += 1
        at = milliseconds(self.site.installation.clock() - ago)
        return Signal(ISSUER, of or f"signal {self.numbered}", about, proves, at)

    async def tell(self, about: About, proves: Claim, *, ago: timedelta = timedelta(0), of: str = "") -> None:
        signal = self.signal(about, proves, ago=ago, of=of)
        await self.door.receive(self.site.tenant, OKTA, [signal])

    async def state(self) -> State:
        return (await self.site.installation.standing(self.site.tenant)).authorization.state

    async def link(self) -> tuple[State, str | None] | None:
        found = [(row.state, row.reason) for row in await links_at(self.site)]
        return found[0] if found else None

    async def subjects(self) -> list[SubjectRow]:
        return await self.site.installation.store.read(partial(subjects_of, tenant=self.site.tenant))

    async def subject(self) -> SubjectRow | None:
        return next((row for row in await self.subjects() if row.id == self.wendla), None)

    async def rows(self) -> list[SignalRow]:
        read = partial(signals_of, tenant=self.site.tenant, most=100)
        return await self.site.installation.store.read(read)

    def bookers(self) -> set[str]:
        return {name for name, booking in self.site.consumer.bookings.items() if booking.booker}


def person(value: str, kind: NameKind = NameKind.ACCOUNT) -> About:
    return About.person(Name(kind, value))


WENDLA_HERSELF, ANA = person(WENDLAS_ID), person(ANAS_ID)
AT_WENDLAS_ADDRESS = person(WENDLA, NameKind.ADDRESS)


async def open_signalled_site(installation: Installation, whose: Provider = Provider.MICROSOFT) -> Scene:
    """All of it, read once."""
    allow(installation)
    hers, his = organized("event-0", NOON + HOUR, WENDLA), organized("event-1", NOON + 2 * HOUR, RUBEN)
    site = await open_peopled_site(installation, hers, his, policy=BOOKERS, whose=whose)
    ana = Person(site, ANAS_ID)
    ana.put(invitation("ana", NOON + 3 * HOUR, AMBER))
    await ana.connect()
    wendla = await enrol(site, WENDLA, directory=WENDLAS_ID)
    await enrol(site, RUBEN)
    await site.later()
    (link,) = await links_at(site)
    parts = installation.parts
    door = Door(parts.store, parts.keyring, parts.metrics)
    return Scene(site, door, wendla, link.authorization)
