"""In whatever order people ask, are refused, enrolled and withdrawn: while one is open, nothing is told."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.app.requests.steps import carry_out, close_request, refuse_request
from gateway.request import EXECUTED, RESTRICTING, RequestKind, SubjectRequest
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.asking import ask, visit
from tests.fakes.enrolled import ALL, BOOKERS
from tests.properties.test_subjects_withdraw import NOTHING, PEOPLE, Step, World, of_people, play

KINDS = sorted(RESTRICTING)

#: The likelier ones more than once.
WHAT = [
    *KINDS,
    "refuse",
    "close",
    "carry out",
    "enrol",
    "enrol",
    "withdraw",
    "look",
    "look",
    "visit",
    "restart",
]
steps = st.tuples(st.sampled_from(WHAT), st.integers(0, 1))


@dataclass
class Asking(World):
    """As it is, with what either has asked, the first first."""

    asked: dict[str, list[SubjectRequest]] = field(default_factory=lambda: {who: [] for who in PEOPLE})
    #: Whose restriction was granted.
    granted: set[str] = field(default_factory=set)

    @property
    def hidden(self) -> set[str]:
        """Of whom nothing may be told."""
        return self.withdrawn | {who for who, asked in self.asked.items() if asked}

    async def take(self, step: Step) -> None:
        what, number = step
        who = PEOPLE[number]
        if what in KINDS:
            self.asked[who].append(await ask(self.site, RequestKind(what), who))
            self.settled = False
        elif what == "visit":
            await self._visit()
        elif what in {"refuse", "close", "carry out"}:
            await self._answer(what, who)
        else:
            await super().take(step)
        await self.site.news()

    async def _answer(self, what: str, who: str) -> None:
        waiting = [one for one in self.asked[who] if one.id not in self.granted]
        if not waiting:
            return
        request, parts = waiting[0], self.here.parts
        standing = await self.here.standing(self.site.tenant)
        self.settled = False
        if what == "carry out":
            self._is_withdrawn(who, [request])
            await carry_out(parts, standing, nothing_to_revoke, request.id)
            return
        if what == "refuse":
            await refuse_request(parts, standing, request.id, "not theirs")
        else:
            await close_request(parts, standing, request.id)
        self.asked[who].remove(request)

    async def _visit(self) -> None:
        """What they ask for is carried out, unless it was refused before."""
        for who in PEOPLE:
            self._is_withdrawn(who, [one for one in self.asked[who] if one.kind in EXECUTED])
        await visit(self.here)

    def _is_withdrawn(self, who: str, requests: list[SubjectRequest]) -> None:
        for request in requests:
            if request.kind not in EXECUTED:
                self.granted.add(request.id)
                continue
            self.asked[who].remove(request)
            self.dead |= {one.booker for one in self.booked_by(who) if one.booker is not None}
            self.burnt |= {self.enrolled.pop(who)} if who in self.enrolled else set()
            self.withdrawn.add(who)
            self.settled = False

    async def check(self) -> None:
        told = self.site.consumer.bookings.values()
        assert not self.dead & {one.booker for one in told}
        for who in self.hidden:
            assert {of_people(one) for one in self.booked_by(who)} <= {NOTHING}
        if self.settled:
            assert len(told) == len(self.organizers)
            for who in self.enrolled.keys() - self.hidden:
                assert all(one.booker is not None for one in self.booked_by(who))
            if self.policy == ALL:
                others = [one for who in {*PEOPLE} - self.hidden for one in self.booked_by(who)]
                assert all(one.people is not None for one in others)
        assert not await self.still_open()


@given(st.sampled_from([ALL, BOOKERS]), st.lists(steps, min_size=3, max_size=8), st.booleans())
@settings(max_examples=15, deadline=None)
def test_while_one_is_open_nothing_of_them_is_told(
    policy: str,
    history: list[Step],
    incremental: bool,  # noqa: FBT001  drawn
) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(play(Asking, policy, history, Path(folder), incremental=incremental))
