from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from connectors.errors import Throttled
from connectors.google.client import PROJECT_RATE, USER_RATE, GoogleConnector, Urls
from connectors.google.grant import AccountKey, ServiceAccount
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

ANSWERS = {"accepted": "accepted", "declined": "declined", "unanswered": "needsAction"}


class GoogleStand(Stand):
    """Google's words."""

    lists_equipment = True

    def worded(self, meeting: Meeting) -> dict[str, Any]:
        return worded(meeting)


def worded(meeting: Meeting) -> dict[str, Any]:
    room = {"email": "room@corp.example", "self": True, "resource": True}
    return {
        "kind": "calendar#event",
        "id": meeting.id,
        "status": "tentative" if meeting.tentative else "confirmed",
        "summary": "Quarterly review",
        "start": _printed(meeting.start),
        "end": _printed(meeting.end),
        "eventType": "default",
        "organizer": {"email": "ada@corp.example"},
        "attendees": [
            {"email": "ada@corp.example", "organizer": True, "responseStatus": "accepted"},
            {"email": "bob@corp.example", "responseStatus": "accepted"},
            {"email": "eve@corp.example", "responseStatus": "needsAction", "optional": True},
            room | {"responseStatus": ANSWERS[meeting.answer]},
        ],
        **({"visibility": "private"} if meeting.private else {}),
        **({"conferenceData": _CONFERENCE} if meeting.online else {}),
    }


_CONFERENCE = {
    "conferenceId": "abc-defg-hij",
    "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
    "entryPoints": [{"entryPointType": "video", "uri": "https://meet.corp.example/abc-defg-hij"}],
}


def _printed(moment: datetime | date) -> dict[str, str]:
    name = "dateTime" if isinstance(moment, datetime) else "date"
    return {name: moment.isoformat()}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    folder: Path = tmp_path_factory.mktemp("google")
    async with hosting(Provider.GOOGLE, folder) as host:
        yield host


def stand_in(host: Host) -> Stand:
    gate = Gate()
    key = AccountKey(host.handout.google_file.read_bytes())
    account = ServiceAccount(host.session, gate, key, host.tenant.read_as, limits=LIMITS)
    connector = GoogleConnector(
        host.session,
        gate,
        account,
        Quotas(9, application=PROJECT_RATE, user=USER_RATE).of(host.tenant.id, host.tenant.read_as),
        clock=host.sandbox.clock,
        urls=Urls(host.handout.google_url, host.handout.google_url),
        limits=LIMITS,
    )
    return GoogleStand(host, connector, gate, kind="google.events", events_per_page=250)


class TestGoogle(SparingContract, IncrementalContract):
    """Incremental and projected at once."""

    @pytest.fixture
    def stand(self, host: Host) -> Stand:
        return stand_in(host)

    async def test_throttling_by_403_is_waited_out(self, stand: Stand) -> None:
        calendar = stand.calendar(Meeting())
        stand.sandbox.faults.refuse(stand.kind, 403, 2)
        assert len(await stand.round(calendar)) == 1
        stand.sandbox.faults.refuse(stand.kind, 403, LIMITS.attempts_max)
        with pytest.raises(Throttled):
            await stand.round(calendar)
