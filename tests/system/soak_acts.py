"""What befalls the installation itself, by lot: it dies, grants go and return, employers as well."""

from collections import Counter
from datetime import timedelta

from connectors.sandbox.chance import Chance
from tests.fakes.crashes import Fuse
from tests.system.soak_audience import Audience
from tests.system.soak_gateway import FOR_EVER
from tests.system.soak_house import SoakHouse
from tests.system.soak_persons import Persons
from tests.system.soak_sandbox import SoakSandbox
from tests.system.soak_time import leap
from tests.system.soak_withdrawal import Withdrawal
from tests.system.soak_world import EMPLOYERS, SoakWorld

#: How many effects are left to a gateway that is to die, and to a command that withdraws.
_EFFECTS, _EFFECTS_OF_A_COMMAND = 40, 12
#: How many requests for a tenant come before it is withdrawn amid them.
_REQUESTS = 4
_PAST_A_POLL = timedelta(minutes=6)


class Acts:
    """Of one soak. ``happened`` counts by kind; ``lost``: employers whose grant is lost at their provider."""

    def __init__(
        self, house: SoakHouse, sandbox: SoakSandbox, world: SoakWorld, answers: dict[str, bytes]
    ) -> None:
        self.happened = Counter[str]()
        self.audiences: list[Audience] = []
        self.lost = set[str]()
        #: Whose grant stands again, and nobody has confirmed it.
        self._regained = set[str]()
        self._house = house
        self._sandbox = sandbox
        self._world = world
        self._answers = answers
        self._pending: list[Withdrawal] = []
        self.persons = Persons(house, sandbox, world, self.audiences, self.happened)

    async def happen(self, chance: Chance) -> None:
        """Everything of one step."""
        if chance.once_in(3):
            self.crash(chance.below(_EFFECTS), after=chance.once_in(2))
        for employer in EMPLOYERS:
            if employer in self.lost and chance.once_in(3):
                self.regain(employer)
            elif employer in self._house.tenants.keys() - self.lost and chance.once_in(9):
                self.lose(employer)
        gone = [name for name in EMPLOYERS if name not in self._house.tenants]
        if gone and not self._pending and chance.once_in(4):
            await self.onboard(chance.pick(gone))
        elif len(self._house.tenants) > 1 and chance.once_in(10):
            await self._withdraw(chance.pick(sorted(self._house.tenants)), chance)
        await self.persons.happen(chance)

    async def onboard(self, *employers: str) -> None:
        """Employers grant and authorize; with a consumer of their own, since no scope is ever widened."""
        for employer in employers:
            self.regain(employer)
        token = await self._house.onboard(*employers)
        scope = {self._house.tenants[name] for name in employers}
        self.audiences.append(Audience(self._house, self._world, token, scope, self._answers))
        self.happened["onboarding"] += 1
        for employer in employers:
            await self.persons.begin(employer)

    def crash(self, effects: int, *, after: bool = False) -> None:
        """Let the gateway die when it has come so far."""
        self._house.gateway.fuse.light(effects, after=after)

    def lose(self, employer: str) -> None:
        """An employer's admin takes our access away at its provider."""
        self.lost.add(employer)
        self.persons.doubt(employer)
        self._sandbox.world.consent_removed.add(self._house.directory(employer))

    def regain(self, employer: str) -> None:
        """Our access is given back there; nobody has told us."""
        self._regained |= self.lost & {employer}
        self.lost.discard(employer)
        self._sandbox.world.consent_removed.discard(self._house.directory(employer))

    async def resume(self) -> set[str]:
        """Our admin confirms what stands; returns whose tenants were suspended although it always did."""
        resumed = set(await self._house.resume(besides=self.lost))
        self.happened["suspension"] += len(resumed & self._regained)
        resumed -= self._regained
        self._regained.clear()
        return resumed

    async def withdraw(self, employer: str, *, amid: int | None = None, effects: int = FOR_EVER) -> None:
        """Withdraw, ``amid`` so many requests for the tenant or none; the command dies after ``effects``."""
        one = await Withdrawal.begin(self._house, self.audiences, employer)
        if amid is None:
            await one.withdraw(Fuse(effects))
        else:
            await leap(_PAST_A_POLL)
            await one.withdraw_amid(self._sandbox, amid, Fuse(effects))
        await one.nothing_is_served(self.audiences)
        self.persons.end(employer)
        del self._house.tenants[employer]
        self._pending.append(one)

    async def settle(self) -> None:
        """Prove the withdrawals that have come to their end."""
        await self.persons.settle()
        for one in [*self._pending]:
            if await one.is_done() and self.persons.are_settled():
                await one.prove(self._sandbox, self.audiences, self.persons.withdrawn)
                self._pending.remove(one)
                self.happened["withdrawal"] += 1

    def calm(self) -> None:
        """What is lost stands again, and nobody dies any more."""
        self.crash(FOR_EVER)
        for employer in [*self.lost]:
            self.regain(employer)

    def all_settled(self) -> bool:
        return not self._pending

    async def _withdraw(self, employer: str, chance: Chance) -> None:
        if chance.once_in(3):
            self.crash(chance.below(4), after=chance.once_in(2))
        await self.withdraw(
            employer,
            amid=chance.between(1, _REQUESTS) if chance.once_in(2) else None,
            effects=chance.below(1 + chance.below(_EFFECTS_OF_A_COMMAND)) if chance.once_in(2) else FOR_EVER,
        )
