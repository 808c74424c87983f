"""However signals come, twice or in any order, what stands is as tight as the tightest, and never wider."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.app.persons.subjects import enrol_subject, resume_subject
from gateway.app.tenants import resume_tenant
from gateway.authorization import State
from gateway.booking import SubjectId
from gateway.clock import milliseconds
from gateway.signals.decision import Effect, Reach, decide
from gateway.signals.signal import TENANT, About, Claim, Extent, Name, NameKind
from tests.fakes.installation import Installation, open_installation
from tests.fakes.signalled import Scene, open_signalled_site, person

NUMBERS = count()
DAYS = timedelta(days=2)
#: Of how much is left after what was done: the tighter, the higher.
OPEN, DEGRADED, STOPPED, GONE = range(4)
RANKS = {Effect.DEGRADE: DEGRADED, Effect.SUSPEND: STOPPED, Effect.BURN: GONE}


class Step(NamedTuple):
    """Something is told, of whom and by which name; or an admin confirms that they are there."""

    whom: str
    proves: Claim | None
    is_late: bool
    id: int


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(["herself", "her address", "organization", "a stranger"]),
        st.none() | st.sampled_from(Claim),
        st.booleans(),
        st.integers(0, 5),
    ),
    max_size=10,
)


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path) as opened:
        yield opened


@pytest.fixture
async def scene(installation: Installation) -> Scene:
    return await open_signalled_site(installation)


class Story:
    """One person who is enrolled anew, and what signals should have come to by now."""

    def __init__(self, scene: Scene, number: int) -> None:
        self.scene = scene
        self.name, self.address = f"account-{number}", f"somebody-{number}@cobalt.example"
        self.subject = SubjectId("")
        self.expected = {"organization": OPEN, "person": OPEN}
        self.told = set[str]()

    async def begin(self) -> None:
        here, tenant = self.scene.site.installation, self.scene.site.tenant
        if await self.scene.state() is not State.ACTIVE:
            await self.confirm("organization")
        self.subject = await enrol_subject(
            here.parts,
            await here.standing(tenant),
            user=self.name,
            addresses=[self.address],
            directory=self.name,
        )
        # Only its provider's own answer ends what another story left degraded.
        self.expected["organization"] = (await self.stands())["organization"]

    def about(self, whom: str) -> About:
        return {
            "herself": person(self.name),
            "her address": person(self.address, NameKind.ADDRESS),
            "organization": TENANT,
            "a stranger": About.person(Name(NameKind.ACCOUNT, "nobody"), Name(NameKind.ADDRESS, "nobody@x")),
        }[whom]

    async def confirm(self, whom: str) -> None:
        """An admin says so: what was told before counts no more."""
        here, tenant = self.scene.site.installation, self.scene.site.tenant
        if whom == "organization" and await self.scene.state() is State.SUSPENDED:
            await resume_tenant(here.parts, tenant)
            here.parts.keyring.drop(tenant)
            self.expected["organization"] = OPEN
        elif self.expected["person"] == STOPPED:
            standing = await here.standing(tenant)
            assert await resume_subject(here.parts, standing, address=self.address)
            self.expected["person"] = OPEN

    async def take(self, step: Step, number: int) -> None:
        if step.proves is None:
            await self.confirm(step.whom)
            return
        name, about = f"{number}-{step.id}", self.about(step.whom)
        await self.scene.tell(about, step.proves, ago=DAYS if step.is_late else timedelta(0), of=name)
        if name not in self.told and step.whom != "a stranger":
            is_gone = about.extent is Extent.PERSON and self.expected["person"] == GONE
            self.told |= set() if is_gone else {name}
            key = "organization" if step.whom == "organization" else "person"
            self.expected[key] = max(self.expected[key], self._rank(step, about))

    def _rank(self, step: Step, about: About) -> int:
        assert step.proves is not None
        kinds = [name.kind for name in about.names]
        at = milliseconds(self.scene.site.installation.clock())
        granted_at = at + 1 if step.is_late else at
        decided = decide(step.proves, about.extent, kinds, at=at, granted_at=granted_at)
        # What is told of whoever is enrolled hangs on no link.
        is_of_links = decided.reach is Reach.LINK or decided.effect is Effect.DEGRADE
        return OPEN if about.extent is Extent.PERSON and is_of_links else RANKS.get(decided.effect, OPEN)

    async def stands(self) -> dict[str, int]:
        rows = {row.id: row for row in await self.scene.subjects()}
        row = rows.get(self.subject)
        of_person = GONE if row is None else OPEN if row.suspended_at is None else STOPPED
        states = {State.ACTIVE: OPEN, State.DEGRADED: DEGRADED, State.SUSPENDED: STOPPED}
        return {"organization": states[await self.scene.state()], "person": of_person}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
async def test_what_stands_is_what_the_tightest_signal_since_the_last_grant_left(
    scene: Scene, steps: list[Step]
) -> None:
    number = next(NUMBERS)
    story = Story(scene, number)
    await story.begin()
    for step in steps:
        await story.take(step, number)
        assert await story.stands() == story.expected
