"""By what each fault of Graph is known on the wire."""

from datetime import timedelta

from tests.connectors.sandbox.fault_sign import (
    Sign,
    all_are,
    dated,
    first_page,
    length,
    linked,
    one_added,
    one_changed,
)

_BARE = {"@odata.type", "@odata.etag", "id", "seriesMasterId", "type", "start", "end"}
_NIGHTS = {"2027-03-28T02:30", "2027-10-31T02:30"}
_ENUMS = ("showAs", "sensitivity")
#: An occurrence without its series tells neither.
_NOBODY = {"emailAddress": {"name": None}}
_CUSTOM = "tzone://Microsoft/Custom"
GRAPH_SIGNS: dict[str, Sign] = {
    "graph.throttled-date": dated,
    "graph.throttled-details": lambda shown, _: shown.body["error"]["innerError"]["code"] == "429",
    "graph.throttled-window": lambda shown, _:
        shown.status == 429 and 29 <= int(shown.headers["Retry-After"]) <= 31,
    "graph.gone-located":
        lambda shown, _: shown.status == 410 and shown.headers["Location"].endswith("$deltatoken="),
    "graph.gone": lambda shown, _: shown.status == 410 and "Location" not in shown.headers,
    "graph.state-nested": lambda shown, _: shown.status == 400 and shown.body["error"]["innerError"]
        ["innererror"]["innerError"] == {"code": "syncStateNotFound"},
    "graph.claims-challenge":
        lambda shown, _: shown.status == 401 and "insufficient_claims" in shown.headers["WWW-Authenticate"],
    "graph.scope-lost-one": lambda shown, _: shown.status == 403,
    "graph.scope-given-late": lambda shown, _: shown.status == 403,
    "graph.updated-then-removed": first_page(lambda told, held: told == held),
    "graph.link-foreign-host": linked("https://graph.example/"),
    "graph.link-http": linked("http://127.0.0.1"),
    "graph.link-other-tenant":
        lambda shown, _: "room%40elsewhere.example" in shown.content.decode(),
    "graph.delta-link-query": lambda shown, _: shown.body["@odata.deltaLink"].endswith("count=false"),
    "graph.removed-unknown": one_added(lambda item: item["@removed"] and item["id"].endswith("-unknown")),
    "graph.slim-occurrence":
        one_changed(lambda event: event.keys() <= _BARE and event["type"] == "occurrence"),
    "graph.slim-orphan":
        one_added(lambda item: item.keys() <= _BARE and item["seriesMasterId"].endswith("-no-master")),
    "graph.exception-orphan":
        one_added(lambda item: item["type"] == "exception" and item["seriesMasterId"].endswith("-no-master")),
    "graph.unknown-enum":
        one_changed(lambda event: event["showAs"] == event["sensitivity"] == "newValue", *_ENUMS),
    "graph.unknown-type": one_changed(lambda event: event["type"] == "newValue", "type"),
    "graph.members-omitted":
        one_changed(lambda event: event.keys() <= _BARE - {"seriesMasterId", "type"}),
    "graph.members-null":
        one_changed(lambda event: event["type"] is event.get("subject") is None),
    "graph.subject-organizer": all_are(
        lambda event: event.get("subject") == event.get("organizer", _NOBODY)["emailAddress"]["name"]),
    "graph.private-unstripped":
        one_changed(lambda event: event["sensitivity"] == "private" and event["subject"], "sensitivity"),
    "graph.fractions": one_changed(
        lambda event: event["start"]["dateTime"].endswith(".1234567"), "start", "end"),
    "graph.zone-windows":
        one_changed(lambda event: event["start"]["timeZone"] == "W. Europe Standard Time", "start", "end"),
    "graph.zone-custom": one_changed(
        lambda event: event["start"]["timeZone"] == event.get("originalStartTimeZone", _CUSTOM) == _CUSTOM),
    "graph.all-day":
        one_changed(lambda event: length(event) == timedelta(days=1) and event.get("isAllDay", True)),
    "graph.clock-change":
        one_changed(lambda event: event["start"]["dateTime"][:16] in _NIGHTS, "start", "end"),
    "graph.window-edge": lambda shown, _: any(
        event["start"]["dateTime"].startswith("2027-02-28T23") and length(event) == timedelta(hours=2)
        for event in shown.items),
    "graph.subject-emoji-rtl":
        one_changed(lambda event: event["subject"].startswith("\U0001f469"), "subject"),
    "graph.place-id-changed":
        lambda shown, usual: shown.items == [place | {"id": f"{place['id']}-moved"} for place in usual.items],
    "graph.places-not-set-up": lambda shown, usual: [
        place | {"building": None, "floorLabel": None, "floorNumber": None, "parentId": None}
        for place in usual.items if "building" in place
    ] == shown.items != usual.items,
    "graph.parent-gone": all_are(lambda area: area["parentId"] == "no-such-place"),
    "graph.parent-circle": all_are(lambda area: area["parentId"] == area["id"]),
    "graph.me-disabled": lambda shown, usual:
        [one.body["accountEnabled"] for one in (shown, usual)] == [False, True],
    "graph.me-age-unknown": lambda shown, usual:
        shown.body == usual.body | {"legalAgeGroupClassification": "newValue"},
    "graph.capacity-string": all_are(lambda place: isinstance(place["capacity"], str)),
}  # fmt: skip
