"""What goes wrong where a transmitter is asked something shows on the wire as it says."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple

import aiohttp
import msgspec
import pytest
import pytest_asyncio

from connectors.sandbox.faults.catalogue import NAMES
from connectors.sandbox.faults.signals import SIGNALS_FAULTS
from connectors.sandbox.faults.when import InvalidFault
from connectors.sandbox.identity import Identity
from connectors.sandbox.signals.fault_names import SIGNAL_FAULTS
from connectors.sandbox.signals.server import SignalTransmitter
from tests.connectors.sandbox.fault_signs import _ANYWHERE
from tests.connectors.sandbox.receivers import Time
from tests.fakes.told_receiver import Asking, asking

pytestmark = pytest.mark.asyncio(loop_scope="module")

_PATIENCE = aiohttp.ClientTimeout(total=30, sock_read=3)
_READ_MAX = 2**22
_METADATA = "/.well-known/ssf-configuration/tenant-1"
#: What is asked for, of each kind.
_SCENES: dict[str, tuple[str, str]] = {
    "signals.metadata": ("GET", _METADATA),
    "signals.keys": ("GET", "/keys"),
    "signals.stream": ("GET", "/stream"),
    "signals.verify": ("POST", "/verify"),
}


class Shown(NamedTuple):
    """An answer, as far as it was read; or the ``failure`` that came in its place."""

    status: int = 0
    headers: Mapping[str, str] = {}
    content: bytes = b""
    failure: str = ""

    @property
    def body(self) -> Any:
        return msgspec.json.decode(self.content)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asked(identity: Identity) -> AsyncIterator[Asking]:
    async with SignalTransmitter(Time(), identity.authority) as running, asking(running) as one:
        await one.make()
        yield one


async def _shown(asked: Asking, kind: str) -> Shown:
    method, path = _SCENES[kind]
    headers = {"Authorization": f"Bearer {asked.token}"}
    request = asked.session.request(
        method,
        f"{asked.transmitter.url}{path}",
        headers=headers,
        json={"stream_id": asked.stream},
        timeout=_PATIENCE,
    )
    try:
        async with request as answer:
            content = b""
            async for part in answer.content.iter_any():
                content += part
                if len(content) > _READ_MAX:
                    break
            return Shown(answer.status, answer.headers, content)
    except (aiohttp.ClientError, TimeoutError) as error:
        return Shown(failure=type(error).__name__)


_SIGNS: dict[str, Any] = {
    "metadata-other-issuer": lambda shown: shown.body["issuer"] == "https://elsewhere.example",
    "metadata-in-clear": lambda shown: shown.body["jwks_uri"].startswith("http://keys"),
    "metadata-inside": lambda shown: "//10." in shown.body["configuration_endpoint"],
    "metadata-local": lambda shown: "//127." in shown.body["status_endpoint"],
    "metadata-no-keys": lambda shown: "jwks_uri" not in shown.body,
    "metadata-no-verification": lambda shown: "verification_endpoint" not in shown.body,
    "metadata-oversized": lambda shown: len(shown.content) > 2**20 and shown.body["issuer"],
    "metadata-endless": lambda shown: len(shown.content) > _READ_MAX,
    "keys-down": lambda shown: shown.status == 503,
    "keys-none": lambda shown: shown.body == {"keys": []},
    "keys-many": lambda shown: len(shown.body["keys"]) == 101,
    "stream-refused": lambda shown: shown.status == 400,
    "stream-gone": lambda shown: shown.status == 404,
    "unauthorized": lambda shown: shown.status == 401,
    "too-often": lambda shown: shown.status == 429,
}


#: What takes its time is the same for all families: ``test_fault_catalogue`` shows it of others.
_QUICK = [fault for fault in SIGNALS_FAULTS if not fault.name.endswith((".slow", ".stalled"))]


@pytest.mark.parametrize("fault", _QUICK, ids=lambda fault: str(fault.name))
async def test_a_fault_shows_what_it_says(asked: Asking, fault: Any) -> None:
    what, kind = fault.name.partition(".")[2], fault.meets[0]
    scene = "signals.metadata" if kind == "signals" else kind
    usual = await _shown(asked, scene)
    asked.transmitter.faults.order(fault.name)
    shown = await _shown(asked, scene)
    asked.transmitter.faults.clear()
    if what in _SIGNS:
        assert _SIGNS[what](shown)
    else:
        sign: Any = _ANYWHERE[what]
        assert sign(shown, usual), shown
    if scene != "signals.verify":
        assert (await _shown(asked, scene)).content == usual.content


async def test_all_have_a_name_of_their_own_and_a_line() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(line and "\n" not in line for line in SIGNAL_FAULTS.values())


async def test_an_unknown_fault_is_refused(asked: Asking) -> None:
    with pytest.raises(InvalidFault, match="Near are: set-unsigned"):
        asked.transmitter.faults.order("set-unsinged")
    with pytest.raises(InvalidFault, match="No fault"):
        asked.transmitter.faults.signals.plan("set-with-cake")
