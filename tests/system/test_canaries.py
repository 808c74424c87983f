"""The whole service against the stand-ins, with a canary in everything that is free to be anything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from connectors.sandbox.files import load_world
from connectors.sandbox.truth import Provider
from tests.system.canaries import Canaries, Fate
from tests.system.canary_world import CanaryWorld
from tests.system.evidence import FEED
from tests.system.house import House
from tests.system.journey import Journey
from tests.system.leaks import let_through
from tests.system.standins import Talkative, WatchedSandbox

EMPLOYERS = {"north": Provider.MICROSOFT, "south": Provider.MICROSOFT, "east": Provider.GOOGLE}


@asynccontextmanager
async def journey_through(
    folder: Path, talkative: Talkative, expected: CanaryWorld
) -> AsyncIterator[Journey]:
    """A journey that begins: three employers have authorized us, and nothing has been read."""
    expected.write(folder / "world", EMPLOYERS)
    world = load_world(folder / "world")
    async with WatchedSandbox(world, talkative) as sandbox:
        journey = Journey(House.build(sandbox, folder / "house"), world, talkative.canaries)
        await journey.onboard()
        yield journey


async def test_nothing_personal_is_left_anywhere_and_every_booking_is_told(tmp_path: Path) -> None:
    canaries = Canaries()
    expected, talkative = CanaryWorld(canaries), Talkative(canaries)
    async with journey_through(tmp_path, talkative, expected) as journey:
        await journey.meet_refusals(talkative)
        await journey.lose_access(talkative)
        async with journey.serving():
            told = {place: count for place, (count, _) in journey.standing().items()}
            assert told == expected.bookings
            await journey.look_around()
            await journey.provoke_problems()
            journey.back_up()
            await journey.change()
            await journey.withdraw()
        await journey.restore()
    evidence = journey.conclude()
    assert evidence.leaks(canaries) == {}
    assert canaries.of(Fate.DISCLOSED) <= {
        find.canary for find in evidence.finds() if find.source.startswith(FEED)
    }
    tokens = {*talkative.tokens, journey.token, journey.token.partition(".")[2]}
    assert evidence.holding(tokens) == set()


async def test_what_is_let_through_on_purpose_is_found_where_it_went(tmp_path: Path) -> None:
    canaries = Canaries()
    begun = journey_through(tmp_path, Talkative(canaries), CanaryWorld(canaries))
    async with begun as journey, journey.serving(let_through):
        await journey.provoke_problems()
    leaks = journey.conclude().leaks(canaries)
    for source, form, field in (
        ("feed", "plain", "south/room/event-0/subject"),
        ("log of serve", "plain", "south/pool/event-1/organizer/address"),
        ("answer", "plain", "south/desk/event-2/organizer/name"),
        ("file", "from base64", "south/office/event-3/subject"),
    ):
        assert any(
            field in fields
            for where, fields in leaks.items()
            if where.startswith(source) and where.endswith(f"{form})")
        ), (source, form, field)
