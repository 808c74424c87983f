"""What holds a provider's words shows none of them, however it is printed."""

import pickle
from datetime import UTC, datetime
from io import StringIO

import msgspec
import pytest
from rich.console import Console

from connectors.delegation import Link
from connectors.google import shapes as google
from connectors.id_token import Claims
from connectors.microsoft import shapes as microsoft
from connectors.port import CalendarAddress, Cursor, Page
from connectors.raw import PlaceKind, RawEvent, RawPlace
from connectors.token_endpoint import TokenReply
from gateway.minimization.lattice import Place
from gateway.minimization.places import Importer
from gateway.tenant import Places

NOW = datetime(2027, 3, 4, tzinfo=UTC)
ANNA = "anna.schmidt@cobalt.example"
PLACE = RawPlace(ANNA, ANNA, PlaceKind.ROOM, ANNA)
IMPORTER = Importer(level=Place.RESOURCE, decisions=Places(), zone="UTC", identify=lambda _, text: text)

HOLDERS: dict[str, object] = {
    "page": Page((RawEvent(ANNA, NOW, NOW),), removed=(ANNA,), cursor=Cursor(ANNA)),
    "place": PLACE,
    "link": Link(ANNA, frozenset({ANNA}), ANNA, ANNA, is_consumer=True, calendar=CalendarAddress(ANNA)),
    "reply": TokenReply(ANNA, refresh_token=ANNA, id_token=ANNA),
    "claims": Claims(ANNA, ANNA, 0, ANNA, oid=ANNA),
    "listed": IMPORTER.listed(PLACE),
    "graph": msgspec.json.decode(f'{{"emailAddress": {{"address": "{ANNA}"}}}}', type=microsoft.Recipient),
    "google": msgspec.json.decode(f'{{"id": "{ANNA}"}}', type=google.Occupancy),
}


@pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS)
def test_it_shows_nothing(holder: object) -> None:
    printed = StringIO()
    Console(file=printed).print(holder)
    assert "anna" not in f"{holder} {holder!r} {printed.getvalue()}"


@pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS)
def test_it_is_not_pickled(holder: object) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(holder)
