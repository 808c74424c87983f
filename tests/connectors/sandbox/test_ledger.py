from connectors.personal import personal
from connectors.sandbox.ledger import Ledger
from tests.connectors.test_personal import GOOGLE, GRAPH


def test_a_tally_grows_by_tenant() -> None:
    ledger = Ledger()
    ledger.enter("Halden", [GRAPH, GRAPH], [GRAPH, {"id": "1"}], 100)
    ledger.enter("Halden", [GRAPH], [{"id": "1"}], 10)
    ledger.enter("Kestrel", [GOOGLE], [GOOGLE], 1)
    halden, kestrel = ledger.tallies["Halden"], ledger.tallies["Kestrel"]
    assert (halden.bytes, halden.events, halden.held["title"], halden.crossed["title"]) == (110, 3, 3, 1)
    assert (kestrel.bytes, kestrel.events, kestrel.held, kestrel.crossed) == (1, 1, *[personal(GOOGLE)] * 2)
