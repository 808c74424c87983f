"""A user of FlexO is recognized at both providers, withdraws while the gateway serves, and comes back."""

from collections import Counter
from pathlib import Path
from typing import Any

from connectors.sandbox.calendar import Event
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider
from connectors.sandbox.world import generate
from gateway.clock import system_clock
from gateway.tenant import Tenant
from tests.fakes.identity import one_identity
from tests.system.canary_world import NOW
from tests.system.consumer import Consumer, consumer_of
from tests.system.house import Choice, House

USER = "flexo-user-4711"


class Visit:
    """One company under a policy that tells all it can, and the one who organizes most there."""

    def __init__(self, house: House, consumer: Consumer, onboarded: Tenant, sandbox: Sandbox) -> None:
        self._house = house
        self._consumer = consumer
        self._id = onboarded.id
        self._name = onboarded.registration.name
        directory = onboarded.connection.directory
        whole = next(one for one in sandbox.world.tenants if one.id == directory)
        rooms = (sandbox.world.calendar(room.address) for room in whole.resources)
        met = Counter(_organizer(event) for room in rooms for event in room.events.values())
        people = {person.address for person in whole.people}
        self.address = next(address for address, _ in met.most_common() if address in people)

    async def command(self, *arguments: str) -> str:
        group, what, *rest = arguments
        done = await self._house.call(group, what, self._name, *rest)
        assert done.code == 0, done.complaint
        assert not any(text in done.output for text in (USER, self.address))
        return " ".join(done.output.split())

    async def read(self) -> None:
        await self._house.all_read(self._house.make_due())
        await self._consumer.read_on()

    def bookings(self) -> list[dict[str, Any]]:
        return list(self._consumer.backend.view(self._id).bookings.values())

    def bookers(self) -> set[str]:
        return {booking["booker"] for booking in self.bookings()} - {None}


def _organizer(event: Event) -> str:
    told = event.get("organizer") or {}
    return str(told.get("email") or told.get("emailAddress", {}).get("address")).lower()


async def test_the_whole_way_of_a_subject(tmp_path: Path) -> None:
    real = system_clock()
    world = generate(5, calendars_per_tenant=4, now=NOW)
    async with Sandbox(world, system_clock(NOW - real()), real, identity=one_identity()) as sandbox:
        house = House.build(sandbox, tmp_path / "house")
        companies = {company.provider: company for company in house.companies}
        tenants, token = await house.onboard(*(Choice(company, "widest") for company in companies.values()))
        gateway = house.start("serve")
        async with consumer_of(await gateway.port(), token) as consumer:
            await house.all_read()
            await consumer.read_on()
            for tenant in tenants:
                await come_and_go(Visit(house, consumer, tenant, sandbox), consumer)
        ended = await gateway.stop()
        assert ended.code == 0
        kept = "\n".join(house.dump()) + ended.output + ended.complaint
        assert USER not in kept
    assert set(companies) == set(Provider)


async def come_and_go(visit: Visit, consumer: Consumer) -> None:
    """Enrol, withdraw, stay away, and enrol again."""
    before = len(visit.bookings())
    enrol = ("subject", "enrol", "--user", USER, "--address", visit.address)
    assert "Enrolled as sub_" in await visit.command(*enrol)
    await visit.read()
    (pseudonym,) = visit.bookers()
    assert "their places stay taken" in await visit.command("subject", "withdraw", "--user", USER)
    told = await consumer.read_on()
    # Whoever serves may have read the calendars anew by now: what that tells stands behind it.
    assert told.count("subject.erased") == 1
    assert visit.bookers() == set()
    acknowledged = f"/v1/erasures/{consumer.backend.erasures[-1]}/acknowledgement"
    assert (await consumer.ask("POST", acknowledged)).status == 204
    await visit.read()
    assert (visit.bookers(), len(visit.bookings())) == (set(), before)
    await visit.command(*enrol)
    await visit.read()
    (other,) = visit.bookers()
    assert other != pseudonym
