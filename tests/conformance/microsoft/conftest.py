"""Microsoft's own client of Graph, pointed at the stand-in. Without the SDK nothing here is collected."""

import ssl
from collections.abc import AsyncIterator
from importlib.util import find_spec

import pytest

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.handout import Handout
from connectors.sandbox.server import Sandbox

if find_spec("msgraph") is None:
    collect_ignore_glob = ["*"]
else:
    from tests.conformance.microsoft.client import Graph, connected


@pytest.fixture
async def graph(sandbox: Sandbox, handout: Handout) -> "AsyncIterator[Graph]":
    tls = ssl.create_default_context(cafile=handout.authority_file)
    async with connected(sandbox, handout, tls) as graph:
        yield graph


@pytest.fixture
def room(graph_room: Calendar) -> Calendar:
    return graph_room
