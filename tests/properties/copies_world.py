"""People whose calendars hold copies of what places' calendars may hold as well, and what becomes of them."""

from pathlib import Path

from msgspec.structs import replace

from connectors.errors import AccessLost
from connectors.raw import RawEvent, RawPlace, Response, Tainted, Unclear
from gateway.app.persons.links import withdraw_link
from gateway.app.tenants import resume_tenant
from gateway.authorization import AuthorizationId
from gateway.store.persons import link_of_account
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.installation import Installation, lose_access
from tests.fakes.persons import Person, at_the_place, invitation, open_peopled_site
from tests.fakes.site import Site
from tests.properties.copies_model import CopiesModel, Copy, uid
from tests.properties.copies_rounds import CopiesRounds
from tests.properties.copies_rows import Backup, records_of
from tests.properties.copies_truth import CopiesTruth, at


class CopiesWorld:
    """What is said and done at a site, to the gateway and to the model alike."""

    def __init__(self, site: Site, model: CopiesModel, folder: Path) -> None:
        self.truth = CopiesTruth(site, model)
        self.rounds = CopiesRounds(site, model, self.truth)
        self._site = site
        self._model = model
        self._persons = {name: Person(site, name) for name in model.persons}
        self._backup = Backup(site.installation, folder)

    @classmethod
    async def open(
        cls,
        installation: Installation,
        folder: Path,
        model: CopiesModel,
        *,
        incremental: bool,
        page_items: int,
    ) -> "CopiesWorld":
        places = tuple(model.own)
        site = await open_peopled_site(
            installation, incremental=incremental, page_items=page_items, places=places
        )
        return cls(site, model, folder)

    def say(self, name: str, event: str, copy: Copy) -> None:
        """A person's calendar says this of an event."""
        self._model.persons[name].put(event, copy)
        self._persons[name].put(_invitation(event, copy))

    def unsay(self, name: str, event: str) -> None:
        self._model.persons[name].drop(event)
        self._persons[name].delete(event)

    def hide(self, name: str, event: str) -> None:
        """A change that nobody may see, of an event or beside it."""
        copy = self._model.persons[name].said.get(event)
        told = invitation(f"private {event}", at(1)) if copy is None else _invitation(event, copy)
        self._persons[name].put(replace(told, organizer=Tainted(f"organizer-of-{event}@people.example")))

    async def blur(self, name: str, event: str, *, nowhere: bool) -> None:
        """An event cannot be understood any more, or only not where it is."""
        await self.rounds.be_sure()
        self._model.persons[name].blur(event)
        lost = replace(invitation(event, at(0)), attendees=None) if nowhere else Unclear(event, "no_start")
        self._persons[name].calendar.change(event, lost)

    def hold(self, place: RawPlace, event: str, hour: int) -> None:
        """A place's own calendar holds an event."""
        self._model.own[place].put(event, hour)
        self._site.provider.put(place, _at_the_place(place, event, hour))

    async def drop(self, place: RawPlace, event: str, *, declined: bool) -> None:
        """A place's own calendar holds an event no more, or has declined it."""
        await self.rounds.be_sure()
        own = self._model.own[place]
        if declined and event in own.said:
            held = _at_the_place(place, event, own.said[event])
            self._site.provider.put(place, replace(held, response=Response.DECLINED))
        else:
            self._site.provider.delete(place, event)
        own.drop(event)

    async def blur_at_the_place(self, place: RawPlace, event: str) -> None:
        await self.rounds.be_sure()
        self._model.own[place].blur(event)
        self._site.provider.blur(place, event)

    async def close_or_open(self, place: RawPlace, *, there: bool) -> None:
        """A place is in the directory no more, or again."""
        await self.rounds.be_sure()
        if there:
            self._site.provider.add_place(place)
            self._model.closed.discard(place)
        else:
            self._site.provider.places.pop(place.place_id, None)
            self._model.closed.add(place)
        self.rounds.is_to_notice_places()

    def lose_cursors(self) -> None:
        self._site.provider.lose_cursors()

    async def connect(self, name: str) -> None:
        """A person connects, connected or not; nobody can while the tenant is suspended."""
        if self.rounds.is_suspended:
            return
        if await self._link_of(name) is None:
            self.rounds.unread.add(name)
        self._site.provider.refused.pop(self._persons[name].address, None)
        await self._persons[name].connect()
        self._model.connected.add(name)
        await self.rounds.check()

    async def lose(self, name: str) -> None:
        """A person's consent is gone at their provider, of which a round will tell.

        Of one that was never read it would prove nothing.
        """
        if name not in self._model.connected:
            return
        await self.rounds.be_sure(name)
        if name not in self.rounds.unread:
            self._persons[name].refuse(AccessLost("consent_missing"))
            self._model.connected.discard(name)
            self.rounds.is_to_notice()

    async def withdraw(self, name: str) -> None:
        """A person withdraws: at once nothing is told of them, and nothing of theirs opens."""
        here, link = self._site.installation, await self._link_of(name)
        if link is None:
            return
        records = await here.store.read(lambda handle: records_of(handle, link))
        await self._backup.take()
        await withdraw_link(here.parts, self._site.tenant, link, nothing_to_revoke)
        await self._backup.only_lacks(records)
        self._site.provider.refused.pop(self._persons[name].address, None)
        self._model.withdraw(name)
        await self.rounds.check()

    async def suspend_or_resume(self) -> None:
        """The employer's consent is gone, or an admin confirms it."""
        here, tenant = self._site.installation, self._site.tenant
        if self.rounds.is_suspended:
            await resume_tenant(here.parts, tenant)
        else:
            await self.rounds.be_sure()
            await lose_access(here.store, await here.tenancy(tenant))
        self.rounds.is_suspended = not self.rounds.is_suspended
        self.truth.something_else_is_told()

    async def _link_of(self, name: str) -> AuthorizationId | None:
        """Under which authorization a person is connected, suspended or not."""
        here, index = self._site.installation, self._site.tenancy.keys.index
        link = self._persons[name].link
        account = index.identifier("account", "microsoft", link.organization or "", link.account)
        return await here.store.read(lambda handle: link_of_account(handle, self._site.tenant, account))


def _invitation(event: str, copy: Copy) -> RawEvent:
    return invitation(event, at(copy.hour), *copy.places, uid=uid(event), answer=copy.answer)


def _at_the_place(place: RawPlace, event: str, hour: int) -> RawEvent:
    return at_the_place(invitation(event, at(hour), place, uid=uid(event)), event)
