"""When a fault is met, and how it is asked for."""

import ssl

import aiohttp
import pytest

from connectors.sandbox.chance import Chance
from connectors.sandbox.faults.catalogue import asked, told
from connectors.sandbox.faults.orders import Faults
from connectors.sandbox.faults.when import InvalidFault, when
from connectors.sandbox.identity import Identity
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import World
from tests.connectors.sandbox.callers import NOW, WALL_CLOCK, Caller
from tests.connectors.sandbox.fault_scenes import Stage, staged

VIEW, PLACES = "graph.view", "graph.places"


def _met(text: str, count: int = 8, seed: int = 1) -> list[int]:
    at = when(text)
    return [number for number in range(1, count + 1) if at.comes(number, Chance(seed, number))]


def test_when_says_which_requests_meet_a_fault() -> None:
    assert _met("1") == [1, 2, 3, 4, 5, 6, 7, 8]
    assert _met("3") == [3, 4, 5, 6, 7, 8]
    assert _met("3-5") == [3, 4, 5]
    assert _met("2-2") == [2]
    assert _met("every:3") == [3, 6]
    assert _met("p:0") == []
    assert _met("p:1") == [1, 2, 3, 4, 5, 6, 7, 8]


def test_lots_follow_from_the_seed() -> None:
    some = _met("p:0.3", 1000)
    assert some == _met("p:0.3", 1000) != _met("p:0.3", 1000, seed=2)
    assert 250 < len(some) < 350


@pytest.mark.parametrize(
    "text",
    ["", "0", "-1", "x", "3-2", "3-", "every:0", "every", "p:1.1", "p:2", "p:", "p:.5", "1e3", "3 ", "٣"],
)
def test_what_makes_no_sense_is_a_sentence_with_the_forms(text: str) -> None:
    with pytest.raises(InvalidFault, match="every:5"):
        asked(f"graph.gone@{text}")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("graph.throtled", "graph.throttled,"),
        ("throttled", "entra.throttled,"),
        ("50057", "entra.aadsts50057"),
        ("GRAPH.GONE", "--fault list"),
        ("", "--fault list"),
    ],
)
def test_an_unknown_name_is_a_sentence_with_near_ones(name: str, near: str) -> None:
    with pytest.raises(InvalidFault, match=near):
        asked(name)


def test_the_catalogue_is_told_a_line_each() -> None:
    lines = list(told())
    assert len(lines) > 200
    assert all(len(line.split()) > 2 for line in lines)


def test_faults_of_push_are_asked_for_in_the_same_way() -> None:
    faults = Faults(seed=1, clock=lambda: NOW)
    faults.ask("channel-lost@2-3")
    faults.order("channel-no-token", "1", times=1)
    assert [faults.push.take("channel-lost") for _ in range(4)] == [False, True, True, False]
    assert [faults.push.take("channel-no-token") for _ in range(2)] == [True, False]
    faults.ask("channel-lost")
    faults.clear()
    assert not faults.push.take("channel-lost")
    with pytest.raises(InvalidFault, match="channel-lost"):
        faults.ask("channel-los")


async def _statuses(stage: Stage, scene: str, count: int) -> list[int]:
    return [(await stage.ask(scene)).status for _ in range(count)]


async def test_faults_are_met_when_and_as_often_as_was_asked(stage: Stage) -> None:
    faults = stage.sandbox.faults
    faults.ask("graph.unavailable@2-3")
    assert await _statuses(stage, VIEW, 4) == [200, 503, 503, 200]
    faults.order("graph.unavailable", "every:2", times=2)
    assert await _statuses(stage, VIEW, 7) == [200, 503, 200, 503, 200, 200, 200]
    faults.ask("graph.gone@1")
    assert await _statuses(stage, VIEW, 2) == [200, 200]
    faults.clear()
    assert (await stage.ask("graph.delta/$deltatoken")).status == 200


async def test_each_order_counts_what_another_refuses_and_acts_on_what_it_lets_pass(stage: Stage) -> None:
    stage.sandbox.faults.ask("graph.unavailable@1-2")
    stage.sandbox.faults.ask("graph.throttled@3")
    assert await _statuses(stage, PLACES, 4) == [503, 503, 429, 429]
    stage.sandbox.faults.clear()
    stage.sandbox.faults.ask("graph.place-id-changed")
    stage.sandbox.faults.ask("graph.capacity-string")
    place = (await stage.ask(PLACES)).items[0]
    assert place["id"].endswith("-moved")
    assert isinstance(place["capacity"], str)


async def test_refusals_of_one_kind_are_met_one_after_another(stage: Stage) -> None:
    stage.sandbox.faults.refuse(VIEW, 503, 1)
    stage.sandbox.faults.refuse(VIEW, 429, 1)
    stage.sandbox.faults.refuse("graph.vie", 500, 1)
    assert await _statuses(stage, VIEW, 3) == [503, 429, 200]


@pytest.mark.parametrize("text", ["graph.unavailable@p:0.5", "graph.unknown-enum", "graph.duplicate-item"])
async def test_the_same_seed_does_the_same(world: World, identity: Identity, text: str) -> None:
    shown = []
    for seed in (3, 3, 4, 5, 6, 7):
        context = ssl.create_default_context(cadata=identity.authority.pem.decode())
        async with (
            Sandbox(world, lambda: NOW, WALL_CLOCK, identity=identity, seed=seed) as sandbox,
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session,
        ):
            stage = await staged(session, sandbox)
            sandbox.faults.ask(text)
            answers = [await stage.ask(VIEW) for _ in range(6)]
            shown.append([[item["id"] + item["showAs"] for item in answer.body.get("value", ())]
                          for answer in answers])  # fmt: skip
    assert shown[0] == shown[1]
    assert any(other != shown[0] for other in shown[2:])


@pytest.fixture
async def operator(anyone: Caller) -> Caller:
    return anyone.holding(anyone.sandbox.control_token)


async def test_faults_by_name_are_ordered_and_ended_from_afar(operator: Caller, stage: Stage) -> None:
    order = {"name": "graph.bandwidth", "when": "2", "times": 1}
    assert (await operator.post("/control/faults", json=order)).status == 200
    assert await _statuses(stage, VIEW, 3) == [200, 509, 200]
    assert (await operator.post("/control/faults", json={"name": "graph.bandwidth"})).status == 200
    assert await _statuses(stage, VIEW, 2) == [509, 509]
    async with operator._session.delete(
        operator._url("/control/faults"), headers=operator._headers
    ) as response:
        assert response.status == 200
    assert await _statuses(stage, VIEW, 1) == [200]


@pytest.mark.parametrize(
    "order",
    [
        {"name": "graph.nothing"},
        {"name": "graph.gone", "when": "never"},
        {"name": "graph.gone", "times": 0},
        {"name": "graph.gone", "times": "1"},
        {"name": "graph.gone", "kind": "graph"},
        {"kind": "graph", "status": 429},
    ],
)
async def test_what_is_no_order_is_refused(operator: Caller, order: dict[str, object]) -> None:
    answer = await operator.post("/control/faults", json=order)
    assert answer.status == 400
    assert answer.body["error"]


@pytest.mark.parametrize(
    "body", [{"advance_seconds": 0}, {"advance_seconds": -1}, {"advance_seconds": 1e12}, {}]
)
async def test_clocks_only_go_forward_and_not_for_ever(operator: Caller, body: dict[str, float]) -> None:
    assert (await operator.post("/control/clock", json=body)).status == 400
    assert operator.sandbox.clock() == NOW


async def test_nothing_goes_wrong_at_the_control(operator: Caller, anyone: Caller) -> None:
    operator.sandbox.faults.refuse("control", 500, 1)
    assert (await operator.get("/control/counters")).status == 200
    for caller in (anyone, anyone.holding("guess")):
        assert (await caller.post("/control/clock", json={"advance_seconds": 1})).status == 401
