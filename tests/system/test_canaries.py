"""The whole service against the stand-ins, with a canary in everything that is free to be anything."""

from pathlib import Path

from connectors.sandbox.files import load_world
from connectors.sandbox.truth import Provider
from tests.system.canaries import Canaries, Fate
from tests.system.canary_world import CanaryWorld
from tests.system.evidence import FEED
from tests.system.house import House
from tests.system.journey import Journey
from tests.system.standins import Talkative, WatchedSandbox

EMPLOYERS = {"north": Provider.MICROSOFT, "south": Provider.MICROSOFT, "east": Provider.GOOGLE}


async def test_nothing_personal_is_left_anywhere_and_every_booking_is_told(tmp_path: Path) -> None:
    canaries = Canaries()
    expected = CanaryWorld(canaries)
    expected.write(tmp_path / "world", EMPLOYERS)
    talkative = Talkative(canaries)
    world = load_world(tmp_path / "world")
    async with WatchedSandbox(world, talkative) as sandbox:
        journey = Journey(House.build(sandbox, tmp_path / "house"), world, talkative)
        await journey.onboard()
        await journey.meet_refusals()
        await journey.lose_access()
        await journey.serve()
        await journey.restore()
    evidence = journey.conclude()
    assert journey.bookings == expected.bookings
    assert evidence.leaks(canaries) == {}
    assert canaries.of(Fate.DISCLOSED) <= {
        find.canary for find in evidence.finds() if find.source.startswith(FEED)
    }
    assert evidence.holding(talkative.tokens | {journey.token, journey.token.partition(".")[2]}) == set()
