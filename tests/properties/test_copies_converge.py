"""However copies of events come and go, one is told while one may be, and the place's own before all."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from connectors.raw import RawPlace, Response
from tests.fakes.crashes import CrashingStore, Fuse
from tests.fakes.installation import open_installation
from tests.fakes.provider import room
from tests.properties.copies_model import CopiesModel, Copy
from tests.properties.copies_rounds import PAST_A_DAY
from tests.properties.copies_world import CopiesWorld

T = TypeVar("T")

PLACES = (room("amber"), room("birch"))
NAMES = ("ana", "ben", "cleo")
EVENTS = ("one", "one again", "two")

persons = st.sampled_from(NAMES)
events = st.sampled_from(EVENTS)
places = st.sampled_from(PLACES)
hours = st.integers(0, 1)
pages = st.integers(1, 3)
named = st.lists(places, max_size=2, unique=True).map(tuple)
answers = st.sampled_from([Response.ACCEPTED, Response.ACCEPTED, Response.DECLINED, Response.UNANSWERED])
copies = st.builds(Copy, named, hours, answers)


class History(RuleBasedStateMachine):
    """What happens in calendars, to who may be read, and to us."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._folder = Path(self._stack.enter_context(TemporaryDirectory()))
        self._installation = self._run(self._stack.enter_async_context(open_installation(self._folder)))

    def teardown(self) -> None:
        self._run(self._stack.aclose())
        self._runner.close()

    @initialize(incremental=st.booleans(), page_items=pages, pace=st.integers(1, 4))
    def begin(self, *, incremental: bool, page_items: int, pace: int) -> None:
        """Everybody meets. Whatever happens in so many steps is met by rounds that end well."""
        self._pace, self._steps = pace, 0
        model = CopiesModel(PLACES, NAMES)
        opened = CopiesWorld.open(
            self._installation, self._folder, model, incremental=incremental, page_items=page_items
        )
        self._world = self._run(opened)
        for name in NAMES:
            self._world.say(name, EVENTS[0], Copy(PLACES, 0))
            self._run(self._world.connect(name))

    @rule(name=persons, event=events, copy=copies)
    def say(self, name: str, event: str, copy: Copy) -> None:
        self._world.say(name, event, copy)

    @rule(names=st.lists(persons, min_size=2, unique=True), event=events, named=named, hour=hours)
    def meet(self, names: list[str], event: str, named: tuple[RawPlace, ...], hour: int) -> None:
        for name in names:
            self._world.say(name, event, Copy(named, hour))

    @rule(name=persons, event=events)
    def unsay(self, name: str, event: str) -> None:
        self._world.unsay(name, event)

    @rule(name=persons, event=events)
    def hide(self, name: str, event: str) -> None:
        self._world.hide(name, event)

    @rule(name=persons, event=events, nowhere=st.booleans())
    def blur(self, name: str, event: str, *, nowhere: bool) -> None:
        self._run(self._world.blur(name, event, nowhere=nowhere))

    @rule(place=places, event=events, hour=hours)
    def hold(self, place: RawPlace, event: str, hour: int) -> None:
        self._world.hold(place, event, hour)

    @rule(place=places, event=events, declined=st.booleans())
    def drop(self, place: RawPlace, event: str, *, declined: bool) -> None:
        self._run(self._world.drop(place, event, declined=declined))

    @rule(place=places, event=events)
    def blur_at_the_place(self, place: RawPlace, event: str) -> None:
        self._run(self._world.blur_at_the_place(place, event))

    @rule(place=places, there=st.booleans())
    def close_or_open(self, place: RawPlace, *, there: bool) -> None:
        self._run(self._world.close_or_open(place, there=there))

    @rule(name=persons)
    def connect(self, name: str) -> None:
        self._run(self._world.connect(name))

    @rule(name=persons)
    def lose(self, name: str) -> None:
        self._run(self._world.lose(name))

    @rule(name=persons)
    def withdraw(self, name: str) -> None:
        self._run(self._world.withdraw(name))

    @rule()
    def suspend_or_resume(self) -> None:
        self._run(self._world.suspend_or_resume())

    @rule()
    def lose_cursors(self) -> None:
        self._world.lose_cursors()

    @rule(commits=st.integers(0, 8))
    def crash_in_a_round(self, commits: int) -> None:
        self._run(self._world.rounds.in_doubt(CrashingStore(self._installation.store, Fuse(commits))))

    @rule()
    def read_by_two(self) -> None:
        self._run(self._world.rounds.in_doubt(workers=2))

    @rule(name=persons, page=pages)
    def withdraw_amid_a_round(self, name: str, page: int) -> None:
        self._run(self._world.rounds.amid(page, partial(self._world.withdraw, name)))

    @rule(name=persons, page=pages)
    def connect_amid_a_round(self, name: str, page: int) -> None:
        self._run(self._world.rounds.amid(page, partial(self._world.connect, name)))

    @rule()
    def read_slowly(self) -> None:
        self._run(self._world.truth.is_told_slowly())

    @rule()
    def wait_a_day(self) -> None:
        self._run(self._world.rounds.settle(PAST_A_DAY))

    @invariant()
    def is_true(self) -> None:
        if self._steps % self._pace == 0:
            self._run(self._world.rounds.settle())
        self._steps += 1
        self._run(self._world.truth.holds())

    def _run(self, work: Coroutine[object, object, T]) -> T:
        return self._runner.run(work)


TestCopiesConverge = History.TestCase
TestCopiesConverge.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
