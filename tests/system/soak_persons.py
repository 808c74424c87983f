"""What people do with calendars of their own, by lot: they connect, lose grants, come back, withdraw."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.chance import Chance
from connectors.sandbox.consent import Ending
from gateway.authorization import AuthorizationId, State
from gateway.booking import BookingId
from tests.fakes.crashes import Fuse
from tests.system.soak_audience import Audience
from tests.system.soak_copies import said
from tests.system.soak_gateway import FOR_EVER
from tests.system.soak_house import SoakHouse
from tests.system.soak_links import LinkWithdrawal, links_of, sign_in
from tests.system.soak_sandbox import SoakSandbox
from tests.system.soak_world import SoakWorld

#: Taken back, ended as a new password does, and with the account, for a while.
_ENDINGS = (Ending.REMOVED, Ending.REVOKED, Ending.DISABLED)
#: How many effects are left to a command that withdraws.
_EFFECTS = 8


class Persons:
    """All employers' people, by address. ``lost``: whose grants are lost at their provider.

    ``withdrawn``: under which authorizations those were connected who have withdrawn to the end.
    """

    def __init__(
        self,
        house: SoakHouse,
        sandbox: SoakSandbox,
        world: SoakWorld,
        audiences: list[Audience],
        happened: Counter[str],
    ) -> None:
        self.lost = set[str]()
        self.withdrawn = set[AuthorizationId]()
        self._house = house
        self._sandbox = sandbox
        self._world = world
        self._audiences = audiences
        self._happened = happened
        self._links: dict[str, AuthorizationId] = {}
        #: Who may be suspended, and has not signed in since.
        self._doubted = set[str]()
        #: What their calendars have ever told.
        self._said = defaultdict[str, set[BookingId]](set)
        self._pending: list[LinkWithdrawal] = []

    async def begin(self, employer: str) -> None:
        """Most of an employer's people connect at once, if they are not connected."""
        for person in self._world.people(employer)[1:]:
            if person.address not in self._links.keys() - self.lost:
                await self.connect(employer, person.address)

    async def happen(self, chance: Chance) -> None:
        """Everything of one step."""
        for employer, address in [*self._people()]:
            self._said[address].update(
                said(self._world, self._world.calendar(address), await self._house.keys(employer))
            )
            if address not in self._links or address in self.lost:
                if chance.once_in(3):
                    await self.connect(employer, address)
                continue
            match chance.below(25):
                case 0:
                    self.lose(address, chance.pick(_ENDINGS))
                case 1:
                    effects = chance.below(_EFFECTS) if chance.once_in(2) else FOR_EVER
                    await self.withdraw(employer, address, effects)
                case 2:
                    await self.connect(employer, address)
                case _:
                    pass

    async def connect(self, employer: str, address: str) -> bool:
        """Sign in, again or for the first time. Whether it came to something."""
        if not (await self._house.state(employer)).may_read or self._is_pending(address):
            return False
        consent = self._sandbox.world.personal(address)
        absence, consent.absence = consent.absence, None
        link = await sign_in(self._house, employer, address)
        if link is None:
            consent.absence = absence
            return False
        self._links[address] = link
        self.lost.discard(address)
        self._doubted.discard(address)
        self._happened["sign-in"] += 1
        return True

    def lose(self, address: str, why: Ending) -> None:
        """The grant is no good any more at its provider; nobody has told us."""
        self._sandbox.world.personal(address).end(why)
        self.lost.add(address)
        self._happened["lost link"] += 1

    async def withdraw(self, employer: str, address: str, effects: int = FOR_EVER) -> None:
        """Withdraw; the command dies after so many effects."""
        tenant = self._house.tenants[employer]
        one = LinkWithdrawal(self._house, tenant, address, self._links.pop(address))
        await one.withdraw(Fuse(effects))
        self._pending.append(one)
        self._forget(address)
        others = [
            self._said[other] for whose, other in self._people() if whose == employer and other != address
        ]
        alone = self._said[address].difference(*others)
        await one.nothing_is_told(self._audiences, alone, self._sandbox.clock())

    def doubt(self, employer: str) -> None:
        """Their employer's loss is theirs."""
        self._doubted |= {address for whose, address in self._people() if whose == employer}

    def end(self, employer: str) -> None:
        """With their employer all that people have granted ends."""
        for person in self._world.people(employer):
            self._links.pop(person.address, None)
            self._said.pop(person.address, None)
            self._forget(person.address)
        here = {person.address for person in self._world.people(employer)}
        self._pending = [one for one in self._pending if one.address not in here]

    async def resume(self) -> set[str]:
        """Who is suspended though their grant stands signs in again; returns who of them was for nothing."""
        found = set[str]()
        for employer, address in [*self._people()]:
            if address in self._links.keys() - self.lost and await self._is_suspended(employer, address):
                self._happened["suspended link"] += address not in self._doubted
                found |= {address} - self._doubted
                self._doubted.add(address)
                await self.connect(employer, address)
        return found

    async def settle(self) -> None:
        """Prove the withdrawals that have come to their end."""
        for one in [*self._pending]:
            if await one.state() is State.ERASED:
                await one.prove(self._sandbox)
                self._pending.remove(one)
                self.withdrawn.add(one.link)
                self._happened["link withdrawal"] += 1

    def are_settled(self) -> bool:
        return not self._pending

    def connected(self, employer: str) -> list[Calendar]:
        """The calendars of whoever is connected and has lost nothing."""
        people = self._world.people(employer)
        standing = self._links.keys() - self.lost
        return [self._world.calendar(one.address) for one in people if one.address in standing]

    async def check(self) -> None:
        """At the end, when everything was read: suspended is who has lost their grant, and nobody else."""
        assert self.are_settled(), "a person's withdrawal has not come to its end"
        for employer, address in self._people():
            if address in self._links:
                is_suspended = await self._is_suspended(employer, address)
                assert is_suspended == (address in self.lost), f"a person of {employer} is what they are not"

    async def _is_suspended(self, employer: str, address: str) -> bool:
        link = (await links_of(self._house, employer))[self._links[address]]
        return link.state is State.SUSPENDED

    def _people(self) -> Iterator[tuple[str, str]]:
        """Of employers that are there."""
        for employer in sorted(self._house.tenants):
            for person in self._world.people(employer):
                yield employer, person.address

    def _forget(self, address: str) -> None:
        self.lost.discard(address)
        self._doubted.discard(address)
        self._sandbox.world.personal(address).absence = None

    def _is_pending(self, address: str) -> bool:
        return any(one.address == address for one in self._pending)
