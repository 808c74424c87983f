"""However copies of events come and go, one is told while one may be, and the place's own before all."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from connectors.raw import RawPlace, Response
from tests.fakes.installation import open_installation
from tests.properties.copies_world import NAMES, PLACES, CopiesWorld, Copy, Member

T = TypeVar("T")

EVENTS = ("one", "two", "three")
PAST_A_DAY = timedelta(hours=25)

persons = st.integers(0, len(NAMES) - 1)
events = st.sampled_from(EVENTS)
places = st.sampled_from(PLACES)
hours = st.integers(0, 3)
named = st.lists(places, max_size=2, unique=True).map(tuple)
answers = st.sampled_from([Response.ACCEPTED, Response.ACCEPTED, Response.DECLINED, Response.UNANSWERED])


class History(RuleBasedStateMachine):
    """What happens in calendars, and to who may be read. All is read, and compared, whenever it is due."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        folder = self._stack.enter_context(TemporaryDirectory())
        self._installation = self._run(self._stack.enter_async_context(open_installation(Path(folder))))

    def teardown(self) -> None:
        self._run(self._stack.aclose())
        self._runner.close()

    @initialize(incremental=st.booleans(), page_items=st.integers(1, 3))
    def begin(self, *, incremental: bool, page_items: int) -> None:
        opened = CopiesWorld.open(self._installation, incremental=incremental, page_items=page_items)
        self._world = self._run(opened)
        for member in self._world.members:
            self._run(self._world.connect(member))

    @rule(person=persons, event=events, named=named, hour=hours, answer=answers)
    def say(self, person: int, event: str, named: tuple[RawPlace, ...], hour: int, answer: Response) -> None:
        self._world.say(self._member(person), event, Copy(named, hour, answer))

    @rule(first=persons, second=persons, event=events, named=named, hour=hours)
    def meet(self, first: int, second: int, event: str, named: tuple[RawPlace, ...], hour: int) -> None:
        for person in (first, second):
            self._world.say(self._member(person), event, Copy(named, hour))

    @rule(person=persons, event=events)
    def unsay(self, person: int, event: str) -> None:
        self._world.unsay(self._member(person), event)

    @rule(place=places, event=events, hour=hours)
    def hold(self, place: RawPlace, event: str, hour: int) -> None:
        self._world.hold(place, event, hour)

    @rule(place=places, event=events)
    def drop(self, place: RawPlace, event: str) -> None:
        self._world.drop(place, event)

    @rule(person=persons)
    def connect(self, person: int) -> None:
        self._run(self._world.connect(self._member(person)))

    @rule(person=persons)
    def lose(self, person: int) -> None:
        self._world.lose(self._member(person))

    @rule(person=persons)
    def withdraw(self, person: int) -> None:
        self._run(self._world.withdraw(self._member(person)))

    @rule()
    def settle(self) -> None:
        self._run(self._world.settle())

    @rule()
    def a_day_passes(self) -> None:
        self._run(self._world.settle(PAST_A_DAY))

    @rule(person=persons, event=events)
    def hide(self, person: int, event: str) -> None:
        self._run(self._world.settle())
        self._world.hide(self._member(person), event)
        self._run(self._world.is_silent())

    def _member(self, person: int) -> Member:
        return self._world.members[person]

    def _run(self, work: Coroutine[object, object, T]) -> T:
        return self._runner.run(work)


TestCopiesConverge = History.TestCase
TestCopiesConverge.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
