"""Failure is not emptiness: only a complete look may take anything away."""

from datetime import timedelta

import pytest

from connectors.errors import (
    CalendarMissing,
    ConnectorError,
    CredentialRefused,
    CursorExpired,
    Malformed,
    Throttled,
    Unreachable,
)
from gateway.entry import EntryKind
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.log_fold import LogFold
from tests.fakes.provider import FakeProvider, meeting, room

AMBER = room("amber")
MEETINGS = [meeting(f"event-{number}", NOON + timedelta(hours=number)) for number in range(6)]
FAILURES = [
    Unreachable("network"),
    Throttled("throttled", 1),
    Malformed("bad_page"),
    CredentialRefused("credential_refused"),
    CursorExpired("cursor_expired"),
]

both = pytest.mark.parametrize("incremental", [False, True])


async def filled(installation: Installation, provider: FakeProvider) -> tuple[str, LogFold]:
    """A tenant whose room holds the meetings, and a consumer that was told of them."""
    ...
