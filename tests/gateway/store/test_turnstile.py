"""Few are let in at once: whoever is urgent first, then in the order of coming, and nobody is lost."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.store.turnstile import Turnstile


async def settled() -> None:
    """Let whoever can go on do so."""
    for _ in range(5):
        await asyncio.sleep(0)


class Crowd:
    """Whoever waits at a turnstile, and who was let in, in order."""

    def __init__(self, places: int) -> None:
        self.turnstile = Turnstile(places)
        self.entered: list[int] = []
        self.inside = 0
        self.tasks: dict[int, asyncio.Task[None]] = {}

    async def come(self, number: int, *, urgent: bool) -> None:
        self.tasks[number] = asyncio.get_running_loop().create_task(self._enter(number, urgent=urgent))
        await settled()

    async def _enter(self, number: int, *, urgent: bool) -> None:
        await self.turnstile.enter(urgent=urgent)
        self.entered.append(number)
        self.inside += 1

    async def leave(self) -> None:
        self.inside -= 1
        self.turnstile.leave()
        await settled()

    async def give_up(self, number: int) -> None:
        self.tasks[number].cancel()
        with suppress(asyncio.CancelledError):
            await self.tasks[number]


async def test_whoever_is_urgent_is_let_in_first() -> None:
    crowd = Crowd(1)
    for number, urgent in enumerate([False, False, False, True, True]):
        await crowd.come(number, urgent=urgent)
    for _ in range(4):
        await crowd.leave()
    assert crowd.entered == [0, 3, 4, 1, 2]


@pytest.mark.parametrize("urgent", [True, False])
async def test_a_place_goes_on_from_who_gives_up_as_it_is_let_in(urgent: bool) -> None:  # noqa: FBT001
    crowd = Crowd(1)
    for number in range(3):
        await crowd.come(number, urgent=urgent)
    crowd.turnstile.leave()
    # It has the place by now, and has not yet gone on.
    await crowd.give_up(1)
    await settled()
    assert crowd.entered == [0, 2]


async def test_who_gives_up_in_the_queue_is_passed_over() -> None:
    crowd = Crowd(1)
    for number in range(3):
        await crowd.come(number, urgent=False)
    crowd.tasks[1].cancel()
    # It has not heard of it yet.
    await crowd.leave()
    assert crowd.entered == [0, 2]
    assert crowd.tasks[1].cancelled()


STEPS = st.sampled_from(["come", "urgent", "leave", "give up"])


@given(
    st.integers(1, 3),
    st.lists(st.tuples(STEPS, st.integers(0, 9))),
)
async def test_there_are_never_too_many_inside_and_no_place_is_lost(
    places: int, steps: list[tuple[str, int]]
) -> None:
    crowd, number = Crowd(places), 0
    for step, which in steps:
        waiting = [one for one, task in crowd.tasks.items() if not task.done()]
        if step in {"come", "urgent"}:
            await crowd.come(number, urgent=step == "urgent")
            number += 1
        elif step == "leave" and crowd.inside:
            await crowd.leave()
        elif step == "give up" and waiting:
            await crowd.give_up(waiting[which % len(waiting)])
        still = [task for task in crowd.tasks.values() if not task.done()]
        assert crowd.inside <= places
        assert not still or crowd.inside == places
    while crowd.inside:
        await crowd.leave()
    assert all(task.done() for task in crowd.tasks.values())
