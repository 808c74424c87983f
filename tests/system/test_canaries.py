"""The whole service against the stand-ins, with a canary in everything that is free to be anything."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from connectors.sandbox.files import load_world
from connectors.sandbox.truth import Provider
from gateway.tenant import Mode
from tests.system.canaries import Canaries, Fate
from tests.system.canary_world import SORTS, CanaryWorld
from tests.system.evidence import FEED, TERMINAL, Evidence
from tests.system.gateways import call
from tests.system.house import House
from tests.system.journey import Journey
from tests.system.leaks import let_through
from tests.system.scanner import scan
from tests.system.standins import Talkative, WatchedSandbox

PROVIDERS = {"north": Provider.MICROSOFT, "south": Provider.MICROSOFT, "east": Provider.GOOGLE}
EMPLOYERS = {"north": Mode.SNAPSHOT, "south": Mode.DELTA, "east": Mode.SNAPSHOT}


@asynccontextmanager
async def journey_of(
    folder: Path, talkative: Talkative, expected: CanaryWorld, employers: Mapping[str, Mode] = EMPLOYERS
) -> AsyncIterator[Journey]:
    """A journey that begins: some employers have authorized us, and nothing has been read."""
    expected.write(folder / "world", {name: PROVIDERS[name] for name in employers})
    world = load_world(folder / "world")
    async with WatchedSandbox(world, talkative) as sandbox:
        journey = Journey(House.build(sandbox, folder / "house"), world, talkative.canaries)
        await journey.onboard(*employers.values())
        yield journey


async def test_nothing_personal_is_left_anywhere_and_every_booking_is_told(tmp_path: Path) -> None:
    canaries = Canaries()
    expected, talkative = CanaryWorld(canaries), Talkative(canaries)
    async with journey_of(tmp_path, talkative, expected) as journey:
        await journey.meet_refusals(talkative)
        await journey.lose_access(talkative)
        async with journey.serving():
            assert expected.is_told(journey.consumer.standing())
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
    begun = journey_of(tmp_path, Talkative(canaries), CanaryWorld(canaries), {"south": Mode.DELTA})
    async with begun as journey, journey.serving(let_through):
        await journey.provoke_problems()
    leaks = journey.conclude().leaks(canaries)
    for source, form, field in (
        ("feed", "plain", "subject"),
        ("log of serve", "plain", "organizer/address"),
        ("answer", "plain", "organizer/name"),
        ("file", "from base64", "subject"),
    ):
        assert any(
            any(one.startswith("south/") and one.endswith(f"/{field}") for one in fields)
            for where, fields in leaks.items()
            if where.startswith(source) and where.endswith(f"{form})")
        ), (source, form, field)


async def test_the_demo_shows_what_is_personal_on_one_side_alone(tmp_path: Path) -> None:
    canaries = Canaries()
    CanaryWorld(canaries).write(tmp_path / "world", PROVIDERS, SORTS[:1])
    kept = tmp_path / "kept"
    kept.mkdir()
    told = await call(
        "demo", "--world", str(tmp_path / "world"), "--data", str(kept), folder=tmp_path / "house"
    )
    assert told.code == 0, told.complaint
    evidence, left = Evidence(), b""
    for line in told.output.splitlines():
        columns = line.split("│")
        if len(columns) == 4:
            left += columns[1].encode()
            evidence.add(FEED, columns[2].encode())
        else:
            evidence.add(TERMINAL, line.encode())
    evidence.add("log", told.complaint.encode())
    evidence.add_files("kept", kept)
    evidence.add_files("at the end", tmp_path / "house")
    assert evidence.leaks(canaries) == {}
    assert canaries.of(Fate.SECRET) & {find.canary for find in scan({"left": left})}
