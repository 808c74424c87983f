"""Google's own client of Calendar and the Admin SDK, pointed at the stand-in."""

from collections.abc import Iterator

import pytest

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.handout import Handout
from tests.conformance.google.client import Google, connected


@pytest.fixture
def google(handout: Handout) -> Iterator[Google]:
    with connected(handout) as google:
        yield google


@pytest.fixture
def room(google_room: Calendar) -> Calendar:
    return google_room
