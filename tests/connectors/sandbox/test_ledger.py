from connectors.sandbox.ledger import Ledger, personal

GRAPH = {
    "id": "1",
    "subject": "1:1 Ada",
    "body": {"contentType": "html", "content": ""},
    "organizer": {"emailAddress": {"name": "Ada", "address": "ada@halden.example"}},
    "attendees": [
        {"type": "required", "emailAddress": {"name": "Bo", "address": "bo@halden.example"}},
        {"type": "resource", "emailAddress": {"name": "Heron", "address": "heron@halden.example"}},
    ],
    "onlineMeeting": None,
    "categories": [],
}
GOOGLE = {
    "id": "1",
    "summary": "1:1 Ada",
    "attendees": [
        {"email": "ada@kestrel.example", "responseStatus": "accepted"},
        {"displayName": "Bo", "responseStatus": "accepted"},
        {"responseStatus": "declined"},
        {"email": "tern@kestrel.example", "resource": True, "self": True},
    ],
}


def test_what_tells_of_people_is_counted_by_kind() -> None:
    assert +personal(GRAPH) == {"title": 1, "organizer": 1, "attendee": 1}
    assert +personal(GOOGLE) == {"title": 1, "attendee": 2}
    assert +personal({"id": "1", "attendees": "odd", "showAs": "busy"}) == {}


def test_a_tally_grows_by_tenant() -> None:
    ledger = Ledger()
    ledger.enter("Halden", [GRAPH, GRAPH], [GRAPH, {"id": "1"}], 100)
    ledger.enter("Halden", [GRAPH], [{"id": "1"}], 10)
    ledger.enter("Kestrel", [GOOGLE], [GOOGLE], 1)
    halden, kestrel = ledger.tallies["Halden"], ledger.tallies["Kestrel"]
    assert (halden.bytes, halden.events, halden.held["title"], halden.crossed["title"]) == (110, 3, 3, 1)
    assert (kestrel.bytes, kestrel.events, kestrel.held, kestrel.crossed) == (1, 1, *[personal(GOOGLE)] * 2)
