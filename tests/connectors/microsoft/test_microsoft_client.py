from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from connectors.microsoft.client import MAILBOX_RATE, MicrosoftConnector, Mode
from connectors.microsoft.grant import Application, EntraGrant
from connectors.quota import Quotas
from connectors.sandbox.truth import Provider
from tests.contracts.connector import (
    LIMITS,
    Gate,
    Host,
    IncrementalContract,
    Meeting,
    SparingContract,
    Stand,
    hosting,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANSWERS = {"accepted": "accepted", "declined": "declined", "unanswered": "none"}


class GraphStand(Stand):
    """Graph's words. Graph lists no equipment."""

    lists_equipment = False

    def worded(self, meeting: Meeting) -> dict[str, Any]:
        return worded(meeting)


def worded(meeting: Meeting) -> dict[str, Any]:
    return {
        "id": meeting.id,
        "type": "singleInstance",
        "subject": "Quarterly review",
        "start": _printed(meeting.start),
        "end": _printed(meeting.end),
        "isAllDay": not isinstance(meeting.start, datetime),
        "showAs": "tentative" if meeting.tentative else "busy",
        "isCancelled": False,
        "sensitivity": "private" if meeting.private else "normal",
        "isOrganizer": False,
        "responseStatus": {"response": ANSWERS[meeting.answer], "time": "0001-01-01T00:00:00Z"},
        "isOnlineMeeting": meeting.online,
        "hideAttendees": False,
        "organizer": _person("ada@corp.example"),
        "attendees": [
            _person("bob@corp.example") | {"type": "required", "status": {"response": "accepted"}},
            _person("eve@corp.example") | {"type": "optional", "status": {"response": "none"}},
            _person("room@corp.example") | {"type": "resource", "status": {"response": "accepted"}},
        ],
    }


def _person(address: str) -> dict[str, Any]:
    return {"emailAddress": {"name": address, "address": address}}


def _printed(moment: datetime | date) -> dict[str, str]:
    at = moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)
    return {"dateTime": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    folder: Path = tmp_path_factory.mktemp("microsoft")
    async with hosting(Provider.MICROSOFT, folder) as host:
        yield host


def stand_in(host: Host, mode: Mode, kind: str, events_per_page: int) -> Stand:
    pem = host.handout.microsoft_file.read_text()
    application = Application(host.handout.client_id, pem, pem)
    grant = EntraGrant(application, host.tenant.id, host.tls, login_urls=[host.handout.entra_url])
    gate = Gate()
    connector = MicrosoftConnector(
        host.session,
        gate,
        grant,
        Quotas(9, calendar=MAILBOX_RATE).of(host.tenant.id),
        clock=host.sandbox.clock,
        graph_url=host.handout.graph_url,
        mode=mode,
        limits=LIMITS,
    )
    return GraphStand(host, connector, gate, kind=kind, events_per_page=events_per_page)


class TestSnapshot(SparingContract):
    """The default: chosen members of the whole window, every time."""

    @pytest.fixture
    def stand(self, host: Host) -> Stand:
        return stand_in(host, Mode.SNAPSHOT, "graph.view", 1000)


class TestDelta(IncrementalContract):
    """What changed, in full."""

    @pytest.fixture
    def stand(self, host: Host) -> Stand:
        return stand_in(host, Mode.DELTA, "graph.delta", 250)
