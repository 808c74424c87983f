"""Whatever happens to a provider and to us, a complete round makes the feed tell what is true."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule, run_state_machine_as_test
from msgspec.structs import replace

from connectors.errors import ConnectorError, Throttled, Unreachable
from connectors.raw import Attendee, RawEvent, Response, Unclear
from gateway.booking import Booking, BookingId, Freshness
from gateway.minimization.minimize import Minimizer
from gateway.minimization.outcome import Put
from gateway.sync import schedule
from tests.fakes.crashing_store import Crash, CrashingStore
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, open_installation
from tests.fakes.log_fold import LogFold
from tests.fakes.provider import FakeProvider, meeting, room

T = TypeVar("T")

AMBER = room("amber")
ERRORS: list[ConnectorError] = [Unreachable("network"), Throttled("throttled", 30)]
PAST_THE_WINDOW = timedelta(days=400)

hours = st.integers(-60, 24 * 179)
pages = st.integers(1, 4)


class History(RuleBasedStateMachine):
    """The model is the provider's own list, minimized; a slow consumer folds the log all along."""

    events = Bundle[str]("events")

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        folder = self._stack.enter_context(TemporaryDirectory())
        opened = self._stack.enter_async_context(open_installation(Path(folder)))
        self._installation: Installation = self._runner.run(opened)
        self._provider = FakeProvider(AMBER)
        self._consumer = LogFold()
        self._number = 0

    def teardown(self) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.close()

    @initialize(incremental=st.booleans(), page_items=pages, hides_outside=st.booleans())
    def begin(self, incremental: bool, page_items: int, hides_outside: bool) -> None:
        self._provider.incremental = incremental
        self._provider.page_items = page_items
        self._provider.hides_outside = hides_outside
        self._tenant = self._runner.run(self._installation.onboard(self._provider))

    # What happens at the provider.

    @rule(target=events, hour=hours, count=st.integers(1, 4))
    def add(self, hour: int, count: int) -> Any:
        names = [f"event-{self._number + each}" for each in range(count)]
        self._number += count
        self._provider.put(AMBER, *(meeting(name, _at(hour + place)) for place, name in enumerate(names)))
        return multiple(*names)

    @rule(event=events, hour=hours)
    def move(self, event: str, hour: int) -> None:
        self._provider.put(AMBER, meeting(event, _at(hour)))

    @rule(event=events)
    def move_out_of_the_window(self, event: str) -> None:
        self._provider.put(AMBER, meeting(event, NOON + PAST_THE_WINDOW))

    @rule(event=events)
    def cancel(self, event: str) -> None:
        self._alter(event, cancelled=True)

    @rule(event=events)
    def decline(self, event: str) -> None:
        self._alter(event, response=Response.DECLINED)

    @rule(event=events)
    def alter_what_is_not_disclosed(self, event: str) -> None:
        self._alter(event, private=True, attendees=(Attendee(Response.ACCEPTED, "ola@fjord.example"),))

    @rule(event=events)
    def delete(self, event: str) -> None:
        self._provider.delete(AMBER, event)

    @rule(event=events, nameless=st.booleans())
    def become_unclear(self, event: str, nameless: bool) -> None:
        self._provider.blur(AMBER, event, nameless=nameless)

    @rule(event=events)
    def contradict(self, event: str) -> None:
        self._provider.contradict(AMBER, event)

    @rule()
    def lose_cursors(self) -> None:
        self._provider.lose_cursors()

    @rule(days=st.integers(1, 3))
    def let_days_pass(self, days: int) -> None:
        self._installation.clock.move(timedelta(days=days))

    # What happens to us.

    @rule(page=pages, error=st.sampled_from(ERRORS))
    def fail_in_a_round(self, page: int, error: ConnectorError) -> None:
        self._provider.fail(page, error)
        self._run(self._installation.sync_later())
        self._provider.undisturbed()

    @rule(commits=st.integers(0, 5))
    def crash_in_a_round(self, commits: int) -> None:
        store = CrashingStore(self._installation.store, commits=commits)
        self._run(self._installation.sync_later(), store)

    @rule()
    def read(self) -> None:
        self._run(self._read())

    @rule()
    def complete_a_round(self) -> None:
        self._run(self._complete())

