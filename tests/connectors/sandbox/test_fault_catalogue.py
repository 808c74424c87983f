"""Each fault shows on the wire what it says, to the requests that it says, and to no others."""

import ssl
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from connectors.sandbox.faults.catalogue import CATALOGUE
from connectors.sandbox.faults.fault import Fault, named_by
from connectors.sandbox.identity import Identity
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import generate
from tests.connectors.sandbox.callers import NOW, WALL_CLOCK
from tests.connectors.sandbox.fault_scenes import Shown, Stage, staged
from tests.connectors.sandbox.fault_signs import sign_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Nothing to see at once: shown in ``test_fault_lags``.
LATER = {"graph.crowded", "graph.scope-lost-late", "google.delegation-lingers"}
#: Rooms are listed apart from desks: shown in ``test_fault_pages``.
ELSEWHERE = {"graph.desks-assigned"}

#: A.1.4: by ``error``, the numbers that a client may meet.
REFUSALS_OF_ENTRA = {
    "unauthorized_client": {700016, 700011, 7000112, 70001, 1000031, 90099},
    "invalid_resource": {500011, 650054, 650057},
    "invalid_client": {
        650052, 650056, 7000215, 7000222, 700027, 50012, 7000218, 700024, 700021, 50027,
    },
    "invalid_grant": {
        65001, 50057, 50034, 51004, 50014, 50053, 50055, 50144, 50132, 50133, 50173, 50089, 70000, 70008,
        700082, 70043, 700084, 53000, 53001, 53002, 50105, 50196, 54005, 501481, 50148, 500112,
    },
    "access_denied": {65004, 53003, 53011, 530032, 530035, 54000, 50015, 501051, 500212, 500213, 500021},
    "interaction_required": {90094, 90095, 50076, 50079, 50072, 50074, 50078},
    "invalid_request": {90002, 90038, 900382, 900432, 9001023, 50194, 50011},
    "invalid_scope": {70011, 28002},
    "unsupported_grant_type": {70003},
    "temporarily_unavailable": {90055, 90033, 90024, 90006, 50033, 50087},
}  # fmt: skip


class Theatre:
    """A stage, and what it shows of each kind when nothing goes wrong."""

    def __init__(self, stage: Stage, usual: dict[str, Shown]) -> None:
        self.stage = stage
        self.usual = usual

    def concerned(self, fault: Fault) -> list[str]:
        """The scenes whose requests a fault meets."""
        return [
            scene
            for scene in self.stage.scenes
            if named_by(fault.meets, scene.partition("/")[0])
            and (not fault.having or scene.partition("/")[2] in fault.having)
        ]

    def followed(self, fault: Fault) -> list[str]:
        return [scene for scene in self.stage.scenes if named_by(fault.follows, scene.partition("/")[0])]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theatre(identity: Identity) -> AsyncIterator[Theatre]:
    world = generate(7, calendars_per_tenant=2, now=NOW)
    async with Sandbox(world, lambda: NOW, WALL_CLOCK, identity=identity) as sandbox:
        context = ssl.create_default_context(cadata=identity.authority.pem.decode())
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session:
            stage = await staged(session, sandbox)
            yield Theatre(stage, {scene: await stage.ask(scene) for scene in stage.scenes})


#: Those of the providers; ``test_signal_faults`` has the others.
PROVIDERS = [fault for fault in CATALOGUE.values() if not named_by(("signals", "risc"), fault.name)]


@pytest.fixture(params=PROVIDERS, ids=lambda fault: str(fault.name))
def fault(request: pytest.FixtureRequest) -> Fault:
    one: Fault = request.param
    return one


async def test_a_fault_shows_what_it_says_and_only_where_it_says(theatre: Theatre, fault: Fault) -> None:
    stage, concerned = theatre.stage, theatre.concerned(fault)
    assert concerned
    # One of each family does for what every path shares and what takes a while.
    shared = fault.name.endswith((".slow", ".stalled"))
    for scene in concerned[:1] if shared else concerned:
        stage.sandbox.faults.clear()
        stage.sandbox.faults.order(fault.name)
        shown, usual = await stage.ask(scene), theatre.usual[scene]
        if fault.name not in LATER | ELSEWHERE and not _is_void(fault, scene):
            assert sign_of(fault.name, fault.does)(shown, usual), (scene, shown)
    for scene in set(stage.scenes) - {*concerned, *theatre.followed(fault)}:
        assert (await stage.ask(scene)).steady == theatre.usual[scene].steady, scene
    stage.sandbox.faults.clear()
    assert (await stage.ask(concerned[0])).steady == theatre.usual[concerned[0]].steady


def _is_void(fault: Fault, scene: str) -> bool:
    """An answer of an unchanged calendar holds no items to go wrong with."""
    is_unchanged = scene.endswith(("/$deltatoken", "/syncToken"))
    return is_unchanged and not fault.having and not fault.name.endswith(".redirected")


async def test_entra_refuses_in_the_words_of_its_reference(theatre: Theatre) -> None:
    told = {}
    for name in CATALOGUE:
        if name.startswith("entra.aadsts") and name != "entra.aadsts-unknown":
            theatre.stage.sandbox.faults.order(name, times=1)
            shown = await theatre.stage.ask("entra.token")
            told[shown.body["error_codes"][0]] = (shown.body["error"], shown.status)
    assert told == {
        number: (error, 401 if error == "invalid_client" else 400)
        for error, numbers in REFUSALS_OF_ENTRA.items()
        for number in numbers
    }
