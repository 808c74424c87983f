from connectors.personal import KINDS, personal

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
    assert {*personal(GRAPH), *personal(GOOGLE)} <= {*KINDS}
