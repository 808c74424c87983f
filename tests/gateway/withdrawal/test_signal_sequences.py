"""However signals come, twice or in any order, what stands is as tight as the tightest, and never wider."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors.accounts import AccountChange, AccountEvent
from gateway.app.persons.subjects import enrol_subject, resume_subject
from gateway.app.signals.account_claims import Wording
from gateway.app.tenants import resume_tenant
from gateway.authorization import State
from gateway.booking import SubjectId
from gateway.clock import milliseconds
from gateway.signals.decision import Effect, Reach, decide
from gateway.signals.signal import TENANT, WATCH, About, Claim, Extent, Name, NameKind, Signal
from gateway.signals.transmitter import Followed
from tests.fakes.installation import Installation, open_installation
from tests.fakes.signalled import OKTA, Scene, open_signalled_site, person

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


class Listed(NamedTuple):
    """Her own provider lists her so, as it may each day: in its words, under ids of its own."""

    what: AccountEvent
    day: int


IDS = st.integers(0, 5)
TOLD = st.builds(
    Step,
    st.sampled_from(["herself", "her address", "organization", "a watch", "a stranger"]),
    st.none() | st.sampled_from(Claim),
    st.booleans(),
    IDS,
)
STEPS = st.lists(TOLD | st.builds(Listed, st.sampled_from(AccountEvent), IDS), max_size=10)


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
        self.told = set[Listed | int]()

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
            "a watch": WATCH,
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

    async def take(self, step: Step | Listed, number: int) -> None:
        if isinstance(step, Step) and step.proves is None:
            await self.confirm(step.whom)
            return
        signal = self.listed(step) if isinstance(step, Listed) else self.signal(step, number)
        await self.scene.door.receive(self.scene.site.tenant, OKTA, [signal])
        extent, name = signal.about.extent, step if isinstance(step, Listed) else step.id
        if name in self.told or signal.about == self.about("a stranger"):
            return
        is_gone = extent is Extent.PERSON and self.expected["person"] == GONE
        self.told |= set() if is_gone else {name}
        # What tells of a watch tells nothing of who may be read.
        if extent is not Extent.WATCH:
            key = "organization" if extent is Extent.TENANT else "person"
            self.expected[key] = max(self.expected[key], self._rank(signal))

    def signal(self, step: Step, number: int) -> Signal:
        assert step.proves is not None
        ago = DAYS if step.is_late else timedelta(0)
        return self.scene.signal(self.about(step.whom), step.proves, ago=ago, of=f"{number}-{step.id}")

    def listed(self, step: Listed) -> Signal:
        now = milliseconds(self.scene.site.installation.clock())
        wording = Wording("trm_google", Followed(rounds=step.day), now)
        signal = wording.of_account(AccountChange(self.name, step.what))
        assert signal is not None
        return signal

    def _rank(self, signal: Signal) -> int:
        about, kinds = signal.about, [name.kind for name in signal.about.names]
        # All were granted today.
        at = milliseconds(self.scene.site.installation.clock() - timedelta(days=1))
        decided = decide(signal.proves, about.extent, kinds, at=signal.at, granted_at=at)
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
@example([Step("a watch", Claim.GRANT_LOST, is_late=False, id=0)])
@example([Listed(AccountEvent.CHANGED, 0), Listed(AccountEvent.DISABLED, 0), Listed(AccountEvent.DELETED, 0)])
async def test_what_stands_is_what_the_tightest_signal_since_the_last_grant_left(
    scene: Scene, steps: list[Step | Listed]
) -> None:
    number = next(NUMBERS)
    story = Story(scene, number)
    await story.begin()
    for step in steps:
        await story.take(step, number)
        assert await story.stands() == story.expected
