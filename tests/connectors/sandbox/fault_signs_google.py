"""By what each fault of Google is known on the wire."""

from tests.connectors.sandbox.fault_sign import Sign, one_added, one_changed, self_row


def _typed(name: str) -> Sign:
    return one_changed(lambda event: event["eventType"] == name, "eventType")


GOOGLE_SIGNS: dict[str, Sign] = {
    "google.forbidden-newer": lambda shown, _: shown.body["error"]["status"] == "PERMISSION_DENIED",
    "google.error-trailing-comma": lambda shown, _: shown.status == 403 and b",}" in shown.content,
    "google.delegation-lag":
        lambda shown, _: (shown.status, shown.body["error"]) == (401, "unauthorized_client"),
    "google.scope-smaller": lambda shown, _: shown.body["scope"] == "openid",
    "google.sync-token-missing":
        lambda shown, usual: "nextSyncToken" in usual.body and "nextSyncToken" not in shown.body,
    "google.tombstone-bare": one_added(lambda item: item.keys() == {"id", "status"}),
    "google.tombstone-exception":
        one_added(lambda item: item.keys() == {"id", "status", "recurringEventId", "originalStartTime"}),
    "google.tombstone-details": one_added(lambda item: item["status"] == "cancelled" and item["htmlLink"]),
    "google.moved-outside":
        one_added(lambda item: (item["start"].get("dateTime") or item["start"]["date"]).startswith("2037")),
    "google.access-free-busy": lambda shown, _: shown.body["accessRole"] == "freeBusyReader" and not any(
        "summary" in item or "attendees" in item for item in shown.items),
    "google.access-reader": lambda shown, _: shown.body["accessRole"] == "reader" and not any(
        "summary" in item for item in shown.items if item.get("visibility") == "private"),
    "google.access-none": lambda shown, _: (shown.body["accessRole"], shown.items) == ("none", []),
    "google.attendees-omitted": one_changed(
        lambda event: event["attendeesOmitted"] and event["attendees"] == [self_row(event)]),
    "google.room-unanswered":
        one_changed(lambda event: self_row(event)["responseStatus"] == "needsAction", "attendees"),
    "google.room-declined":
        one_changed(lambda event: self_row(event)["responseStatus"] == "declined", "attendees"),
    "google.all-day": one_changed(lambda event: event["start"].keys() == event["end"].keys() == {"date"}),
    "google.etags-changed": lambda shown, usual: shown != usual and [
        {**item, "etag": ""} for item in shown.items] == [{**item, "etag": ""} for item in usual.items],
    "google.members-omitted":
        one_changed(lambda event: event.keys() <= {"kind", "etag", "id", "status", "start", "end"}),
    "google.event-type-unknown": _typed("newValue"),
    "google.event-type-birthday": _typed("birthday"),
    "google.event-type-focustime": _typed("focusTime"),
    "google.event-type-fromgmail": _typed("fromGmail"),
    "google.event-type-outofoffice": _typed("outOfOffice"),
    "google.event-type-workinglocation": _typed("workingLocation"),
}  # fmt: skip
