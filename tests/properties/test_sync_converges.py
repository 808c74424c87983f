"""Whatever happens to a provider and to us, a complete round makes the feed tell what is true."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule
from msgspec.structs import replace

from connectors.errors import ConnectorError, Throttled, Unreachable
from connectors.raw import Attendee, RawEvent, Response, Tainted
from tests.fakes.crashes import CrashingStore, Fuse
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, open_installation
from tests.fakes.provider import FakeProvider, meeting, room
from tests.properties.sync_world import SyncWorld

T = TypeVar("T")

AMBER = room("amber")
ERRORS: list[ConnectorError] = [Unreachable("network"), Throttled("throttled", 30)]
FAR_AWAY = NOON + timedelta(days=400)
PAST_A_DAY = timedelta(hours=25)

hours = st.integers(-60, 24 * 179)
pages = st.integers(1, 4)


class History(RuleBasedStateMachine):
    """What happens to the provider, and what happens to us."""

    events = Bundle[str]("events")

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        folder = self._stack.enter_context(TemporaryDirectory())
        opened = self._stack.enter_async_context(open_installation(Path(folder)))
        self._installation: Installation = self._run(opened)

    def teardown(self) -> None:
        self._run(self._stack.aclose())
        self._runner.close()

    @initialize(incremental=st.booleans(), page_items=pages, hides_outside=st.booleans())
    def begin(self, *, incremental: bool, page_items: int, hides_outside: bool) -> None:
        self._provider = FakeProvider(AMBER, incremental=incremental, page_items=page_items)
        self._provider.hides_outside = hides_outside
        self._world = SyncWorld(self._installation, self._provider, AMBER)
        self._run(self._world.onboard())
        self._run(self._world.sync())

    @rule(target=events, hour=hours)
    def add(self, hour: int) -> str:
        name = f"event-{len(self._world.names)}"
        self._world.names.append(name)
        self._provider.put(AMBER, meeting(name, _at(hour)))
        return name

    @rule(event=events, hour=hours)
    def move(self, event: str, hour: int) -> None:
        self._provider.put(AMBER, meeting(event, _at(hour)))

    @rule(event=events)
    def move_out_of_the_window(self, event: str) -> None:
        self._provider.put(AMBER, meeting(event, FAR_AWAY))

    @rule(event=events)
    def cancel(self, event: str) -> None:
        self._alter(event, cancelled=True)

    @rule(event=events)
    def decline(self, event: str) -> None:
        self._alter(event, response=Response.DECLINED)

    @rule(event=events)
    def alter_what_is_not_disclosed(self, event: str) -> None:
        self._alter(
            event, private=True, attendees=(Attendee(Response.ACCEPTED, Tainted("ola@fjord.example")),)
        )

    @rule(event=events)
    def delete(self, event: str) -> None:
        self._provider.delete(AMBER, event)

    @rule(event=events, nameless=st.booleans())
    def become_unclear(self, event: str, *, nameless: bool) -> None:
        self._provider.blur(AMBER, event, nameless=nameless)

    @rule(event=events)
    def contradict(self, event: str) -> None:
        self._provider.contradict(AMBER, event)

    @rule()
    def lose_cursors(self) -> None:
        self._provider.lose_cursors()

    @rule(there=st.booleans())
    def close_or_open_the_room(self, *, there: bool) -> None:
        self._provider.places = {AMBER.place_id: AMBER} if there else {}
        self._installation.clock.move(PAST_A_DAY)

    @rule(page=pages, error=st.sampled_from(ERRORS))
    def fail_in_a_round(self, page: int, error: ConnectorError) -> None:
        self._provider.fail(page, error)
        self._run(self._world.sync())
        self._provider.undisturbed()

    @rule(commits=st.integers(0, 5))
    def crash_in_a_round(self, commits: int) -> None:
        self._run(self._world.sync(CrashingStore(self._installation.store, Fuse(commits))))

    @rule(event=events, page=pages)
    def delete_while_a_round_is_read(self, event: str, page: int) -> None:
        async def delete() -> None:
            self._provider.delete(AMBER, event)

        self._provider.meanwhile(page, delete)
        self._run(self._world.sync())
        self._provider.undisturbed()

    @rule()
    def read_slowly(self) -> None:
        self._run(self._world.read_slowly())

    @rule()
    def complete_a_round(self) -> None:
        self._run(self._world.complete())

    def _alter(self, event: str, **members: object) -> None:
        item = self._provider.items(AMBER).get(event)
        if isinstance(item, RawEvent):
            self._provider.put(AMBER, replace(item, **members))

    def _run(self, work: Coroutine[None, None, T]) -> T:
        return self._runner.run(work)


def _at(hour: int) -> datetime:
    return NOON + timedelta(hours=hour)


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=10, stateful_step_count=30, deadline=None)
