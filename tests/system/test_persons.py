"""A person connects their own calendar at either provider, gives way to the room, and withdraws."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from aiohttp import web

from connectors.sandbox.calendar import Calendar, Event
from connectors.sandbox.consent import Ending
from connectors.sandbox.directory import Person
from connectors.sandbox.door import Handler
from connectors.sandbox.handout import TenantHandout
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider, Resource, Tenant
from connectors.sandbox.world import generate
from gateway.app.standins import CONTROLLER
from gateway.clock import system_clock
from gateway.settings import Listen, Providers, Settings
from tests.fakes.project import account
from tests.system.browser import Browser, open_browser
from tests.system.canary_world import NOW
from tests.system.consumer import Consumer, consumer_of
from tests.system.gateways import PATIENCE_SECONDS, Gateway
from tests.system.house import House, free_port
from tests.system.standins import WatchedSandbox

both = pytest.mark.parametrize("provider", list(Provider))
AT = NOW + timedelta(days=9, hours=3)
HOUR = timedelta(hours=1)
UIDS = {Provider.MICROSOFT: "iCalUId", Provider.GOOGLE: "iCalUID"}


class Scene(NamedTuple):
    """A house that serves one company, and one of its people."""

    sandbox: Sandbox
    house: House
    company: TenantHandout
    gateway: Gateway
    consumer: Consumer
    browser: Browser
    tenant: Tenant
    person: Person
    room: Resource

    @property
    def mine(self) -> Calendar:
        return self.sandbox.world.calendar(self.person.address)

    async def invitation(self) -> str:
        """The address that an admin hands out."""
        made = await self.house.call("link", "invite", self.company.name)
        assert made.code == 0, made.complaint
        return made.output.split()[-1]

    async def read(self) -> list[str]:
        """Everything is read anew; what the consumer is told of it."""
        await self.house.all_read(self.house.make_due())
        return await self.consumer.read_on()

    async def link(self) -> str:
        """The id of the person's link."""
        ((link,),) = self.house.execute("SELECT authorization FROM links")
        return str(link)


def choice_of(company: TenantHandout, *, consumers: bool) -> list[str]:
    """How an admin onboards a company whose people may connect."""
    common = [company.name, "--provider", company.provider, "--zone", company.zone, "--persons"]
    common += ["--address", CONTROLLER.address, "--contact", CONTROLLER.contact]
    common += ["--consumer-accounts"] if consumers else []
    if company.provider is Provider.MICROSOFT:
        return [*common, "--directory-id", company.id]
    domain = company.read_as.rpartition("@")[2]
    google = ["--customer", company.id, "--read-as", company.read_as, "--grant", "delegated-readonly"]
    return [*common, *google, "--person-domain", domain]


@pytest.fixture
def consumers() -> bool:
    """Whether accounts of no organization may connect, too."""
    return False


@pytest.fixture
def told() -> bool:
    """Whether Google is to tell of accounts."""
    return False


class Door:
    """Lets nobody redeem a code while it is closed."""

    def __init__(self) -> None:
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.came = asyncio.Event()

    async def __call__(self, kind: str, handler: Handler, request: web.Request) -> web.Response:
        if kind.endswith(".token") and "code" in await request.post():
            self.came.set()
            await self.is_open.wait()
        return await handler(request)


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
async def scene(
    tmp_path: Path, provider: Provider, consumers: object, told: object, door: Door
) -> AsyncIterator[Scene]:
    real = system_clock()
    world = generate(5, calendars_per_tenant=4, now=NOW)
    async with WatchedSandbox(world, door, system_clock(NOW - real())) as sandbox:
        house = House.build(sandbox, tmp_path / "house")
        port = free_port()
        public_url = f"http://127.0.0.1:{port}"
        listen = Listen(port=port, metrics_port=free_port(), public_url=public_url)
        house.settings = msgspec.structs.replace(house.settings, listen=listen)
        if told:
            house.settings = with_protection(house.settings)
        house.write_config()
        company = next(one for one in house.companies if one.provider is provider)
        added = await house.call("tenant", "add", *choice_of(company, consumers=bool(consumers)))
        assert added.code == 0, added.complaint
        consumer_made = await house.call(
            "consumer", "add", "FlexO", "--purpose", "occupancy", "--tenant", company.name
        )
        token = consumer_made.output.split()[-1]
        gateway = house.start("serve")
        tenant = next(one for one in world.tenants if one.id == company.id)
        room = next(one for one in tenant.resources if (one.capacity or 0) > 1)
        ca_file = str(house.settings.providers.google and house.settings.providers.google.ca_file)
        async with (
            consumer_of(await serving(gateway), token) as consumer,
            open_browser(ca_file) as browser,
        ):
            await house.all_read()
            await consumer.read_on()
            person = tenant.people[-1]
            yield Scene(sandbox, house, company, gateway, consumer, browser, tenant, person, room)
        assert (await gateway.stop()).code == 0


def with_protection(settings: Settings) -> Settings:
    """The same, with a key that lets Google tell of accounts: the stand-in's has every role."""
    google = settings.providers.google
    assert google is not None
    key = Path(google.key_file).with_name("risc.json")
    key.write_bytes(Path(google.key_file).read_bytes())
    google = msgspec.structs.replace(google, risc_key_file=str(key))
    return msgspec.structs.replace(settings, providers=Providers(settings.providers.microsoft, google))


async def serving(gateway: Gateway) -> int:
    return await gateway.port()


def names_the_room(scene: Scene) -> Event:
    """An event like one of the room's own: it names the room among whom it invites."""
    room = scene.sandbox.world.calendar(scene.room.address)
    like = next(event for event in room.events.values() if _is_plain(event))
    return like | {"id": "persons-own", UIDS[scene.tenant.provider]: "uid-of-it"}


def _is_plain(event: Event) -> bool:
    alone = not any(event.get(name) for name in ("recurrence", "recurringEventId", "seriesMasterId"))
    taken = event.get("status") != "cancelled" and not event.get("isCancelled")
    rows = event.get("attendees") or []
    named = [row for row in rows if row.get("type") == "resource" or row.get("resource")]
    accepted = [row for row in named if "accepted" in {row.get("responseStatus"), _answer(row)}]
    return alone and taken and bool(accepted) and "dateTime" in event["start"]


def _answer(row: Event) -> str:
    return str((row.get("status") or {}).get("response"))


def spoil(credential: str) -> None:
    Path(credential).write_text("no key any more")


@both
async def test_the_whole_way_of_a_link(scene: Scene) -> None:
    event = names_the_room(scene)
    scene.mine.add(event)
    scene.mine.move("persons-own", AT, AT + HOUR)
    status, told = await scene.browser.connect(await scene.invitation(), scene.person.address)
    assert (status, told.split(".")[0]) == (200, "Your calendar is connected")
    assert await scene.read() == ["booking.put"]
    # The room itself tells of it.
    room = scene.sandbox.world.calendar(scene.room.address)
    room.add(event | {"id": "rooms-copy"})
    room.move("rooms-copy", AT, AT + HOUR)
    assert sorted(await scene.read()) == ["booking.put", "booking.removed"]
    room.delete("rooms-copy")
    assert await scene.read() == ["booking.removed"]
    # Another meeting of theirs, which the room has not heard of.
    scene.mine.add(event | {"id": "another", UIDS[scene.tenant.provider]: "uid-of-another"})
    scene.mine.move("another", AT + 2 * HOUR, AT + 3 * HOUR)
    assert await scene.read() == ["booking.put"]
    listed = await scene.house.call("link", "list", scene.company.name)
    assert "active" in listed.output
    assert scene.person.name not in listed.output
    withdrawn = await scene.house.call("link", "withdraw", scene.company.name, await scene.link())
    assert withdrawn.code == 0, withdrawn.complaint
    assert "destroyed" in withdrawn.output
    assert await scene.consumer.read_on() == ["booking.removed"]
    assert scene.house.execute("SELECT count(*) FROM links")[0][0] == 0
    revoked = scene.sandbox.requests["google.revoke"]
    assert revoked == (scene.tenant.provider is Provider.GOOGLE)


@both
async def test_a_link_that_the_person_ends_at_their_provider_is_suspended_until_they_come_back(
    scene: Scene,
) -> None:
    scene.mine.add(names_the_room(scene))
    scene.mine.move("persons-own", AT, AT + HOUR)
    await scene.browser.connect(await scene.invitation(), scene.person.address)
    assert await scene.read() == ["booking.put"]
    scene.sandbox.world.personal(scene.person.address).end(Ending.REMOVED)
    # Whoever holds an access token reads on until it ends.
    scene.sandbox.advance(2 * HOUR.total_seconds())
    scene.house.make_due()
    await scene.house.until("SELECT count(*) = 1 FROM authorizations WHERE state = 'suspended'")
    assert await scene.consumer.read_on() == ["booking.removed"]
    told = await scene.house.call("status")
    assert "1 of 1 calendars that people connected cannot be read" in " ".join(told.output.split())
    await scene.browser.connect(await scene.invitation(), scene.person.address)
    assert await scene.consumer.read_on() == ["booking.put"]


@pytest.mark.parametrize("provider", [Provider.GOOGLE])
@pytest.mark.parametrize("told", [True])
async def test_google_tells_that_a_link_has_ended(scene: Scene) -> None:
    """On the one stream that serving has asked it for: at once, and not when a token is renewed."""
    invitation, google = await scene.invitation(), scene.sandbox.risc
    assert "email" in await scene.browser.sent_on(invitation)
    scene.mine.add(names_the_room(scene))
    scene.mine.move("persons-own", AT, AT + HOUR)
    await scene.browser.connect(invitation, scene.person.address)
    assert await scene.read() == ["booking.put"]
    await google.deliver()
    await scene.house.until("SELECT count(*) = 1 FROM project_streams WHERE heard_at IS NOT NULL")
    google.tell("oauth/tokens-revoked", account(scene.person.id))
    await google.deliver()
    assert [answer.status for answer in google.answers] == [202, 202]
    await scene.house.until("SELECT count(*) = 1 FROM authorizations WHERE state = 'suspended'")
    assert await scene.consumer.read_on() == ["booking.removed"]
    assert "Google does not tell" not in (await scene.house.call("status")).output
    scene.house.execute("DELETE FROM project_streams")
    assert "Google does not tell" in (await scene.house.call("status")).output
    settings = scene.house.settings.providers.google
    assert settings is not None
    spoil(str(settings.risc_key_file))
    told = await scene.house.call("check-config")
    assert (told.code, "risc_key_file" in told.complaint) == (2, True)


@pytest.mark.parametrize("provider", [Provider.GOOGLE])
async def test_whose_account_is_of_no_organization_is_told_so(scene: Scene) -> None:
    scene.sandbox.world.personal(scene.person.address).is_consumer = True
    status, told = await scene.browser.connect(await scene.invitation(), scene.person.address)
    assert (status, told.split(",")[0]) == (403, "That is a personal account")
    assert scene.house.execute("SELECT count(*) FROM links")[0][0] == 0
    # Google would end what they have granted in other tenants as well: they are told how to do it.
    assert scene.sandbox.requests["google.revoke"] == 0
    assert "myaccount.google.com" in told


@both
@pytest.mark.parametrize("consumers", [True])
async def test_an_account_of_no_organization_is_connected_where_the_employer_allows_it(scene: Scene) -> None:
    scene.sandbox.world.personal(scene.person.address).is_consumer = True
    scene.mine.add(names_the_room(scene))
    scene.mine.move("persons-own", AT, AT + HOUR)
    status, _ = await scene.browser.connect(await scene.invitation(), scene.person.address)
    assert status == 200
    assert await scene.read() == ["booking.put"]


@both
async def test_whoever_declines_is_left_alone_and_may_think_again(scene: Scene) -> None:
    invitation, consent = await scene.invitation(), scene.sandbox.world.personal(scene.person.address)
    consent.declines = True
    status, told = await scene.browser.connect(invitation, scene.person.address)
    assert (status, told.split(",")[0]) == (403, "You did not agree")
    assert scene.house.execute("SELECT count(*) FROM links")[0][0] == 0
    consent.declines = False
    status, _ = await scene.browser.connect(invitation, scene.person.address)
    assert status == 200
    # An invitation is good for one person.
    status, told = await scene.browser.told(invitation)
    assert (status, "was used before" in told) == (404, True)


@both
async def test_a_sign_in_outlives_its_browser_and_the_order_to_stop(scene: Scene, door: Door) -> None:
    door.is_open.clear()
    asked = await scene.browser.sent_on(await scene.invitation())
    back = await scene.browser.sent_on(f"{asked}&login_hint={scene.person.address}")
    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        coming = group.create_task(scene.browser.told(back))
        await door.came.wait()
        coming.cancel()
    scene.gateway.send(signal.SIGTERM)
    await refused(scene.house.settings.listen.port)
    door.is_open.set()
    assert (await scene.gateway.finished()).code == 0
    assert scene.house.execute("SELECT count(*) FROM links")[0][0] == 1


async def refused(port: int) -> None:
    """Until nobody listens there any more."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        with suppress(ConnectionRefusedError):
            while True:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                await asyncio.sleep(0.02)


@both
async def test_a_way_back_without_the_browser_that_began_it_leads_nowhere(scene: Scene) -> None:
    asked = await scene.browser.sent_on(await scene.invitation())
    back = await scene.browser.sent_on(f"{asked}&login_hint={scene.person.address}")
    ca_file = str(scene.house.settings.providers.google and scene.house.settings.providers.google.ca_file)
    async with open_browser(ca_file) as another:
        assert (await another.told(back))[0] == 403
    assert (await scene.browser.told(back))[0] == 200
    # Once is enough.
    assert (await scene.browser.told(back))[0] == 403
    assert scene.house.execute("SELECT count(*) FROM links")[0][0] == 1


@pytest.mark.parametrize("provider", [Provider.GOOGLE])
async def test_with_its_employer_a_link_is_given_back(scene: Scene) -> None:
    await scene.browser.connect(await scene.invitation(), scene.person.address)
    withdrawn = await scene.house.call("tenant", "withdraw", scene.company.name)
    assert withdrawn.code == 0, withdrawn.complaint
    assert scene.sandbox.requests["google.revoke"] == 1
    assert await scene.consumer.read_on() == ["tenant.erased"]


@pytest.mark.parametrize("provider", [Provider.GOOGLE])
async def test_a_withdrawal_waits_for_no_credential_of_ours(scene: Scene) -> None:
    await scene.browser.connect(await scene.invitation(), scene.person.address)
    google = scene.house.settings.providers.google
    assert google is not None
    spoil(google.key_file)
    withdrawn = await scene.house.call("link", "withdraw", scene.company.name, await scene.link())
    assert withdrawn.code == 0, withdrawn.complaint
    assert scene.house.execute("SELECT count(*) FROM links")[0][0] == 0


@pytest.mark.parametrize("provider", [Provider.GOOGLE])
async def test_without_what_people_connect_with_nothing_is_started(scene: Scene) -> None:
    settings = scene.house.settings
    assert settings.providers.google is not None
    google = msgspec.structs.replace(settings.providers.google, client_file=None)
    providers = msgspec.structs.replace(settings.providers, google=google)
    scene.house.settings = msgspec.structs.replace(settings, providers=providers)
    scene.house.write_config()
    told = await scene.house.call("check-config")
    assert (told.code, "client_file" in told.complaint) == (2, True)
