"""What providers allow: requests at a time, attempts in a span of time, and none while they ask for a pause.

Every attempt counts, also one that is refused. What others of our processes spend is not known here.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple
from weakref import WeakValueDictionary

from connectors.errors import Throttled
from connectors.port import CalendarAddress

#: Graph refuses the fifth request at once to a mailbox; what else reads it needs one too.
CALENDAR_AT_ONCE = 3
#: A tenant's share of the connections of a process, so that a large one leaves some to the others.
TENANT_AT_ONCE = 16
#: What asks to be told of changes, so that reading comes first.
PUSH_AT_ONCE = 2
#: However long a provider asks us to stay away, we look again after this.
PAUSE_SECONDS_MAX = 3600.0

_TIDY_SECONDS = 60.0


class Rate(NamedTuple):
    """No more attempts than these in any span of so many seconds."""

    attempts: int
    seconds: float


PUSH_RATE = Rate(600, 60)


class Budget:
    """What one calendar, user, tenant or application may cost. First come, first served."""

    # Tried: a leaky bucket as aiolimiter has it lets 1,199 attempts pass in the first minute of 600 a minute,
    # and cannot say whether it may be forgotten.

    def __init__(self, at_once: int, rate: Rate | None = None) -> None:
        self.rate = rate
        self._room = asyncio.Semaphore(at_once)
        self._first_in_line = asyncio.Lock()
        # A sixth may go at once and the rest of a span evenly: together never more than the rate, and nobody
        # waits long behind those who came all at once.
        burst = rate.attempts // 6 if rate else 1
        self._interval = rate.seconds / (rate.attempts - burst) if rate else 0.0
        self._ahead_seconds = self._interval * (burst - 1)
        # Times of the event loop: when all attempts so far are made up for, and when a pause ends.
        self._even_at = 0.0
        self._resumes_at = 0.0

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Room for one attempt, once no pause is on and the rate allows it."""
        async with self._room:
            async with self._first_in_line:
                while wait := self._wait_seconds:  # noqa: ASYNC110  a pause may begin meanwhile
                    await asyncio.sleep(wait)
                self._even_at = max(self._even_at, _now()) + self._interval
            yield

    def pause(self, seconds: float) -> None:
        self._resumes_at = max(self._resumes_at, _now() + min(seconds, PAUSE_SECONDS_MAX))

    @property
    def pause_seconds(self) -> float:
        """How long the provider still wants to be left alone."""
        return max(0.0, self._resumes_at - _now())

    @property
    def _wait_seconds(self) -> float:
        return max(self.pause_seconds, self._even_at - self._ahead_seconds - _now())

    @property
    def is_settled(self) -> bool:
        """Whether a new one would be as good, once nobody uses this one."""
        return max(self._even_at, self._resumes_at) <= _now()


class Allowance(NamedTuple):
    """The budgets that one request draws on, from the narrowest to the widest. None of them is no bound."""

    budgets: tuple[Budget, ...] = ()
    tenant: Budget | None = None

    @asynccontextmanager
    async def attempt(self, queue_seconds: float) -> AsyncIterator[None]:
        """Room for one attempt in every budget, none of them paused.

        Raises Throttled if that would take, or has taken, longer than ``queue_seconds``.
        """
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(queue_seconds):
                    await self._enter(held, queue_seconds)
            except TimeoutError:
                raise Throttled("quota_spent", self._pause_seconds) from None
            yield

    async def _enter(self, held: AsyncExitStack, queue_seconds: float) -> None:
        while (pause := self._pause_seconds) <= queue_seconds:
            for budget in self.budgets:
                await held.enter_async_context(budget.attempt())
            if not self._pause_seconds:
                return
            # A narrower one was paused meanwhile: it must not wait with the room of others.
            await held.aclose()
        raise Throttled("throttled", pause)

    def pause(self, seconds: float, *, app_wide: bool) -> None:
        """Leave alone what was throttled: the narrowest of what the provider counts, or all of the tenant."""
        counted = (budget for budget in self.budgets if budget.rate is not None)
        budget = self.tenant if app_wide else next(counted, self.tenant)
        if budget is not None:
            budget.pause(seconds)

    @property
    def _pause_seconds(self) -> float:
        return max((budget.pause_seconds for budget in self.budgets), default=0.0)


class Quota:
    """What one tenant may ask: as a whole, and of each of its calendars."""

    def __init__(self, calendar: Rate | None, wider: tuple[Budget, ...]) -> None:
        self._calendar_rate = calendar
        self._tenant = Budget(TENANT_AT_ONCE)
        self._push = Budget(PUSH_AT_ONCE, PUSH_RATE)
        self._wider = wider
        self._calendars = WeakValueDictionary[CalendarAddress, Budget]()
        # What must be remembered although nobody uses it just now.
        self._unsettled: set[Budget] = set()
        self._tidy_at = 0.0

    @property
    def directory(self) -> Allowance:
        return Allowance((self._tenant, *self._wider), self._tenant)

    @property
    def push(self) -> Allowance:
        """What asks to be told of changes: where it is throttled, reading goes on."""
        return Allowance((self._push, self._tenant, *self._wider), self._push)

    def calendar(self, address: CalendarAddress) -> Allowance:
        budget = self._calendars.get(address)
        if budget is None:
            budget = self._calendars[address] = Budget(CALENDAR_AT_ONCE, self._calendar_rate)
        self._remember(budget)
        return Allowance((budget, self._tenant, *self._wider), self._tenant)

    def _remember(self, budget: Budget) -> None:
        if _now() >= self._tidy_at:
            self._unsettled = {one for one in self._unsettled if not one.is_settled}
            self._tidy_at = _now() + _TIDY_SECONDS
        self._unsettled.add(budget)


class Quotas:
    """The quotas of all tenants that are read over the same connections.

    One is forgotten, with the addresses of its calendars, when the last connector lets go of it.
    """

    def __init__(
        self,
        connections: int,
        *,
        application: Rate | None = None,
        user: Rate | None = None,
        calendar: Rate | None = None,
    ) -> None:
        self._connections = connections
        self._application = Budget(connections, application)
        self._user_rate = user
        self._calendar_rate = calendar
        self._users = WeakValueDictionary[str | None, Budget]()
        self._quotas = WeakValueDictionary[tuple[str, str | None], Quota]()

    def of(self, directory: str, user: str | None = None) -> Quota:
        """The quota of a tenant that is read as a user, or as nobody but ourselves."""
        quota = self._quotas.get((directory, user))
        if quota is None:
            wider = (*self._by_user(user), self._application)
            quota = self._quotas[directory, user] = Quota(self._calendar_rate, wider)
        return quota

    def _by_user(self, user: str | None) -> tuple[Budget, ...]:
        if self._user_rate is None:
            return ()
        budget = self._users.get(user)
        if budget is None:
            budget = self._users[user] = Budget(self._connections, self._user_rate)
        return (budget,)


def _now() -> float:
    return asyncio.get_running_loop().time()
